/* How samples of one shape pass the preprocessing chain.

   Pointwise steps beside each other are folded into one factor and addend per
   channel; picture steps that would change nothing are left out. */
#include <stdio.h>
#include <string.h>

#include "preplan.h"

enum { ADVICE = 160 };

const int64_t pre_numbers_max = (int64_t)1 << 28;

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
	if (w->raw.rank < 2)
		return err_set(err, ERR_DATA,
		    "takes pictures, not %lld numbers in a row",
		    (long long)shape_count(&w->raw));
	count = shape_count(&next->out);
	if (count < 1 || count > pre_numbers_max)
		return err_set(err, ERR_DATA, "more than %lld numbers",
		    (long long)pre_numbers_max);
	next->step = step;
	next->work.ready = 0;
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

	if (n < 1 || n > pre_numbers_max)
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

/* Words of --pre that would make the picture fit; or of a model that would
   take the row of numbers. */
static const char *
advice(const struct pre_work *w, char text[ADVICE])
{
	const struct shape *have = &w->passes[w->npasses - 1].out;
	const struct shape *want = &w->pre->sample;
	const char *colour = want->dim[2] == 1 ? "gray" : "rgb";
	char size[64] = "", shape[SHAPE_TEXT];

	if (w->raw.rank < 2 && shape_count(&w->raw) != shape_count(want))
		return "";
	if (w->raw.rank < 2) {
		snprintf(text, ADVICE,
		    "; a model for such rows begins with --input=%lld "
		    "reshape:%s",
		    (long long)shape_count(want), shape_print(shape, want));
		return text;
	}
	if (want->rank != 3)
		return "";
	if (want->dim[2] != 1 && want->dim[2] != 3)
		return "";
	if (have->dim[0] != want->dim[0] || have->dim[1] != want->dim[1])
		snprintf(size, sizeof(size), "resize:%lldx%lld",
		    (long long)want->dim[0], (long long)want->dim[1]);
	snprintf(text, ADVICE, "; its preprocessing needs %s%s%s",
	    have->dim[2] != want->dim[2] ? colour : "",
	    have->dim[2] != want->dim[2] && size[0] != '\0' ? "," : "", size);
	return text;
}

/* What never was a picture is compared as it came. */
static const struct shape *
outcome(const struct pre_work *w)
{
	return w->npasses == 1 ? &w->raw : &w->passes[w->npasses - 1].out;
}

int
pre_plan_fits(const struct pre_work *w)
{
	return fits(outcome(w), &w->pre->sample);
}

int
pre_plan_passes(struct pre_work *w, const struct tensor *x, struct err *err)
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
	return 0;
}

int
pre_plan(struct pre_work *w, const struct tensor *x, struct err *err)
{
	const struct shape *want = &w->pre->sample;
	char a[SHAPE_TEXT], b[SHAPE_TEXT], hint[ADVICE];

	if (pre_plan_passes(w, x, err) < 0)
		return -1;
	if (!pre_plan_fits(w))
		return err_set(err, ERR_DATA, "is %s, the model takes %s%s",
		    shape_print(a, outcome(w)), shape_print(b, want),
		    advice(w, hint));
	w->planned = 1;
	return 0;
}
