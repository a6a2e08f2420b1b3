/* Decoded pictures kept in memory, so that an epoch need not decode again. */
#include <stdatomic.h>
#include <string.h>

#include "keep.h"

enum { SAMPLES_MIN = 16 };

const size_t keep_bytes_max = (size_t)256 << 20;

struct keep {
	struct shape shape;
	size_t each; /* bytes of a sample */
	uint8_t *bytes;
	atomic_uchar *there; /* of each sample */
};

/* Shape and bytes of the first sample: 0; 1 when it is no reason to keep
   any. */
static int
look_at_first(struct source *s, struct keep *k)
{
	struct sample_buffer b = { 0 };
	struct err quiet = { 0 };
	struct sample first;
	int failed = s->kind->read(s, 0, &first, &b, &quiet) != 0 ||
	    first.x.dtype != DTYPE_U8 || first.y.data != NULL ||
	    tensor_bytes(&first.x, &k->each, &quiet) < 0;

	if (!failed)
		k->shape = first.x.shape;
	sample_buffer_free(&b);
	return failed;
}

int
keep_open(struct source *s, size_t *left, struct err *err)
{
	struct keep k = { 0 };
	size_t n = (size_t)s->count;

	if (!s->kind->decodes || s->count < SAMPLES_MIN ||
	    look_at_first(s, &k) != 0 || *left / n <= k.each)
		return 0;
	s->keep = arena_alloc(s->arena, sizeof(k), err);
	k.bytes = arena_slab(s->arena, n * k.each, err);
	k.there = arena_slab(s->arena, n, err);
	if (s->keep == NULL || k.bytes == NULL || k.there == NULL)
		return -1;
	*s->keep = k;
	*left -= n * (k.each + 1);
	return 0;
}

static void
put(struct keep *k, int64_t i, const struct sample *s)
{
	if (!shape_equal(&s->x.shape, &k->shape))
		return;
	memcpy(k->bytes + (size_t)i * k->each, s->x.data, k->each);
	atomic_store_explicit(&k->there[i], 1, memory_order_release);
}

int
keep_read(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err)
{
	struct keep *k = s->keep;
	int r;

	if (k == NULL)
		return s->kind->read(s, i, out, b, err);
	if (atomic_load_explicit(&k->there[i], memory_order_acquire)) {
		memset(out, 0, sizeof(*out));
		out->x = (struct tensor){ DTYPE_U8, k->shape,
			k->bytes + (size_t)i * k->each };
		return 0;
	}
	r = s->kind->read(s, i, out, b, err);
	if (r == 0)
		put(k, i, out);
	return r;
}

int
keep_is_whole(const struct source *s)
{
	int64_t i;

	if (s->keep == NULL)
		return 0;
	for (i = 0; i < s->count; i++)
		if (!atomic_load_explicit(
			&s->keep->there[i], memory_order_relaxed))
			return 0;
	return 1;
}
