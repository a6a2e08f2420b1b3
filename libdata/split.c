/* Parts of the data by hash of content: the same samples whatever they are
   called and in whatever order they come, in every tool and run. */
#include <string.h>

#include "keep.h"
#include "scan.h"

/* Height and width of a picture; 0 for anything else, and for what is too
   large to be one. */
static void
put_size(uint8_t out[SCAN_BYTES - SHA256_BYTES], const struct tensor *x)
{
	uint32_t size[2] = { 0 };

	if (x->dtype == DTYPE_U8 && x->shape.rank >= 2 && x->shape.rank <= 3 &&
	    x->shape.dim[0] <= INT32_MAX && x->shape.dim[1] <= INT32_MAX) {
		size[0] = (uint32_t)x->shape.dim[0];
		size[1] = (uint32_t)x->shape.dim[1];
	}
	memcpy(out, size, sizeof(size));
}

void
scan_picture(const uint8_t found[SCAN_BYTES], struct shape *size)
{
	uint32_t side[2];

	memcpy(side, found + SHA256_BYTES, sizeof(side));
	if (side[0] == 0 || side[1] == 0)
		*size = (struct shape){ 0 };
	else
		*size = (struct shape){ 3, { side[0], side[1], 1 } };
}

int
set_hash(struct dataset *d, const struct item *item, struct hand *hand,
    uint8_t out[SCAN_BYTES], struct err *err)
{
	struct source *s = d->o->source[item->source];
	struct sample raw;
	struct sha256 h;
	int64_t head[SHAPE_MAX + 2] = { 0 };
	size_t x, y = 0;

	if (keep_read(s, item->at, &raw, &hand->buffer, err) < 0 ||
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
	put_size(out + SHA256_BYTES, &raw.x);
	return 0;
}

uint64_t
hash_place(const uint8_t hash[SCAN_BYTES], enum hash_use use)
{
	uint64_t v = 0;
	int i;

	for (i = 0; i < 8; i++)
		v = v << 8 | hash[(int)use + i];
	return v;
}

struct selecting {
	struct dataset *d;
	const struct part *part;
	int64_t n;
};

static int
select_sample(
    void *arg, int64_t i, const uint8_t hash[SCAN_BYTES], struct err *err)
{
	struct selecting *s = arg;
	double v = (double)(hash_place(hash, HASH_OPERAND) >> 11) * 0x1p-53;

	if (err->code != ERR_NONE)
		return -1;
	if (v >= s->part->from && v < s->part->to)
		s->d->items[s->n++] = s->d->items[i];
	return 0;
}

static int
select_share(
    struct dataset *d, int64_t from, const struct part *part, struct err *err)
{
	struct selecting s = { d, part, from };
	const struct scan how = { set_hash, select_sample, &s };
	int failed = set_scan(d, from, d->n, &how, err);

	d->n = s.n;
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
