/* --dropout: other rates for the model's dropout layers. */
#ifndef NN_DROPRATE_H
#define NN_DROPRATE_H

#include "base/err.h"
#include "base/graph.h"
#include "scoped.h"

struct run;

extern const struct scoped_range dropout_range;

/* Sets the rates that the plan's words give: in the graph, and so in the
   result.  ERR_USAGE: a selector without a dropout layer that is at work. */
int droprate_set(struct run *r, struct err *err);

/* The rate at which a layer drops: 0 when it does not, being of another kind
   or frozen. */
double droprate_of(const struct node *node);

#endif
