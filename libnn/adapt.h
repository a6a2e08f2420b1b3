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

/* Makes the input (H W C) another one.  Channels: the kernels of the layers
   that read them are spread or gathered so that, for every filter, the sum over
   the channels stays; with k = the number of channels c of the new ones for
   which c % was is the same,
	more:  now[.,c,.] = was[.,c % was,.] / k
	fewer: now[.,c,.] = sum of was[.,j,.] over all j with j % now == c
   Size: refused where a tensor has a row for each place.  Layers whose tensors
   were taken away get them anew, without numbers.  -1: ERR_MODEL. */
int adapt_channels(
    struct graph *g, int input, int64_t channels, struct err *err);
int adapt_size(
    struct graph *g, int input, int64_t height, int64_t width, struct err *err);

#endif
