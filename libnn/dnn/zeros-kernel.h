/* The kernels behind products that skip zeros.  Private to zeros*.c.

   x is R x K, row-major, and mostly zeros.  The two products of a dense layer:

   forward    y[r,:] = bias + sum_k x[r,k] w[k,:]     K x N, rows of x
   gradient   g[k,:] = sum_r x[r,k] d[r,:]            R x N, columns of x

   Both add whole rows of the right operand over the set bits of a mask, in
   ascending order, whichever are left out. */
#ifndef NN_DNN_ZEROS_KERNEL_H
#define NN_DNN_ZEROS_KERNEL_H

#include <stdint.h>

enum { ZEROS_GROUP = 32 }; /* rows of x a column mask holds */

struct zeros {
	int64_t rows, depth, cols; /* of x; of the right operand */
	int64_t words;             /* 64-bit words of a row's mask */
	uint64_t *row;             /* rows x words, forward */
	uint32_t *column;          /* rows / ZEROS_GROUP x depth, gradient */
	float *none;               /* cols zeros: no bias */
	int gradient;
	int64_t threads; /* that the other way would have */
};

/* Is there a kernel for this processor?  The others need it. */
int zeros_can(void);

/* Fill the masks; return how many numbers of x are not zero. */
int64_t zeros_mask_rows(struct zeros *z, const float *x);
int64_t zeros_mask_columns(struct zeros *z, const float *x);

void zeros_forward(const struct zeros *z, const float *x, const float *w,
    const float *bias, float *y);
void zeros_gradient(
    const struct zeros *z, const float *x, const float *d, float *g);

#endif
