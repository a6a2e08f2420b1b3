/* Selectors: which layers and tensors of a graph a list of terms means.

   term[,term...], the last match wins:
     GLOB          layer paths; '*' stops at '/', '**' does not
     first:N last:N   up to the N-th layer with parameters, from that end
     blocks:N      the last N blocks (nn_depths), the head counting as one
     index:A-B     rows as nn-info numbers them, from 1, both included
     type:KIND     layers of a kind (aliases too)
     param:NAME    tensors of that name, of whatever layer
     tag:NAME      layers with that tag;  head = tag:head, backbone = the rest
     all none
   ^term takes away; a list that begins with ^ starts from all. */
#ifndef NN_SELECT_H
#define NN_SELECT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/graph.h"
#include "base/text.h"

struct selection {
	int nnodes;
	char *layer;                    /* of each node: selected as a row */
	char (*param)[NODE_PARAMS_MAX]; /* of each of its tensors */
};

/* A term that matches nothing is an error with near names (ERR_USAGE). */
int select_parse(struct selection *s, const struct graph *g, const char *list,
    struct arena *arena, struct err *err);

/* Marks what is selected as frozen (or not): layers and tensors.  Others stay
   as they are; a layer of which a tensor was taken away again (c1,^param:bias)
   is not frozen itself, for that tensor learns. */
void select_freeze(const struct selection *s, struct graph *g, int frozen);

/* What is selected learns again.  A layer of which one tensor does is frozen no
   more; its other tensors stay as they are. */
void select_thaw(const struct selection *s, struct graph *g);

/* Is the tensor selected; param -1: the layer? */
int select_has(const struct selection *s, int node, int param);

/* What terms begin with, a space between: for shells. */
void select_offers(struct text *out);

#endif
