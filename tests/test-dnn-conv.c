/* Convolutions on oneDNN against the reference: every form of them, in rows
   and in blocks, on one thread and on several. */
#include "module.h"

#include <stdlib.h>

#include "elt.h"

static struct val
value(int64_t a, int64_t b, int64_t c, int64_t d, const char *purpose)
{
	struct val v = { .name = purpose, .shape = { 4, { a, b, c, d } } };
	int64_t i;

	v.data =
	    arena_slab(&arena, (size_t)val_count(&v) * sizeof(float), &err);
	assert_non_null(v.data);
	for (i = 0; i < val_count(&v); i++)
		v.data[i] = number(purpose, i);
	return v;
}

/* N H W C to N C/16 H W 16, or back. */
static void
turn(float *to, const float *from, const struct val *v, int back)
{
	const int64_t *d = v->shape.dim;
	int64_t spots = d[1] * d[2], n, s, c, row, block;

	for (n = 0; n < d[0]; n++)
		for (s = 0; s < spots; s++)
			for (c = 0; c < d[3]; c++) {
				row = (n * spots + s) * d[3] + c;
				block =
				    ((n * d[3] + c - c % 16) * spots + 16 * s) +
				    c % 16;
				to[back ? row : block] =
				    from[back ? block : row];
			}
}

/* The value in blocks, where its channels allow that. */
static struct val
blocked(const struct val *v)
{
	struct val b = *v;

	if (v->shape.dim[3] % 16 != 0)
		return b;
	b.block = 16;
	b.data = arena_slab(&arena, (size_t)val_count(v) * sizeof(float), &err);
	assert_non_null(b.data);
	turn(b.data, v->data, v, 0);
	return b;
}

struct form {
	int64_t n, h, w, c, f, size[2], stride[2], dilation[2];
	int64_t before[2], after[2], groups;
	const char *elt;
};

/* Samples, height, width, channels, filters; kernel, stride, dilation;
   padding before and after; groups; activation. */
static const struct form forms[] = {
	{ 2, 7, 6, 3, 5, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, 1,
	    "relu" },
	{ 3, 9, 9, 1, 32, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, 1,
	    "relu" },
	{ 2, 8, 8, 16, 32, { 3, 3 }, { 2, 2 }, { 1, 1 }, { 0, 0 }, { 1, 1 }, 1,
	    NULL },
	{ 2, 8, 8, 16, 32, { 1, 1 }, { 2, 2 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 1,
	    NULL },
	{ 2, 14, 14, 32, 64, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 },
	    1, "relu" },
	{ 9, 8, 8, 64, 64, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, 1,
	    "relu" },
	{ 2, 8, 9, 3, 64, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, 1,
	    "tanh" },
	{ 2, 10, 11, 16, 16, { 3, 2 }, { 1, 2 }, { 2, 3 }, { 1, 0 }, { 2, 3 },
	    1, "relu" },
	{ 2, 9, 7, 32, 32, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, 32,
	    "relu" },
	{ 2, 9, 7, 48, 48, { 5, 5 }, { 2, 2 }, { 1, 1 }, { 2, 1 }, { 2, 2 }, 48,
	    NULL },
	{ 2, 6, 6, 32, 64, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, 4,
	    NULL },
	{ 2, 6, 6, 8, 12, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 2,
	    "relu" },
	{ 2, 6, 6, 5, 10, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 5,
	    NULL },
	{ 1, 28, 28, 1, 6, { 5, 5 }, { 1, 1 }, { 1, 1 }, { 2, 2 }, { 2, 2 }, 1,
	    "tanh" },
	{ 4, 1, 1, 24, 40, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 1,
	    "relu" },
	{ 2, 9, 9, 3, 16, { 3, 3 }, { 2, 1 }, { 2, 2 }, { 1, 1 }, { 2, 2 }, 1,
	    "relu" },
	{ 2, 9, 9, 2, 48, { 7, 5 }, { 2, 2 }, { 1, 1 }, { 3, 2 }, { 3, 2 }, 1,
	    NULL },
	{ 2, 6, 6, 16, 32, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, 16,
	    NULL },
	{ 2, 5, 5, 16, 20, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, 1,
	    "relu" },
	{ 2, 7, 7, 96, 96, { 7, 7 }, { 1, 1 }, { 1, 1 }, { 3, 3 }, { 3, 3 }, 96,
	    NULL },
	{ 3, 6, 6, 64, 64, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 2,
	    NULL },
	{ 20, 9, 10, 32, 48, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 0, 1 }, { 1, 0 },
	    1, "relu" },
	{ 20, 9, 10, 48, 32, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 2, 2 }, { 2, 2 },
	    1, "relu" },
	{ 20, 8, 8, 32, 32, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 1,
	    NULL },
	{ 7, 8, 8, 16, 80, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, 1,
	    "relu" },
	{ 7, 9, 6, 80, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, 1,
	    "relu" },
	{ 40, 5, 13, 64, 64, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 0 }, { 0, 1 },
	    1, "relu" },
	{ 2, 4, 4, 64, 128, { 2, 2 }, { 2, 2 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 1,
	    NULL },
};

static int64_t
result_size(const struct form *f, int way)
{
	int64_t x = way == 0 ? f->h : f->w;
	int64_t extent = (f->size[way] - 1) * f->dilation[way] + 1;

	return (x + f->before[way] + f->after[way] - extent) / f->stride[way] +
	    1;
}

static struct op
conv_op(const struct form *f, enum op_what what)
{
	struct op op = { .what = what, .groups = f->groups };
	int i;

	for (i = 0; i < 2; i++) {
		op.window.size[i] = f->size[i];
		op.window.stride[i] = f->stride[i];
		op.window.dilation[i] = f->dilation[i];
		op.window.before[i] = f->before[i];
		op.window.after[i] = f->after[i];
	}
	return op;
}

/* Does this processor multiply bf16? */
static int
bf16(void)
{
	struct err no = { 0 };

	return dnn->can(COMPUTE_BF16, &no) == 0;
}

/* Plans and runs it; 1: not planned. */
static int
run_by(const struct backend *b, int threads, const struct op *op, int times)
{
	struct step step = { .n = 1, .version = 7, .loaded = 7 };
	struct op copy = *op;
	void *handle = b->open(threads, &err);
	int left;

	assert_non_null(handle);
	left = b->plan(handle, &copy, &err);
	if (left < 0)
		fail_msg("%s: %s", op_name(op->what), err.text);
	for (; left == 0 && times > 0; times--)
		assert_int_equal(copy.run(&copy, &step), 0);
	if (left == 0 && copy.release != NULL)
		copy.release(&copy);
	b->close(handle);
	return left;
}

/* The outputs of an operation, with which pictures among its values in
   blocks. */
static void
run_in(const struct op *op, int threads, int blocks, float *to[], int *planned)
{
	struct val in[4], out[2];
	struct op copy = *op;
	int i;

	for (i = 0; i < op->nin; i++) {
		in[i] = blocks && op->in[i]->slab == SLAB_VALUE
		    ? blocked(op->in[i])
		    : *op->in[i];
		copy.in[i] = &in[i];
	}
	for (i = 0; i < op->nout; i++) {
		out[i] = blocks && op->out[i]->slab == SLAB_VALUE
		    ? blocked(op->out[i])
		    : *op->out[i];
		out[i].data = to[i];
		copy.out[i] = &out[i];
	}
	*planned = run_by(dnn, threads, &copy, 1) == 0;
	for (i = 0; i < op->nout; i++)
		if (out[i].block > 0) {
			struct val row = *op->out[i];
			size_t size = (size_t)val_count(&row) * sizeof(float);
			float *rows = arena_slab(&arena, size, &err);

			turn(rows, to[i], &row, 1);
			memcpy(to[i], rows, size);
		}
}

static void
outputs(const struct op *op, float *to[])
{
	int i;

	for (i = 0; i < op->nout; i++) {
		size_t size = (size_t)val_count(op->out[i]) * sizeof(float);

		to[i] = arena_slab(&arena, size, &err);
		assert_non_null(to[i]);
	}
}

/* Does the backend want to be given pictures in blocks? */
static int
has_blocks(const struct op *op)
{
	void *handle = dnn->open(1, &err);
	double gain;

	assert_non_null(handle);
	gain = dnn->blocks(handle, op);
	dnn->close(handle);
	return gain >= 0;
}

static void
agree_in(const struct op *op, float *want[], int threads, int blocks,
    double part, const char *what)
{
	float *got[2], *again[2];
	int i, planned;

	if (blocks && !has_blocks(op))
		return;
	outputs(op, got);
	outputs(op, again);
	run_in(op, threads, blocks, got, &planned);
	if (!planned) {
		assert_int_equal(blocks, 0);
		return;
	}
	run_in(op, threads, blocks, again, &planned);
	for (i = 0; i < op->nout; i++) {
		int64_t n = val_count(op->out[i]);

		assert_close(got[i], want[i], n, part, what);
		assert_memory_equal(
		    got[i], again[i], (size_t)n * sizeof(float));
	}
}

static void
agree(const struct op *op, const struct form *f)
{
	struct op copy = *op;
	struct val out[2];
	float *want[2];
	char what[160];
	int i, k;

	outputs(op, want);
	for (i = 0; i < op->nout; i++) {
		out[i] = *op->out[i];
		out[i].data = want[i];
		copy.out[i] = &out[i];
	}
	assert_int_equal(run_by(&backend_ref, 1, &copy, 1), 0);
	copy = *op;
	for (k = 0; k < (bf16() ? 8 : 4); k++) {
		copy.compute = k & 4 ? COMPUTE_BF16 : COMPUTE_F32;
		snprintf(what, sizeof(what), "%s of form %d, %d threads%s%s",
		    op_name(op->what), (int)(f - forms), k & 1 ? MANY : 1,
		    k & 2 ? ", in blocks" : "", k & 4 ? ", bf16" : "");
		agree_in(&copy, want, k & 1 ? MANY : 1, k >> 1 & 1,
		    k & 4 ? 2e-2 : 2e-5, what);
	}
}

/* All values a convolution and its gradients have. */
struct values {
	struct val x, xbias, kernel, bias, y, dy, other, dx;
};

static struct values
values_of(const struct form *f)
{
	int64_t h = result_size(f, 0), w = result_size(f, 1);
	struct values v = {
		.x = value(f->n, f->h, f->w, f->c, "x"),
		.xbias = value(1, 1, 1, f->c, "xbias"),
		.kernel = value(
		    f->size[0], f->size[1], f->c / f->groups, f->f, "kernel"),
		.bias = value(1, 1, 1, f->f, "bias"),
		.y = value(f->n, h, w, f->f, "y"),
		.dy = value(f->n, h, w, f->f, "dy"),
		.other = value(f->n, h, w, f->f, "other"),
		.dx = value(f->n, f->h, f->w, f->c, "dx"),
	};

	v.kernel.slab = v.bias.slab = v.xbias.slab = SLAB_PARAM;
	return v;
}

static void
in(struct op *op, struct val *v)
{
	op->in[op->nin++] = v;
}

static void
out(struct op *op, struct val *v)
{
	op->out[op->nout++] = v;
}

/* With bias, sum and activation; plain. */
static void
forward_agrees(const struct form *f, struct values *v)
{
	struct op op = conv_op(f, OP_CONV);

	in(&op, &v->x);
	in(&op, &v->kernel);
	out(&op, &v->y);
	agree(&op, f);
	op.bias = op.nin;
	in(&op, &v->bias);
	if (f->elt != NULL)
		op.elt = kind_find(f->elt)->elt;
	agree(&op, f);
	op.add = op.nin;
	in(&op, &v->other);
	agree(&op, f);
}

static void
backward_agrees(const struct form *f, struct values *v)
{
	struct op data = conv_op(f, OP_CONV_DATA);
	struct op kernel = conv_op(f, OP_CONV_KERNEL);
	struct val dkernel = v->kernel, dbias = v->bias;

	in(&data, &v->dy);
	in(&data, &v->kernel);
	out(&data, &v->dx);
	agree(&data, f);
	data.back = kind_find("relu")->elt;
	data.mask = data.nin;
	in(&data, &v->x);
	agree(&data, f);
	data.back = NULL;
	data.bias = data.mask;
	data.mask = 0;
	data.in[data.bias] = &v->xbias;
	data.elt = kind_find("relu")->elt;
	agree(&data, f);
	dkernel.slab = dbias.slab = SLAB_GRAD;
	in(&kernel, &v->x);
	in(&kernel, &v->dy);
	out(&kernel, &dkernel);
	agree(&kernel, f);
	kernel.dbias = kernel.nout;
	out(&kernel, &dbias);
	agree(&kernel, f);
}

static void
test_convolutions_of_all_forms_agree(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct values v = values_of(&forms[i]);

		forward_agrees(&forms[i], &v);
		backward_agrees(&forms[i], &v);
		arena_free(&arena);
	}
}

static int
any_nan(const float *y, int64_t n)
{
	int64_t i;

	for (i = 0; i < n && !isnan(y[i]); i++)
		;
	return i < n;
}

/* Where an activation could hide it. */
static void
test_a_convolution_keeps_nan_visible(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct values v = values_of(&forms[i]);
		struct op op = conv_op(&forms[i], OP_CONV);
		float *to[2];
		int blocks, planned;

		in(&op, &v.x);
		in(&op, &v.kernel);
		out(&op, &v.y);
		op.elt = kind_find("relu")->elt;
		outputs(&op, to);
		v.kernel.data[0] = NAN;
		for (blocks = 0; blocks <= has_blocks(&op); blocks++) {
			run_in(&op, 1, blocks, to, &planned);
			if (planned && !any_nan(to[0], val_count(&v.y)))
				fail_msg("form %d hides a NaN", (int)i);
		}
		arena_free(&arena);
	}
}

/* What a planned operation says that its products are. */
static enum compute
said(const struct op *op)
{
	void *handle = dnn->open(1, &err);
	struct op copy = *op;

	assert_non_null(handle);
	assert_int_equal(dnn->plan(handle, &copy, &err), 0);
	copy.release == NULL ? (void)0 : copy.release(&copy);
	dnn->close(handle);
	return copy.compute;
}

/* The largest difference between what was asked for in f32 and in bf16. */
static double
rounding(struct op *op)
{
	int64_t i, n = val_count(op->out[0]);
	float *got[2][2];
	double most = 0;
	int k, planned;

	for (k = 0; k < 2; k++) {
		op->compute = k == 0 ? COMPUTE_F32 : COMPUTE_BF16;
		outputs(op, got[k]);
		run_in(op, 1, 0, got[k], &planned);
		assert_true(planned);
	}
	for (i = 0; i < n; i++)
		most = fmax(most, fabs((double)got[0][0][i] - got[1][0][i]));
	return most;
}

/* What was asked for in bf16 is rounded to 8 bits or says that it is not:
   where strides leave no other way it is. */
static void
test_bf16_is_not_f32_in_secret(void **state)
{
	static const struct form some[] = {
		{ 8, 8, 8, 64, 64, { 3, 3 }, { 2, 2 }, { 1, 1 }, { 0, 0 },
		    { 1, 1 }, 1, NULL },
		{ 16, 8, 8, 64, 64, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 },
		    { 1, 1 }, 1, NULL },
		{ 2, 8, 8, 3, 32, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 },
		    { 1, 1 }, 1, NULL },
	};
	size_t i;

	(void)state;
	if (!bf16())
		skip();
	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		struct values v = values_of(&some[i]);
		struct op op = conv_op(&some[i], OP_CONV);
		double most;

		in(&op, &v.x);
		in(&op, &v.kernel);
		out(&op, &v.y);
		most = rounding(&op);
		if (said(&op) == COMPUTE_BF16)
			assert_true(most > 1e-4);
		else
			assert_true(most == 0);
		assert_true(i > 0 || most > 0);
		arena_free(&arena);
	}
}

/* The number of a 3 x 3 convolution, stride 1, same padding, in double. */
static double
truth(const struct values *v, int64_t n, int64_t h, int64_t w, int64_t f)
{
	const int64_t *x = v->x.shape.dim, filters = v->y.shape.dim[3];
	int64_t i, j, c, row, col;
	double sum = 0;

	for (i = 0; i < 3; i++)
		for (j = 0; j < 3; j++) {
			row = h + i - 1;
			col = w + j - 1;
			if (row < 0 || row >= x[1] || col < 0 || col >= x[2])
				continue;
			for (c = 0; c < x[3]; c++)
				sum +=
				    (double)v->x
					.data[((n * x[1] + row) * x[2] + col) *
						x[3] +
					    c] *
				    (double)v->kernel
					.data[((i * 3 + j) * x[3] + c) *
						filters +
					    f];
		}
	return sum;
}

/* The largest error of y over the typical size. */
static double
error_of(const struct values *v, const float *y)
{
	const int64_t *d = v->y.shape.dim;
	double worst = 0, square = 0, want;
	int64_t n, h, w, f;

	for (n = 0; n < d[0]; n++)
		for (h = 0; h < d[1]; h++)
			for (w = 0; w < d[2]; w++)
				for (f = 0; f < d[3]; f++) {
					want = truth(v, n, h, w, f);
					square += want * want;
					worst = fmax(worst, fabs(*y++ - want));
				}
	return worst / sqrt(square / (double)val_count(&v->y));
}

/* A batch of 8 x 8 pictures, 64 channels and filters: its result, and error. */
static double
error_with(int64_t n, float **result)
{
	const struct form f = { n, 8, 8, 64, 64, { 3, 3 }, { 1, 1 }, { 1, 1 },
		{ 1, 1 }, { 1, 1 }, 1, NULL };
	struct values v = values_of(&f);
	struct op op = conv_op(&f, OP_CONV);
	int planned;

	in(&op, &v.x);
	in(&op, &v.kernel);
	out(&op, &v.y);
	outputs(&op, result);
	run_in(&op, 1, 0, result, &planned);
	assert_true(planned);
	return error_of(&v, *result);
}

static int
has_winograd(void)
{
#if defined(__x86_64__)
	return __builtin_cpu_supports("avx512f") != 0;
#else
	return 0;
#endif
}

/* Few pictures are convolved directly, many by Winograd where the processor
   can: not to the same bits, but nearly. */
static void
test_the_error_of_winograd_is_small(void **state)
{
	const size_t few = (size_t)3 * 8 * 8 * 64 * sizeof(float);
	float *one, *other;
	double direct = error_with(3, &one), winograd = error_with(16, &other);

	(void)state;
	print_message("error: direct %.2g, Winograd %.2g\n", direct, winograd);
	assert_true(direct < 1e-5);
	assert_true(winograd < 2e-5);
	assert_int_equal(memcmp(one, other, few) != 0, has_winograd());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_convolutions_of_all_forms_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_convolution_keeps_nan_visible, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_bf16_is_not_f32_in_secret, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_the_error_of_winograd_is_small, setup, teardown),
	};
	int status = find_dnn();

	return status != 0 ? status : cmocka_run_group_tests(tests, NULL, NULL);
}
