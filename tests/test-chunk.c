/* Stretches that run depth first in chunks of the batch: the same numbers as
   operation by operation, whatever the batch, in less memory. */
#include <sys/resource.h>

#include "nets.h"

enum { BATCH = 40, REST = 29, CLASSES = 10 };

static void
plain(struct world *w)
{
	begin(w, "input:24x24x3");
	next(w, "c1", "conv2d:16:3,pad=same");
	next(w, "r1", "relu");
	next(w, "p1", "max_pool2d:2");
	next(w, "c2", "conv2d:32:3,pad=same");
	next(w, "r2", "relu");
	next(w, "p2", "avg_pool2d:2");
	next(w, "flat", "flatten");
	next(w, "d1", "dense:24");
	next(w, "rd", "relu");
	next(w, "d2", "dense:10");
	next(w, "out", "softmax");
	finish(w, 2 * BATCH, CLASSES);
}

/* A fork inside a stretch, and one across its border. */
static void
residual(struct world *w)
{
	int before;

	begin(w, "input:20x20x4");
	before = next(w, "c1", "conv2d:16:3,pad=same,bias=false");
	next(w, "r1", "tanh");
	next(w, "c2", "conv2d:16:3,pad=same");
	before = layer(w, "sum", "add", w->g.nnodes - 1, before);
	next(w, "r2", "relu");
	next(w, "c3", "depthwise_conv2d:3,pad=same");
	layer(w, "sum3", "add", w->g.nnodes - 1, before);
	next(w, "pad", "zero_padding:1");
	next(w, "c4", "conv2d:16:3,stride=2");
	next(w, "up", "upsample:2");
	next(w, "flat", "global_avg_pool");
	next(w, "d", "dense:10");
	next(w, "out", "softmax");
	finish(w, 2 * BATCH, CLASSES);
}

/* Statistics of the batch cut the net into stretches. */
static void
normalised(struct world *w)
{
	begin(w, "input:24x24x3");
	next(w, "c1", "conv2d:16:3,pad=same");
	next(w, "r1", "relu");
	next(w, "c2", "conv2d:16:3,pad=same");
	next(w, "n2", "batch_norm");
	next(w, "r2", "relu");
	next(w, "c3", "conv2d:16:3,pad=same");
	next(w, "p3", "max_pool2d:2");
	next(w, "flat", "flatten");
	next(w, "d", "dense:10");
	next(w, "out", "softmax");
	finish(w, 2 * BATCH, CLASSES);
}

static void (*const worlds[])(
    struct world *w) = { plain, residual, normalised };

enum { WORLDS = sizeof(worlds) / sizeof(worlds[0]) };

static struct net_conf
conf_of(int whole, int threads)
{
	struct net_conf conf = ordinary(BATCH, BATCH);

	conf.last_batch = REST;
	conf.backend = "dnn";
	conf.module_dir = MODULES;
	conf.threads = threads;
	conf.whole = whole;
	return conf;
}

static const struct program *
training(const struct net *net)
{
	const struct net_update *u = &net->updates[0];

	return &u->programs[u->nprograms - 1].p;
}

static const struct program *
predicting(const struct net *net)
{
	return &net->predict[net->npredict - 1].p;
}

/* All gradients, close by the size of a tensor's numbers. */
static void
same_gradients(const struct net *a, const struct net *b)
{
	const struct val *v, *u;
	double square;
	int64_t k;
	int i;

	for (i = 0; i < a->nparams; i++) {
		if (!a->params[i].learns)
			continue;
		v = &a->params[i].grad;
		u = &b->params[i].grad;
		square = 0;
		for (k = 0; k < val_count(v); k++)
			square += pow((double)v->data[k], 2);
		close_to(u->data, v->data, val_count(v),
		    3e-4 * sqrt(square / (double)val_count(v)) + 2e-6);
	}
}

static void
steps_agree(struct world *w, int n, int threads)
{
	struct net_conf chunks = conf_of(0, threads),
			whole = conf_of(1, threads);
	struct net *a = build(w, &whole), *b = build(w, &chunks);
	struct step_result x, y;

	assert_true(count_ops(training(b), OP_CHUNKS) > 0);
	assert_int_equal(count_ops(training(a), OP_CHUNKS), 0);
	x = step(w, a, 3, n, 1);
	y = step(w, b, 3, n, 1);
	assert_true(fabs(x.loss - y.loss) < 1e-5);
	assert_int_equal(x.right, y.right);
	same_gradients(a, b);
	net_free(a);
	net_free(b);
}

static void
test_steps_are_those_of_whole_batches(void **state)
{
	static const int sizes[] = { BATCH, BATCH - 3, REST, 5, 1 };
	struct world w;
	size_t i, k;

	(void)state;
	for (i = 0; i < WORLDS; i++) {
		worlds[i](&w);
		for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++)
			steps_agree(&w, sizes[k], k % 2 ? 1 : MANY);
		arena_free(&w.arena);
	}
}

static void
test_predictions_are_those_of_whole_batches(void **state)
{
	struct net_conf chunks = conf_of(0, MANY), whole = conf_of(1, MANY);
	struct net *a, *b;
	struct world w;
	int i;

	(void)state;
	chunks.train_batch = whole.train_batch = 0;
	for (i = 0; i < WORLDS; i++) {
		worlds[i](&w);
		a = build(&w, &whole);
		b = build(&w, &chunks);
		assert_true(count_ops(predicting(b), OP_CHUNKS) > 0);
		close_to(predict(&w, b, BATCH), predict(&w, a, BATCH),
		    BATCH * CLASSES, 1e-5);
		close_to(predict(&w, b, REST), predict(&w, a, REST),
		    REST * CLASSES, 1e-5);
		assert_true(
		    predicting(b)->value_size * 4 < predicting(a)->value_size);
		assert_true(net_bytes(b) < net_bytes(a));
		net_free(a);
		end(&w, b);
	}
}

static void
test_same_steps_same_bytes(void **state)
{
	struct net_conf conf = conf_of(0, MANY);
	struct net *net[2];
	struct world w;
	int i, k;

	(void)state;
	residual(&w);
	for (k = 0; k < 2; k++) {
		net[k] = build(&w, &conf);
		for (i = 0; i < 4; i++)
			step(&w, net[k], i, i == 3 ? REST : BATCH, i + 1);
	}
	assert_memory_equal(net[0]->slabs[SLAB_PARAM],
	    net[1]->slabs[SLAB_PARAM], net[0]->sizes[SLAB_PARAM]);
	net_free(net[0]);
	end(&w, net[1]);
}

static long
page_faults(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return r.ru_minflt;
}

/* A sanitizer's own memory comes a page at a time, whenever it likes. */
#ifdef NN_NO_CLONES
enum { FAULTS_MOST = 1 << 20 };
#else
enum { FAULTS_MOST = 16 };
#endif

/* The system has given all memory after two steps, most of it before. */
static void
test_a_step_allocates_nothing(void **state)
{
	struct net_conf conf = conf_of(0, MANY);
	struct net *net;
	struct world w;
	long before, faults;
	int i;

	(void)state;
	plain(&w);
	net = build(&w, &conf);
	before = memory_requests();
	for (i = 1; i < 4; i++)
		step(&w, net, 0, i % 2 ? BATCH : REST, i);
	faults = page_faults();
	for (; i < 12; i++)
		step(&w, net, 0, i % 2 ? BATCH : REST, i);
	assert_in_range(page_faults() - faults, 0, FAULTS_MOST);
	predict(&w, net, BATCH);
	assert_int_equal(memory_requests(), before);
	end(&w, net);
}

static void
test_what_a_stretch_does_is_printed_and_counted(void **state)
{
	struct net_conf conf = conf_of(0, MANY), whole = conf_of(1, MANY);
	struct net *net, *apart;
	struct text t;
	struct world w;
	const char *s;

	(void)state;
	plain(&w);
	net = build(&w, &conf);
	text_begin(&t, &w.arena, &w.err);
	net_print(net, &t);
	s = text_end(&t);
	assert_non_null(s);
	assert_non_null(strstr(s, "  1 chunks                c1  "));
	assert_non_null(strstr(s, "  . conv+relu             c1  "));
	apart = build(&w, &whole);
	assert_true(
	    fabs(program_flops(training(net)) / program_flops(training(apart)) -
		1) < 0.01);
	net_free(apart);
	end(&w, net);
}

static void
test_says_where_a_number_is_not_finite(void **state)
{
	struct net_conf conf = conf_of(0, MANY);
	struct step_args args = { 0, 1, 0.01 };
	struct step_result r;
	struct net *net;
	struct batch b;
	struct world w;

	(void)state;
	plain(&w);
	net = build(&w, &conf);
	net->params[2].value.data[5] = 3e38F;
	net->params[2].value.data[7] = 3e38F;
	net->params[2].value.data[5 + 32] = 3e38F;
	net->params[2].value.data[5 + 64] = 3e38F;
	w.x[0] = 1e20F;
	b = samples(&w, 0, BATCH);
	assert_int_equal(net_step(net, &b, &args, &r, &w.err), -1);
	assert_int_equal(w.err.code, ERR_NUMERIC);
	if (strstr(w.err.text, "layer 'c2': ") == NULL)
		fail_msg("'%s' does not name c2", w.err.text);
	end(&w, net);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps_are_those_of_whole_batches),
		cmocka_unit_test(test_predictions_are_those_of_whole_batches),
		cmocka_unit_test(test_same_steps_same_bytes),
		cmocka_unit_test(test_a_step_allocates_nothing),
		cmocka_unit_test(
		    test_what_a_stretch_does_is_printed_and_counted),
		cmocka_unit_test(test_says_where_a_number_is_not_finite),
	};

	if (!WITH_DNNL) {
		puts("skipped: built without oneDNN");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
