/* Activations: kinds made of one function of one number.

   An activation is one file (libnn/layers/relu.c) with two constants: the
   element function and its kind, which uses the shared shape, forward and
   backward of elt.c. */
#ifndef NN_ELT_H
#define NN_ELT_H

#include <stdint.h>

#include "kind.h"
#include "real.h"

struct elt {
	const char *name;
	int from_y; /* backward takes the output y; else the input x */
	void (*forward)(const void *conf, real *y, const real *x, int64_t n);
	void (*backward)(const void *conf, real *dx, const real *dy,
	    const real *xy, int64_t n);
};

int elt_shape(struct layer *l, struct err *err);
int elt_forward(struct layer *l, struct build *b);
int elt_backward(struct layer *l, struct build *b);

#endif
