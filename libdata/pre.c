/* The preprocessing chain at work.

   A plan for one raw shape: pointwise steps beside each other are folded
   into one factor and addend per channel, picture steps that would change
   nothing are left out.  So bytes that only want to be scaled go straight
   into the batch in one vectorised pass. */
#include <stdio.h>
#include <string.h>

#include "hot.h"
#include "pre.h"
#include "store.h"

/* An intermediate picture holds at most so many numbers. */
static const int64_t numbers_max = (int64_t)1 << 28;

struct step_work {
	void *at;
	size_t size;
};

/* A picture step (none in the first pass), then pointwise arithmetic. */
struct pass {
	const struct pre_step *step;
	struct affine before; /* the range that the step sees */
	struct affine after;
	struct shape out; /* H W C */
};

struct pre_work {
	const struct pre *pre;
	int planned;
	enum dtype dtype;
	struct shape raw;
	int npasses;
	struct pass *passes;
	struct step_work scratch;
	void *picture[2];
	size_t picture_size[2];
	struct arena arena;
};

void *
step_scratch(struct step_work *work, size_t bytes, struct err *err)
{
	if (slab_grow(&work->at, &work->size, bytes, 0, err) < 0)
		return NULL;
	return work->at;
}

struct pre *
pre_open(const struct json *document, const struct shape *sample,
    struct arena *arena, enum err_code code, struct err *err)
{
	struct pre *p = arena_alloc(arena, sizeof(*p), err);
	const struct json *e;

	if (p == NULL)
		return NULL;
	p->sample = *sample;
	p->numbers = shape_count(sample);
	p->steps = arena_array(arena, PRE_STEPS_MAX, sizeof(*p->steps), err);
	if (p->steps == NULL)
		return NULL;
	if (p->numbers < 1 || p->numbers > numbers_max ||
	    (document != NULL && document->type != JSON_IS_ARRAY) ||
	    (document != NULL && json_length(document) > PRE_STEPS_MAX)) {
		err_set(err, code,
		    "preprocessing: is no list of at most %d "
		    "steps for a sample of at most %lld numbers",
		    PRE_STEPS_MAX, (long long)numbers_max);
		return NULL;
	}
	for (e = document == NULL ? NULL : document->child; e != NULL;
	     e = e->next)
		if (pre_step_read(&p->steps[p->n++], e, arena, code, err) < 0) {
			err_in(err, "preprocessing");
			return NULL;
		}
	return p;
}

struct pre_work *
pre_work_new(const struct pre *pre, struct err *err)
{
	struct arena arena = { 0 };
	struct pre_work *w = arena_alloc(&arena, sizeof(*w), err);

	if (w != NULL) {
		w->pre = pre;
		w->passes = arena_array(
		    &arena, (size_t)pre->n + 1, sizeof(w->passes[0]), err);
	}
	if (w == NULL || w->passes == NULL) {
		arena_free(&arena);
		return NULL;
	}
	w->arena = arena;
	return w;
}

void
pre_work_free(struct pre_work *w)
{
	struct arena arena;

	if (w == NULL)
		return;
	slab_free(w->scratch.at, w->scratch.size);
	slab_free(w->picture[0], w->picture_size[0]);
	slab_free(w->picture[1], w->picture_size[1]);
	arena = w->arena;
	arena_free(&arena);
}

static void
affine_begin(struct affine *a, double high)
{
	memset(a, 0, sizeof(*a));
	a->channels = 1;
	a->factor[0] = 1.0;
	a->high[0] = high;
}

/* The same range, no arithmetic yet. */
static void
affine_again(struct affine *a, const struct affine *before)
{
	int i;

	*a = *before;
	for (i = 0; i < a->channels; i++) {
		a->factor[i] = 1.0;
		a->addend[i] = 0.0;
	}
}

/* A step that changed the number of channels leaves one range for all. */
static void
affine_widen(struct affine *a)
{
	int i;

	for (i = 1; i < a->channels; i++) {
		if (a->low[i] < a->low[0])
			a->low[0] = a->low[i];
		if (a->high[i] > a->high[0])
			a->high[0] = a->high[i];
	}
	a->channels = 1;
}

static int
plan_picture(struct pre_work *w, const struct pre_step *step, struct err *err)
{
	struct pass *p = &w->passes[w->npasses - 1];
	struct pass *next = p + 1;
	int64_t count;
	int same = step->kind->shape(step->conf, &p->out, &next->out, err);

	if (same)
		return same < 0 ? -1 : 0;
	count = shape_count(&next->out);
	if (count < 1 || count > numbers_max)
		return err_set(err, ERR_DATA, "more than %lld numbers",
		    (long long)numbers_max);
	next->step = step;
	next->before = p->after;
	affine_again(&next->after, &p->after);
	if (next->out.dim[2] != p->out.dim[2])
		affine_widen(&next->after);
	w->npasses++;
	return 0;
}

static int
plan_step(struct pre_work *w, const struct pre_step *step, struct err *err)
{
	struct pass *p = &w->passes[w->npasses - 1];
	int more = 1;

	if (step->kind->affine != NULL)
		more = step->kind->affine(
		    step->conf, p->out.dim[2], &p->after, err);
	if (more > 0)
		more = plan_picture(w, step, err);
	return more < 0 ? err_in(err, "step %s", step->kind->name) : 0;
}

/* Anything as H W C: vectors are 1 1 N, matrices H W 1. */
static int
as_picture(const struct shape *raw, struct shape *out, struct err *err)
{
	int64_t n = shape_count(raw);
	char text[SHAPE_TEXT];

	if (n < 1 || n > numbers_max)
		return err_set(err, ERR_DATA, "a sample of shape %s",
		    shape_print(text, raw));
	out->rank = 3;
	out->dim[0] = raw->rank >= 2 ? raw->dim[0] : 1;
	out->dim[1] = raw->rank >= 2 ? raw->dim[1] : n;
	out->dim[2] = 1;
	if (raw->rank >= 2)
		out->dim[2] = n / (raw->dim[0] * raw->dim[1]);
	return 0;
}

static int64_t
squeeze(const struct shape *s, int64_t dim[SHAPE_MAX])
{
	int64_t n = 0;
	int i;

	for (i = 0; i < s->rank; i++)
		if (s->dim[i] != 1)
			dim[n++] = s->dim[i];
	return n;
}

/* Equal but for dims of 1, or the model takes a vector. */
static int
fits(const struct shape *have, const struct shape *want)
{
	int64_t a[SHAPE_MAX], b[SHAPE_MAX];
	int64_t n = squeeze(have, a);

	if (want->rank <= 1)
		return shape_count(have) == shape_count(want);
	return squeeze(want, b) == n &&
	    memcmp(a, b, (size_t)n * sizeof(a[0])) == 0;
}

/* Words of --pre that would make the picture fit. */
static const char *
advice(const struct shape *have, const struct shape *want, char text[96])
{
	const char *colour = want->dim[2] == 1 ? "gray" : "rgb";
	char size[64] = "";

	if (want->rank != 3)
		return "";
	if (want->dim[2] != 1 && want->dim[2] != 3)
		return "";
	if (have->dim[0] != want->dim[0] || have->dim[1] != want->dim[1])
		snprintf(size, sizeof(size), "resize:%lldx%lld",
		    (long long)want->dim[0], (long long)want->dim[1]);
	snprintf(text, 96, "; its preprocessing needs %s%s%s",
	    have->dim[2] != want->dim[2] ? colour : "",
	    have->dim[2] != want->dim[2] && size[0] != '\0' ? "," : "", size);
	return text;
}

static int
plan_end(struct pre_work *w, struct err *err)
{
	const struct shape *want = &w->pre->sample;
	const struct shape *have = &w->passes[w->npasses - 1].out;
	char a[SHAPE_TEXT], b[SHAPE_TEXT], hint[96];

	/* What never was a picture is compared as it came. */
	if (w->npasses == 1)
		have = &w->raw;
	if (fits(have, want))
		return 0;
	return err_set(err, ERR_DATA, "is %s, the model takes %s%s",
	    shape_print(a, have), shape_print(b, want),
	    advice(&w->passes[w->npasses - 1].out, want, hint));
}

static int
plan(struct pre_work *w, const struct tensor *x, struct err *err)
{
	int i;

	w->planned = 0;
	w->npasses = 1;
	w->dtype = x->dtype;
	w->raw = x->shape;
	w->passes[0].step = NULL;
	affine_begin(&w->passes[0].after, x->dtype == DTYPE_U8 ? 255.0 : 1.0);
	if (as_picture(&x->shape, &w->passes[0].out, err) < 0)
		return -1;
	for (i = 0; i < w->pre->n; i++)
		if (plan_step(w, &w->pre->steps[i], err) < 0)
			return -1;
	if (plan_end(w, err) < 0)
		return -1;
	w->planned = 1;
	return 0;
}

HOT static void
bytes_times(float *out, const uint8_t *x, int64_t n, float factor, float addend)
{
	int64_t i;

	for (i = 0; i < n; i++)
		out[i] = factor * (float)x[i] + addend;
}

HOT static void
floats_times(float *out, const float *x, int64_t n, float factor, float addend)
{
	int64_t i;

	for (i = 0; i < n; i++)
		out[i] = factor * x[i] + addend;
}

static void
channels_times(
    float *out, const struct tensor *x, int64_t n, const struct affine *a)
{
	const uint8_t *bytes = x->data;
	const float *floats = x->data;
	int64_t i;
	int c;

	for (i = 0; i < n; i += a->channels)
		for (c = 0; c < a->channels; c++)
			out[i + c] = (float)a->factor[c] *
				(x->dtype == DTYPE_U8 ? (float)bytes[i + c]
						      : floats[i + c]) +
			    (float)a->addend[c];
}

static void
pointwise(float *out, const struct tensor *x, int64_t n, const struct affine *a)
{
	float factor = (float)a->factor[0];
	float addend = (float)a->addend[0];

	if (a->channels > 1)
		channels_times(out, x, n, a);
	else if (x->dtype == DTYPE_U8)
		bytes_times(out, x->data, n, factor, addend);
	else if (out != x->data || factor != 1.0F || addend != 0.0F)
		floats_times(out, x->data, n, factor, addend);
}

/* Where pass i writes: the last one into the row. */
static float *
target(struct pre_work *w, int i, float *row, struct err *err)
{
	size_t n = (size_t)shape_count(&w->passes[i].out) * sizeof(float);

	if (i == w->npasses - 1)
		return row;
	if (slab_grow(&w->picture[i % 2], &w->picture_size[i % 2], n, 0, err) <
	    0)
		return NULL;
	return w->picture[i % 2];
}

static int
run_pass(
    struct pre_work *w, int i, const float *from, float *to, struct err *err)
{
	const struct pass *p = &w->passes[i];
	const struct shape *in = &w->passes[i - 1].out;
	const struct picture picture = { from, in->dim[0], in->dim[1],
		in->dim[2], &p->before };
	struct tensor made = { DTYPE_F32, p->out, to };

	if (p->step->kind->run(
		p->step->conf, &picture, &p->out, to, &w->scratch, err) < 0)
		return err_in(err, "step %s", p->step->kind->name);
	pointwise(to, &made, shape_count(&p->out), &p->after);
	return 0;
}

int
pre_run(struct pre_work *w, const struct tensor *x, float *row, struct err *err)
{
	float *from, *to;
	int i;

	if (!w->planned || w->dtype != x->dtype ||
	    !shape_equal(&w->raw, &x->shape))
		if (plan(w, x, err) < 0)
			return -1;
	to = target(w, 0, row, err);
	if (to == NULL)
		return -1;
	pointwise(to, x, shape_count(&x->shape), &w->passes[0].after);
	for (i = 1; i < w->npasses; i++) {
		from = to;
		to = target(w, i, row, err);
		if (to == NULL || run_pass(w, i, from, to, err) < 0)
			return -1;
	}
	return 0;
}
