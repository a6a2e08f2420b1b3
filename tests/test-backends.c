/* The backend on oneDNN against the reference: every operation that both
   plan gives the same numbers, and the same bytes run after run. */
#include "module.h"

#include <stdlib.h>

#include "elt.h"
#include "nn.h"
#include "optim.h"

static struct val
value(int64_t rows, int64_t cols, uint32_t salt, unsigned zeros)
{
	struct val v = { .name = "v", .shape = { 2, { rows, cols } } };
	int64_t i, n = rows * cols;

	v.data = arena_slab(&arena, (size_t)n * sizeof(float), &err);
	assert_non_null(v.data);
	for (i = 0; i < n; i++)
		v.data[i] = noise(i, salt, zeros);
	return v;
}

/* Plans and runs a copy of the operation; its first output into out, which
   the output's former numbers are put back from.  1: not planned by it. */
static int
run_by(const struct backend *b, int threads, const struct op *op, int times,
    float *out)
{
	struct step step = { .n = (int)val_rows(op->in[0]),
		.seed = 1,
		.lr = 0.01,
		.clip_scale = 0.5,
		.update = 1 };
	struct op copy = *op;
	int64_t n = val_count(op->out[0]);
	float *before = arena_slab(&arena, (size_t)n * sizeof(float), &err);
	void *handle = b->open(threads, &err);
	int left, i;

	assert_non_null(handle);
	assert_non_null(before);
	memcpy(before, op->out[0]->data, (size_t)n * sizeof(float));
	left = b->plan(handle, &copy, &err);
	assert_in_range(left, 0, 1);
	for (i = 0; left == 0 && i < times; i++) {
		memcpy(op->out[0]->data, before, (size_t)n * sizeof(float));
		assert_int_equal(copy.run(&copy, &step), 0);
	}
	memcpy(out, op->out[0]->data, (size_t)n * sizeof(float));
	memcpy(op->out[0]->data, before, (size_t)n * sizeof(float));
	if (left == 0 && copy.release != NULL)
		copy.release(&copy);
	b->close(handle);
	return left;
}

static void
agree(const struct op *op, int threads, const char *what)
{
	int64_t n = val_count(op->out[0]);
	size_t size = (size_t)n * sizeof(float);
	float *want = arena_slab(&arena, size, &err);
	float *got = arena_slab(&arena, size, &err);
	float *again = arena_slab(&arena, size, &err);

	assert_non_null(want);
	assert_non_null(got);
	assert_non_null(again);
	if (run_by(dnn, threads, op, 1, got) == 1)
		return;
	assert_int_equal(run_by(&backend_ref, 1, op, 1, want), 0);
	assert_close(got, want, n, 1e-5, what);
	assert_int_equal(run_by(dnn, threads, op, 3, again), 0);
	assert_memory_equal(got, again, size);
}

/* The settings of a kind when none is given. */
static void *
defaults(const struct kind *kind)
{
	void *conf = arena_alloc(&arena, kind->conf_size + 1, &err);

	assert_non_null(conf);
	if (kind->attrs != NULL)
		attr_defaults(kind->attrs, conf);
	return conf;
}

struct product {
	int64_t rows, inner, cols;
	int trans_a, trans_b, bias, accumulate;
	const char *elt; /* kind of the epilogue, or NULL */
	unsigned zeros;  /* of a hundred in the left operand */
	int small;       /* the library has one thread, the net more */
};

static void
product_agrees(const struct product *p, int threads)
{
	char what[160];
	struct val a, b, bias, y;
	struct op op = { .what = OP_MATMUL, .nin = 2, .nout = 1 };

	op.threads = p->small;
	a = p->trans_a ? value(p->inner, p->rows, 1, p->zeros)
		       : value(p->rows, p->inner, 1, p->zeros);
	b = p->trans_b ? value(p->cols, p->inner, 2, 0)
		       : value(p->inner, p->cols, 2, 0);
	bias = value(1, p->cols, 3, 0);
	y = value(p->rows, p->cols, 4, 0);
	op.trans_a = p->trans_a;
	op.trans_b = p->trans_b;
	op.accumulate = p->accumulate;
	op.in[0] = &a;
	op.in[1] = &b;
	op.out[0] = &y;
	if (p->bias) {
		op.bias = op.nin;
		op.in[op.nin++] = &bias;
	}
	if (p->elt != NULL)
		op.elt = kind_find(p->elt)->elt;
	snprintf(what, sizeof(what),
	    "%lldx%lldx%lld%s%s%s%s %s, %u%% zeros, %d threads",
	    (long long)p->rows, (long long)p->inner, (long long)p->cols,
	    p->trans_a ? " turned left" : "", p->trans_b ? " turned right" : "",
	    p->bias ? " bias" : "", p->accumulate ? " accumulate" : "",
	    p->elt == NULL ? "" : p->elt, p->zeros, threads);
	agree(&op, threads, what);
	arena_free(&arena);
}

static void
test_products_of_all_forms_and_odd_sizes_agree(void **state)
{
	static const int64_t size[][3] = { { 1, 1, 1 }, { 2, 3, 5 },
		{ 32, 784, 128 }, { 32, 128, 10 }, { 17, 67, 33 },
		{ 1, 300, 259 }, { 65, 64, 96 }, { 256, 400, 256 } };
	struct product p = { 0 };
	size_t s;
	int form;

	(void)state;
	for (s = 0; s < sizeof(size) / sizeof(size[0]); s++)
		for (form = 0; form < 32; form++) {
			p.rows = size[s][0];
			p.inner = size[s][1];
			p.cols = size[s][2];
			p.trans_a = form & 1;
			p.trans_b = form >> 1 & 1;
			p.bias = form >> 2 & 1;
			p.accumulate = form >> 3 & 1;
			p.elt = form & 16 ? "relu" : NULL;
			if (p.accumulate && (p.bias || p.elt != NULL))
				continue;
			product_agrees(&p, 1);
			product_agrees(&p, MANY);
		}
}

/* Around a half the way of multiplying changes. */
static void
test_products_with_zeros_agree(void **state)
{
	static const int64_t size[][3] = { { 32, 784, 128 }, { 33, 784, 130 },
		{ 1, 64, 32 }, { 70, 65, 300 }, { 5, 100, 47 },
		{ 128, 784, 256 } };
	static const unsigned zeros[] = { 10, 45, 55, 80, 99, 100 };
	struct product p = { 0 };
	size_t s, z;
	int turned;

	(void)state;
	for (s = 0; s < sizeof(size) / sizeof(size[0]); s++)
		for (z = 0; z < sizeof(zeros) / sizeof(zeros[0]); z++)
			for (turned = 0; turned < 2; turned++) {
				/* x, then its transpose, is on the left. */
				p.rows = size[s][turned];
				p.inner = size[s][1 - turned];
				p.cols = size[s][2];
				p.trans_a = turned;
				p.bias = !turned;
				p.elt = turned ? NULL : "relu";
				p.zeros = zeros[z];
				product_agrees(&p, 1);
				product_agrees(&p, MANY);
				p.small = 1;
				product_agrees(&p, 3);
				p.small = 0;
			}
}

static void
test_a_product_keeps_nan_visible(void **state)
{
	struct val a = value(4, 8, 1, 0), b = value(8, 4, 2, 0);
	struct val y = value(4, 4, 3, 0);
	struct op op = { .what = OP_MATMUL,
		.nin = 2,
		.nout = 1,
		.in = { &a, &b },
		.out = { &y },
		.elt = kind_find("relu")->elt };
	float out[16];

	(void)state;
	b.data[0] = NAN;
	assert_int_equal(run_by(dnn, 1, &op, 1, out), 0);
	assert_true(isnan(out[0]) && isnan(out[4]));
	assert_false(isnan(out[1]));
}

/* Every activation there is, so that a new one is compared by existing. */
static void
test_every_activation_agrees(void **state)
{
	int i;

	(void)state;
	for (i = 0; kinds[i] != NULL; i++) {
		struct val x = value(37, 19, 5, 10), y = value(37, 19, 6, 0);
		struct op op = { .what = OP_ELTWISE,
			.nin = 1,
			.nout = 1,
			.in = { &x },
			.out = { &y },
			.elt = kinds[i]->elt };
		int64_t k;

		if (op.elt == NULL)
			continue;
		op.conf = defaults(kinds[i]);
		for (k = 0; k < val_count(&x); k++)
			x.data[k] *= 10;
		agree(&op, 1, kinds[i]->name);
		op.what = OP_ELTWISE_BACK;
		op.in[op.nin++] = &y;
		agree(&op, 1, kinds[i]->name);
	}
}

static void
test_activations_keep_nan_visible(void **state)
{
	float out[16];
	int i;

	(void)state;
	for (i = 0; kinds[i] != NULL; i++) {
		struct val x = value(1, 16, 5, 0), y = value(1, 16, 6, 0);
		struct op op = { .what = OP_ELTWISE,
			.nin = 1,
			.nout = 1,
			.in = { &x },
			.out = { &y },
			.elt = kinds[i]->elt };

		if (op.elt == NULL)
			continue;
		op.conf = defaults(kinds[i]);
		x.data[3] = NAN;
		if (run_by(dnn, 1, &op, 1, out) == 0 && !isnan(out[3]))
			fail_msg("%s hides a NaN", kinds[i]->name);
	}
}

static void
norm_agrees(float scale, double clip, int threads)
{
	struct val a = value(1, 100003, 8, 30), b = value(3, 5, 9, 0);
	struct op op = { .what = OP_NORM,
		.nin = 2,
		.in = { &a, &b },
		.clip_norm = clip,
		.threads = 1 };
	struct step want = { .n = 1 }, got = { .n = 1 };
	struct op copy = op;
	void *handle = dnn->open(threads, &err);
	int64_t i;

	assert_non_null(handle);
	for (i = 0; i < val_count(&a); i++)
		a.data[i] *= scale;
	assert_int_equal(dnn->plan(handle, &copy, &err), 0);
	assert_int_equal(copy.run(&copy, &got), 0);
	assert_int_equal(backend_ref.plan(NULL, &op, &err), 0);
	assert_int_equal(op.run(&op, &want), 0);
	assert_true(fabs(got.sum_squares / want.sum_squares - 1) < 1e-6);
	assert_true(fabs(got.clip_scale / want.clip_scale - 1) < 1e-6);
	dnn->close(handle);
}

/* Squares of the last two are beyond floats. */
static void
test_norms_of_all_sizes_agree(void **state)
{
	int threads;

	(void)state;
	for (threads = 1; threads < 4; threads++) {
		norm_agrees(1, 0, threads);
		norm_agrees(1, 0.5, threads);
		norm_agrees(1e-18f, 0, threads);
		norm_agrees(1e25f, 0, threads);
	}
}

/* A step and a second one from its numbers. */
static void
update_agrees(const struct optim *optim, int64_t n, int threads)
{
	struct val w = value(1, n, 1, 0), g = value(1, n, 2, 20);
	struct val slot[OPTIM_SLOTS_MAX];
	float *want = arena_slab(&arena, (size_t)n * sizeof(float), &err);
	float *got = arena_slab(&arena, (size_t)n * sizeof(float), &err);
	struct op op = { .what = OP_UPDATE,
		.nin = 1,
		.nout = 1 + OPTIM_SLOTS_MAX,
		.in = { &g },
		.out = { &w },
		.threads = 1,
		.optim = optim,
		.lr_scale = 1 };
	int i;

	op.conf = arena_alloc(&arena, optim->conf_size + 1, &err);
	assert_true(op.conf != NULL && want != NULL && got != NULL);
	attr_defaults(optim->attrs, (void *)(uintptr_t)op.conf);
	for (i = 0; i < OPTIM_SLOTS_MAX; i++) {
		slot[i] = value(1, n, 3, 100);
		op.out[1 + i] = &slot[i];
	}
	assert_int_equal(run_by(&backend_ref, 1, &op, 1, want), 0);
	for (i = 0; i < OPTIM_SLOTS_MAX; i++)
		memset(slot[i].data, 0, (size_t)n * sizeof(float));
	if (run_by(dnn, threads, &op, 1, got) == 0)
		assert_close(got, want, n, 1e-5, optim->name);
	arena_free(&arena);
}

static void
test_every_optimizer_agrees_in_shares(void **state)
{
	int i, threads;

	(void)state;
	for (i = 0; optims[i] != NULL; i++)
		for (threads = 1; threads < 4; threads++)
			update_agrees(optims[i], 50021, threads);
}

static void
test_a_norm_says_what_is_not_finite(void **state)
{
	struct val a = value(10, 1000, 8, 0);
	struct op op = { .what = OP_NORM, .nin = 1, .in = { &a } };
	struct step step = { .n = 1 };
	void *handle = dnn->open(1, &err);

	(void)state;
	assert_non_null(handle);
	a.data[5001] = NAN;
	assert_int_equal(dnn->plan(handle, &op, &err), 0);
	assert_int_equal(op.run(&op, &step), 0);
	assert_false(isfinite(step.sum_squares));
	dnn->close(handle);
}

/* What one run of a layer's program left: y, then dx, then gradients. */
static void
collect(struct bench *t, float *to[], int64_t n[], int *count)
{
	struct layer *l = &t->l;
	struct val *all[1 + NODE_INPUTS_MAX + NODE_PARAMS_MAX];
	int i, k = 0;

	all[k++] = l->y;
	for (i = 0; i < l->nx; i++)
		all[k++] = l->dx[i];
	for (i = 0; i < NODE_PARAMS_MAX; i++)
		if (l->grad[i] != NULL)
			all[k++] = l->grad[i];
	*count = k;
	assert_int_equal(program_run(&t->p, PHASE_FORWARD, &t->step), 0);
	assert_int_equal(program_run(&t->p, PHASE_BACKWARD, &t->step), 0);
	for (i = 0; i < k; i++) {
		n[i] = val_count(all[i]);
		to[i] = arena_slab(&arena, (size_t)n[i] * sizeof(float), &err);
		assert_non_null(to[i]);
		memcpy(to[i], all[i]->data, (size_t)n[i] * sizeof(float));
	}
}

static void
layer_agrees(const struct kind *kind, int training)
{
	enum { MOST = 1 + NODE_INPUTS_MAX + NODE_PARAMS_MAX };
	struct shape x[NODE_INPUTS_MAX] = { 0 };
	float *want[MOST], *got[MOST];
	int64_t n[MOST];
	struct bench t;
	void *handle = dnn->open(1, &err);
	int nx = kind->example_inputs > 0 ? kind->example_inputs : 1, i, count;

	assert_non_null(handle);
	for (i = 0; i < nx; i++)
		x[i] = kind->example_x;
	begin(&t, kind->example, x, nx);
	compile(&t, training);
	collect(&t, want, n, &count);
	for (i = 0; i < t.p.nops; i++)
		assert_in_range(dnn->plan(handle, t.p.ops[i], &err), 0, 1);
	collect(&t, got, n, &count);
	for (i = 0; i < count; i++)
		assert_close(got[i], want[i], n[i], 1e-5, kind->example);
	end(&t);
	dnn->close(handle);
	arena_free(&arena);
}

static void
test_every_layer_agrees(void **state)
{
	int i;

	(void)state;
	for (i = 0; kinds[i] != NULL; i++)
		if (kinds[i]->max_inputs > 0) {
			layer_agrees(kinds[i], 1);
			layer_agrees(kinds[i], 0);
		}
}

/* KIND, or KIND:PLACE, behind what was appended last. */
static void
append(struct graph *g, const char *kind, const char *place)
{
	struct node *node = graph_append(g, NULL, kind, ERR_USAGE, &err);

	assert_non_null(node);
	if (place != NULL) {
		node->settings.n = 1;
		node->settings.at =
		    arena_array(&arena, 1, sizeof(*node->settings.at), &err);
		node->settings.at[0] = (struct setting){
			.name = kind_find(kind)->attrs[0].name,
			.type = ATTR_WORD,
			.s = place,
		};
	}
	if (g->nnodes > 1) {
		node->ninputs = 1;
		node->inputs[0] = g->nnodes - 2;
	}
}

static void
small_net(struct graph *g)
{
	graph_begin(g, &arena);
	g->task = "classify";
	append(g, "input", "20x10");
	append(g, "flatten", NULL);
	append(g, "dense", "70");
	append(g, "relu", NULL);
	append(g, "dense", "40");
	append(g, "tanh", NULL);
	append(g, "dense", "7");
	append(g, "softmax", NULL);
	g->inputs[g->ninputs++] = 0;
	g->outputs[g->noutputs++] = g->nnodes - 1;
	if (nn_resolve(g, 1, ERR_USAGE, &err) < 0 ||
	    nn_init(g, 1, NULL, &err) < 0)
		fail_msg("%s", err.text);
}

enum { STEPS = 40, BATCH = 24 };

/* The losses of the steps, and the parameters after them, into g. */
static void
train_by(const char *backend, struct graph *g, double loss[STEPS])
{
	static float x[BATCH * 200] __attribute__((aligned(64)));
	struct net_conf conf = { .backend = backend,
		.module_dir = ".libs",
		.threads = 1,
		.train_batch = BATCH,
		.loss = { "ce", { 0 } },
		.optimizer = { "adam", { 0 } } };
	int32_t label[BATCH];
	struct batch b = { BATCH, { DTYPE_F32, { 3, { BATCH, 20, 10 } }, x },
		label, { 0 }, NULL };
	struct step_result result;
	struct net *net = net_build(g, &conf, &err);
	int i, k;

	if (net == NULL)
		fail_msg("%s", err.text);
	assert_string_equal(net_backend(net), backend);
	for (i = 0; i < STEPS; i++) {
		struct step_args args = { 0, i + 1, 1e-3 };

		for (k = 0; k < BATCH * 200; k++)
			x[k] = noise(k, (uint32_t)i % 4, 70);
		for (k = 0; k < BATCH; k++)
			label[k] = (i % 4 + k) % 7;
		assert_int_equal(net_step(net, &b, &args, &result, &err), 0);
		loss[i] = result.loss;
	}
	assert_int_equal(net_store(net, g, &err), 0);
	net_free(net);
}

/* Rounding differs and grows with the steps; same bytes only with itself. */
static void
test_training_agrees(void **state)
{
	double want[STEPS], got[STEPS], again[STEPS];
	struct graph g;
	int i;

	(void)state;
	small_net(&g);
	train_by("ref", &g, want);
	small_net(&g);
	train_by("dnn", &g, got);
	small_net(&g);
	train_by("dnn", &g, again);
	for (i = 0; i < STEPS; i++)
		if (!(fabs(got[i] - want[i]) <= 1e-4 * want[i]))
			fail_msg(
			    "step %d: loss %.9g, not %.9g", i, got[i], want[i]);
	assert_true(want[STEPS - 1] < want[0]);
	assert_memory_equal(got, again, sizeof(got));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_products_of_all_forms_and_odd_sizes_agree, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    test_products_with_zeros_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_product_keeps_nan_visible, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_every_activation_agrees, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_activations_keep_nan_visible, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_norms_of_all_sizes_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_every_optimizer_agrees_in_shares, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_norm_says_what_is_not_finite, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_every_layer_agrees, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_training_agrees, setup, teardown),
	};
	int status = find_dnn();

	return status != 0 ? status : cmocka_run_group_tests(tests, NULL, NULL);
}
