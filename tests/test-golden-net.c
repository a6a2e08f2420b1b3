/* The tutorial's net in float32, a hundred steps of it, against the losses
   recorded from PyTorch and Keras: same weights, same batches. */
#include "golden.h"

#include "nn.h"

enum { BATCH = 32, PIXELS = 784, HIDDEN = 128, CLASSES = 10, UPDATES = 100 };

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

static void
append(struct graph *g, const char *kind, const struct setting *setting)
{
	struct node *n = graph_append(g, NULL, kind, ERR_USAGE, &err);
	struct setting *s = arena_alloc(g->arena, sizeof(*s), &err);

	assert_non_null(n);
	n->ninputs = g->nnodes > 1;
	n->inputs[0] = g->nnodes - 2;
	if (setting == NULL)
		return;
	*s = *setting;
	n->settings = (struct settings){ 1, s };
}

static void
append_dense(struct graph *g, int64_t units)
{
	struct setting s = { .name = "units", .type = ATTR_INT, .i = units };

	append(g, "dense", &s);
}

/* Flatten, Dense 128 relu, Dense 10 softmax. */
static void
build_graph(struct graph *g)
{
	struct setting s = { .name = "shape",
		.type = ATTR_SHAPE,
		.shape = { 3, { 28, 28, 1 } } };

	graph_begin(g, &arena);
	append(g, "input", &s);
	append(g, "flatten", NULL);
	append_dense(g, HIDDEN);
	append(g, "relu", NULL);
	append_dense(g, CLASSES);
	append(g, "softmax", NULL);
	g->ninputs = g->noutputs = 1;
	g->inputs[0] = 0;
	g->outputs[0] = g->nnodes - 1;
	must(nn_resolve(g, 1, ERR_USAGE, &err));
	must(nn_init(g, 0, "zeros", &err));
}

static void
fill(struct graph *g, const char *layer, uint32_t salt, double factor)
{
	const struct param *p =
	    node_param_find(&g->nodes[graph_find(g, layer)], "kernel");
	float *w = p->value.data;
	int64_t i;

	for (i = 0; i < shape_count(&p->value.shape); i++)
		w[i] = (float)(factor * golden(salt, i));
}

static struct net *
build_net(const char *backend, const char *operand)
{
	struct graph g;
	struct operand o;
	struct net_conf conf = { .backend = backend,
		.module_dir = MODULES,
		.train_batch = BATCH,
		.loss = { .name = "ce" } };
	struct net *net;

	must(operand_parse(&o, operand, &arena, &err));
	conf.optimizer = (struct choice){ o.name, o.keys };
	build_graph(&g);
	fill(&g, "dense_1", SALT_PARAM, 0.0625);
	fill(&g, "dense_2", SALT_PARAM + 1, 0.125);
	net = net_build(&g, &conf, &err);
	if (net == NULL)
		fail_msg("%s", err.text);
	return net;
}

/* Noise, and stripes that depend on the class. */
static void
fill_batch(float *x, int32_t *label, int step)
{
	uint32_t salt = SALT_IMAGE + (uint32_t)step;
	int i, k;

	for (i = 0; i < BATCH; i++) {
		label[i] = i * 7 % CLASSES;
		for (k = 0; k < PIXELS; k++) {
			int stripe = (k + 3 * label[i]) % CLASSES == 0;

			x[i * PIXELS + k] =
			    (float)(0.25 * (golden(salt, i * PIXELS + k) + 1) +
				0.5 * stripe);
		}
	}
}

static void
train(struct net *net, double lr, real *losses)
{
	float *x = arena_slab(&arena, BATCH * PIXELS * sizeof(*x), &err);
	int32_t label[BATCH];
	struct batch batch = { .n = BATCH, .label = label };
	struct step_args args = { .lr = lr };
	struct step_result result;
	int i;

	batch.x = (struct tensor){ DTYPE_F32, { 4, { BATCH, 28, 28, 1 } }, x };
	for (i = 0; i < UPDATES; i++) {
		fill_batch(x, label, i);
		args.update = i + 1;
		must(net_step(net, &batch, &args, &result, &err));
		losses[i] = (real)result.loss;
	}
}

/* A line "net OPTIMIZER RATE", then "losses ...". */
static void
check(const char *file, const char *backend)
{
	struct net *net = NULL;
	real losses[UPDATES];
	const char *word;
	struct golden g;
	char *rest;
	int n = 0;

	golden_open(&g, file);
	while ((word = golden_next(&g, &rest)) != NULL) {
		if (strcmp(word, "net") == 0) {
			net = build_net(backend, golden_word(&rest));
			train(net, golden_real(&rest), losses);
			net_free(net);
		} else if (strcmp(word, "losses") == 0) {
			golden_compare(
			    &g, "loss", &rest, losses, UPDATES, 1e-4);
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
	check("pytorch.txt", "ref");
	check("keras.txt", "ref");
}

static void
test_one_dnn(void **state)
{
	(void)state;
	if (!WITH_DNNL)
		skip();
	check("pytorch.txt", "dnn");
	check("keras.txt", "dnn");
}

/* Negative control: PyTorch's Adam is not Keras's. */
static void
test_the_other_adam_is_noticed(void **state)
{
	real keras[UPDATES], other[UPDATES];
	struct net *net;
	double far = 0;
	int i;

	(void)state;
	net = build_net("ref", "adam");
	train(net, 1e-3, keras);
	net_free(net);
	net = build_net("ref", "adam,epsilon=1e-8,corrected_epsilon");
	train(net, 1e-3, other);
	net_free(net);
	for (i = 0; i < UPDATES; i++)
		far = fmax(far, distance((double)keras[i], (double)other[i]));
	assert_true(far > 1e-4);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_reference),
		cmocka_unit_test(test_one_dnn),
		cmocka_unit_test(test_the_other_adam_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
