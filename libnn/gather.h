/* Gradients of several batches as one. */
#ifndef NN_GATHER_H
#define NN_GATHER_H

#include "op.h"

/* to = from (first), or to += from.  0: a number of from is not finite. */
int gather_add(struct val *to, const struct val *from, int first);

/* to = from / samples. */
void gather_mean(struct val *to, const struct val *from, int64_t samples);

#endif
