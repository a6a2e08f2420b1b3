/* Samples on their way from data to arithmetic: a batch, and who feeds them.

   libdata makes feeds, libnn eats them; neither knows the other. */
#ifndef NN_BASE_BATCH_H
#define NN_BASE_BATCH_H

#include <stdint.h>

#include "base/err.h"
#include "base/tensor.h"

/* Buffers belong to the feed, are 64-byte aligned, have room for the feed's
   full batch, and stay untouched until the next call of next. */
struct batch {
	int n;                /* samples in it; 0 = the end of the epoch */
	struct tensor x;      /* f32, N and the sample's shape; already
	                           through the preprocessing chain */
	const int32_t *label; /* n class indices, or NULL */
	struct tensor y;      /* f32 targets N x ..., data NULL: none; with
	                           labels as well they are what is learned,
	                           and labels what counts as right */
	const uint64_t *id;   /* n numbers of the samples in their data set:
	                           what random numbers are drawn by.  A sample
	                           that is drawn again in an epoch of training
	                           has another number above the low 32 bits */
};

/* A source of batches.  "this" first, as in every vtable of the house. */
struct feed {
	int64_t count; /* samples an epoch; -1 = not known before */
	int batch;     /* samples a full batch holds */

	/* Goes to batch number `at` of epoch `epoch`; the order is a function
	   of (seed, epoch) or the order given. */
	int (*begin)(
	    struct feed *f, uint32_t epoch, int64_t at, struct err *err);
	int (*next)(struct feed *f, struct batch *out, struct err *err);
};

#endif
