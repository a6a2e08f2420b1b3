/* Parts of the data by hash of content: the same samples whatever they are
   called and in whatever order they come, in every tool and run. */
#include <string.h>

#include "set.h"

/* Which eight bytes of the hash: split= of an operand and the validation
   share of a run must not be the same question. */
enum hash_use { HASH_OPERAND = 0, HASH_VALIDATION = 8 };

int
sample_hash(struct source *s, int64_t at, struct sample_buffer *b,
    uint8_t out[SHA256_BYTES], struct err *err)
{
	struct sample raw;
	struct sha256 h;
	int64_t head[SHAPE_MAX + 2] = { 0 };
	size_t x, y = 0;

	if (s->kind->read(s, at, &raw, b, err) < 0 ||
	    tensor_bytes(&raw.x, &x, err) < 0 ||
	    (raw.y.data != NULL && tensor_bytes(&raw.y, &y, err) < 0))
		return -1;
	head[0] = raw.x.dtype;
	head[1] = raw.x.shape.rank;
	memcpy(head + 2, raw.x.shape.dim,
	    (size_t)raw.x.shape.rank * sizeof(head[0]));
	sha256_begin(&h);
	sha256_add(&h, head, sizeof(head));
	sha256_add(&h, raw.x.data, x);
	if (y > 0)
		sha256_add(&h, raw.y.data, y);
	sha256_end(&h, out);
	return 0;
}

/* The hash as a place in [0, 1). */
static double
place(const uint8_t hash[SHA256_BYTES], enum hash_use use)
{
	uint64_t v = 0;
	int i;

	for (i = 0; i < 8; i++)
		v = v << 8 | hash[(int)use + i];
	return (double)(v >> 11) * 0x1p-53;
}

static int
place_of(struct dataset *d, const struct item *item, enum hash_use use,
    struct sample_buffer *b, double *v, struct err *err)
{
	uint8_t hash[SHA256_BYTES];

	if (sample_hash(d->o->source[item->source], item->at, b, hash, err) < 0)
		return -1;
	*v = place(hash, use);
	return 0;
}

static int
select_share(
    struct dataset *d, int64_t from, const struct part *part, struct err *err)
{
	struct sample_buffer b = { 0 };
	int64_t i, n = from;
	int failed = 0;
	double v;

	for (i = from; i < d->n && !failed; i++) {
		failed = place_of(d, &d->items[i], HASH_OPERAND, &b, &v, err);
		if (!failed && v >= part->from && v < part->to)
			d->items[n++] = d->items[i];
	}
	d->n = n;
	sample_buffer_free(&b);
	return failed;
}

/* How many samples each class may keep when they are taken in turn, classes
   by name: marks them by count in keep. */
static void
share_out(int64_t limit, const int64_t *have, int64_t *keep, int64_t classes)
{
	int64_t left = limit, i, round;

	for (round = 0; left > 0; round++) {
		int64_t before = left;

		for (i = 0; i < classes && left > 0; i++)
			if (have[i] > round) {
				keep[i]++;
				left--;
			}
		if (left == before)
			return;
	}
}

/* The first of every class in turn, in the order in which they stand.  What
   has no class comes last in the turn. */
static int
limit_by_class(struct dataset *d, int64_t from, int64_t limit, struct err *err)
{
	struct source *s = d->o->source[d->items[from].source];
	int64_t classes = s->nlabels + 1;
	struct arena work = { 0 };
	int64_t *have =
	    arena_array(&work, (size_t)classes * 2, sizeof(have[0]), err);
	int64_t *keep = have == NULL ? NULL : have + classes;
	int64_t i, c, n = from;

	if (have == NULL)
		return -1;
	for (i = from; i < d->n; i++) {
		c = s->kind->label_of(s, d->items[i].at);
		have[c < 0 ? classes - 1 : c]++;
	}
	share_out(limit, have, keep, classes);
	for (i = from; i < d->n; i++) {
		c = s->kind->label_of(s, d->items[i].at);
		if (keep[c < 0 ? classes - 1 : c]-- > 0)
			d->items[n++] = d->items[i];
	}
	d->n = n;
	arena_free(&work);
	return 0;
}

int
set_select(
    struct dataset *d, int64_t from, const struct part *part, struct err *err)
{
	const struct source *s;

	if (d->n > from && (part->from > 0.0 || part->to < 1.0) &&
	    select_share(d, from, part, err) < 0)
		return -1;
	if (part->limit == 0 || d->n - from <= part->limit)
		return 0;
	s = d->o->source[d->items[from].source];
	if (s->kind->by_class)
		return limit_by_class(d, from, part->limit, err);
	d->n = from + part->limit;
	return 0;
}

/* A dataset of the same sources with room for as many items. */
static struct dataset *
sibling(struct dataset *d, struct err *err)
{
	struct arena arena = { 0 };
	struct dataset *val = arena_alloc(&arena, sizeof(*val), err);

	if (val == NULL)
		return NULL;
	val->o = d->o;
	val->o->refs++;
	val->want = d->want;
	val->arena = arena;
	val->items_size = d->items_size;
	val->items = slab_new(val->items_size, err);
	if (val->items != NULL)
		return val;
	data_free(val);
	return NULL;
}

int
data_split(
    struct dataset *d, double share, struct dataset **val, struct err *err)
{
	struct sample_buffer b = { 0 };
	int64_t i, n = 0, all = d->n;
	int failed = 0;
	double v;

	*val = NULL;
	if (d->items == NULL)
		return err_set(err, ERR_USAGE,
		    "a stream cannot be split; give validation data");
	*val = sibling(d, err);
	if (*val == NULL)
		return -1;
	for (i = 0; i < all && !failed; i++) {
		failed =
		    place_of(d, &d->items[i], HASH_VALIDATION, &b, &v, err);
		if (!failed && v < share)
			(*val)->items[(*val)->n++] = d->items[i];
		else if (!failed)
			d->items[n++] = d->items[i];
	}
	sample_buffer_free(&b);
	if (!failed) {
		d->n = n;
		if (n == 0 || (*val)->n == 0)
			failed = err_set(err, ERR_DATA,
			    "a validation share of %g leaves %lld of %lld "
			    "samples to train on",
			    share, (long long)n, (long long)all);
	}
	if (failed) {
		data_free(*val);
		*val = NULL;
	}
	return failed;
}
