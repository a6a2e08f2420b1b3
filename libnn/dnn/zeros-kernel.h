/* The kernels behind products that skip zeros.  Private to zeros*.c.

   x is R x K, row-major, and mostly zeros.  The two products of a dense layer:

   forward    y[r,:] = bias + sum_k x[r,k] w[k,:]     K x N, rows of x
   gradient   g[k,:] = sum_r x[r,k] d[r,:]            R x N, columns of x

   Both add whole rows of the right operand over the set bits of a mask, in
   ascending order, whichever are left out.

   The columns of x may be shared out: each share adds its own rows of w, or
   makes its own rows of g, and so touches only its own part of a parameter. */
#ifndef NN_DNN_ZEROS_KERNEL_H
#define NN_DNN_ZEROS_KERNEL_H

#include <stdint.h>

enum { ZEROS_GROUP = 32 }; /* rows of x a column mask holds */

/* The columns from.. of x, `depth` of them. */
struct zeros {
	int64_t rows, depth, cols; /* of this share; of the right operand */
	int64_t from, stride;      /* in rows of x */
	int64_t words;             /* 64-bit words of a row's mask */
	uint64_t *row;             /* rows x words, forward */
	uint32_t *column;          /* rows / ZEROS_GROUP x depth, gradient */
	int64_t nonzeros;          /* found by the last masks */
};

/* Is there a kernel for this processor?  The others need it. */
int zeros_can(void);

/* Fill the masks, from all of x. */
void zeros_mask_rows(struct zeros *z, const float *x);
void zeros_mask_columns(struct zeros *z, const float *x);

/* x, w and g are the whole operands; y is the share's own sum. */
void zeros_forward(const struct zeros *z, const float *x, const float *w,
    const float *bias, float *y);
void zeros_gradient(
    const struct zeros *z, const float *x, const float *d, float *g);

#endif
