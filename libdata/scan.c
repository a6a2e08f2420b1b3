/* Every sample of a dataset looked at once, by several threads; what they find
   is taken in the order of the samples.

   Block by block, so that memory does not grow with the data.  What failed is
   looked at again by the caller: errors come in order, and with their text. */
#include <stdatomic.h>
#include <string.h>

#include "base/thread.h"
#include "scan.h"

struct scanning {
	struct dataset *d;
	const struct scan *how;
	int nhands;
	struct hand *hand;
	struct pool *pool; /* NULL: the caller alone */
	int64_t from;      /* of the block */
	int n;
	atomic_int next; /* that nobody has taken yet */
	uint8_t done[SCAN_BLOCK];
	uint8_t out[SCAN_BLOCK][SCAN_BYTES];
};

static void
look_at_share(void *arg, int hand, int n)
{
	struct scanning *s = arg;
	int from, k;

	(void)n;
	while ((from = atomic_fetch_add(&s->next, HAND_SAMPLES)) < s->n)
		for (k = from; k < from + HAND_SAMPLES && k < s->n; k++) {
			struct err quiet = { 0 };

			s->done[k] =
			    s->how->look(s->d, &s->d->items[s->from + k],
				&s->hand[hand], s->out[k], &quiet) == 0;
		}
}

static int
scan_block(struct scanning *s, struct err *err)
{
	int k;

	memset(s->done, 0, sizeof(s->done));
	atomic_store(&s->next, 0);
	if (s->pool != NULL)
		pool_run(s->pool, look_at_share, s);
	for (k = 0; k < s->n; k++) {
		if (!s->done[k])
			s->how->look(s->d, &s->d->items[s->from + k],
			    &s->hand[0], s->out[k], err);
		if (s->how->take(s->how->arg, s->from + k, s->out[k], err) < 0)
			return -1;
	}
	return 0;
}

static int
scan_open(struct scanning *s, int64_t n, struct arena *arena, struct err *err)
{
	int threads = s->d->want.threads;
	int i;

	s->nhands = !set_decodes(s->d) || threads < 1 ? 1 : threads;
	if (s->nhands > n / HAND_SAMPLES)
		s->nhands = n / HAND_SAMPLES < 1 ? 1 : (int)(n / HAND_SAMPLES);
	s->hand =
	    arena_array(arena, (size_t)s->nhands, sizeof(s->hand[0]), err);
	if (s->hand == NULL)
		return -1;
	for (i = 0; s->d->want.pre != NULL && i < s->nhands; i++) {
		s->hand[i].pre = pre_work_new(s->d->want.pre, err);
		if (s->hand[i].pre == NULL)
			return -1;
	}
	if (s->nhands > 1)
		s->pool = pool_new(s->nhands, err);
	return s->nhands > 1 && s->pool == NULL ? -1 : 0;
}

static void
scan_close(struct scanning *s)
{
	int i;

	pool_free(s->pool);
	for (i = 0; s->hand != NULL && i < s->nhands; i++) {
		pre_work_free(s->hand[i].pre);
		sample_buffer_free(&s->hand[i].buffer);
		slab_free(s->hand[i].row, s->hand[i].row_size);
	}
}

int
set_scan(struct dataset *d, int64_t from, int64_t to, const struct scan *how,
    struct err *err)
{
	struct arena arena = { 0 };
	struct scanning *s = arena_alloc(&arena, sizeof(*s), err);
	int failed = -1;

	if (s == NULL)
		return -1;
	s->d = d;
	s->how = how;
	failed = scan_open(s, to - from, &arena, err);
	for (; !failed && from < to; from += s->n) {
		s->from = from;
		s->n = to - from < SCAN_BLOCK ? (int)(to - from) : SCAN_BLOCK;
		failed = scan_block(s, err);
	}
	scan_close(s);
	arena_free(&arena);
	return failed;
}
