/* Convolutions, in double: the reference against the definition written as
   plain loops, and the sizes that kinds announce. */
#include "bench.h"

#include "ref/ref.h"

static struct arena arena;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	err_clear(&err);
	return 0;
}

static struct val
value(const struct shape *shape, const char *purpose)
{
	struct val v = { .name = purpose, .shape = *shape };
	int64_t n = val_count(&v), i;

	v.data = arena_slab(&arena, (size_t)n * sizeof(real), &err);
	for (i = 0; i < n; i++)
		v.data[i] = number(purpose, i);
	return v;
}

/* Windows, channels and filters enough to fill registers and not. */
static const struct {
	int64_t n, h, w, c, f, groups;
	struct window window;
} cases[] = {
	{ 2, 5, 6, 3, 4, 1, { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 0 }, { 0 } } },
	{ 1, 9, 14, 2, 8, 1,
	    { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 } } },
	{ 2, 8, 7, 5, 19, 1,
	    { { 3, 2 }, { 2, 3 }, { 1, 2 }, { 1, 0 }, { 1, 2 } } },
	{ 1, 4, 3, 300, 9, 1,
	    { { 2, 2 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 } } },
	{ 1, 3, 4, 9, 270, 1,
	    { { 1, 1 }, { 2, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 } } },
	{ 2, 6, 6, 6, 12, 3,
	    { { 3, 3 }, { 2, 2 }, { 1, 1 }, { 0, 1 }, { 1, 1 } } },
	{ 2, 6, 5, 32, 32, 2,
	    { { 3, 3 }, { 1, 1 }, { 2, 1 }, { 2, 1 }, { 2, 1 } } },
	{ 2, 7, 7, 21, 21, 21,
	    { { 3, 3 }, { 2, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 } } },
	{ 1, 5, 5, 4, 12, 4,
	    { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 } } },
	{ 1, 2, 2, 3, 5, 1,
	    { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 4, 4 }, { 4, 4 } } },
	{ 1, 300, 1, 1, 1, 1,
	    { { 2, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 } } },
	{ 1, 1, 300, 2, 3, 1,
	    { { 1, 2 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 } } },
};

enum { CASES = sizeof(cases) / sizeof(*cases) };

static int64_t
out_size(int64_t x, const struct window *w, int way)
{
	return (x + w->before[way] + w->after[way] -
		   (w->size[way] - 1) * w->dilation[way] - 1) /
	    w->stride[way] +
	    1;
}

struct triple {
	struct val x, y, kernel, bias;
};

static struct triple
triple(int at)
{
	int64_t c = cases[at].c, f = cases[at].f;
	const struct window *w = &cases[at].window;
	struct shape x = { 4, { cases[at].n, cases[at].h, cases[at].w, c } };
	struct shape y = { 4,
		{ cases[at].n, out_size(cases[at].h, w, 0),
		    out_size(cases[at].w, w, 1), f } };
	struct shape kernel = { 4,
		{ w->size[0], w->size[1], c / cases[at].groups, f } };
	struct shape bias = { 1, { f } };

	return (struct triple){ value(&x, "x"), value(&y, "y"),
		value(&kernel, "kernel"), value(&bias, "bias") };
}

/* Every product of the definition, given to one of the three. */
static void
plain_loops(int at, const struct triple *t, enum op_what what, real *out)
{
	const struct window *w = &cases[at].window;
	const int64_t *x = t->x.shape.dim, *y = t->y.shape.dim;
	int64_t each = cases[at].c / cases[at].groups;
	int64_t filters = cases[at].f / cases[at].groups;
	int64_t i[6], row, col, ix, iy, ik;

	for (i[0] = 0; i[0] < y[0] * y[1]; i[0]++)
		for (i[1] = 0; i[1] < y[2]; i[1]++)
			for (i[2] = 0; i[2] < w->size[0]; i[2]++)
				for (i[3] = 0; i[3] < w->size[1]; i[3]++)
					for (i[4] = 0; i[4] < each; i[4]++)
						for (i[5] = 0; i[5] < y[3];
						     i[5]++) {
							row = i[0] % y[1] *
								w->stride[0] +
							    i[2] *
								w->dilation[0] -
							    w->before[0];
							col = i[1] *
								w->stride[1] +
							    i[3] *
								w->dilation[1] -
							    w->before[1];
							if (row < 0 ||
							    col < 0 ||
							    row >= x[1] ||
							    col >= x[2])
								continue;
							ix = ((i[0] / y[1] *
								      x[1] +
								  row) *
								     x[2] +
								 col) *
								x[3] +
							    i[5] / filters *
								each +
							    i[4];
							iy = (i[0] * y[2] +
								 i[1]) *
								y[3] +
							    i[5];
							ik = ((i[2] *
								      w->size
									  [1] +
								  i[3]) *
								     each +
								 i[4]) *
								y[3] +
							    i[5];
							if (what == OP_CONV)
								out[iy] +=
								    t->x.data
									[ix] *
								    t->kernel
									.data
									    [ik];
							else if (what ==
							    OP_CONV_DATA)
								out[ix] +=
								    t->y.data
									[iy] *
								    t->kernel
									.data
									    [ik];
							else
								out[ik] +=
								    t->x.data
									[ix] *
								    t->y.data
									[iy];
						}
}

/* The operation on the triple; its result is to be `out`. */
static struct op
operation(int at, struct triple *t, enum op_what what, struct val *out)
{
	struct op op = { .what = what,
		.window = cases[at].window,
		.groups = cases[at].groups,
		.nin = 2,
		.nout = 1 };

	op.in[0] = what == OP_CONV_DATA ? &t->y : &t->x;
	op.in[1] = what == OP_CONV_KERNEL ? &t->y : &t->kernel;
	op.out[0] = out;
	return op;
}

static struct val *
result_of(struct triple *t, enum op_what what)
{
	return what == OP_CONV     ? &t->y
	    : what == OP_CONV_DATA ? &t->x
				   : &t->kernel;
}

static void
run(struct op *op)
{
	struct step step = { 0 };

	assert_int_equal(backend_ref.plan(NULL, op, &err), 0);
	assert_int_equal(op->run(op, &step), 0);
}

static void
close_to(const real *a, const real *b, int64_t n, int at, enum op_what what)
{
	int64_t i;

	for (i = 0; i < n; i++)
		if (distance((double)a[i], (double)b[i]) > 1e-10)
			fail_msg("case %d: %s: number %d is %g, not %g", at,
			    op_name(what), (int)i, (double)a[i], (double)b[i]);
}

static void
check(int at, enum op_what what)
{
	struct triple t = triple(at);
	struct val out = *result_of(&t, what);
	int64_t n = val_count(&out);
	real *expected = arena_slab(&arena, (size_t)n * sizeof(real), &err);
	struct op op = operation(at, &t, what, &out);

	memset(expected, 0, (size_t)n * sizeof(real));
	plain_loops(at, &t, what, expected);
	out.data = arena_slab(&arena, (size_t)n * sizeof(real), &err);
	memset(out.data, 0x55, (size_t)n * sizeof(real));
	run(&op);
	close_to(out.data, expected, n, at, what);
	op.accumulate = 1;
	run(&op);
	plain_loops(at, &t, what, expected);
	close_to(out.data, expected, n, at, what);
}

static void
test_they_are_what_the_definition_says(void **state)
{
	int at;

	(void)state;
	for (at = 0; at < CASES; at++) {
		check(at, OP_CONV);
		check(at, OP_CONV_DATA);
		check(at, OP_CONV_KERNEL);
	}
}

static void
test_a_bias_is_added_to_every_row(void **state)
{
	struct triple t = triple(2), without = triple(2);
	struct op op = operation(2, &t, OP_CONV, &t.y);
	int64_t i, n = val_count(&t.y), f = cases[2].f;

	(void)state;
	run(&op);
	op.out[0] = &without.y;
	op.in[op.nin] = &t.bias;
	op.bias = op.nin++;
	run(&op);
	for (i = 0; i < n; i++)
		assert_true(
		    distance((double)without.y.data[i],
			(double)(t.y.data[i] + t.bias.data[i % f])) < 1e-10);
}

static void
test_the_gradient_of_a_bias_is_the_sum_of_rows(void **state)
{
	struct triple t = triple(2);
	struct op op = operation(2, &t, OP_CONV_KERNEL, &t.kernel);
	int64_t i, k, rows = val_rows(&t.y), f = cases[2].f;

	(void)state;
	op.out[op.nout] = &t.bias;
	op.dbias = op.nout++;
	run(&op);
	for (k = 0; k < f; k++) {
		double sum = 0;

		for (i = 0; i < rows; i++)
			sum += (double)t.y.data[i * f + k];
		assert_true(distance((double)t.bias.data[k], sum) < 1e-10);
	}
}

/* What Keras (and PyTorch, where numbers say the padding) give for 7 x 10. */
static const struct {
	const char *operand;
	int64_t h, w, before[2];
} sizes[] = {
	{ "conv:1:3", 5, 8, { 0, 0 } },
	{ "conv:1:3,pad=same", 7, 10, { 1, 1 } },
	{ "conv:1:2,pad=same", 7, 10, { 0, 0 } },
	{ "conv:1:3,pad=same,stride=2", 4, 5, { 1, 0 } },
	{ "conv:1:5,pad=same,stride=3", 3, 4, { 2, 2 } },
	{ "conv:1:3,pad=1,stride=2", 4, 5, { 1, 1 } },
	{ "conv:1:3x5,pad=2+0+1+3", 7, 10, { 2, 1 } },
	{ "conv:1:1,pad=3+4", 13, 18, { 3, 4 } },
	{ "conv:1:3,dilation=2x3", 3, 4, { 0, 0 } },
	{ "dwconv:7,pad=same", 7, 10, { 3, 3 } },
	{ "convt:1:3,stride=2,pad=same", 14, 20, { 0, 0 } },
	{ "convt:1:4,stride=2,pad=same", 14, 20, { 1, 1 } },
	{ "convt:1:3,stride=2", 15, 21, { 0, 0 } },
	{ "convt:1:2,stride=3", 21, 30, { 0, 0 } },
	{ "convt:1:3,stride=2,pad=1", 13, 19, { 1, 1 } },
	{ "convt:1:3,stride=2,pad=1,output_padding=1", 14, 20, { 1, 1 } },
	{ "convt:1:3,stride=2,pad=same,output_padding=0", 13, 19, { 1, 1 } },
};

static void
test_sizes_and_padding_are_those_of_keras(void **state)
{
	const struct shape x = { 4, { 2, 7, 10, 1 } };
	struct bench t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		const int64_t *y, *before;

		begin(&t, sizes[i].operand, &x, 1);
		compile(&t, 1);
		y = t.l.y_shape.dim;
		before = t.p.ops[0]->window.before;
		if (y[1] != sizes[i].h || y[2] != sizes[i].w ||
		    before[0] != sizes[i].before[0] ||
		    before[1] != sizes[i].before[1])
			fail_msg("%s: %d x %d, padded %d and %d",
			    sizes[i].operand, (int)y[1], (int)y[2],
			    (int)before[0], (int)before[1]);
		end(&t);
	}
}

/* What is no padding is refused, in words that say what is. */
static void
test_padding_that_is_none_is_refused(void **state)
{
	static const char *const pads[] = { "full", "", "1+2+3", "1+", "+1",
		"-1", "1+2+3+4+5", "65537", "99999999999999999999", "1x1" };
	struct setting s[] = {
		{ "kernel", ATTR_SHAPE, 0, 0, NULL, { 1, { 3 } } },
		{ "pad", ATTR_WORD, 0, 0, NULL, { 0 } },
	};
	struct node node = {
		.name = "c", .kind = "depthwise_conv2d", .settings = { 2, s }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pads) / sizeof(*pads); i++) {
		struct layer l = { .nx = 1,
			.x_shape = { { 4, { 1, 5, 5, 1 } } } };

		err_clear(&err);
		s[1].s = pads[i];
		if (layer_open(&l, &node, &arena, ERR_USAGE, &err) == 0)
			fail_msg("'%s' is taken", pads[i]);
		assert_non_null(strstr(err.text, "pad: is same, valid"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
		    test_they_are_what_the_definition_says, teardown),
		cmocka_unit_test_teardown(
		    test_a_bias_is_added_to_every_row, teardown),
		cmocka_unit_test_teardown(
		    test_the_gradient_of_a_bias_is_the_sum_of_rows, teardown),
		cmocka_unit_test_teardown(
		    test_sizes_and_padding_are_those_of_keras, teardown),
		cmocka_unit_test_teardown(
		    test_padding_that_is_none_is_refused, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
