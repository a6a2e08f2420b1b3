/* The loops of pools over numbers side by side. */
#ifndef NN_DNN_POOL_H
#define NN_DNN_POOL_H

#include "dnn/pass.h"

/* Windows of two by two, side by side: how far the next one is in x, and the
   numbers of one. */
struct fours {
	int64_t n, step, right, below;
};

/* y = the largest of each window of x. */
void pool_largest_of_fours(float *restrict y, const float *restrict x,
    const struct fours *f, int64_t inner);

/* dy to the first of four that is y; the others are 0. */
void pool_give_to_first_of_fours(float *to, const float *x, const float *y,
    const float *dy, const struct fours *f, int64_t inner);

/* n numbers: y = max(y, x), where NaN stays NaN; y += x; y = x by; y = v. */
void pool_largest(float *restrict y, const float *restrict x, int64_t n);
void pool_add(float *restrict y, const float *restrict x, int64_t n);
void pool_add_four(float *restrict y, const float *a, const float *b,
    const float *c, const float *d, int64_t n);
void pool_scale(float *y, const float *x, float by, int64_t n);
void pool_add_scaled(
    float *restrict y, const float *restrict x, float by, int64_t n);
void pool_fill(float *y, float v, int64_t n);

/* Adds to `to` what is left, where x is y, and takes it from there. */
void pool_give(float *restrict to, const float *restrict x,
    const float *restrict y, float *restrict left, int64_t n);

#endif
