/* Validation out of the data: by hash of content within each class, so that it
   is the same whatever the samples are called and in whatever order they come,
   and that no class is missed by chance. */
#include <math.h>
#include <stdlib.h>

#include "scan.h"

/* A sample in the row by class, then hash, then place in the data. */
struct mark {
	uint64_t place;
	uint64_t print; /* what repeats.c compares */
	int32_t label;
	uint32_t at;
};

struct splitting {
	struct dataset *d, *val;
	enum hash_use use;
	struct mark *mark; /* of every sample */
	uint8_t *held;     /* samples that go to val */
	struct arena work;

	double share; /* of data_split and data_split_alike */
	int alike;    /* whatever the classes */
	double owed;  /* that the classes so far have not given */
	int k, n;     /* of data_fold */
	int64_t turn; /* whose turn it is to have one sample more */
};

static int
mark_sample(
    void *arg, int64_t i, const uint8_t hash[SCAN_BYTES], struct err *err)
{
	struct splitting *s = arg;
	struct mark *m = &s->mark[i];

	if (err->code != ERR_NONE)
		return -1;
	m->place = hash_place(hash, s->use);
	m->print = hash_place(hash, HASH_OPERAND);
	m->label = s->d->items[i].label;
	m->at = (uint32_t)i;
	return 0;
}

static int
compare_marks(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->label != y->label)
		return x->label < y->label ? -1 : 1;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static void
hold(struct splitting *s, const struct mark *m, int64_t from, int64_t to)
{
	int64_t i;

	for (i = from; i < to; i++)
		s->held[m[i].at] = 1;
}

/* The cut of a row of n that is nearest to `want` and parts no two that are the
   same: the next one, or when nothing would be left the one before. */
static int64_t
cut_near(const struct mark *m, int64_t n, int64_t want)
{
	int64_t at = want;

	while (at > 0 && at < n && m[at].place == m[at - 1].place)
		at++;
	if (at < n)
		return at;
	for (at = want; at > 0 && m[at].place == m[at - 1].place; at--)
		;
	return at;
}

/* The first of a class of n, as many as are owed: what is rounded off is left
   to the next class.  One stays to train on. */
static void
hold_share(struct splitting *s, const struct mark *m, int64_t n)
{
	int64_t want;

	s->owed += s->share * (double)n;
	want = llround(s->owed);
	want = want < 0 ? 0 : want > n - 1 ? n - 1 : want;
	want = cut_near(m, n, want);
	hold(s, m, 0, want);
	s->owed -= (double)want;
}

/* Part k of a class of n; the samples that cannot be shared out go to the
   parts in turn, on from where the class before stopped. */
static void
hold_part(struct splitting *s, const struct mark *m, int64_t n)
{
	int64_t even = n / s->n, more = n % s->n, from = 0, size;
	int part;

	for (part = 0; part < s->k; part++, from += size) {
		int64_t after = (part - s->turn + s->n) % s->n;

		size = even + (after < more);
		if (part == s->k - 1)
			hold(s, m, from, from + size);
	}
	s->turn = (s->turn + more) % s->n;
}

/* Those whose place is within the share: about as many as it says. */
static void
hold_alike(struct splitting *s)
{
	int64_t i;

	for (i = 0; i < s->d->n; i++)
		if ((double)(s->mark[i].place >> 11) * 0x1p-53 < s->share)
			hold(s, s->mark, i, i + 1);
}

static void
hold_classes(struct splitting *s)
{
	int64_t i, from = 0;

	for (i = 1; i <= s->d->n; i++) {
		if (i < s->d->n && s->mark[i].label == s->mark[from].label)
			continue;
		if (s->n > 0)
			hold_part(s, s->mark + from, i - from);
		else
			hold_share(s, s->mark + from, i - from);
		from = i;
	}
}

/* Every sample to the one or the other, in the order in which they stand. */
static void
part_items(struct splitting *s)
{
	int64_t i, kept = 0, all = s->d->n;

	for (i = 0; i < all; i++)
		if (s->held[i])
			s->val->items[s->val->n++] = s->d->items[i];
		else
			s->d->items[kept++] = s->d->items[i];
	s->d->n = kept;
}

static int
part_prints(struct splitting *s, int64_t all, struct err *err)
{
	int64_t i;

	if (prints_begin(s->d, err) < 0 || prints_begin(s->val, err) < 0)
		return -1;
	for (i = 0; i < all; i++) {
		const struct mark *m = &s->mark[i];

		prints_add(s->held[m->at] ? s->val : s->d, m->print, m->label);
	}
	prints_end(s->d);
	prints_end(s->val);
	return 0;
}

static int
split_all(struct splitting *s, struct err *err)
{
	const struct scan how = { set_hash, mark_sample, s };
	size_t n = (size_t)s->d->n;
	int64_t all = s->d->n;

	s->mark = arena_slab(&s->work, n * sizeof(s->mark[0]), err);
	s->held = arena_slab(&s->work, n, err);
	if (s->mark == NULL || s->held == NULL ||
	    set_scan(s->d, 0, all, &how, err) < 0)
		return -1;
	qsort(s->mark, n, sizeof(s->mark[0]), compare_marks);
	if (s->alike)
		hold_alike(s);
	else
		hold_classes(s);
	part_items(s);
	if (s->d->n > 0 && s->val->n > 0)
		return part_prints(s, all, err);
	return err_set(err, ERR_DATA,
	    "validation takes %lld of %lld samples and leaves %lld to train "
	    "on; give more data or another share",
	    (long long)s->val->n, (long long)all, (long long)s->d->n);
}

static int
split(struct splitting *s, struct dataset **val, struct err *err)
{
	int failed;

	*val = NULL;
	if (s->d->items == NULL)
		return err_set(err, ERR_USAGE,
		    "a stream cannot be split; give validation data");
	s->val = set_sibling(s->d, err);
	if (s->val == NULL)
		return -1;
	failed = split_all(s, err);
	arena_free(&s->work);
	if (failed) {
		data_free(s->val);
		return -1;
	}
	*val = s->val;
	return 0;
}

int
data_split(
    struct dataset *d, double share, struct dataset **val, struct err *err)
{
	struct splitting s = { .d = d, .use = HASH_VALIDATION, .share = share };

	return split(&s, val, err);
}

int
data_split_alike(
    struct dataset *d, double share, struct dataset **val, struct err *err)
{
	struct splitting s = {
		.d = d, .use = HASH_VALIDATION, .share = share, .alike = 1
	};

	return split(&s, val, err);
}

int
data_fold(
    struct dataset *d, int k, int n, struct dataset **val, struct err *err)
{
	struct splitting s = { .d = d, .use = HASH_FOLD, .k = k, .n = n };

	return split(&s, val, err);
}
