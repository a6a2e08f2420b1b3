/* An operand that a primitive wants in another layout than the program has
   it: a copy of our own, and the primitive that turns one into the other. */
#ifndef NN_DNN_SIDE_H
#define NN_DNN_SIDE_H

#include "dnn/prim.h"

/* Pictures N H W C, as v->block says. */
const struct layout *layout_picture(
    struct dnn *dnn, const struct val *v, enum number number, struct err *err);
/* Kernels h w C/groups F, row-major, as the library orders dims; and the same
   in whichever layout. */
const struct layout *layout_kernel(
    struct dnn *dnn, const struct val *v, int64_t groups, struct err *err);
const struct layout *layout_kernel_any(struct dnn *dnn, const struct val *v,
    int64_t groups, enum number number, struct err *err);

const struct layout *layout_vector(struct dnn *dnn, int64_t n, struct err *err);

struct side {
	struct prim turn; /* none: the program's own is good */
	struct val own;
	int result; /* the primitive writes it */
};

/* What a step leaves in the copy is worth keeping, or soon overwritten. */
enum side_life { SIDE_KEPT, SIDE_PASSING };

/* The program's value v lies as `is`, the primitive wants `wanted`; as its
   argument `what` it gets v or the copy.  result: the primitive writes it.
   Passing copies of two sides of one operation need different `slot`s; the
   operation planned next may find there what this one has turned. */
struct side_of {
	struct val *v;
	const struct layout *is, *wanted;
	int what, result;
	enum side_life life;
	int slot;
};

int side_open(
    struct side *s, struct prim *p, const struct side_of *of, struct err *err);

/* Around the primitive: turns what it reads, or what it wrote.  0, or -1 when
   the library failed. */
int side_before(struct side *s);
int side_after(struct side *s);
int side_turns(const struct side *s); /* is there a copy at all? */
void side_close(struct side *s);

#endif
