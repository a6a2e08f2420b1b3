/* A stretch of operations as chunk.c runs it: what it is made of, and the
   steps of making one.  Private to chunk.c and stretch-*.c. */
#ifndef NN_STRETCH_H
#define NN_STRETCH_H

#include "chunk.h"

enum {
	CHUNK = 8,    /* samples at a time */
	SETS = 2,     /* whole chunks, and the rest */
	ENDS = OP_IN, /* values that a stretch shares with the program */
};

/* The operations of a stretch for so many samples, of one lane. */
struct set {
	struct program p; /* n 0: this lane needs none */
	struct val *end[2 * ENDS], *sum[ENDS];
};

/* A lane's share of one stretch. */
struct share {
	int64_t from, to; /* samples */
	struct set set[SETS];
	int failed;
};

struct stretch {
	const struct backend *backend; /* lends its threads; NULL: none */
	struct op *op;
	struct step *step;
	struct lane *lanes;
	struct share *shares;
	int nlanes;
	int64_t n, chunk;
	int nends, nsums;
	struct val *end[2 * ENDS]; /* of the program: x, y, parameters aside */
	struct val *sum[ENDS];     /* gradients, summed over the samples */
};

/* Operations first..end-1 of a program, in one phase. */
struct span_of {
	int first, end;
};

/* The next run of operations that may be a stretch; first == p->nops: none. */
struct span_of stretch_find(const struct program *p, int from);

int stretch_is_worth(const struct program *p, struct span_of s);

/* Finds what a stretch shares with its program.  0: that is more than an
   operation can have operands. */
int stretch_ends(struct stretch *t, const struct program *p, struct span_of s);

/* The operations for n samples, over values of their own. */
int stretch_open_set(struct set *set, const struct stretch *t,
    const struct program *p, struct span_of s, int64_t n, struct err *err);

/* Runs all sets of a planned one. */
int stretch_run(struct op *op, struct step *step);

static inline int
val_is_parameter(struct val *v)
{
	enum slab_name slab = val_root(v)->slab;

	return slab == SLAB_PARAM || slab == SLAB_DERIVED;
}

#endif
