/* The preprocessing chain at work: the passes that preplan.c made, over one
   sample.  Bytes that only want to be scaled go straight into the batch in
   one vectorised pass. */
#include <string.h>

#include "base/hot.h"
#include "augment.h"
#include "preplan.h"
#include "store.h"

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
	if (p->numbers < 1 || p->numbers > pre_numbers_max ||
	    (document != NULL && document->type != JSON_IS_ARRAY) ||
	    (document != NULL && json_length(document) > PRE_STEPS_MAX)) {
		err_set(err, code,
		    "preprocessing: is no list of at most %d "
		    "steps for a sample of at most %lld numbers",
		    PRE_STEPS_MAX, (long long)pre_numbers_max);
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
	int i;

	if (w == NULL)
		return;
	for (i = 0; i <= w->pre->n; i++)
		slab_free(w->passes[i].work.at, w->passes[i].work.size);
	slab_free(w->scratch.at, w->scratch.size);
	slab_free(w->picture[0], w->picture_size[0]);
	slab_free(w->picture[1], w->picture_size[1]);
	arena = w->arena;
	arena_free(&arena);
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
	struct pass *p = &w->passes[i];
	const struct shape *in = &w->passes[i - 1].out;
	const struct picture picture = { from, in->dim[0], in->dim[1],
		in->dim[2], &p->before };
	struct tensor made = { DTYPE_F32, p->out, to };

	if (p->step->kind->run(
		p->step->conf, &picture, &p->out, to, &p->work, err) < 0)
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
		if (pre_plan(w, x, err) < 0)
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

static int
came_as_picture(const struct pre_work *w, struct err *err)
{
	if (w->raw.rank == 2 || w->raw.rank == 3)
		return 0;
	return err_set(err, ERR_USAGE,
	    "samples of %lld numbers in a row are no pictures",
	    (long long)shape_count(&w->raw));
}

int
pre_augment_fits(
    const struct pre_work *w, const struct augment *a, struct err *err)
{
	if (came_as_picture(w, err) < 0)
		return -1;
	return augment_fits(a, &w->passes[w->npasses - 1].out, err);
}

int
pre_augment(struct pre_work *w, const struct augmenter *a, uint32_t epoch,
    uint64_t id, float *row, struct err *err)
{
	const struct pass *last = &w->passes[w->npasses - 1];
	struct canvas c = { NULL, last->out.dim[0], last->out.dim[1],
		last->out.dim[2], &last->after, w->dtype == DTYPE_U8 };

	c.at = row;
	if (came_as_picture(w, err) < 0)
		return -1;
	return augment_run(a, epoch, id, &c, &w->scratch, err);
}
