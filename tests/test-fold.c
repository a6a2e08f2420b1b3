/* What is made from parameters before a step: made when they have changed and
   not else, and normalisations folded into products give the same numbers. */
#include "nets.h"

/* Graphs where every normalisation can be folded; the layer before each of
   them is named c1, c2... */
static void
pictures(struct world *w)
{
	begin(w, "input:8x8x3");
	next(w, "c1", "conv2d:8:3,pad=same,bias=false");
	next(w, "n1", "batch_norm");
	next(w, "r1", "relu");
	next(w, "c2", "conv2d:6:3,stride=2,groups=2");
	next(w, "n2", "batch_norm,epsilon=0.01");
	next(w, "c3", "depthwise_conv2d:3,pad=same");
	next(w, "n3", "batch_norm");
	next(w, "r3", "relu6");
	next(w, "flat", "flatten");
	next(w, "c4", "dense:5");
	next(w, "n4", "batch_norm");
	next(w, "out", "softmax");
	finish(w, 12, 5);
}

static void
residual(struct world *w)
{
	int before;

	begin(w, "input:6x5x4");
	next(w, "c1", "conv2d:4:3,pad=same");
	before = next(w, "n1", "batch_norm");
	next(w, "r1", "tanh");
	next(w, "c2", "conv2d:4:1");
	next(w, "n2", "batch_norm");
	layer(w, "sum", "add", w->g.nnodes - 1, before);
	next(w, "pool", "global_avg_pool");
	next(w, "c3", "dense:3");
	next(w, "n3", "batch_norm");
	next(w, "out", "softmax");
	finish(w, 12, 3);
}

static void (*const worlds[])(struct world *w) = { pictures, residual };

enum { WORLDS = sizeof(worlds) / sizeof(worlds[0]) };

/* Layers that somebody else reads as well are not folded. */
static void
read_products(struct world *w)
{
	int i;

	for (i = 0; i < w->g.nnodes; i++)
		if (w->g.nodes[i].name[0] == 'c')
			w->g.outputs[w->g.noutputs++] = i;
}

static void
test_folding_leaves_predictions(void **state)
{
	struct net_conf conf = ordinary(8, 0);
	struct net *folded, *apart;
	struct world w;
	int i, n, norms;

	(void)state;
	for (i = 0; i < WORLDS; i++) {
		worlds[i](&w);
		folded = build(&w, &conf);
		read_products(&w);
		apart = build(&w, &conf);
		norms = count_ops(&apart->predict[1].p, OP_BATCHNORM_USE);
		assert_int_equal(norms, w.g.noutputs - 1);
		assert_int_equal(
		    count_ops(&folded->predict[1].p, OP_BATCHNORM_USE), 0);
		assert_int_equal(
		    count_ops(&folded->predict[1].p, OP_BATCHNORM_FOLD), norms);
		for (n = 1; n <= 8; n += 7)
			close_to(predict(&w, folded, n), predict(&w, apart, n),
			    n * 3, 1e-5);
		net_free(apart);
		end(&w, folded);
	}
}

static void
test_what_is_prepared_follows_the_parameters(void **state)
{
	struct net_conf conf = ordinary(8, 8), only = ordinary(8, 0);
	struct net *net, *fresh;
	struct world w;
	real before[8 * 5];
	int i;

	(void)state;
	pictures(&w);
	net = build(&w, &conf);
	memcpy(before, predict(&w, net, 8), sizeof(before));
	for (i = 0; i < 3; i++)
		step(&w, net, i, 8, i + 1);
	ok(&w, net_store(net, &w.g, &w.err));
	fresh = build(&w, &only);
	close_to(predict(&w, net, 8), predict(&w, fresh, 8), 8 * 5, 1e-6);
	assert_memory_not_equal(before, predict(&w, net, 8), sizeof(before));
	net_free(net);
	net = build(&w, &only);
	memset(w.g.nodes[1].params[0].value.data, 0, 8 * sizeof(float));
	ok(&w, net_load(net, &w.g, &w.err));
	assert_memory_not_equal(
	    predict(&w, net, 8), predict(&w, fresh, 8), 8 * 5 * sizeof(real));
	net_free(fresh);
	end(&w, net);
}

/* How often the first operation of a program ran. */
static int runs;
static int (*run_first)(struct op *op, struct step *step);

static int
count_run(struct op *op, struct step *step)
{
	runs++;
	return run_first(op, step);
}

static void
test_nothing_is_prepared_twice(void **state)
{
	struct net_conf conf = ordinary(8, 8);
	struct net *net;
	struct world w;
	struct op *first;

	(void)state;
	pictures(&w);
	net = build(&w, &conf);
	first = net->predict[1].p.ops[0];
	assert_int_equal(first->phase, PHASE_PREPARE);
	run_first = first->run;
	first->run = count_run;
	runs = 0;
	predict(&w, net, 8);
	predict(&w, net, 8);
	assert_int_equal(runs, 1);
	step(&w, net, 0, 8, 1);
	step(&w, net, 0, 8, 2);
	assert_int_equal(runs, 1);
	predict(&w, net, 8);
	predict(&w, net, 8);
	assert_int_equal(runs, 2);
	ok(&w, net_load(net, &w.g, &w.err));
	predict(&w, net, 8);
	assert_int_equal(runs, 3);
	end(&w, net);
}

static void
freeze(struct world *w, const char *name)
{
	w->g.nodes[graph_find(&w->g, name)].frozen = 1;
}

static int
folds_in_training(const char *const *frozen)
{
	struct net_conf conf = ordinary(0, 8);
	struct net *net;
	struct world w;
	int i, n;

	pictures(&w);
	for (i = 0; frozen[i] != NULL; i++)
		freeze(&w, frozen[i]);
	net = build(&w, &conf);
	n = count_ops(&net->updates[0].programs[0].p, OP_BATCHNORM_FOLD);
	end(&w, net);
	return n;
}

static void
test_training_folds_only_what_is_frozen_altogether(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const norm[] = { "n2", NULL };
	static const char *const product[] = { "c2", NULL };
	static const char *const both[] = { "n2", "c2", NULL };

	(void)state;
	assert_int_equal(folds_in_training(none), 0);
	assert_int_equal(folds_in_training(norm), 0);
	assert_int_equal(folds_in_training(product), 0);
	assert_int_equal(folds_in_training(both), 1);
}

static const struct val *
gradient(const struct net *net, const char *name)
{
	int i;

	for (i = 0; strcmp(net->params[i].value.name, name) != 0; i++)
		;
	return &net->params[i].grad;
}

/* What comes back through a folded product is what came back before. */
static void
test_folding_leaves_gradients(void **state)
{
	struct net_conf conf = ordinary(0, 8);
	struct net *folded, *apart;
	const struct val *g;
	struct world w;
	double a, b;

	(void)state;
	residual(&w);
	freeze(&w, "c2");
	freeze(&w, "n2");
	folded = build(&w, &conf);
	assert_int_equal(
	    count_ops(&folded->updates[0].programs[0].p, OP_BATCHNORM_FOLD), 1);
	w.g.nodes[graph_find(&w.g, "c2")].frozen = 0;
	apart = build(&w, &conf);
	a = step(&w, folded, 0, 8, 1).loss;
	b = step(&w, apart, 0, 8, 1).loss;
	assert_true(fabs(a - b) < 1e-5);
	g = gradient(folded, "c1.kernel");
	close_to(
	    g->data, gradient(apart, "c1.kernel")->data, val_count(g), 1e-5);
	net_free(apart);
	end(&w, folded);
}

static void
test_what_is_prepared_is_printed_and_counted(void **state)
{
	struct net_conf conf = ordinary(8, 0);
	struct net *net;
	struct text t;
	struct world w;
	const char *s;

	(void)state;
	pictures(&w);
	net = build(&w, &conf);
	text_begin(&t, &w.arena, &w.err);
	net_print(net, &t);
	s = text_end(&t);
	assert_non_null(s);
	assert_non_null(strstr(s, "  prepare\n  1 batchnorm_fold        n1  "));
	assert_null(strstr(s, "batchnorm_use"));
	assert_true(net->sizes[SLAB_DERIVED] > 0);
	assert_true(net_bytes(net) >=
	    net->sizes[SLAB_DERIVED] + net->sizes[SLAB_PARAM]);
	end(&w, net);
}

static double
bytes_of(struct val *v)
{
	const struct val *root = val_root(v);

	return root->slab == SLAB_VALUE
	    ? (double)(val_count(root) * (int64_t)sizeof(real)) + PLACE
	    : 0;
}

/* The most that one operation reads and writes at once. */
static double
largest_neighbours(const struct program *p)
{
	double most = 0, sum;
	int i, k;

	for (i = 0; i < p->nops; i++) {
		sum = 0;
		for (k = 0; k < p->ops[i]->nin; k++)
			sum += bytes_of(p->ops[i]->in[k]);
		for (k = 0; k < p->ops[i]->nout; k++)
			sum += bytes_of(p->ops[i]->out[k]);
		most = sum > most ? sum : most;
	}
	return most;
}

static void
test_predictions_need_memory_for_neighbours_alone(void **state)
{
	struct net_conf conf = ordinary(8, 0);
	const struct program *p;
	struct net *net;
	struct world w;
	int i;

	(void)state;
	for (i = 0; i < WORLDS; i++) {
		worlds[i](&w);
		net = build(&w, &conf);
		p = &net->predict[1].p;
		assert_true((double)p->value_size <= largest_neighbours(p));
		end(&w, net);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folding_leaves_predictions),
		cmocka_unit_test(test_what_is_prepared_follows_the_parameters),
		cmocka_unit_test(test_nothing_is_prepared_twice),
		cmocka_unit_test(
		    test_training_folds_only_what_is_frozen_altogether),
		cmocka_unit_test(test_folding_leaves_gradients),
		cmocka_unit_test(
		    test_predictions_need_memory_for_neighbours_alone),
		cmocka_unit_test(test_what_is_prepared_is_printed_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
