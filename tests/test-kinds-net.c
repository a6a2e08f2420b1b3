/* Every kind of layer inside a net, in float: oneDNN against the reference,
   and through a model file and back.  What is registered is checked by being
   there. */
#include "parts.h"

#include <stdlib.h>
#include <unistd.h>

#include "fmt.h"
#include "kind.h"
#include "nn.h"

enum { BATCH = 16, STEPS = 3 };

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

static struct node *
append(struct graph *g, const char *operand)
{
	const struct kind *kind;
	struct operand o;
	struct node *n;
	int used;

	must(operand_parse(&o, operand, &arena, &err));
	kind = kind_find(o.name);
	assert_non_null(kind);
	n = graph_append(g, NULL, kind->name, ERR_USAGE, &err);
	assert_non_null(n);
	if (kind->attrs != NULL)
		must(operand_settings(
		    &o, kind->attrs, &n->settings, &used, &arena, &err));
	return n;
}

static void
append_after(struct graph *g, const char *operand, int from)
{
	struct node *n = append(g, operand);

	n->ninputs = 1;
	n->inputs[0] = from;
}

/* Input, dense (so that a gradient goes through), the kind in its example,
   dense, softmax.  Several inputs of the kind: as many denses. */
static void
build_graph(struct graph *g, const struct kind *k)
{
	struct shape x = shape_sample(&k->example_x);
	int n = k->example_inputs > 0 ? k->example_inputs : 1, i;
	char operand[SHAPE_TEXT + 16], shape[SHAPE_TEXT];
	struct node *node;

	graph_begin(g, &arena);
	shape_print(shape, &x);
	snprintf(operand, sizeof(operand), "input:%s", shape);
	append(g, operand);
	snprintf(operand, sizeof(operand), "dense:%d", (int)x.dim[x.rank - 1]);
	for (i = 0; i < n; i++)
		append_after(g, operand, 0);
	node = append(g, k->example);
	node->ninputs = n;
	for (i = 0; i < n; i++)
		node->inputs[i] = 1 + i;
	append_after(g, "flatten", n + 1);
	append_after(g, "dense:3", n + 2);
	append_after(g, "softmax", n + 3);
	g->task = "classify";
	g->ninputs = g->noutputs = 1;
	g->inputs[0] = 0;
	g->outputs[0] = g->nnodes - 1;
	must(nn_resolve(g, 1, ERR_USAGE, &err));
	must(nn_init(g, 3, NULL, &err));
}

static struct net *
build_net(const struct graph *g, const char *backend)
{
	struct net_conf conf = { .backend = backend,
		.module_dir = MODULES,
		.batch = BATCH,
		.train_batch = BATCH,
		.seed = 9,
		.loss = { .name = "ce" },
		.optimizer = { .name = "sgd" } };
	struct net *net = net_build(g, &conf, &err);

	if (net == NULL)
		fail_msg("%s", err.text);
	return net;
}

static struct batch
make_batch(const struct graph *g)
{
	static int32_t label[BATCH];
	static uint64_t id[BATCH];
	struct batch b = { .n = BATCH, .label = label, .id = id };
	struct shape s;
	int64_t i, n;
	float *x;

	must(nn_shape(g, 0, &s, &err));
	s = shape_batch(BATCH, &s);
	n = shape_count(&s);
	x = arena_slab(&arena, (size_t)n * sizeof(*x), &err);
	for (i = 0; i < n; i++)
		x[i] = (float)(2 * number("x", i));
	for (i = 0; i < BATCH; i++) {
		label[i] = (int32_t)(i % 3);
		id[i] = (uint64_t)(100 + i);
	}
	b.x = (struct tensor){ DTYPE_F32, s, x };
	return b;
}

/* A few steps, then the outputs: what they were is copied. */
static float *
outputs_of(struct graph *g, const char *backend, int steps)
{
	struct net *net = build_net(g, backend);
	struct batch batch = make_batch(g);
	struct tensor out[GRAPH_ENDS_MAX];
	struct step_args args = { .lr = 0.1 };
	struct step_result result;
	float *copy = arena_slab(&arena, BATCH * 3 * sizeof(*copy), &err);

	while (args.update < steps) {
		args.update++;
		must(net_step(net, &batch, &args, &result, &err));
	}
	must(net_predict(net, &batch, out, NULL, &err));
	memcpy(copy, out[0].data, BATCH * 3 * sizeof(*copy));
	net_free(net);
	return copy;
}

static int
fits(const struct kind *k)
{
	return k->max_inputs > 0;
}

static void
test_one_dnn_agrees_with_the_reference(void **state)
{
	int i, at;

	(void)state;
	if (!WITH_DNNL)
		skip();
	for (i = 0; kinds[i] != NULL; i++) {
		const float *ref, *dnn;
		struct graph g;

		if (!fits(kinds[i]))
			continue;
		build_graph(&g, kinds[i]);
		ref = outputs_of(&g, "ref", STEPS);
		dnn = outputs_of(&g, "dnn", STEPS);
		for (at = 0; at < BATCH * 3; at++)
			if (fabs((double)(ref[at] - dnn[at])) > 1e-5)
				fail_msg("%s: output %d is %.9g, not %.9g",
				    kinds[i]->name, at, (double)dnn[at],
				    (double)ref[at]);
		arena_free(&arena);
	}
}

/* Negative control: training changes the outputs by more than that. */
static void
test_steps_change_outputs(void **state)
{
	const float *before, *after;
	struct graph g;
	double far = 0;
	int at;

	(void)state;
	build_graph(&g, kind_find("relu"));
	before = outputs_of(&g, "ref", 0);
	after = outputs_of(&g, "ref", STEPS);
	for (at = 0; at < BATCH * 3; at++)
		far = fmax(far, fabs((double)(before[at] - after[at])));
	assert_true(far > 1e-3);
	arena_free(&arena);
}

/* The same settings in the same words, whoever wrote them down. */
static void
compare_settings(const struct node *a, const struct node *b)
{
	const struct kind *k = kind_find(a->kind);
	struct settings sa, sb;
	void *ca, *cb;
	int i;

	assert_string_equal(a->kind, b->kind);
	assert_string_equal(a->name, b->name);
	assert_int_equal(a->ninputs, b->ninputs);
	if (k->attrs == NULL)
		return;
	ca = arena_alloc(&arena, k->conf_size, &err);
	cb = arena_alloc(&arena, k->conf_size, &err);
	must(attr_fill(k->attrs, ca, &a->settings, &arena, ERR_BUG, &err));
	must(attr_fill(k->attrs, cb, &b->settings, &arena, ERR_BUG, &err));
	must(attr_list(k->attrs, ca, 0, &sa, &arena, &err));
	must(attr_list(k->attrs, cb, 0, &sb, &arena, &err));
	for (i = 0; i < sa.n; i++)
		assert_string_equal(setting_print(&sa.at[i], &arena, &err),
		    setting_print(&sb.at[i], &arena, &err));
}

static void
check_file(struct graph *g, const char *name)
{
	struct fmt_model out = { .graph = *g }, in;
	const float *before = outputs_of(g, "ref", 0), *after;
	char path[128];
	int i;

	snprintf(
	    path, sizeof(path), "test-kinds-%s-%d.h5nn", name, (int)getpid());
	must(fmt_save(&out, path, &err));
	must(fmt_open(&in, path, &arena, &err));
	unlink(path);
	must(nn_resolve(&in.graph, 0, ERR_MODEL, &err));
	assert_int_equal(in.graph.nnodes, g->nnodes);
	for (i = 0; i < g->nnodes; i++)
		compare_settings(&g->nodes[i], &in.graph.nodes[i]);
	after = outputs_of(&in.graph, "ref", 0);
	assert_memory_equal(before, after, BATCH * 3 * sizeof(*before));
	fmt_close(&in);
}

static void
test_every_kind_comes_back_from_a_file(void **state)
{
	struct graph g;
	int i;

	(void)state;
	for (i = 0; kinds[i] != NULL; i++) {
		if (!fits(kinds[i]))
			continue;
		build_graph(&g, kinds[i]);
		check_file(&g, kinds[i]->name);
		arena_free(&arena);
	}
}

enum frost { THAWED, LEARNT_FROZEN, ALL_FROZEN, LAYER_FROZEN };

/* How far the stored mean of a batch norm has gone after one step on a batch,
   of which number `at` (unless negative) is not one. */
static double
mean_after_step(const char *backend, enum frost frost, int at, int status)
{
	struct batch batch;
	struct step_args args = { .update = 1, .lr = 0.1 };
	struct step_result result;
	const struct param *p;
	struct node *node;
	struct graph g;
	struct net *net;
	double far = 0;
	int i;

	build_graph(&g, kind_find("bn"));
	node = &g.nodes[2];
	assert_string_equal(node->kind, "batch_norm");
	node->frozen = frost == LAYER_FROZEN;
	for (i = 0; i < node->nparams; i++)
		node->params[i].frozen = frost == ALL_FROZEN ||
		    (frost == LEARNT_FROZEN &&
			node->params[i].role == ROLE_PARAMETER);
	net = build_net(&g, backend);
	batch = make_batch(&g);
	if (at >= 0)
		((float *)batch.x.data)[at] = NAN;
	assert_int_equal(net_step(net, &batch, &args, &result, &err), status);
	assert_true(status == 0 || err.code == ERR_NUMERIC);
	err_clear(&err);
	must(net_store(net, &g, &err));
	p = node_param_find(&g.nodes[2], "moving_mean");
	for (i = 0; i < shape_count(&p->value.shape); i++)
		far = fmax(far, fabs((double)((float *)p->value.data)[i]));
	net_free(net);
	arena_free(&arena);
	return far;
}

static void
check_statistics(const char *backend)
{
	assert_true(mean_after_step(backend, THAWED, -1, 0) > 1e-4);
	assert_true(mean_after_step(backend, THAWED, 5, -1) == 0);
	assert_true(mean_after_step(backend, LEARNT_FROZEN, -1, 0) > 1e-4);
	assert_true(mean_after_step(backend, ALL_FROZEN, -1, 0) == 0);
	assert_true(mean_after_step(backend, LAYER_FROZEN, -1, 0) == 0);
}

/* Statistics follow steps that are made, unless they or the whole layer are
   frozen. */
static void
test_statistics_move_with_the_step(void **state)
{
	(void)state;
	check_statistics("ref");
	if (WITH_DNNL)
		check_statistics("dnn");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_dnn_agrees_with_the_reference),
		cmocka_unit_test(test_steps_change_outputs),
		cmocka_unit_test(test_every_kind_comes_back_from_a_file),
		cmocka_unit_test(test_statistics_move_with_the_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
