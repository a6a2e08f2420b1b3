/* Layers fitted to another width: what stays is the same to the bit. */
#include "nets.h"

#include "adapt.h"

enum { N = 7, OLD = 3, NEW = 5 };

/* Pictures through a convolution, batch norms and a way around, to logits. */
static int
residual(struct world *w, const char *head)
{
	int before;

	begin(w, "input:6x5x4");
	next(w, "c1", "conv2d:8:3,pad=same");
	before = next(w, "n1", "batch_norm");
	next(w, "r1", "relu");
	next(w, "c2", "conv2d:8:3,pad=same");
	next(w, "n2", "batch_norm");
	layer(w, "sum", "add", w->g.nnodes - 1, before);
	next(w, "pool", "global_avg_pool");
	next(w, "out", head);
	finish(w, N, OLD);
	return w->g.nnodes - 1;
}

static const char *const backends[] = {
	"ref",
#if WITH_DNNL
	"dnn",
#endif
};

enum { BACKENDS = sizeof(backends) / sizeof(backends[0]) };

static struct net_conf
predicting(const char *backend)
{
	struct net_conf conf = ordinary(N, 0);

	conf.backend = backend;
	conf.module_dir = MODULES;
	return conf;
}

static void
take(struct world *w, const char *backend, real *to, int64_t n)
{
	struct net_conf conf = predicting(backend);
	struct net *net = build(w, &conf);

	memcpy(to, predict(w, net, N), (size_t)n * sizeof(real));
	net_free(net);
}

static void
widen(struct world *w, int at, const int64_t *from, uint64_t seed)
{
	assert_int_equal(adapt_class_layer(&w->g, at, &w->err), at);
	ok(w, adapt_units(&w->g, at, NEW, from, seed, &w->err));
}

/* The columns of `now` that came from `was`, bit by bit. */
static void
same_columns(const real *now, const real *was, const int64_t *from)
{
	for (int i = 0; i < N; i++)
		for (int u = 0; u < NEW; u++)
			if (from[u] >= 0 &&
			    memcmp(&now[i * NEW + u], &was[i * OLD + from[u]],
				sizeof(real)) != 0)
				fail_msg("sample %d: %.9g was %.9g", i,
				    (double)now[i * NEW + u],
				    (double)was[i * OLD + from[u]]);
}

static void
test_old_logits_are_the_same_bits(void **state)
{
	static const int64_t from[][NEW] = { { 0, 1, 2, -1, -1 },
		{ 2, -1, 0, 2, 1 } };
	struct world w;
	real was[N * OLD], now[N * NEW];
	int at;

	(void)state;
	for (int b = 0; b < BACKENDS; b++)
		for (int f = 0; f < 2; f++) {
			at = residual(&w, "dense:3");
			take(&w, backends[b], was, N * OLD);
			widen(&w, at, from[f], 1);
			take(&w, backends[b], now, N * NEW);
			same_columns(now, was, from[f]);
			arena_free(&w.arena);
		}
}

/* New columns are those of a layer that was never narrower. */
static void
test_new_rows_begin_as_their_kind_does(void **state)
{
	static const int64_t from[NEW] = { 0, 1, 2, -1, -1 };
	struct world w, wide;
	const float *kernel, *bias, *fresh;
	int at;

	(void)state;
	at = residual(&w, "dense:3");
	widen(&w, at, from, 7);
	residual(&wide, "dense:5");
	kernel = w.g.nodes[at].params[0].value.data;
	bias = w.g.nodes[at].params[1].value.data;
	fresh = wide.g.nodes[at].params[0].value.data;
	for (int i = 0; i < 8 * NEW; i++)
		if (i % NEW >= OLD)
			assert_memory_equal(
			    &kernel[i], &fresh[i], sizeof(*kernel));
	assert_memory_equal(
	    &bias[OLD], (float[NEW - OLD]){ 0 }, 2 * sizeof(*bias));
	assert_true(bias[0] != 0);
	arena_free(&wide.arena);
	arena_free(&w.arena);
}

static void
refuses(struct world *w, const char *why)
{
	w->g.outputs[0] = w->g.nnodes - 1;
	ok(w, nn_resolve(&w->g, 1, ERR_USAGE, &w->err));
	assert_int_equal(
	    adapt_class_layer(&w->g, w->g.nnodes - 1, &w->err), -1);
	if (strstr(w->err.text, why) == NULL)
		fail_msg("'%s' does not say %s", w->err.text, why);
	arena_free(&w->arena);
}

static void
test_says_why_there_are_no_rows(void **state)
{
	struct world w;
	int a;

	(void)state;
	begin(&w, "input:8x8x1");
	next(&w, "c", "conv2d:3:3");
	next(&w, "pool", "global_avg_pool");
	refuses(&w, "'pool': changes the shape");
	begin(&w, "input:4");
	a = next(&w, "a", "dense:3");
	layer(&w, "b", "dense:3", 0, -1);
	layer(&w, "sum", "add", a, w.g.nnodes - 1);
	refuses(&w, "'sum': is not made of one layer");
	begin(&w, "input:4");
	next(&w, "a", "dense:3");
	next(&w, "n", "batch_norm");
	refuses(&w, "'n': is not dense");
}

/* A gray picture, and the same with its channel repeated: more channels see
   what one saw. */
static void
pictures(struct world *w, const char *input)
{
	begin(w, input);
	next(w, "pad", "zero_padding:1");
	next(w, "c1", "conv2d:4:3");
	next(w, "n1", "batch_norm");
	next(w, "pool", "global_avg_pool");
	next(w, "out", "dense:3");
	finish(w, N, OLD);
}

static void
rows(struct world *w, const char *input)
{
	begin(w, input);
	next(w, "flat", "flatten");
	next(w, "out", "dense:3");
	finish(w, N, OLD);
}

/* Each number of the pictures n times beside each other. */
static void
repeat(struct world *w, int64_t n)
{
	int64_t count = N * shape_count(&w->sample);
	float *x =
	    arena_slab(&w->arena, (size_t)(count * n) * sizeof(*x), &w->err);

	assert_non_null(x);
	for (int64_t i = 0; i < count * n; i++)
		x[i] = w->x[i / n];
	w->x = x;
	w->sample.dim[2] *= n;
}

static void
test_repeated_channels_give_the_same_outputs(void **state)
{
	static void (*const nets[])(
	    struct world * w, const char *input) = { pictures, rows };
	struct world w;
	real was[N * OLD], now[N * OLD];

	(void)state;
	for (int64_t n = 2; n <= 5; n++)
		for (int k = 0; k < 2; k++) {
			nets[k](&w, "input:6x5x1");
			take(&w, "ref", was, N * OLD);
			ok(&w, adapt_channels(&w.g, 0, n, &w.err));
			repeat(&w, n);
			take(&w, "ref", now, N * OLD);
			close_to(now, was, N * OLD, 1e-5);
			ok(&w, adapt_channels(&w.g, 0, 1, &w.err));
			w.sample.dim[2] = 1;
			for (int64_t i = 0; i < N * 30; i++)
				w.x[i] = w.x[i * n];
			take(&w, "ref", now, N * OLD);
			close_to(now, was, N * OLD, 1e-5);
			arena_free(&w.arena);
		}
}

/* By hand: a kernel of 1 x 1 with channels 1 2 4 for one filter. */
static void
test_kernels_spread_and_gather_by_the_formula(void **state)
{
	static const struct {
		int64_t was, now;
		float kernel[7];
	} cases[] = {
		{ 1, 3, { 1.0F / 3, 1.0F / 3, 1.0F / 3 } },
		{ 3, 1, { 7 } },
		{ 3, 2, { 5, 2 } },
		{ 2, 3, { 0.5F, 2, 0.5F } },
		{ 3, 7, { 1.0F / 3, 1, 2, 1.0F / 3, 1, 2, 1.0F / 3 } },
	};
	static const float weights[] = { 1, 2, 4 };
	struct world w;
	char input[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(
		    input, sizeof(input), "input:4x4x%d", (int)cases[i].was);
		begin(&w, input);
		next(&w, "c", "conv2d:1:1,bias=false");
		finish(&w, 1, 1);
		memcpy(w.g.nodes[1].params[0].value.data, weights,
		    (size_t)cases[i].was * sizeof(float));
		ok(&w, adapt_channels(&w.g, 0, cases[i].now, &w.err));
		assert_memory_equal(w.g.nodes[1].params[0].value.data,
		    cases[i].kernel, (size_t)cases[i].now * sizeof(float));
		arena_free(&w.arena);
	}
}

static void
refuses_channels(const char *operand, const char *why)
{
	struct world w;

	begin(&w, "input:8x8x4");
	next(&w, "relu", "relu");
	next(&w, "first", operand);
	finish(&w, 1, 1);
	assert_int_equal(adapt_channels(&w.g, 0, 8, &w.err), -1);
	if (strstr(w.err.text, why) == NULL)
		fail_msg("'%s' does not say %s", w.err.text, why);
	arena_free(&w.arena);
}

static void
test_says_why_channels_stay(void **state)
{
	struct world w;

	(void)state;
	refuses_channels("depthwise_conv2d:3", "'first' (depthwise_conv2d)");
	refuses_channels("batch_norm", "each channel by itself");
	refuses_channels("conv2d:4:3,groups=2", "has groups");
	begin(&w, "input:64");
	next(&w, "first", "dense:3");
	finish(&w, 1, 3);
	assert_int_equal(adapt_channels(&w.g, 0, 3, &w.err), -1);
	assert_non_null(strstr(w.err.text, "takes no pictures"));
	arena_free(&w.arena);
}

static void
test_size_changes_where_nothing_has_a_row_for_each_place(void **state)
{
	struct world w;
	struct shape y;

	(void)state;
	pictures(&w, "input:6x5x1");
	ok(&w, adapt_size(&w.g, 0, 12, 9, &w.err));
	ok(&w, nn_shape(&w.g, 1, &y, &w.err));
	assert_int_equal(y.dim[0], 14);
	assert_int_equal(y.dim[1], 11);
	arena_free(&w.arena);
	rows(&w, "input:6x5x1");
	assert_int_equal(adapt_size(&w.g, 0, 12, 9, &w.err), -1);
	assert_non_null(strstr(w.err.text, "layer 'out': kernel: is 30x3"));
	arena_free(&w.arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_old_logits_are_the_same_bits),
		cmocka_unit_test(test_new_rows_begin_as_their_kind_does),
		cmocka_unit_test(test_says_why_there_are_no_rows),
		cmocka_unit_test(test_repeated_channels_give_the_same_outputs),
		cmocka_unit_test(test_kernels_spread_and_gather_by_the_formula),
		cmocka_unit_test(test_says_why_channels_stay),
		cmocka_unit_test(
		    test_size_changes_where_nothing_has_a_row_for_each_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
