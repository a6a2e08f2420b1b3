/* Layers fitted to another width, keeping the numbers that stay. */
#ifndef NN_ADAPT_H
#define NN_ADAPT_H

#include <stdint.h>

#include "base/err.h"
#include "base/graph.h"

/* The layer that makes one number a class: the last one with parameters before
   the output, with nothing behind it that mixes or reshapes.  Its index, or -1
   with why there is none (ERR_MODEL). */
int adapt_class_layer(const struct graph *g, int output, struct err *err);

/* Makes such a layer `units` wide.  Its number u is what number from[u] was,
   bit for bit; where that is -1, it begins as the kind's numbers do, by the
   seed. */
int adapt_units(struct graph *g, int node, int64_t units, const int64_t *from,
    uint64_t seed, struct err *err);

#endif
