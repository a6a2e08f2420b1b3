/* Samples gathered into batches.

   Which samples are in a batch is a function of the order and the batch's
   number, never of timing; a stream alone may close a batch early. */
#include <assert.h>
#include <string.h>

#include "gather.h"

/* The target of the sample that now lies in row n. */
static int
take_target(struct batches *f, struct slot *s, const struct sample *raw,
    const struct item *item)
{
	const struct data_want *want = &f->d->want;
	int64_t have, need;

	s->label[s->n] = item->label;
	if (want->target != TARGET_VALUE)
		return 0;
	need = shape_count(&want->y);
	have = raw->y.data == NULL ? 0 : shape_count(&raw->y.shape);
	if (have != need || raw->y.data == NULL)
		return err_set(&s->err, ERR_DATA,
		    "%s: %lld target numbers a sample, the model gives %lld; "
		    "name the targets by y=",
		    f->d->o->source[item->source]->name, (long long)have,
		    (long long)need);
	assert(s->y != NULL);
	memcpy(s->y + s->n * need, raw->y.data, (size_t)need * sizeof(float));
	return 0;
}

/* Leaves the sample out and says why, when the reader wants that. */
static int
leave_out(struct batches *f, struct slot *s, uint64_t id)
{
	struct err why = s->err;
	char *text;

	if (!f->conf.keep_bad || (why.code != ERR_DATA && why.code != ERR_IO))
		return -1;
	err_clear(&s->err);
	text = arena_text(&s->arena, why.text, &s->err);
	if (text == NULL)
		return -1;
	s->bad[s->nbad++] = (struct bad){ id, text };
	return 0;
}

static int
augment_sample(struct batches *f, struct slot *s, const struct item *item,
    uint64_t id, float *row)
{
	if (f->augmenter.what == NULL)
		return 0;
	if (pre_augment(f->pre, &f->augmenter, f->epoch, id, row, &s->err) == 0)
		return 0;
	return err_in(&s->err, "%s", f->d->o->source[item->source]->name);
}

/* Puts one sample into the slot; 1 = the end of a stream. */
static int
take_sample(
    struct batches *f, struct slot *s, const struct item *item, uint64_t id)
{
	float *row = s->x + s->n * f->d->want.pre->numbers;
	struct sample raw;
	int r = set_read(f->d, item, &raw, &f->buffer, f->pre, row, &s->err);

	if (r == 0)
		r = augment_sample(f, s, item, id, row);
	if (r == 0)
		r = take_target(f, s, &raw, item);
	if (r < 0)
		return leave_out(f, s, id);
	if (r == 0)
		s->id[s->n++] = id;
	return r;
}

static void
slot_clear(struct slot *s)
{
	s->n = 0;
	s->nbad = 0;
	err_clear(&s->err);
	arena_free(&s->arena);
}

/* The next block of samples; a block of which nothing can be read is passed
   over, since an empty batch is the end. */
static void
fill_block(struct batches *f, struct slot *s)
{
	int64_t end;
	uint64_t id;

	while (s->n == 0 && s->nbad == 0 && f->at < f->d->n) {
		end = f->at + f->conf.batch;
		if (end > f->d->n)
			end = f->d->n;
		for (; f->at < end; f->at++) {
			id = f->order != NULL ? f->order[f->at]
					      : (uint64_t)f->at;
			if (take_sample(f, s, &f->d->items[id], id) < 0)
				return;
		}
	}
}

/* Would the next read of the stream wait? */
static int
is_ready(const struct dataset *d)
{
	struct source *s;

	if (d->stream_source == d->o->n)
		return 1;
	s = d->o->source[d->stream_source];
	return s->kind->ready == NULL || s->count >= 0 || s->kind->ready(s);
}

static void
next_source(struct dataset *d)
{
	d->stream_at = 0;
	d->stream_source++;
	if (d->stream_source < d->o->n)
		d->stream_from[d->stream_source] = d->stream_read;
	else
		d->n = d->stream_read;
}

static int
take_next(struct batches *f, struct slot *s)
{
	struct dataset *d = f->d;
	struct source *from = d->o->source[d->stream_source];
	struct item item = { d->stream_source, -1, d->stream_at };
	int r;

	if (from->count >= 0 && d->stream_at >= from->count) {
		next_source(d);
		return 0;
	}
	r = take_sample(f, s, &item, (uint64_t)d->stream_read);
	if (r > 0) {
		next_source(d);
		return 0;
	}
	d->stream_at++;
	d->stream_read++;
	return r;
}

static void
fill_stream(struct batches *f, struct slot *s)
{
	while (s->n < f->conf.batch && s->nbad < f->conf.batch &&
	    f->d->stream_source < f->d->o->n) {
		if (f->conf.lazy && s->n + s->nbad > 0 && !is_ready(f->d))
			return;
		if (take_next(f, s) < 0)
			return;
	}
}

int
slot_is_last(const struct slot *s)
{
	return s->err.code != ERR_NONE || s->n + s->nbad == 0;
}

void
batches_fill(void *arg)
{
	struct batches *f = arg;
	struct slot *s;
	int i = 0;

	do {
		s = &f->row[f->next][i++];
		slot_clear(s);
		if (f->d->items == NULL)
			fill_stream(f, s);
		else
			fill_block(f, s);
	} while (i < f->width && !slot_is_last(s));
	f->filled = i;
}
