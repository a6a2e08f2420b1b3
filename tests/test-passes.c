/* Passes of the backend's own against the reference: with all that may stand
   around them, whichever way channels lie, by one thread and by several. */
#include "module.h"

#include "elt.h"
#include "kind.h"
#include "optim.h"

enum { REPEAT = 1009 };

static struct val *
value(struct shape shape, uint32_t salt)
{
	struct val *v = arena_alloc(&arena, sizeof(*v), &err);
	int64_t i, n = shape_count(&shape);

	assert_non_null(v);
	v->name = "v";
	v->shape = shape;
	v->data = arena_slab(&arena, (size_t)n * sizeof(float), &err);
	assert_non_null(v->data);
	for (i = 0; i < n && i < REPEAT; i++)
		v->data[i] = noise(i, salt, 0);
	for (; i < n; i++)
		v->data[i] = v->data[i - REPEAT];
	return v;
}

static struct val *
numbers(int64_t n, uint32_t salt)
{
	return value((struct shape){ 1, { n } }, salt);
}

static struct val *
picture(int64_t n, int64_t h, int64_t w, int64_t c, uint32_t salt)
{
	return value((struct shape){ 4, { n, h, w, c } }, salt);
}

static int
in(struct op *op, struct val *v)
{
	op->in[op->nin] = v;
	return op->nin++;
}

static int
out(struct op *op, struct val *v)
{
	op->out[op->nout] = v;
	return op->nout++;
}

static const struct elt *
elt(const char *kind)
{
	return kind_find(kind)->elt;
}

/* From N H W C to N C/16 H W 16, or back. */
static void
permute(float *to, const float *from, const struct shape *s, int back)
{
	int64_t c = s->dim[3], each = s->dim[1] * s->dim[2], n, p, k, at, i = 0;

	for (n = 0; n < s->dim[0]; n++)
		for (p = 0; p < each; p++)
			for (k = 0; k < c; k++, i++) {
				at = ((n * (c / 16) + k / 16) * each + p) * 16 +
				    k % 16;
				if (back)
					to[i] = from[at];
				else
					to[at] = from[i];
			}
}

/* The value anew; blocked: as N C/16 H W 16 where it is a picture. */
static struct val *
twin(const struct val *v, int blocked)
{
	struct val *w = arena_alloc(&arena, sizeof(*w), &err);

	assert_non_null(w);
	*w = *v;
	w->data =
	    arena_slab(&arena, (size_t)val_count(v) * sizeof(float), &err);
	assert_non_null(w->data);
	if (blocked && v->shape.rank == 4) {
		w->block = 16;
		permute(w->data, v->data, &v->shape, 0);
	} else {
		memcpy(w->data, v->data, (size_t)val_count(v) * sizeof(float));
	}
	return w;
}

static struct op
twins(const struct op *op, int blocked)
{
	struct op copy = *op;
	int i;

	for (i = 0; i < op->nin; i++)
		copy.in[i] = twin(op->in[i], blocked);
	for (i = 0; i < op->nout; i++)
		copy.out[i] = twin(op->out[i], blocked);
	return copy;
}

static int
run_by(const struct backend *b, int threads, struct op *op, int samples)
{
	struct step step = {
		.n = samples, .lr = 0.1, .clip_scale = 1, .update = 3
	};
	void *handle = b->open(threads, &err);
	int left;

	assert_non_null(handle);
	left = b->plan(handle, op, &err);
	assert_in_range(left, 0, 1);
	if (left == 0)
		assert_int_equal(op->run(op, &step), 0);
	if (left == 0 && op->release != NULL)
		op->release(op);
	b->close(handle);
	return left;
}

static void
assert_result(const struct val *got, const struct val *want, const char *what)
{
	float *plain = got->data;

	if (got->block > 0) {
		plain = twin(want, 0)->data;
		permute(plain, got->data, &want->shape, 1);
	}
	assert_close(plain, want->data, val_count(want), 2e-5, what);
}

static void
same_bytes(const struct op *a, const struct op *b)
{
	int i;

	for (i = 0; i < a->nout; i++)
		assert_memory_equal(a->out[i]->data, b->out[i]->data,
		    (size_t)val_count(a->out[i]) * sizeof(float));
}

static void
agrees_so(const struct op *op, int samples, int threads, int blocked,
    const char *what)
{
	struct op got = twins(op, blocked), again = twins(op, blocked);
	struct op want = twins(op, 0);
	int i;

	if (run_by(dnn, threads, &got, samples) == 1)
		fail_msg("%s: not planned", what);
	assert_int_equal(run_by(&backend_ref, 1, &want, samples), 0);
	for (i = 0; i < op->nout; i++)
		assert_result(got.out[i], want.out[i], what);
	run_by(dnn, threads, &again, samples);
	same_bytes(&got, &again);
}

static void
agrees(const struct op *op, int samples, const char *what)
{
	int64_t c = val_cols(op->in[0]);
	char text[96];
	int blocked, threads;

	for (blocked = 0; blocked < 2; blocked++)
		for (threads = 1; threads <= MANY; threads++) {
			if (blocked &&
			    (c % 16 != 0 || op->in[0]->shape.rank != 4))
				continue;
			snprintf(text, sizeof(text), "%s, %s, %d threads", what,
			    blocked ? "blocked" : "plain", threads);
			agrees_so(op, samples, threads, blocked, text);
		}
}

struct size {
	int64_t n, h, w, c;
};

/* The last is large enough for several threads. */
static const struct size sizes[] = { { 1, 1, 1, 1 }, { 3, 5, 4, 7 },
	{ 2, 9, 31, 16 }, { 5, 3, 3, 40 }, { 7, 1, 1, 48 }, { 3, 17, 33, 32 },
	{ 10, 24, 24, 96 } };

enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static struct val *
sized(const struct size *s, uint32_t salt)
{
	return picture(s->n, s->h, s->w, s->c, salt);
}

/* What stands around an operation: each bit another thing. */
enum { GAMMA = 1, BETA = 2, ADDED = 4, RELU = 8, ALL = 16 };

static void
batchnorm_agrees(const struct size *s, enum op_what what, int with, int samples)
{
	struct op op = { .what = what, .epsilon = 1e-3 };
	char text[96];
	int64_t i;

	in(&op, sized(s, 1));
	for (i = 0; i < val_count(op.in[0]); i++)
		op.in[0]->data[i] += 10 * noise(i % s->c, 2, 0);
	if (what == OP_BATCHNORM_USE) {
		in(&op, numbers(s->c, 3));
		in(&op, numbers(s->c, 4));
		for (i = 0; i < s->c; i++)
			op.in[2]->data[i] = fabsf(op.in[2]->data[i]) + 1;
	}
	op.gamma = with & GAMMA ? in(&op, numbers(s->c, 5)) : 0;
	op.beta = with & BETA ? in(&op, numbers(s->c, 6)) : 0;
	op.add = with & ADDED ? in(&op, sized(s, 7)) : 0;
	op.elt = with & RELU ? elt("relu") : NULL;
	out(&op, sized(s, 8));
	if (what == OP_BATCHNORM) {
		out(&op, numbers(s->c, 9));
		out(&op, numbers(s->c, 10));
	}
	snprintf(text, sizeof(text), "%s of %dx%dx%dx%d with %d, %d samples",
	    op_name(what), (int)s->n, (int)s->h, (int)s->w, (int)s->c, with,
	    samples);
	agrees(&op, samples, text);
	arena_free(&arena);
}

static void
test_batch_norms_agree(void **state)
{
	int i, with;

	(void)state;
	for (i = 0; i < SIZES; i++)
		for (with = 0; with < ALL; with += i < SIZES - 1 ? 1 : 15) {
			int n = (int)sizes[i].n;

			batchnorm_agrees(&sizes[i], OP_BATCHNORM, with, n);
			batchnorm_agrees(
			    &sizes[i], OP_BATCHNORM, with, (n + 1) / 2);
			batchnorm_agrees(&sizes[i], OP_BATCHNORM_USE, with, n);
		}
}

/* A mean far from zero must not spoil the variance. */
static void
test_the_variance_is_that_about_the_mean(void **state)
{
	struct op op = { .what = OP_BATCHNORM, .epsilon = 1e-3 };
	int64_t i;

	(void)state;
	in(&op, picture(16, 8, 8, 32, 1));
	for (i = 0; i < val_count(op.in[0]); i++)
		op.in[0]->data[i] = 1000 + noise(i, 1, 0) + (i < 32 ? 1e4f : 0);
	out(&op, picture(16, 8, 8, 32, 2));
	out(&op, numbers(32, 3));
	out(&op, numbers(32, 4));
	agrees(&op, 16, "far from zero");
}

enum { MASKED = 4, PASSED = 8 };

static void
batchnorm_back_agrees(const struct size *s, int with, int samples)
{
	struct op op = { .what = OP_BATCHNORM_BACK, .epsilon = 1e-3 };
	char text[96];
	int64_t i;

	in(&op, sized(s, 1));
	in(&op, sized(s, 2));
	in(&op, numbers(s->c, 3));
	in(&op, numbers(s->c, 4));
	for (i = 0; i < s->c; i++)
		op.in[3]->data[i] = fabsf(op.in[3]->data[i]) + 1;
	op.gamma = with & GAMMA ? in(&op, numbers(s->c, 5)) : 0;
	op.back = with & MASKED ? elt("relu") : NULL;
	op.mask = with & MASKED ? in(&op, sized(s, 7)) : 0;
	out(&op, sized(s, 8));
	op.dgamma = with & GAMMA ? out(&op, numbers(s->c, 9)) : 0;
	op.dbeta = with & BETA ? out(&op, numbers(s->c, 10)) : 0;
	op.pass = with & PASSED ? out(&op, sized(s, 11)) : 0;
	snprintf(text, sizeof(text),
	    "batchnorm_back of %dx%dx%dx%d with %d, %d samples", (int)s->n,
	    (int)s->h, (int)s->w, (int)s->c, with, samples);
	agrees(&op, samples, text);
	arena_free(&arena);
}

static void
test_gradients_of_batch_norms_agree(void **state)
{
	int i, with;

	(void)state;
	for (i = 0; i < SIZES; i++)
		for (with = 0; with < ALL; with += i < SIZES - 1 ? 1 : 15) {
			int n = (int)sizes[i].n;

			batchnorm_back_agrees(&sizes[i], with, n);
			batchnorm_back_agrees(&sizes[i], with, (n + 1) / 2);
		}
}

static void
test_gradients_of_frozen_norms_agree(void **state)
{
	int i, gamma;

	(void)state;
	for (i = 0; i < SIZES; i++)
		for (gamma = 0; gamma < 2; gamma++) {
			const struct size *s = &sizes[i];
			struct op op = { .what = OP_BATCHNORM_USE_BACK,
				.epsilon = 1 };
			int64_t k;

			in(&op, sized(s, 1));
			in(&op, numbers(s->c, 2));
			for (k = 0; k < s->c; k++)
				op.in[1]->data[k] = fabsf(op.in[1]->data[k]);
			op.gamma = gamma ? in(&op, numbers(s->c, 3)) : 0;
			out(&op, sized(s, 4));
			agrees(&op, (int)s->n, "frozen");
			arena_free(&arena);
		}
}

/* whole: by sample, else by row; the statistics are the units' and groups'. */
static void
groupnorm_agrees(const struct size *s, int64_t groups, int whole, int with)
{
	struct op op = { .what = OP_GROUPNORM,
		.epsilon = 1e-3,
		.groups = groups,
		.whole = whole };
	int64_t n = groups * (whole ? s->n : s->n * s->h * s->w);
	struct op back = op;
	char text[96];
	int64_t i;

	snprintf(text, sizeof(text), "%dx%dx%dx%d in %d groups, %d, with %d",
	    (int)s->n, (int)s->h, (int)s->w, (int)s->c, (int)groups, whole,
	    with);
	in(&op, sized(s, 1));
	for (i = 0; i < val_count(op.in[0]); i++)
		op.in[0]->data[i] += 10;
	op.gamma = with & GAMMA ? in(&op, numbers(s->c, 5)) : 0;
	op.beta = with & BETA ? in(&op, numbers(s->c, 6)) : 0;
	out(&op, sized(s, 8));
	out(&op, numbers(n, 9));
	out(&op, numbers(n, 10));
	agrees_so(&op, (int)s->n, 1, 0, text);
	agrees_so(&op, (int)s->n, MANY, 0, text);
	back.what = OP_GROUPNORM_BACK;
	in(&back, sized(s, 2));
	in(&back, sized(s, 1));
	in(&back, numbers(n, 3));
	in(&back, numbers(n, 4));
	back.gamma = with & GAMMA ? in(&back, numbers(s->c, 5)) : 0;
	out(&back, sized(s, 8));
	back.dgamma = with & GAMMA ? out(&back, numbers(s->c, 9)) : 0;
	back.dbeta = with & BETA ? out(&back, numbers(s->c, 10)) : 0;
	agrees_so(&back, (int)s->n, 1, 0, text);
	agrees_so(&back, (int)s->n, MANY, 0, text);
	arena_free(&arena);
}

static void
test_layer_and_group_norms_agree(void **state)
{
	int i, whole, with;

	(void)state;
	for (i = 0; i < SIZES; i++)
		for (whole = 0; whole < 2; whole++)
			for (with = 0; with < 4; with += 3) {
				groupnorm_agrees(&sizes[i], 1, whole, with);
				if (sizes[i].c % 8 == 0)
					groupnorm_agrees(
					    &sizes[i], 4, whole, with);
			}
}

/* Whole, cut, apart, overlapping, with gaps, beyond the picture. */
static const struct window windows[] = {
	{ { 2, 2 }, { 2, 2 }, { 1, 1 }, { 0, 0 }, { 0, 0 } },
	{ { 3, 3 }, { 2, 2 }, { 1, 1 }, { 1, 1 }, { 1, 1 } },
	{ { 3, 2 }, { 1, 1 }, { 1, 1 }, { 1, 0 }, { 1, 1 } },
	{ { 2, 2 }, { 3, 3 }, { 1, 1 }, { 0, 0 }, { 0, 0 } },
	{ { 2, 2 }, { 2, 2 }, { 1, 1 }, { 0, 1 }, { 1, 0 } },
	{ { 2, 2 }, { 2, 2 }, { 2, 2 }, { 0, 0 }, { 1, 1 } },
	{ { 3, 3 }, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 2, 2 } },
	{ { 1, 1 }, { 2, 2 }, { 1, 1 }, { 0, 0 }, { 0, 0 } },
};

enum { WINDOWS = sizeof(windows) / sizeof(windows[0]) };

static int64_t
slides(const struct window *w, int dim, int64_t length)
{
	int64_t room = length + w->before[dim] + w->after[dim] -
	    (w->size[dim] - 1) * w->dilation[dim] - 1;

	return room < 0 ? 0 : room / w->stride[dim] + 1;
}

/* A gradient with mask; relu's own y, which is x of the pool. */
static void
pool_back_agrees(
    struct op *op, struct val *x, struct val *y, int masked, const char *what)
{
	struct op back = *op;
	struct val *top = twin(y, 0);

	op->out[0] = top;
	assert_int_equal(run_by(&backend_ref, 1, op, (int)x->shape.dim[0]), 0);
	back.what = op->what == OP_MAXPOOL ? OP_MAXPOOL_BACK : OP_AVGPOOL_BACK;
	back.nin = 0;
	in(&back, value(y->shape, 5));
	if (op->what == OP_MAXPOOL) {
		in(&back, x);
		in(&back, top);
	}
	back.back = masked ? elt("relu") : NULL;
	back.mask = masked ? in(&back, twin(x, 0)) : 0;
	back.out[0] = value(x->shape, 6);
	agrees(&back, (int)x->shape.dim[0], what);
}

static void
pool_agrees(const struct size *s, enum op_what what, const struct window *w,
    int count_pad, const char *text)
{
	struct op op = { .what = what, .window = *w, .count_pad = count_pad };
	struct val *x = sized(s, 1), *y;
	int64_t rows = slides(w, 0, s->h), cols = slides(w, 1, s->w), i;

	if (rows < 1 || cols < 1)
		return;
	for (i = 0; i < val_count(x); i++) /* ties, zeros */
		x->data[i] = truncf(x->data[i] * 4);
	y = picture(s->n, rows, cols, s->c, 2);
	in(&op, x);
	out(&op, y);
	agrees(&op, (int)s->n, text);
	pool_back_agrees(&op, x, y, 0, text);
	pool_back_agrees(&op, x, y, 1, text);
	arena_free(&arena);
}

static void
test_pools_agree(void **state)
{
	char text[96];
	int i, k;

	(void)state;
	for (i = 0; i < SIZES; i++)
		for (k = 0; k < WINDOWS; k += i < SIZES - 1 ? 1 : 2) {
			snprintf(
			    text, sizeof(text), "window %d of size %d", k, i);
			pool_agrees(
			    &sizes[i], OP_MAXPOOL, &windows[k], 0, text);
			pool_agrees(
			    &sizes[i], OP_AVGPOOL, &windows[k], 0, text);
			pool_agrees(
			    &sizes[i], OP_AVGPOOL, &windows[k], 1, text);
		}
}

static void
test_pools_of_whole_pictures_agree(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < SIZES; i++) {
		const struct size *s = &sizes[i];
		struct window w = { { s->h, s->w }, { 1, 1 }, { 1, 1 }, { 0 },
			{ 0 } };

		pool_agrees(s, OP_MAXPOOL, &w, 0, "global maximum");
		pool_agrees(s, OP_AVGPOOL, &w, 0, "global mean");
	}
}

static void
test_pools_keep_nan_visible(void **state)
{
	struct op op = { .what = OP_MAXPOOL, .window = windows[0] };
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct val *x = picture(1, 2, 2, 16, 1);

		op.nin = op.nout = 0;
		x->data[16 * i + 3] = NAN;
		in(&op, x);
		out(&op, picture(1, 1, 1, 16, 2));
		assert_int_equal(run_by(dnn, 1, &op, 1), 0);
		assert_true(isnan(op.out[0]->data[3]));
		assert_false(isnan(op.out[0]->data[4]));
	}
}

static void
test_sums_agree(void **state)
{
	int i, terms, with, k;

	(void)state;
	for (i = 0; i < SIZES; i++)
		for (terms = 2; terms < 5; terms++)
			for (with = 0; with < 3; with++) {
				struct op op = { .what = OP_ADD };

				for (k = 0; k < terms; k++)
					in(&op, sized(&sizes[i], (uint32_t)k));
				op.elt = with == 1 ? elt("tanh") : NULL;
				op.back = with == 2 ? elt("relu") : NULL;
				op.mask = with == 2
				    ? in(&op, sized(&sizes[i], 9))
				    : 0;
				out(&op, sized(&sizes[i], 10));
				agrees(&op, (int)sizes[i].n, "sum");
				arena_free(&arena);
			}
}

/* With its first result in the place of its first operand. */
static void
agrees_in_place(const struct op *op, const char *what)
{
	struct op apart = twins(op, 0), there = twins(op, 0);
	size_t size = (size_t)val_count(op->out[0]) * sizeof(float);
	int n = (int)op->in[0]->shape.dim[0];

	there.out[0]->data = there.in[0]->data;
	assert_int_equal(run_by(dnn, MANY, &apart, n), 0);
	assert_int_equal(run_by(dnn, MANY, &there, n), 0);
	if (memcmp(apart.out[0]->data, there.out[0]->data, size) != 0)
		fail_msg("%s: not the same in place", what);
}

static void
test_results_may_take_the_place_of_operands(void **state)
{
	const struct size *s = &sizes[SIZES - 1];
	struct op sum = { .what = OP_ADD, .back = elt("relu") };
	struct op use = {
		.what = OP_BATCHNORM_USE, .epsilon = 1, .elt = elt("relu")
	};
	struct op back = {
		.what = OP_BATCHNORM_BACK, .epsilon = 2, .back = elt("relu")
	};
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		in(&sum, sized(s, (uint32_t)i));
	sum.mask = in(&sum, sized(s, 3));
	out(&sum, sized(s, 4));
	agrees_in_place(&sum, "sum");
	in(&use, sized(s, 1));
	in(&use, numbers(s->c, 2));
	in(&use, numbers(s->c, 3));
	use.add = in(&use, sized(s, 4));
	out(&use, sized(s, 5));
	agrees_in_place(&use, "use");
	in(&back, sized(s, 1));
	in(&back, sized(s, 2));
	in(&back, numbers(s->c, 3));
	in(&back, numbers(s->c, 4));
	back.mask = in(&back, sized(s, 5));
	out(&back, sized(s, 6));
	agrees_in_place(&back, "gradient");
	back.pass = out(&back, sized(s, 7));
	agrees_in_place(&back, "gradient passed on");
}

/* Then it is left to the reference: where there is one thread. */
static int
has_one_share(const struct op *op)
{
	struct op copy = *op;

	return run_by(dnn, MANY, &copy, (int)val_rows(op->in[0])) == 1;
}

/* Large ones, which have several shares. */
static void
test_activations_of_many_numbers_agree(void **state)
{
	const struct size *s = &sizes[SIZES - 1];
	int i;

	(void)state;
	for (i = 0; kinds[i] != NULL; i++) {
		struct op op = { .what = OP_ELTWISE, .elt = kinds[i]->elt };
		void *conf;

		if (op.elt == NULL || strcmp(op.elt->name, "gelu") == 0)
			continue;
		conf = arena_alloc(&arena, kinds[i]->conf_size + 1, &err);
		assert_non_null(conf);
		if (kinds[i]->attrs != NULL)
			attr_defaults(kinds[i]->attrs, conf);
		op.conf = conf;
		in(&op, sized(s, 1));
		out(&op, sized(s, 3));
		if (has_one_share(&op))
			skip();
		agrees_so(&op, (int)s->n, MANY, 0, kinds[i]->name);
		op.what = OP_ELTWISE_BACK;
		in(&op, sized(s, 2));
		agrees_so(&op, (int)s->n, MANY, 0, kinds[i]->name);
		arena_free(&arena);
	}
}

/* An optimizer's numbers in shares are those of one. */
static void
test_updates_in_shares_agree(void **state)
{
	int i, k, used;

	(void)state;
	for (i = 0; optims[i] != NULL; i++) {
		struct op op = {
			.what = OP_UPDATE, .optim = optims[i], .lr_scale = 1
		};
		void *conf =
		    arena_alloc(&arena, optims[i]->conf_size + 1, &err);
		struct op one, many;

		assert_non_null(conf);
		if (optims[i]->attrs != NULL)
			attr_defaults(optims[i]->attrs, conf);
		op.conf = conf;
		in(&op, numbers(700001, 1));
		out(&op, numbers(700001, 2));
		used = optims[i]->slots_used == NULL
		    ? 0
		    : optims[i]->slots_used(conf);
		for (k = 0; k < OPTIM_SLOTS_MAX; k++)
			if (used >> k & 1)
				memset(
				    op.out[out(&op, numbers(700001, 3))]->data,
				    0, 700001 * sizeof(float));
		one = twins(&op, 0);
		many = twins(&op, 0);
		if (run_by(dnn, MANY, &many, 1) == 1)
			skip();
		assert_int_equal(run_by(&backend_ref, 1, &one, 1), 0);
		same_bytes(&one, &many);
		arena_free(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_batch_norms_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_the_variance_is_that_about_the_mean, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_gradients_of_batch_norms_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_gradients_of_frozen_norms_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_layer_and_group_norms_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_pools_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_pools_of_whole_pictures_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_pools_keep_nan_visible, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_sums_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_results_may_take_the_place_of_operands, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    test_activations_of_many_numbers_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_updates_in_shares_agree, setup, teardown),
	};
	int status = find_dnn();

	return status != 0 ? status : cmocka_run_group_tests(tests, NULL, NULL);
}
