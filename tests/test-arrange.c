/* Pictures in blocks of channels: turned only where stretches of them begin
   and end, and the same numbers come out. */
#include "parts.h"

#include "kind.h"
#include "net.h"
#include "nn.h"

enum { BATCH = 8, SIDE = 16, STEPS = 6 };

static struct err err;
static struct arena arena;

static int
setup(void **state)
{
	(void)state;
	err_clear(&err);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void
must(int status)
{
	if (status < 0)
		fail_msg("%s", err.text);
}

/* A node; `from` and `also` (-1: none) are the numbers of its inputs. */
struct line {
	const char *operand;
	int from, also;
};

static void
append(struct graph *g, const struct line *line)
{
	const struct kind *kind;
	struct operand o;
	struct node *n;
	int used;

	must(operand_parse(&o, line->operand, &arena, &err));
	kind = kind_find(o.name);
	assert_non_null(kind);
	n = graph_append(g, NULL, kind->name, ERR_USAGE, &err);
	assert_non_null(n);
	if (kind->attrs != NULL)
		must(operand_settings(
		    &o, kind->attrs, &n->settings, &used, &arena, &err));
	if (line->from >= 0)
		n->inputs[n->ninputs++] = line->from;
	if (line->also >= 0)
		n->inputs[n->ninputs++] = line->also;
}

static void
make(struct graph *g, const struct line *lines)
{
	graph_begin(g, &arena);
	g->task = "classify";
	for (; lines->operand != NULL; lines++)
		append(g, lines);
	g->inputs[g->ninputs++] = 0;
	g->outputs[g->noutputs++] = g->nnodes - 1;
	must(nn_resolve(g, 1, ERR_USAGE, &err));
	must(nn_init(g, 1, NULL, &err));
}

static const struct line plain[] = {
	{ "input:16x16x3", -1, -1 },
	{ "conv2d:32:3,pad=same", 0, -1 },
	{ "relu", 1, -1 },
	{ "max_pool2d:2", 2, -1 },
	{ "conv2d:64:3,pad=same", 3, -1 },
	{ "relu", 4, -1 },
	{ "max_pool2d:2", 5, -1 },
	{ "flatten", 6, -1 },
	{ "dense:5", 7, -1 },
	{ "softmax", 8, -1 },
	{ NULL, 0, 0 },
};

static const struct line residual[] = {
	{ "input:16x16x3", -1, -1 },
	{ "conv2d:32:3,pad=same,bias=false", 0, -1 },
	{ "batch_norm", 1, -1 },
	{ "relu", 2, -1 },
	{ "conv2d:32:3,pad=same,bias=false", 3, -1 },
	{ "batch_norm", 4, -1 },
	{ "relu", 5, -1 },
	{ "conv2d:32:3,pad=same,bias=false", 6, -1 },
	{ "batch_norm", 7, -1 },
	{ "add", 8, 3 },
	{ "relu", 9, -1 },
	{ "conv2d:64:3,stride=2,pad=1,bias=false", 10, -1 },
	{ "batch_norm", 11, -1 },
	{ "conv2d:64:1,stride=2,bias=false", 10, -1 },
	{ "batch_norm", 13, -1 },
	{ "add", 12, 14 },
	{ "relu", 15, -1 },
	{ "global_avg_pool", 16, -1 },
	{ "dense:5", 17, -1 },
	{ "softmax", 18, -1 },
	{ NULL, 0, 0 },
};

/* What cannot have blocks is in the middle. */
static const struct line broken[] = {
	{ "input:16x16x3", -1, -1 },
	{ "conv2d:32:3,pad=same", 0, -1 },
	{ "relu", 1, -1 },
	{ "dropout:0.1", 2, -1 },
	{ "conv2d:64:3,pad=same", 3, -1 },
	{ "relu", 4, -1 },
	{ "global_avg_pool", 5, -1 },
	{ "dense:5", 6, -1 },
	{ "softmax", 7, -1 },
	{ NULL, 0, 0 },
};

static struct net *
build(struct graph *g, const char *backend)
{
	const struct net_conf conf = { .backend = backend,
		.module_dir = MODULES,
		.threads = 1,
		.train_batch = BATCH,
		.loss = { "ce", { 0 } },
		.optimizer = { "sgd", { 0 } } };
	struct net *net = net_build(g, &conf, &err);

	if (net == NULL)
		fail_msg("%s", err.text);
	return net;
}

static int
count(const struct program *p, enum op_what what)
{
	int i, n = 0;

	for (i = 0; i < p->nops; i++)
		n += p->ops[i]->what == what;
	return n;
}

/* A backend that gains so much from each convolution. */
static double gain;

static double
blocks(void *handle, const struct op *op)
{
	(void)handle;
	switch (op->what) {
	case OP_CONV:
	case OP_CONV_DATA:
	case OP_CONV_KERNEL:
		return gain;
	case OP_DROPOUT:
		return -1;
	default:
		return 0;
	}
}

/* How often the net turns pictures when convolutions gain so much. */
static int
turns(const struct line *lines, double each)
{
	static const struct backend fake = { .blocks = blocks };
	struct graph g;
	struct net *net;
	int n;

	make(&g, lines);
	net = build(&g, "ref");
	gain = each;
	must(
	    program_arrange(&net->updates[0].programs[0].p, &fake, NULL, &err));
	n = count(&net->updates[0].programs[0].p, OP_REORDER);
	net_free(net);
	return n;
}

static void
test_pictures_are_turned_only_at_the_ends_of_stretches(void **state)
{
	(void)state;
	/* In front of the flattened, and its gradient. */
	assert_int_equal(turns(plain, 1e9), 2);
	/* A global pool's result lies the same in both ways. */
	assert_int_equal(turns(residual, 1e9), 0);
	/* Around the dropout, forward and backward. */
	assert_int_equal(turns(broken, 1e9), 4);
}

static void
test_nothing_is_turned_without_a_gain(void **state)
{
	(void)state;
	assert_int_equal(turns(plain, 0), 0);
	assert_int_equal(turns(residual, 0), 0);
	/* Less than what the turning costs. */
	assert_int_equal(turns(plain, 10), 0);
	assert_int_equal(turns(broken, 10), 0);
}

/* The losses of the steps. */
static void
train(struct net *net, double loss[STEPS])
{
	static float x[BATCH * SIDE * SIDE * 3] __attribute__((aligned(64)));
	int32_t label[BATCH];
	struct batch b = { BATCH,
		{ DTYPE_F32, { 4, { BATCH, SIDE, SIDE, 3 } }, x }, label, { 0 },
		NULL };
	struct step_result result;
	int i, k;

	for (i = 0; i < STEPS; i++) {
		struct step_args args = { 0, i + 1, 1e-2 };

		for (k = 0; k < BATCH * SIDE * SIDE * 3; k++)
			x[k] = number("x", k + i % 2);
		for (k = 0; k < BATCH; k++)
			label[k] = (k + i % 2) % 5;
		must(net_step(net, &b, &args, &result, &err));
		loss[i] = result.loss;
	}
}

static void
agree(const struct line *lines)
{
	double want[STEPS], got[STEPS], again[STEPS];
	struct graph g;
	struct net *net;
	int i;

	make(&g, lines);
	net = build(&g, "ref");
	train(net, want);
	net_free(net);
	net = build(&g, "dnn");
	train(net, got);
	net_free(net);
	net = build(&g, "dnn");
	train(net, again);
	net_free(net);
	for (i = 0; i < STEPS; i++)
		if (!(fabs(got[i] - want[i]) <= 1e-4 * want[i]))
			fail_msg(
			    "step %d: loss %.9g, not %.9g", i, got[i], want[i]);
	assert_memory_equal(got, again, sizeof(got));
}

static void
test_nets_learn_the_same_in_blocks(void **state)
{
	(void)state;
	if (!WITH_DNNL)
		skip();
	agree(plain);
	agree(residual);
	agree(broken);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_pictures_are_turned_only_at_the_ends_of_stretches,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_nothing_is_turned_without_a_gain, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_nets_learn_the_same_in_blocks, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
