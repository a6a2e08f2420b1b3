/* A feed opened: buffers, hands, the order of the samples and what changes them
   on the way. */
#include "base/thread.h"
#include "gather.h"

/* Numbers of a target that the feed makes room for. */
static int64_t
target_width(const struct batches *f)
{
	if (f->conf.mix.how != MIX_NONE)
		return f->conf.mix.width;
	return f->d->want.target == TARGET_VALUE ? shape_count(&f->d->want.y)
						 : 0;
}

static int
slot_new(struct batches *f, struct slot *s, struct err *err)
{
	const struct data_want *want = &f->d->want;
	size_t n = (size_t)f->conf.batch;
	size_t x, y;

	if (__builtin_mul_overflow(
		n * sizeof(float), (size_t)want->pre->numbers, &x) ||
	    __builtin_mul_overflow(
		n * sizeof(float), (size_t)target_width(f), &y))
		return err_set(err, ERR_IO, "out of memory");
	s->x = arena_slab(&f->arena, x, err);
	s->y = y > 0 ? arena_slab(&f->arena, y, err) : NULL;
	s->label = arena_slab(&f->arena, n * sizeof(s->label[0]), err);
	s->id = arena_slab(&f->arena, n * sizeof(s->id[0]), err);
	s->bad = arena_slab(&f->arena, n * sizeof(s->bad[0]), err);
	s->done = arena_slab(&f->arena, n, err);
	return err->code == ERR_NONE ? 0 : -1;
}

/* A worker beside a program that has one thread.  Where the program has more,
   a worker would take a processor from it; what costs little is read between
   two steps, by the thread that will calculate with it. */
static int
has_worker(const struct batches *f)
{
	return f->conf.threads == 1 && f->nhands == 1;
}

/* Streams are read batch by batch, as they come; so is what the program's own
   thread reads. */
static int
row_width(const struct batches *f)
{
	int64_t sample = f->d->want.pre->numbers * (int64_t)sizeof(float);
	int64_t n = ROW_SAMPLES / f->conf.batch;

	if (f->d->items == NULL || !has_worker(f) || f->conf.lazy)
		return 1;
	if (n > ROW)
		n = ROW;
	if (n > ROW_BYTES / sample / f->conf.batch)
		n = ROW_BYTES / sample / f->conf.batch;
	return n < 1 ? 1 : (int)n;
}

static int
rows_new(struct batches *f, struct err *err)
{
	int i;

	f->width = row_width(f);
	for (i = 0; i < f->width; i++)
		if (slot_new(f, &f->row[0][i], err) < 0 ||
		    slot_new(f, &f->row[1][i], err) < 0)
			return -1;
	return 0;
}

/* Is a sample work that is worth sharing? */
static int
is_work(const struct batches *f)
{
	const struct augment *a = f->conf.augment;

	return set_decodes(f->d) || (a != NULL && a->n > 0);
}

static int
hands_new(struct batches *f, struct err *err)
{
	int n = is_work(f) ? f->conf.threads : 1;

	if (n > f->conf.batch / HAND_SAMPLES)
		n = f->conf.batch / HAND_SAMPLES;
	if (n < 1)
		n = 1;
	f->hand = arena_array(&f->arena, (size_t)n, sizeof(f->hand[0]), err);
	if (f->hand == NULL)
		return -1;
	for (; f->nhands < n; f->nhands++) {
		f->hand[f->nhands].pre = pre_work_new(f->d->want.pre, err);
		if (f->hand[f->nhands].pre == NULL)
			return -1;
	}
	return 0;
}

/* The first sample tells whether they are pictures. */
static int
augment_open(struct batches *f, struct err *err)
{
	const struct augment *a = f->conf.augment;
	struct sample raw;

	if (a == NULL || a->n == 0)
		return 0;
	if (f->d->items == NULL)
		return err_set(err, ERR_BUG, "a stream is not augmented");
	augmenter_begin(&f->augmenter, a, f->conf.seed);
	if (set_read(f->d, &f->d->items[0], &raw, &f->hand[0].buffer,
		f->hand[0].pre, f->row[0][0].x, err) < 0)
		return -1;
	return pre_augment_fits(f->hand[0].pre, a, err);
}

static int
order_open(struct batches *f, struct err *err)
{
	if (f->conf.balanced) {
		f->sampler = sampler_new(f->d, f->conf.seed, &f->arena, err);
		return f->sampler == NULL ? -1 : 0;
	}
	if (!f->conf.shuffle)
		return 0;
	f->order =
	    arena_slab(&f->arena, (size_t)f->d->n * sizeof(f->order[0]), err);
	return f->order == NULL ? -1 : 0;
}

static int
mix_open(struct batches *f, struct err *err)
{
	if (f->conf.mix.how == MIX_NONE)
		return 0;
	return mixer_begin(&f->mixer, &f->conf.mix, &f->d->want.pre->sample,
	    f->conf.batch, f->conf.seed, &f->arena, err);
}

static int
feed_open(struct batches *f, struct err *err)
{
	if (hands_new(f, err) < 0 || rows_new(f, err) < 0 ||
	    augment_open(f, err) < 0)
		return -1;
	if (f->d->items == NULL)
		return 0;
	if (order_open(f, err) < 0 || mix_open(f, err) < 0)
		return -1;
	if (f->nhands > 1) {
		f->pool = pool_new(f->nhands, err);
		if (f->pool == NULL)
			return -1;
	} else if (has_worker(f)) {
		f->worker = worker_new(batches_fill, f, err);
		if (f->worker == NULL)
			return -1;
	}
	return batches_begin(&f->feed, 0, 0, err);
}

static int
check_mix(const struct dataset *d, const struct mix_conf *mix, struct err *err)
{
	int64_t classes = mix->width == 1 ? 2 : mix->width;

	if (mix->how == MIX_NONE)
		return 0;
	if (d->items == NULL || d->want.target != TARGET_LABEL)
		return err_set(err, ERR_USAGE,
		    "%s: samples are mixed, but they have no classes",
		    d->o->source[0]->name);
	if (mix->how == MIX_CUT && d->want.pre->sample.rank != 3)
		return err_set(err, ERR_USAGE,
		    "pieces are cut out of pictures, and the samples are none");
	if (!(mix->alpha > 0) || classes < d->o->nlabels)
		return err_set(err, ERR_BUG, "shares of %lld classes in %lld",
		    (long long)d->o->nlabels, (long long)mix->width);
	return 0;
}

static int
check_conf(
    const struct dataset *d, const struct feed_conf *conf, struct err *err)
{
	if (d->want.pre == NULL)
		return err_set(err, ERR_BUG, "data without preprocessing");
	if (conf->batch < 1)
		return err_set(
		    err, ERR_USAGE, "a batch of %d samples", conf->batch);
	if (d->items == NULL && conf->shuffle)
		return err_set(err, ERR_USAGE,
		    "%s: a stream cannot be trained on; save it to files",
		    d->o->source[0]->name);
	if (conf->balanced && (d->want.target != TARGET_LABEL || d->n < 1))
		return err_set(err, ERR_USAGE,
		    "%s: classes are drawn evenly, but the samples have none",
		    d->o->source[0]->name);
	if (conf->balanced && !conf->shuffle)
		return err_set(err, ERR_USAGE,
		    "classes that are drawn evenly come in no given order");
	return check_mix(d, &conf->mix, err);
}

struct feed *
data_feed(struct dataset *d, const struct feed_conf *conf, struct err *err)
{
	struct arena arena = { 0 };
	struct batches *f;

	if (check_conf(d, conf, err) < 0)
		return NULL;
	f = arena_alloc(&arena, sizeof(*f), err);
	if (f == NULL)
		return NULL;
	f->arena = arena;
	f->d = d;
	f->conf = *conf;
	f->feed =
	    (struct feed){ d->n, conf->batch, batches_begin, batches_next };
	if (feed_open(f, err) == 0)
		return &f->feed;
	data_feed_free(&f->feed);
	return NULL;
}

void
data_feed_free(struct feed *feed)
{
	struct batches *f = (struct batches *)feed;
	struct arena arena;
	int i;

	if (f == NULL)
		return;
	worker_free(f->worker);
	pool_free(f->pool);
	for (i = 0; i < f->nhands; i++) {
		pre_work_free(f->hand[i].pre);
		sample_buffer_free(&f->hand[i].buffer);
	}
	for (i = 0; i < f->width; i++) {
		arena_free(&f->row[0][i].arena);
		arena_free(&f->row[1][i].arena);
	}
	arena = f->arena;
	arena_free(&arena);
}
