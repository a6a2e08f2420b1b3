/* Memory that is refused when a test wants it. */
#include "scarce.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

static atomic_long asked, held;
static long refuse_at;
static int refuse_for_ever;

void
scarce_set(long at, int for_ever)
{
	refuse_at = at;
	refuse_for_ever = for_ever;
	atomic_store(&asked, 0);
}

long
scarce_count(void)
{
	return atomic_load(&asked);
}

long
scarce_held(void)
{
	return atomic_load(&held);
}

static int
refused(void)
{
	long n = atomic_fetch_add(&asked, 1) + 1;

	if (refuse_at == 0 || n < refuse_at ||
	    (n > refuse_at && !refuse_for_ever))
		return 0;
	errno = ENOMEM;
	return 1;
}

static void *
given(void *p)
{
	if (p != NULL)
		atomic_fetch_add(&held, 1);
	return p;
}

static long
pages(size_t n)
{
	return (long)((n + PAGE - 1) / PAGE * PAGE);
}

/* The linker's own names.
   NOLINTBEGIN(bugprone-reserved-identifier) */
#define REAL(NAME) __real_##NAME
#define WRAP(NAME) __wrap_##NAME
void *REAL(malloc)(size_t n);
void *REAL(calloc)(size_t count, size_t n);
void *REAL(realloc)(void *p, size_t n);
void *REAL(aligned_alloc)(size_t align, size_t n);
void REAL(free)(void *p);
void *REAL(mmap)(void *at, size_t n, int prot, int flags, int fd, off_t from);
int REAL(munmap)(void *at, size_t n);

void *WRAP(malloc)(size_t n);
void *WRAP(calloc)(size_t count, size_t n);
void *WRAP(realloc)(void *p, size_t n);
void *WRAP(aligned_alloc)(size_t align, size_t n);
void WRAP(free)(void *p);
void *WRAP(mmap)(void *at, size_t n, int prot, int flags, int fd, off_t from);
int WRAP(munmap)(void *at, size_t n);
/* NOLINTEND(bugprone-reserved-identifier) */

void *
WRAP(malloc)(size_t n)
{
	return refused() ? NULL : given(REAL(malloc)(n));
}

void *
WRAP(calloc)(size_t count, size_t n)
{
	return refused() ? NULL : given(REAL(calloc)(count, n));
}

void *
WRAP(realloc)(void *p, size_t n)
{
	void *q;

	if (refused())
		return NULL;
	q = REAL(realloc)(p, n);
	return p == NULL ? given(q) : q;
}

void *
WRAP(aligned_alloc)(size_t align, size_t n)
{
	return refused() ? NULL : given(REAL(aligned_alloc)(align, n));
}

void
WRAP(free)(void *p)
{
	if (p != NULL)
		atomic_fetch_sub(&held, 1);
	REAL(free)(p);
}

void *
WRAP(mmap)(void *at, size_t n, int prot, int flags, int fd, off_t from)
{
	void *p =
	    refused() ? MAP_FAILED : REAL(mmap)(at, n, prot, flags, fd, from);

	if (p != MAP_FAILED)
		atomic_fetch_add(&held, pages(n));
	return p;
}

int
WRAP(munmap)(void *at, size_t n)
{
	atomic_fetch_sub(&held, pages(n));
	return REAL(munmap)(at, n);
}
