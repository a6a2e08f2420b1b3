/* What a loss is: one file with one constant, one line in losses.def.

   The loss of a batch is the mean over its samples of the sample's loss, each
   times its weight when there are any. */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include <stdint.h>

#include "base/attr.h"
#include "base/tensor.h"
#include "real.h"

struct loss_args {
	int64_t n, width;     /* samples; numbers each */
	const real *z;        /* n x width: outputs, or logits when fused */
	const int32_t *label; /* n class indices, or NULL */
	const real *target;   /* n x width, or NULL */
	const real *weight;   /* n: factors of loss and gradient; NULL: 1 */
	int fused;
	real scale; /* factor of the gradient */
	real *loss; /* n: the loss of each sample */
	real *grad; /* n x width, d(sum of loss) / dz * scale; NULL:
	                          not wanted */
};

struct loss {
	const char *name; /* "ce" */
	const char *help;
	size_t conf_size;
	const struct attr *attrs;
	const char *fuses; /* kind whose activation it can take over:
	                          "softmax"; NULL: none */
	int takes_labels;  /* class indices as well as dense targets */
	void (*run)(const void *conf, const struct loss_args *a);
};

extern const struct loss *const losses[];
const struct loss *loss_find(const char *name);

/* The loss of every sample, weighed (weigh.c): run itself knows no weights. */
void loss_run(
    const struct loss *loss, const void *conf, const struct loss_args *a);

#endif
