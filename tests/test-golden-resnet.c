/* A narrow ResNet-20 against the losses recorded from PyTorch and Keras: same
   weights, same batches.

   Compiled twice: a hundred steps in double, and in float, with both
   backends, those before rounding parts the ways: where the last bit decides
   which side of zero a relu sees, small nets take another path, after six
   steps with oneDNN, and PyTorch's own float32 after some fifteen. */
#include "golden.h"

#include "nn.h"
#include "kind.h"

enum { BATCH = 16, SIDE = 8, CLASSES = 10 };
enum { PIXELS = SIDE * SIDE * 3, WIDTH = 8, STAGES = 3, BLOCKS = 3 };

#ifdef REAL_DOUBLE
enum { UPDATES = 100 };
#define NEAR 1e-6
#else
enum { UPDATES = 5 };
#define NEAR 1e-3
#endif

#ifndef WITH_DNNL
#define WITH_DNNL 0
#endif

static struct err err;
static struct arena arena;

static void
must(int status)
{
	if (status < 0)
		fail_msg("%s", err.text);
}

/* What is recorded: how 3x3 convolutions pad, and the norms' settings. */
struct recipe {
	const char *pad, *norm;
};

/* A layer that reads from one other, or from two; its index. */
static int
append(struct graph *g, const char *words, int from, int other)
{
	struct node *n;
	struct operand o;
	int used = 0;

	must(operand_parse(&o, words, &arena, &err));
	n = graph_append(g, NULL, kind_find(o.name)->name, ERR_USAGE, &err);
	assert_non_null(n);
	if (kind_find(o.name)->attrs != NULL)
		must(operand_settings(&o, kind_find(o.name)->attrs,
		    &n->settings, &used, &arena, &err));
	n->ninputs = (from >= 0) + (other >= 0);
	n->inputs[0] = from;
	n->inputs[1] = other;
	return g->nnodes - 1;
}

static int
append_conv(struct graph *g, const struct recipe *r, int filters, int size,
    int stride, int from)
{
	char words[128];

	snprintf(words, sizeof(words),
	    "conv2d:%d:%d,stride=%d,pad=%s,bias=false", filters, size, stride,
	    size == 1 ? "valid" : r->pad);
	return append(g, r->norm, append(g, words, from, -1), -1);
}

static int
append_block(
    struct graph *g, const struct recipe *r, int filters, int stride, int from)
{
	int y = append_conv(g, r, filters, 3, stride, from);

	y = append_conv(g, r, filters, 3, 1, append(g, "relu", y, -1));
	if (stride > 1)
		from = append_conv(g, r, filters, 1, stride, from);
	return append(g, "relu", append(g, "add", y, from), -1);
}

/* Kernels by formula, He uniform: their fan in is all dims but the last. */
static void
fill_kernels(struct graph *g)
{
	const struct param *p;
	uint32_t salt = SALT_PARAM;
	int64_t n, k;
	int i;

	for (i = 0; i < g->nnodes; i++) {
		p = node_param_find(&g->nodes[i], "kernel");
		if (p == NULL)
			continue;
		n = shape_count(&p->value.shape);
		for (k = 0; k < n; k++)
			((float *)p->value.data)[k] = (float)(golden(salt, k) *
			    sqrt(6 *
				(double)p->value.shape
				    .dim[p->value.shape.rank - 1] /
				(double)n));
		salt++;
	}
}

static void
build_graph(struct graph *g, const struct recipe *r)
{
	int x, stage, i;

	graph_begin(g, &arena);
	x = append(g, "input:8x8x3", -1, -1);
	x = append(g, "relu", append_conv(g, r, WIDTH, 3, 1, x), -1);
	for (stage = 0; stage < STAGES; stage++)
		for (i = 0; i < BLOCKS; i++)
			x = append_block(g, r, WIDTH << stage,
			    stage > 0 && i == 0 ? 2 : 1, x);
	x = append(g, "dense:10", append(g, "global_avg_pool", x, -1), -1);
	append(g, "softmax", x, -1);
	g->ninputs = g->noutputs = 1;
	g->inputs[0] = 0;
	g->outputs[0] = g->nnodes - 1;
	must(nn_resolve(g, 1, ERR_USAGE, &err));
	must(nn_init(g, 0, "zeros", &err));
	fill_kernels(g);
}

/* Noise, and stripes that depend on the class. */
static void
fill_batch(float *x, int32_t *label, int step)
{
	uint32_t salt = SALT_IMAGE + (uint32_t)step;
	int i, k;

	for (i = 0; i < BATCH; i++) {
		label[i] = i * 7 % CLASSES;
		for (k = 0; k < PIXELS; k++)
			x[i * PIXELS + k] =
			    (float)(golden(salt, i * PIXELS + k) +
				0.5 * ((k + 3 * label[i]) % CLASSES == 0));
	}
}

static void
train(const struct recipe *r, const char *backend, const char *optimizer,
    double lr, real *losses)
{
	float *x = arena_slab(&arena, BATCH * PIXELS * sizeof(*x), &err);
	int32_t label[BATCH];
	struct batch batch = { .n = BATCH, .label = label };
	struct net_conf conf = { .backend = backend,
		.module_dir = MODULES,
		.train_batch = BATCH,
		.loss = { .name = "ce" } };
	struct step_args args = { .lr = lr };
	struct step_result result;
	struct operand o;
	struct graph g;
	struct net *net;

	must(operand_parse(&o, optimizer, &arena, &err));
	conf.optimizer = (struct choice){ o.name, o.keys };
	build_graph(&g, r);
	net = net_build(&g, &conf, &err);
	if (net == NULL)
		fail_msg("%s", err.text);
	batch.x =
	    (struct tensor){ DTYPE_F32, { 4, { BATCH, SIDE, SIDE, 3 } }, x };
	while (args.update < UPDATES) {
		fill_batch(x, label, (int)args.update++);
		must(net_step(net, &batch, &args, &result, &err));
		losses[args.update - 1] = (real)result.loss;
	}
	net_free(net);
}

static void
compare(struct golden *g, char **rest, const real *losses)
{
	double want;
	int i;

	for (i = 0; i < UPDATES; i++) {
		want = golden_real(rest);
		if (!(fabs((double)losses[i] - want) <= NEAR))
			fail_msg("%s:%d: loss %d is %.9g, not %.9g", g->name,
			    g->row, i, (double)losses[i], want);
	}
}

/* A line "resnet OPTIMIZER RATE PAD NORM", then "losses ...". */
static void
check(const char *file, const char *backend)
{
	real losses[UPDATES];
	const char *word, *optimizer;
	struct recipe r;
	struct golden g;
	double lr;
	char *rest;
	int n = 0, on = 0;

	golden_open(&g, file);
	while ((word = golden_next(&g, &rest)) != NULL) {
		if (strcmp(word, "resnet") == 0) {
			optimizer = golden_word(&rest);
			lr = golden_real(&rest);
			r.pad = golden_word(&rest);
			r.norm = golden_word(&rest);
			train(&r, backend, optimizer, lr, losses);
			on = 1;
		} else if (on && strcmp(word, "losses") == 0) {
			compare(&g, &rest, losses);
			n++;
		}
	}
	assert_int_equal(n, 1);
	arena_free(&arena);
}

static void
test_the_reference(void **state)
{
	(void)state;
	check("pictures-pytorch.txt", "ref");
	check("pictures-keras.txt", "ref");
}

static void
test_one_dnn(void **state)
{
	(void)state;
	if (!WITH_DNNL)
		skip();
	check("pictures-pytorch.txt", "dnn");
	check("pictures-keras.txt", "dnn");
}

/* Negative control: zeros on the other sides are another net. */
static void
test_another_padding_is_noticed(void **state)
{
	const struct recipe one = { "1", "batch_norm" };
	const struct recipe same = { "same", "batch_norm" };
	real a[UPDATES], b[UPDATES];
	double far = 0;
	int i;

	(void)state;
	train(&one, "ref", "sgd,momentum=0.9", 0.02, a);
	train(&same, "ref", "sgd,momentum=0.9", 0.02, b);
	for (i = 0; i < UPDATES; i++)
		far = fmax(far, distance((double)a[i], (double)b[i]));
	assert_true(far > 1e-2);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_reference),
		cmocka_unit_test(test_one_dnn),
		cmocka_unit_test(test_another_padding_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
