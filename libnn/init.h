/* What an initialiser is: one file, one line in inits.def.  As in Keras. */
#ifndef NN_INIT_H
#define NN_INIT_H

#include <stdint.h>

#include "base/attr.h"
#include "base/rng.h"
#include "base/tensor.h"

struct init {
	const char *name;
	const char *help;
	size_t conf_size;
	const struct attr *attrs;
	/* Fills w of that shape; fans as Keras computes them from the shape. */
	void (*fill)(const void *conf, float *w, const struct shape *shape,
	    double fan_in, double fan_out, struct rng_key key);
};

extern const struct init *const inits[];
const struct init *init_find(const char *name);

#endif
