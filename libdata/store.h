/* What sources keep: growing memory, many names in little space, labels. */
#ifndef NN_STORE_H
#define NN_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "bounds.h"

/* Makes the slab *p of *size bytes hold need bytes, the first keep of them
   as they were.  Grows by half at least, so that appending is cheap. */
int slab_grow(
    void **p, size_t *size, size_t need, size_t keep, struct err *err);

/* Strings behind each other: a name costs its bytes and eight more. */
struct names {
	char *text;
	size_t text_size, used;
	uint64_t *at;
	size_t at_size;
	int64_t n;
};
int names_add(struct names *s, const char *name, size_t n, struct err *err);
const char *names_get(const struct names *s, int64_t i);
void names_sort(struct names *s); /* bytewise */
void names_free(struct names *s);

/* A set of class names; each keeps the number it got when it was new. */
struct label_set {
	struct names names;
	int32_t *slot; /* hash table of numbers, -1 = free */
	size_t slot_size;
	int64_t slots;
};

/* The number of the name, -1 on error. */
int32_t label_add(
    struct label_set *set, const char *name, size_t n, struct err *err);
void label_free(struct label_set *set);

/* The names in bytewise order as an array of pointers into the arena; label
   (n numbers of label_add, or -1) becomes places in that order. */
int label_sort(const struct label_set *set, int32_t *label, int64_t n,
    const char ***names, struct arena *arena, struct err *err);

#endif
