/* Model files that break one clause of the format each, made out of a file
   that keeps them all: what is not meant to be wrong, is right. */
#ifndef TESTS_HOSTILE_H
#define TESTS_HOSTILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "rule.h"

struct hostile {
	const char *name;
	enum rule rule;
};

/* The i-th, from 0; NULL after the last. */
const struct hostile *hostile_at(int i);

/* Its bytes, in the arena; i -1: the file before it was spoilt.  Exits when it
   cannot be made. */
uint8_t *hostile_make(int i, size_t *n, struct arena *arena);

/* Parts of the whole: rows of hostile-bytes.c, then of hostile-tree.c. */
struct h5_object;
struct hostile_file {
	uint8_t *bytes;
	size_t n;
	struct h5_object *root; /* laid out as in bytes */
	struct arena *arena;
};
enum hostile_stage {
	HOSTILE_BUILT,      /* without digests and ids */
	HOSTILE_DIGESTED,   /* without ids */
	HOSTILE_IDENTIFIED, /* whole */
	HOSTILE_LAID_OUT,   /* its headers have their places */
};
const struct hostile *hostile_bytes_at(int i);
void hostile_bytes_spoil(int i, struct hostile_file *f);
const struct hostile *hostile_tree_at(int i);
int hostile_tree_is_delta(int i);
void hostile_tree_spoil(int i, enum hostile_stage stage, struct h5_object *root,
    struct arena *arena);

/* The object at a path; "/": the root.  Exits when there is none. */
struct h5_object *hostile_find(struct h5_object *root, const char *path);

#endif
