/* Statistics of layers that normalise over the batch, measured anew on data. */
#ifndef NN_MEASURE_H
#define NN_MEASURE_H

#include "data.h"
#include "nn.h"
#include "tool.h"

/* Does the layer normalise over the batch?  How many of the graph do? */
int measure_is_norm(const struct node *node);
int measure_norms(const struct graph *g);

/* Measures the statistics of all of them on the batches of one epoch, as they
   come in that order, and says so.  conf: backend, threads and the like, which
   record (or NULL) is told. */
int measure_data(struct tool *t, struct graph *g, struct dataset *data,
    const struct feed_conf *order, uint32_t epoch, const struct net_conf *conf,
    struct json *record, struct err *err);

#endif
