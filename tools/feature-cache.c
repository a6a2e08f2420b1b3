/* What stands still in a run is computed once. */
#include <string.h>

#include "base/disk.h"
#include "feature-cache.h"

enum { BATCH = 256 };

static const size_t memory_most = (size_t)1 << 30; /* more lies on disk */
static const size_t disk_most = (size_t)16 << 30;  /* more is not kept */

/* Is a sample the same in every epoch, and are there several? */
static const char *
why_not(const struct run *r)
{
	const struct train_plan *p = &r->plan.train;

	if (r->augment != NULL && !phases_plain(r))
		return "--augment changes the pictures in every epoch";
	if (r->plan.mixup > 0 || r->plan.cutmix > 0)
		return "samples are mixed before the layers that are frozen";
	if (r->s.target != TARGET_LABEL)
		return "only classes can be learnt so";
	if (p->steps > 0 ? p->steps <= run_batches(r)
			 : train_phase_epochs(p, &r->at, run_batches(r)) < 2)
		return "there is one epoch";
	return NULL;
}

static int
open_still(struct run *r, struct features *f, struct err *err)
{
	struct net_conf conf = {
		.backend = r->o->backend,
		.module_dir = r->t->module_dir,
		.compute = r->plan.train.compute,
		.threads = run_threads(r),
		.batch = BATCH,
	};

	f->still = net_build(&f->halves.still, &conf, err);
	if (f->still == NULL)
		return -1;
	f->backend = net_backend(f->still);
	f->compute = net_compute(f->still);
	return 0;
}

/* Bytes of the rows of n samples; SIZE_MAX: too many to count. */
static size_t
rows_size(const struct features *f, int64_t n)
{
	size_t size;

	if (__builtin_mul_overflow(
		(size_t)n * sizeof(float), (size_t)f->halves.numbers, &size))
		return SIZE_MAX;
	return size;
}

static int
measure(const struct run *r, struct features *f)
{
	const struct dataset *const sets[] = { r->data, r->val };

	for (int i = 0; i < 2; i++)
		if (sets[i] != NULL)
			f->size[i] = rows_size(f, data_count(sets[i]));
	return f->size[0] <= disk_most && f->size[1] <= disk_most;
}

/* 0: they are kept; 1: not.  Always means where it can be: what cannot be in
   the first phase is an error, later ones do what they can. */
static int
decide(struct run *r, struct features *f, struct err *err)
{
	int must = strcmp(r->plan.train.cache_features, "always") == 0, left;
	const char *why = why_not(r);

	if (why == NULL) {
		left = nn_halve(&r->s.model.graph, &f->halves, &f->arena, err);
		if (left < 0 || (left == 0 && open_still(r, f, err) < 0))
			return -1;
		if (left > 0)
			why = "no frozen layers stand before those that learn";
		else if (!must && !nn_halves_pay(&f->halves, f->still))
			why = "it does not pay";
		else if (!measure(r, f))
			why = "they are too many";
	}
	if (why == NULL)
		return 0;
	if (must && r->at.phase == 0)
		return err_set(err, ERR_USAGE, "--cache-features: %s", why);
	return 1;
}

static int
room_for_rows(struct run *r, struct features *f, int i, struct err *err)
{
	f->on_disk[i] = f->size[i] > memory_most;
	f->rows[i] = f->on_disk[i] ? disk_new(f->size[i], r->t->tmpdir, err)
				   : slab_new(f->size[i], err);
	return f->rows[i] == NULL ? -1 : 0;
}

static int
fill(struct run *r, struct features *f, int i, struct dataset *d,
    struct err *err)
{
	const struct shape shape = { 1, { f->halves.numbers } };
	const struct feed_conf conf = { .batch = BATCH,
		.threads = run_threads(r) };
	struct feed *feed;
	int status;

	if (d == NULL)
		return 0;
	if (room_for_rows(r, f, i, err) < 0 ||
	    (feed = data_feed(d, &conf, err)) == NULL)
		return -1;
	status =
	    net_features(f->still, feed, f->rows[i], f->halves.numbers, err);
	data_feed_free(feed);
	f->data[i] = d;
	return status < 0 ? -1 : data_rows(d, &shape, f->rows[i], err);
}

static int
log_kept(const struct run *r, uint64_t began, struct err *err)
{
	double seconds = (double)(tool_clock() - began) * 1e-9;
	struct arena arena = { 0 };
	struct json *o;
	int status = -1;

	if (r->t->log_fd < 0)
		return 0;
	if ((o = tool_event(r->t, "features", &arena, err)) != NULL &&
	    json_put_int(
		o, "layers", r->features->halves.layers, &arena, err) == 0 &&
	    json_put_int(
		o, "numbers", r->features->halves.numbers, &arena, err) == 0 &&
	    json_put_real(o, "seconds", seconds, &arena, err) == 0)
		status = tool_log(r->t, o, err);
	arena_free(&arena);
	return status;
}

static int
say_kept(const struct run *r, uint64_t began, struct err *err)
{
	tool_note(r->t,
	    "the %d frozen layers with parameters ran once, what they make of "
	    "each sample is kept (%lld numbers)",
	    r->features->halves.layers, (long long)r->features->halves.numbers);
	return log_kept(r, began, err);
}

int
features_open(struct run *r, struct err *err)
{
	uint64_t began = tool_clock();
	struct features *f;
	int left;

	if (strcmp(r->plan.train.cache_features, "never") == 0)
		return 0;
	f = arena_alloc(&r->t->arena, sizeof(*f), err);
	if (f == NULL)
		return -1;
	left = decide(r, f, err);
	if (left == 0 && !r->o->common.dry_run &&
	    (fill(r, f, 0, r->data, err) < 0 || fill(r, f, 1, r->val, err) < 0))
		left = -1;
	net_free(f->still);
	f->still = NULL;
	if (left != 0) {
		features_close(f);
		return left < 0 ? -1 : 0;
	}
	r->features = f;
	return r->o->common.dry_run ? 0 : say_kept(r, began, err);
}

void
features_close(struct features *f)
{
	if (f == NULL)
		return;
	for (int i = 0; i < 2; i++)
		if (f->data[i] != NULL)
			data_rows_end(f->data[i]);
	for (int i = 0; i < 2; i++)
		if (f->on_disk[i])
			disk_free(f->rows[i], f->size[i]);
		else
			slab_free(f->rows[i], f->size[i]);
	arena_free(&f->arena);
}

void
features_print(const struct run *r, struct text *out)
{
	if (r->features != NULL)
		text_addf(out,
		    "features    of %d frozen layers with parameters kept: "
		    "%lld numbers a sample, by %s in %s\n",
		    r->features->halves.layers,
		    (long long)r->features->halves.numbers,
		    r->features->backend, r->features->compute);
}
