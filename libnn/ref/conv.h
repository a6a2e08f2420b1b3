/* A convolution as its loops see it, and where its lines meet. */
#ifndef NN_REF_CONV_H
#define NN_REF_CONV_H

#include "op.h"
#include "ref/tile.h"

struct conv {
	const struct window *w;
	int64_t n, x[2], y[2]; /* pictures; heights and widths */
	int64_t groups, c, f;  /* channels and filters of one group */
	int64_t x_row, y_row;  /* of all groups: numbers of a place */
	real *x_data, *y_data, *kernel;
};

/* Each channel a group of its own, with one filter: y += x kernel,
   x += y kernel, kernel += x y. */
void depthwise_add(const struct conv *v);
void depthwise_data_add(const struct conv *v);
void depthwise_kernel_add(const struct conv *v);

/* Places from..to of y along one way meet the picture with part i of the
   kernel, at place x of the picture and stride further each. */
struct meeting {
	int64_t from, to, x;
};

INLINE struct meeting
meet(const struct conv *v, int way, int64_t i)
{
	int64_t stride = v->w->stride[way];
	int64_t off = i * v->w->dilation[way] - v->w->before[way];
	int64_t from = off < 0 ? (stride - 1 - off) / stride : 0;
	int64_t left = v->x[way] - 1 - off;
	int64_t to = left < 0 ? 0 : left / stride + 1;

	if (to > v->y[way])
		to = v->y[way];
	if (to < from)
		to = from;
	return (struct meeting){ from, to, from * stride + off };
}

/* Where a line of places begins, in numbers. */
INLINE int64_t
x_at(const struct conv *v, int64_t n, int64_t row, int64_t col)
{
	return ((n * v->x[0] + row) * v->x[1] + col) * v->x_row;
}

INLINE int64_t
y_at(const struct conv *v, int64_t n, int64_t row, int64_t col)
{
	return ((n * v->y[0] + row) * v->y[1] + col) * v->y_row;
}

INLINE int64_t
kernel_at(const struct conv *v, int64_t row, int64_t col)
{
	return (row * v->w->size[1] + col) * v->c * v->y_row;
}

#endif
