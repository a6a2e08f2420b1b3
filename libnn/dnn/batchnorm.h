/* The tiles of batch norms: rows of numbers side by side, one a channel. */
#ifndef NN_DNN_BATCHNORM_H
#define NN_DNN_BATCHNORM_H

#include "dnn/pass.h"

/* Three numbers a channel. */
struct curve {
	float *mean, *slope, *shift;
};

/* Adds the rows to what `seen` rows before them gave: mean, and the sum of
   squares about it. */
void tile_measure(const float *x, int64_t rows, int64_t inner, double *mean,
    double *square, int64_t seen);

/* y = (x - mean) slope + shift, channels from c on; y may be x. */
void tile_bend(float *y, const float *x, int64_t rows, int64_t inner,
    const struct curve *curve, int64_t c);

/* Adds dz and dz (x - middle) of each channel. */
void tile_sums(const float *dz, const float *x, int64_t rows, int64_t inner,
    const float *middle, double *sum, double *product);

/* dx = slope (dz - mean - (x - middle) shift); dx may be dz. */
void tile_spread(float *dx, const float *dz, const float *x, int64_t rows,
    int64_t inner, const float *middle, const struct curve *curve, int64_t c);

#endif
