/* What layer and group norm share: one operation forward, one back. */
#ifndef NN_LAYERS_NORM_H
#define NN_LAYERS_NORM_H

#include "kind.h"

enum { NORM_GAMMA, NORM_BETA };

/* How the channels are taken together. */
struct norm {
	double epsilon;
	int64_t groups;
	int whole; /* over all positions of a sample, not row by row */
	int center, scale;
};

/* Shapes of the parameters; y is shaped as x. */
int norm_shape(struct layer *l, const struct norm *n, struct err *err);
int norm_forward(struct layer *l, struct build *b, const struct norm *n);
int norm_backward(struct layer *l, struct build *b, const struct norm *n);

#endif
