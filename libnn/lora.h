/* Low-rank adapters (LoRA): what a dense or conv2d layer learns, beside it, in
   two small layers of its kind:

	y = x W + bias + (alpha / rank) drop(x) A B

   A reads what the layer X reads and is as it but for its width, the rank; B is
   dense, or 1x1, and begins as zeros: at first the net answers as before.  All
   are ordinary layers, X/lora_dropout (when something drops), X/lora_a,
   X/lora_b, X/lora_scale and X/lora_add, which those read that read X. */
#ifndef NN_LORA_H
#define NN_LORA_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/graph.h"

struct lora {
	int64_t rank;
	double alpha, dropout;
};

extern const struct attr lora_attrs[];

/* Is the layer of a kind that can have an adapter?  Is it a part of one? */
int lora_suits(const struct node *node);
int lora_is_part(const struct node *node);

/* How many layers have one. */
int lora_count(const struct graph *g);

/* Gives an adapter to each node i with of[i] not NULL; g is resolved.  A begins
   as PEFT has it, evenly in +-1 / sqrt(inputs of a number).  ERR_USAGE names
   the layer that cannot have one. */
int lora_add(struct graph *g, const struct lora *const *of, uint64_t seed,
    struct err *err);

/* W + (alpha / rank) A B takes the place of W, and the adapters are gone; what
   took one in learns as that did.  ERR_MODEL: something is named as an adapter
   but is none.  ERR_NUMERIC: a sum is not finite. */
int lora_merge(struct graph *g, struct err *err);

#endif
