/* Samples gathered into batches.

   Which samples are in a batch is a function of the order and the batch's
   number, never of timing; a stream alone may close a batch early. */
#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "base/thread.h"
#include "gather.h"

/* The target of the sample into row n. */
static int
take_target(struct batches *f, struct slot *s, int n, const struct sample *raw,
    const struct item *item, struct err *err)
{
	const struct data_want *want = &f->d->want;
	int64_t have, need;

	s->label[n] = item->label;
	if (want->target != TARGET_VALUE)
		return 0;
	need = shape_count(&want->y);
	have = raw->y.data == NULL ? 0 : shape_count(&raw->y.shape);
	if (have != need || raw->y.data == NULL)
		return err_set(err, ERR_DATA,
		    "%s: %lld target numbers a sample, the model gives %lld; "
		    "name the targets by y=",
		    f->d->o->source[item->source]->name, (long long)have,
		    (long long)need);
	assert(s->y != NULL);
	memcpy(s->y + n * need, raw->y.data, (size_t)need * sizeof(float));
	return 0;
}

static int
augment_sample(struct batches *f, struct hand *h, const struct item *item,
    uint64_t id, float *row, struct err *err)
{
	if (f->augmenter.what == NULL)
		return 0;
	if (pre_augment(h->pre, &f->augmenter, f->epoch, id, row, err) == 0)
		return 0;
	return err_in(err, "%s", f->d->o->source[item->source]->name);
}

/* A sample that is a row already; above its number an id may say that it comes
   again. */
static int
copy_row(const struct dataset *d, uint64_t id, float *row)
{
	int64_t n = d->want.pre->numbers, at = (uint32_t)id;

	memcpy(row, d->rows + at * n, (size_t)n * sizeof(*row));
	return 0;
}

/* One sample into row n; 1 = the end of a stream. */
static int
read_sample(struct batches *f, struct slot *s, int n, const struct item *item,
    uint64_t id, struct hand *h, struct err *err)
{
	float *row = s->x + n * f->d->want.pre->numbers;
	struct sample raw = { 0 };
	int r = f->d->rows != NULL
	    ? copy_row(f->d, id, row)
	    : set_read(f->d, item, &raw, &h->buffer, h->pre, row, err);

	if (r == 0)
		r = augment_sample(f, h, item, id, row, err);
	if (r == 0)
		r = take_target(f, s, n, &raw, item, err);
	s->id[n] = id;
	return r;
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

/* Puts one sample behind those in the slot; 1 = the end of a stream. */
static int
take_sample(
    struct batches *f, struct slot *s, const struct item *item, uint64_t id)
{
	int r = read_sample(f, s, s->n, item, id, &f->hand[0], &s->err);

	if (r < 0)
		return leave_out(f, s, id);
	if (r == 0)
		s->n++;
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

/* The number by which the sample at that place is known: which one it is, and
   above that what tells its draws in this epoch apart. */
static uint64_t
id_at(const struct batches *f, int64_t at)
{
	if (f->draw != NULL)
		return f->draw[at];
	return f->order != NULL ? f->order[at] : (uint64_t)at;
}

static const struct item *
item_of(const struct batches *f, uint64_t id)
{
	return &f->d->items[(uint32_t)id];
}

enum { AHEAD = 2 }; /* samples: what fetching from memory takes */

/* A block of samples that the pool reads, each into its row. */
struct block {
	struct batches *f;
	struct slot *s;
	int n;
	atomic_int next; /* that nobody has taken yet */
};

static void
read_share(void *arg, int i, int n)
{
	struct block *b = arg;
	struct batches *f = b->f;
	int from, k;

	(void)n;
	while ((from = atomic_fetch_add(&b->next, HAND_SAMPLES)) < b->n)
		for (k = from; k < from + HAND_SAMPLES && k < b->n; k++) {
			uint64_t id = id_at(f, f->at + k);
			struct err quiet = { 0 };

			b->s->done[k] = read_sample(f, b->s, k, item_of(f, id),
					    id, &f->hand[i], &quiet) == 0;
		}
}

/* Row k becomes the next one of the slot. */
static void
keep_row(struct batches *f, struct slot *s, int k)
{
	size_t x = (size_t)f->d->want.pre->numbers;
	size_t y = s->y == NULL ? 0 : (size_t)shape_count(&f->d->want.y);
	size_t n = (size_t)s->n, from = (size_t)k;

	s->n++;
	if (n == from)
		return;
	memcpy(s->x + n * x, s->x + from * x, x * sizeof(float));
	if (y > 0)
		memcpy(s->y + n * y, s->y + from * y, y * sizeof(float));
	s->label[n] = s->label[from];
	s->id[n] = s->id[from];
}

/* The sample whose turn comes at `at`, if there is one. */
static void
tell_soon(const struct batches *f, int64_t at)
{
	const struct item *item;
	const struct source *s;

	if (at >= f->d->n || f->d->rows != NULL)
		return;
	item = item_of(f, id_at(f, at));
	s = f->d->o->source[item->source];
	if (s->kind->soon != NULL)
		s->kind->soon(s, item->at);
}

/* n samples from f->at on.  What the pool could not read is read again, so
   that errors come in order. */
static int
take_block(struct batches *f, struct slot *s, int n)
{
	struct block b = { .f = f, .s = s, .n = n };
	uint64_t id;
	int k;

	if (f->pool != NULL)
		pool_run(f->pool, read_share, &b);
	for (k = 0; k < n; k++, f->at++) {
		tell_soon(f, f->at + AHEAD);
		id = id_at(f, f->at);
		if (f->pool != NULL && s->done[k])
			keep_row(f, s, k);
		else if (take_sample(f, s, item_of(f, id), id) < 0)
			return -1;
	}
	return 0;
}

static void
mix_block(struct batches *f, struct slot *s, int64_t at)
{
	const struct mix_batch b = {
		.n = s->n,
		.epoch = f->epoch,
		.at = at / f->conf.batch,
		.id = s->id,
		.x = s->x,
		.y = s->y,
		.label = s->label,
	};

	if (f->mixer.what.how != MIX_NONE && s->n > 0)
		mixer_run(&f->mixer, &b);
}

/* The next block of samples; a block of which nothing can be read is passed
   over, since an empty batch is the end. */
static void
fill_block(struct batches *f, struct slot *s)
{
	int64_t n, at;

	while (s->n == 0 && s->nbad == 0 && f->at < f->d->n) {
		at = f->at;
		n = f->d->n - at;
		if (n > f->conf.batch)
			n = f->conf.batch;
		if (take_block(f, s, (int)n) < 0)
			return;
		mix_block(f, s, at);
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
