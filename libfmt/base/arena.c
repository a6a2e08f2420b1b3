/* Memory born piece by piece, dying at once; and slabs for numbers. */
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"

enum {
	BLOCK = 16 * 1024, /* bytes of an ordinary arena block */
	ALIGN = 16,
	MAP_FROM = 128 << 10, /* slabs from here on are mapped: zero until
	                         touched, and not touched for that */
	HUGE = 2 << 20,       /* and in pages of this size what fills the
	                         larger part of one */
	PAGE = 4096,          /* at least */
};

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	_Alignas(ALIGN) unsigned char bytes[];
};

struct arena_slab {
	struct arena_slab *next;
	void *at;
	size_t n;
};

static atomic_long requests;
static atomic_long fail_after;

/* Counts a request; true when a test wants this one to fail. */
static int
refused(void)
{
	atomic_fetch_add(&requests, 1);
	return atomic_load(&fail_after) > 0 &&
	    atomic_fetch_sub(&fail_after, 1) == 1;
}

long
memory_requests(void)
{
	return atomic_load(&requests);
}

/* While a test counts, each piece is a request of its own. */
static int
counting(void)
{
	return atomic_load_explicit(&fail_after, memory_order_relaxed) > 0;
}

void
memory_fail_after(long n)
{
	atomic_store(&fail_after, n);
}

static struct arena_block *
block_new(struct arena *arena, size_t n, struct err *err)
{
	size_t size = n > BLOCK || counting() ? n : BLOCK;
	struct arena_block *b = NULL;

	if (!refused())
		b = calloc(1, sizeof(*b) + size);
	if (b == NULL) {
		err_set(err, ERR_IO, "out of memory (%zu bytes)", n);
		return NULL;
	}
	b->size = size;
	b->next = arena->head;
	arena->head = b;
	return b;
}

void *
arena_alloc(struct arena *arena, size_t n, struct err *err)
{
	struct arena_block *b = arena->head;
	void *p;

	if (n > SIZE_MAX / 2) {
		err_set(err, ERR_IO, "out of memory (%zu bytes)", n);
		return NULL;
	}
	n = (n + ALIGN - 1) / ALIGN * ALIGN;
	if (b == NULL || b->size - b->used < n || counting())
		b = block_new(arena, n, err);
	if (b == NULL)
		return NULL;
	p = b->bytes + b->used;
	b->used += n;
	return p;
}

void *
arena_array(struct arena *arena, size_t count, size_t size, struct err *err)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n)) {
		err_set(err, ERR_IO, "out of memory (%zu things of %zu bytes)",
		    count, size);
		return NULL;
	}
	return arena_alloc(arena, n, err);
}

char *
arena_text_n(struct arena *arena, const char *s, size_t n, struct err *err)
{
	char *copy = arena_alloc(arena, n + 1, err);

	if (copy != NULL)
		memcpy(copy, s, n);
	return copy;
}

char *
arena_text(struct arena *arena, const char *s, struct err *err)
{
	return arena_text_n(arena, s, strlen(s), err);
}

char *
arena_printf(struct arena *arena, struct err *err, const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	s = n < 0 ? NULL : arena_alloc(arena, (size_t)n + 1, err);
	if (s == NULL)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}

void
arena_free(struct arena *arena)
{
	struct arena_block *b = arena->head;
	struct arena_block *next;
	const struct arena_slab *s = arena->slabs;

	for (; s != NULL; s = s->next)
		slab_free(s->at, s->n);
	arena->slabs = NULL;
	for (; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	arena->head = NULL;
}

static void *
map(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Bytes that are mapped for a slab.  A large page is there after one fault, the
   small ones of half of it after 256. */
static size_t
mapped_size(size_t n)
{
	size_t over = n % HUGE;

	return over >= HUGE / 2 ? n - over + HUGE : n;
}

/* From a border of large pages on: what is mapped around it goes back. */
static void *
map_huge(size_t n)
{
	size_t before, page = (size_t)sysconf(_SC_PAGESIZE);
	unsigned char *p;

	n = (n + page - 1) / page * page;
	p = map(n + HUGE);
	if (p == NULL)
		return NULL;
	before = (size_t)(-(uintptr_t)p % HUGE);
	if (before > 0)
		munmap(p, before);
	p += before;
	if (before < HUGE)
		munmap(p + n, HUGE - before);
	madvise(p, n, MADV_HUGEPAGE);
	return p;
}

static void *
map_pages(size_t n)
{
	n = mapped_size(n);
	return n >= HUGE ? map_huge(n) : map(n);
}

/* At once where the system can: each page of its own accord costs a fault. */
static int
populate(void *slab, size_t n)
{
#ifdef MADV_POPULATE_WRITE
	return n >= MAP_FROM && madvise(slab, n, MADV_POPULATE_WRITE) == 0;
#else
	(void)slab;
	(void)n;
	return 0;
#endif
}

void
slab_touch(void *slab, size_t n)
{
	volatile unsigned char *p = slab;
	size_t i;

	if (slab == NULL || populate(slab, n))
		return;
	for (i = 0; i < n; i += PAGE)
		p[i] = p[i]; /* cppcheck-suppress selfAssignment */
}

static void *
heap_zeroed(size_t n)
{
	size_t whole = (n + 63) / 64 * 64;
	void *p = aligned_alloc(64, whole > 0 ? whole : 64);

	if (p != NULL)
		memset(p, 0, whole);
	return p;
}

void *
slab_new(size_t n, struct err *err)
{
	void *p = NULL;

	if (!refused() && n <= SIZE_MAX / 2)
		p = n >= MAP_FROM ? map_pages(n) : heap_zeroed(n);
	if (p == NULL)
		err_set(err, ERR_IO, "out of memory (%zu bytes)", n);
	return p;
}

void
slab_free(void *slab, size_t n)
{
	if (slab == NULL)
		return;
	if (n >= MAP_FROM)
		munmap(slab, mapped_size(n));
	else
		free(slab);
}

void *
arena_slab(struct arena *arena, size_t n, struct err *err)
{
	struct arena_slab *s = arena_alloc(arena, sizeof(*s), err);

	if (s == NULL)
		return NULL;
	s->at = slab_new(n, err);
	if (s->at == NULL)
		return NULL;
	s->n = n;
	s->next = arena->slabs;
	arena->slabs = s;
	return s->at;
}

int
arena_owns(const struct arena *arena, const void *p)
{
	const struct arena_slab *s = arena->slabs;
	uintptr_t at = (uintptr_t)p;

	for (; s != NULL; s = s->next)
		if (at >= (uintptr_t)s->at && at - (uintptr_t)s->at < s->n)
			return 1;
	return 0;
}
