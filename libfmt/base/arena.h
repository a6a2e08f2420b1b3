/* Memory born piece by piece, dying at once; and slabs for numbers.

   Small things (names, settings, nodes) live in an arena owned by whoever
   declared it; a zeroed struct is an empty arena.  Anything whose size comes
   from a file or an option is a slab: checked, 64-byte aligned, able to fail
   politely.  Running out of memory is an error like any other. */
#ifndef NN_BASE_ARENA_H
#define NN_BASE_ARENA_H

#include <stddef.h>

#include "base/err.h"

struct arena_block;
struct arena_slab;

struct arena {
	struct arena_block *head;
	struct arena_slab *slabs;
};

/* n zeroed bytes aligned for any type, or NULL. */
void *arena_alloc(struct arena *arena, size_t n, struct err *err);

/* count zeroed elements of size bytes, overflow checked, or NULL. */
void *arena_array(
    struct arena *arena, size_t count, size_t size, struct err *err);

/* A copy of the string, or of its first n bytes with a NUL behind. */
char *arena_text(struct arena *arena, const char *s, struct err *err);
char *arena_text_n(
    struct arena *arena, const char *s, size_t n, struct err *err);
char *arena_printf(struct arena *arena, struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A slab (below) that is freed together with the arena. */
void *arena_slab(struct arena *arena, size_t n, struct err *err);

/* Is p inside a slab of this arena? */
int arena_owns(const struct arena *arena, const void *p);

/* Frees all that the arena gave; the arena is empty and usable again. */
void arena_free(struct arena *arena);

/* n bytes, 64-byte aligned, zeroed, or NULL.  From 1 MiB on they ask for
   2 MiB pages.
   Owned by the caller, freed with slab_free. */
void *slab_new(size_t n, struct err *err);
void slab_free(void *slab, size_t n);

/* Has the system give the slab's memory now rather than at its first use. */
void slab_touch(void *slab, size_t n);

/* How many arena blocks and slabs were asked for in this process so far: a
   training step asks for none, which a test counts. */
long memory_requests(void);

/* For tests: the n-th request from now (1 = the next) fails; 0 = none.  Until
   then no two pieces of an arena share a request. */
void memory_fail_after(long n);

#endif
