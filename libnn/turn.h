/* One update from the next batches of a feed. */
#ifndef NN_TURN_H
#define NN_TURN_H

#include "base/batch.h"
#include "nn.h"

struct turn {
	int64_t batches, n; /* that it took, and their samples; 0: the epoch
	                       has no more */
	int64_t right;      /* -1: no labels */
	double loss;        /* sum over the samples */
};

/* accumulate: batches of an update; the last one of an epoch may have fewer. */
int turn_run(struct net *net, struct feed *data, int64_t accumulate,
    const struct step_args *args, struct turn *t, struct err *err);

#endif
