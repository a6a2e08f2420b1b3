/* Batches: order by seed, gather, a worker or a pool, two rows of buffers.

   The worker fills one row of batches while the other is read, so that a
   small net wakes it once for many steps.  Samples that must be decoded are
   read by a pool instead, and the program waits for it: all processors decode,
   then all calculate, and none is taken from the other.  Which samples are in
   a batch is a function of the order and the batch's number, never of timing;
   a stream alone may close a batch early. */
#include <string.h>

#include "base/rng.h"
#include "base/thread.h"
#include "gather.h"

/* Takes the row that the worker filled, and hands it the other one. */
static void
turn(struct batches *f)
{
	if (f->pending)
		worker_wait(f->worker);
	else
		batches_fill(f);
	f->pending = 0;
	f->at_slot = f->row[f->next];
	f->end_slot = f->at_slot + f->filled;
	if (f->worker != NULL && !slot_is_last(f->end_slot - 1)) {
		f->next = !f->next;
		worker_start(f->worker);
		f->pending = 1;
	}
}

/* Waits for the worker and forgets what it made. */
static void
drop_pending(struct batches *f)
{
	f->at_slot = f->end_slot = NULL;
	if (!f->pending)
		return;
	worker_wait(f->worker);
	f->pending = 0;
}

int
batches_begin(struct feed *feed, uint32_t epoch, int64_t at, struct err *err)
{
	struct batches *f = (struct batches *)feed;
	struct dataset *d = f->d;

	drop_pending(f);
	if (d->items == NULL) {
		if (d->stream_read > 0 || at > 0)
			return err_set(err, ERR_USAGE,
			    "%s: a stream can be read only once, from its "
			    "beginning",
			    d->o->source[0]->name);
		return 0;
	}
	if (at < 0 || at > d->n)
		return err_set(err, ERR_USAGE, "no batch %lld", (long long)at);
	f->at = at * f->conf.batch;
	f->epoch = epoch;
	if (f->order != NULL)
		rng_permute(rng_key(f->conf.seed, "shuffle"), epoch, f->order,
		    (uint32_t)d->n);
	if (f->sampler != NULL)
		f->draw = sampler_draw(f->sampler, epoch);
	return 0;
}

/* What the slot holds, as the caller sees it. */
static int
deliver(
    struct batches *f, const struct slot *s, struct batch *out, struct err *err)
{
	const struct data_want *want = &f->d->want;
	int i;

	for (i = 0; i < s->nbad; i++)
		if (set_bad(f->d, s->bad[i].id, s->bad[i].why, err) < 0)
			return -1;
	if (s->err.code != ERR_NONE) {
		*err = s->err;
		return -1;
	}
	memset(out, 0, sizeof(*out));
	out->n = s->n;
	out->x = (struct tensor){ DTYPE_F32,
		shape_batch(s->n, &want->pre->sample), s->x };
	out->id = s->id;
	out->label = want->target == TARGET_LABEL ? s->label : NULL;
	if (want->target == TARGET_SELF)
		out->y = out->x;
	else if (f->mixer.what.how != MIX_NONE)
		out->y = (struct tensor){ DTYPE_F32,
			{ 2, { s->n, f->mixer.what.width } }, s->y };
	else if (want->target == TARGET_VALUE)
		out->y = (struct tensor){ DTYPE_F32,
			shape_batch(s->n, &want->y), s->y };
	return 0;
}

/* A batch of bad samples alone is not the end. */
int
batches_next(struct feed *feed, struct batch *out, struct err *err)
{
	struct batches *f = (struct batches *)feed;
	const struct slot *s;

	do {
		if (f->at_slot == f->end_slot)
			turn(f);
		s = f->at_slot++;
		if (deliver(f, s, out, err) < 0)
			return -1;
	} while (s->n == 0 && s->nbad > 0);
	return 0;
}
