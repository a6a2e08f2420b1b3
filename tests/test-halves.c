/* A graph in two: what stands still is found, gives what it gives in the whole,
   and the rest learns from it what the whole learns. */
#include "nets.h"

#include "halves.h"

enum { N = 8, CLASSES = 3 };

static void
freeze_layer(struct world *w, const char *name)
{
	struct node *node = &w->g.nodes[graph_find(&w->g, name)];
	int i;

	node->frozen = 1;
	for (i = 0; i < node->nparams; i++)
		node->params[i].frozen = 1;
}

/* A residual net with a dropout behind it. */
static void
residual(struct world *w)
{
	int a;

	begin(w, "input:8x8x3");
	next(w, "conv1", "conv2d:8:3,pad=same");
	next(w, "bn1", "batch_norm");
	a = next(w, "relu1", "relu");
	next(w, "conv2", "conv2d:8:3,pad=same");
	next(w, "bn2", "batch_norm");
	layer(w, "sum", "add", w->g.nnodes - 1, a);
	next(w, "gap", "global_avg_pool");
	next(w, "drop", "dropout:0.3");
	next(w, "out", "dense:3");
	finish(w, N, CLASSES);
}

/* The rows of all samples, as a feed. */
struct list {
	struct feed feed;
	struct world *w;
	int at;
};

static int
list_begin(struct feed *f, uint32_t epoch, int64_t at, struct err *e)
{
	(void)epoch;
	(void)at;
	(void)e;
	((struct list *)f)->at = 0;
	return 0;
}

static int
list_next(struct feed *f, struct batch *out, struct err *e)
{
	struct list *l = (struct list *)f;
	int n = l->w->n - l->at < 3 ? l->w->n - l->at : 3;

	(void)e;
	*out = samples(l->w, l->at, n);
	l->at += n;
	return 0;
}

static float *
rows_of(struct world *w, const struct halves *h)
{
	struct list l = { { N, 3, list_begin, list_next }, w, 0 };
	struct net_conf conf = ordinary(3, 0);
	struct net *still = net_build(&h->still, &conf, &w->err);
	float *rows = arena_slab(
	    &w->arena, (size_t)(N * h->numbers) * sizeof(float), &w->err);
	int i;

	if (still == NULL)
		fail_msg("%s", w->err.text);
	for (i = 0; i < N; i++)
		w->id[i] = (uint64_t)(N - 1 - i);
	ok(w, net_features(still, &l.feed, rows, h->numbers, &w->err));
	net_free(still);
	return rows;
}

/* Samples of the rest: the rows by id. */
static struct batch
row_batch(struct world *w, const struct halves *h, float *rows)
{
	float *x = arena_slab(
	    &w->arena, (size_t)(N * h->numbers) * sizeof(float), &w->err);
	struct batch b = { .n = N, .label = w->label, .id = w->id };
	int i;

	for (i = 0; i < N; i++)
		memcpy(x + i * h->numbers,
		    rows + (int64_t)w->id[i] * h->numbers,
		    (size_t)h->numbers * sizeof(float));
	b.x = (struct tensor){ DTYPE_F32, { 2, { N, h->numbers } }, x };
	return b;
}

/* Learns a step whole and in halves: the same parameters. */
static void
learn_alike(struct world *w, const struct halves *h, const char *layer)
{
	struct net_conf conf = ordinary(N, N);
	struct step_args args = { 0, 1, 0.1 };
	struct step_result a, b;
	struct net *whole, *rest;
	struct arena first = { 0 }, second = { 0 };
	struct graph one, two;
	struct batch rows;
	int at = graph_find(&w->g, layer);

	rows = row_batch(w, h, rows_of(w, h));
	ok(w, graph_copy(&one, &w->g, &first, &w->err));
	ok(w, graph_copy(&two, &w->g, &second, &w->err));
	whole = build(w, &conf);
	rest = net_build(&h->rest, &conf, &w->err);
	if (rest == NULL)
		fail_msg("%s", w->err.text);
	a = step(w, whole, 0, N, 1);
	args.lr = 0.01;
	ok(w, net_step(rest, &rows, &args, &b, &w->err));
	assert_true(fabs(a.loss - b.loss) < 1e-5);
	assert_int_equal(a.right, b.right);
	ok(w, net_store(whole, &one, &w->err));
	ok(w, net_store(rest, &two, &w->err));
	close_to(one.nodes[at].params[0].value.data,
	    two.nodes[at].params[0].value.data,
	    shape_count(&one.nodes[at].params[0].value.shape), 1e-5);
	assert_memory_not_equal(one.nodes[at].params[0].value.data,
	    w->g.nodes[at].params[0].value.data,
	    (size_t)shape_count(&one.nodes[at].params[0].value.shape) *
		sizeof(float));
	net_free(rest);
	net_free(whole);
	arena_free(&first);
	arena_free(&second);
}

static void
test_what_is_frozen_stands_still(void **state)
{
	struct halves h;
	struct world w;

	(void)state;
	residual(&w);
	freeze_layer(&w, "conv1");
	freeze_layer(&w, "bn1");
	assert_int_equal(nn_halve(&w.g, &h, &w.arena, &w.err), 0);
	assert_int_equal(h.layers, 2);
	assert_int_equal(h.numbers, 8 * 8 * 8);
	assert_int_equal(h.still.noutputs, 1);
	assert_string_equal(h.still.nodes[h.still.outputs[0]].name, "relu1");
	assert_int_equal(graph_find(&h.rest, "conv1"), -1);
	learn_alike(&w, &h, "conv2");
	arena_free(&w.arena);
}

/* Two pictures are read behind the line: the sum's, and conv2's of bn2. */
static void
test_several_values_cross_the_line(void **state)
{
	struct halves h;
	struct world w;

	(void)state;
	residual(&w);
	freeze_layer(&w, "conv1");
	freeze_layer(&w, "bn1");
	freeze_layer(&w, "conv2");
	assert_int_equal(nn_halve(&w.g, &h, &w.arena, &w.err), 0);
	assert_int_equal(h.still.noutputs, 2);
	assert_int_equal(h.rest.ninputs, 2);
	assert_int_equal(h.numbers, 2 * 8 * 8 * 8);
	learn_alike(&w, &h, "out");
	arena_free(&w.arena);
}

/* A dropout that is not frozen draws anew each epoch. */
static void
test_what_draws_does_not_stand_still(void **state)
{
	const char *const all[] = { "conv1", "bn1", "conv2", "bn2" };
	struct halves h;
	struct world w;
	size_t i;

	(void)state;
	residual(&w);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		freeze_layer(&w, all[i]);
	assert_int_equal(nn_halve(&w.g, &h, &w.arena, &w.err), 0);
	assert_int_equal(h.numbers, 8);
	assert_int_equal(graph_find(&h.still, "drop"), -1);
	learn_alike(&w, &h, "out");
	freeze_layer(&w, "drop");
	assert_int_equal(nn_halve(&w.g, &h, &w.arena, &w.err), 0);
	assert_true(graph_find(&h.still, "drop") >= 0);
	arena_free(&w.arena);
}

/* Statistics of a batch norm whose tensors alone are frozen still move. */
static void
test_what_looks_at_others_does_not_stand_still(void **state)
{
	struct halves h;
	struct world w;
	struct node *bn;
	int i;

	(void)state;
	residual(&w);
	freeze_layer(&w, "conv1");
	bn = &w.g.nodes[graph_find(&w.g, "bn1")];
	for (i = 0; i < bn->nparams; i++)
		bn->params[i].frozen = 1;
	assert_int_equal(nn_halve(&w.g, &h, &w.arena, &w.err), 0);
	assert_string_equal(h.still.nodes[h.still.outputs[0]].name, "conv1");
	arena_free(&w.arena);
}

static void
test_nothing_to_cut(void **state)
{
	struct halves h;
	struct world w;
	int i;

	(void)state;
	residual(&w);
	assert_int_equal(nn_halve(&w.g, &h, &w.arena, &w.err), 1);
	freeze_layer(&w, "conv2");
	assert_int_equal(nn_halve(&w.g, &h, &w.arena, &w.err), 1);
	for (i = 0; i < w.g.nnodes; i++)
		freeze_layer(&w, w.g.nodes[i].name);
	assert_int_equal(nn_halve(&w.g, &h, &w.arena, &w.err), 1);
	arena_free(&w.arena);
}

/* A kind says so when a step of it draws: its program does. */
static void
test_kinds_that_draw_say_so(void **state)
{
	struct world w;
	int i, k;

	(void)state;
	for (i = 0; kinds[i] != NULL; i++) {
		struct net_conf conf = ordinary(0, 2);
		char input[SHAPE_TEXT + 8] = "input:";
		struct shape x = shape_sample(&kinds[i]->example_x);
		struct net *net;
		int draws;

		if (kinds[i]->example_inputs > 1 ||
		    strcmp(kinds[i]->name, "input") == 0)
			continue;
		shape_print(input + 6, &x);
		begin(&w, input);
		k = next(&w, "it", kinds[i]->example);
		next(&w, "flat", "flatten");
		next(&w, "out", "dense:3");
		finish(&w, 2, CLASSES);
		net = build(&w, &conf);
		draws =
		    count_ops(&net->updates[0].programs[0].p, OP_DROPOUT) > 0;
		if (draws != kinds[i]->draws)
			fail_msg("%s", w.g.nodes[k].kind);
		end(&w, net);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_frozen_stands_still),
		cmocka_unit_test(test_several_values_cross_the_line),
		cmocka_unit_test(test_what_draws_does_not_stand_still),
		cmocka_unit_test(
		    test_what_looks_at_others_does_not_stand_still),
		cmocka_unit_test(test_nothing_to_cut),
		cmocka_unit_test(test_kinds_that_draw_say_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
