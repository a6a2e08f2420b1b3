/* What a batch of samples looks like: where its numbers lie. */
#ifndef NN_MEASURE_H
#define NN_MEASURE_H

#include "base/batch.h"

/* Mean and standard deviation over all numbers of the batch's x; 0 and 0 for
   an empty batch. */
void batch_measure(const struct batch *batch, double *mean, double *spread);

#endif
