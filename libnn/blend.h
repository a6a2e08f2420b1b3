/* Several models of one architecture blended into one: every number is the
   weighted mean of theirs, statistics of batch norms as well. */
#ifndef NN_BLEND_H
#define NN_BLEND_H

#include "base/err.h"
#include "base/graph.h"

/* Weights that are positive, scaled so that their sum is 1. */
void blend_weights(double *weight, int n);

/* The tensors of `to`, a copy of from[0], become sum_k weight[k] from[k], summed
   in double in that order, in slabs of to->arena.  All graphs have the same
   layers and tensors, f32 with data.  A number that is not finite is
   ERR_NUMERIC. */
int blend_graphs(struct graph *to, const struct graph *const *from,
    const double *weight, int n, struct err *err);

#endif
