/* A model in words: the table of its layers. */
#ifndef NN_DESCRIBE_H
#define NN_DESCRIBE_H

#include "base/graph.h"
#include "base/text.h"

/* One row a layer: index (as selectors count), name, kind with settings,
   shape of the output, parameters, frozen, tag.  The graph is resolved. */
void describe_layers(const struct graph *g, struct text *out);

/* "dense:128", "dropout:0.2": a layer's kind with what was chosen. */
char *describe_kind(
    const struct node *node, struct arena *arena, struct err *err);

/* Parameters of a node; those of them that learn. */
int64_t describe_params(const struct node *node, int64_t *learning);

#endif
