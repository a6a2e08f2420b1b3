/* The rate of each tensor, as a factor of the run's: --lr-scale times
   --layer-decay. */
#ifndef NN_RATES_H
#define NN_RATES_H

#include "base/err.h"
#include "base/graph.h"
#include "scoped.h"

struct run;

struct rates {
	double (*factor)[NODE_PARAMS_MAX]; /* of each node's tensors */
};

extern const struct scoped_range lr_scale_range;

/* By the plan and the graph as it will be trained.  ERR_USAGE: a selector
   that matches nothing, or nothing that learns. */
int rates_make(struct run *r, struct err *err);

/* The rate that a tensor begins with, before any schedule. */
double rates_of(const struct run *r, int node, int param);

#endif
