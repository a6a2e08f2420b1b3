/* The mean of several outputs of the same shape, added one by one. */
#ifndef NN_MEAN_H
#define NN_MEAN_H

#include <stdint.h>

#include "base/arena.h"
#include "real.h"

struct mean {
	int64_t room;
	int n; /* outputs added */
	double *sum;
	real *mean;
};

/* Memory in the arena for outputs of at most so many numbers. */
int mean_begin(
    struct mean *m, int64_t room, struct arena *arena, struct err *err);

/* Adds the first n numbers of an output; the first after begin or take starts
   anew. */
void mean_add(struct mean *m, const real *y, int64_t n);

/* Their mean, borrowed until the next. */
const real *mean_take(struct mean *m, int64_t n);

#endif
