/* Convolution of each channel by itself: channels side by side. */
#include "ref/conv.h"

enum role { TO_Y, TO_X, TO_KERNEL };

/* to += a b for each channel. */
INLINE void
multiply_add(real *to, const real *a, const real *b, int64_t n)
{
	int64_t i;

	EACH
	for (i = 0; i < n; i++)
		to[i] += a[i] * b[i];
}

/* One line of y: m places that meet x and one place of the kernel. */
INLINE void
line(const struct conv *v, real *x, real *y, real *kernel, int64_t m,
    enum role role)
{
	int64_t n = v->x_row, i;

	for (i = 0; i < m; i++, x += v->w->stride[1] * n, y += n) {
		if (role == TO_Y)
			multiply_add(y, x, kernel, n);
		else if (role == TO_X)
			multiply_add(x, y, kernel, n);
		else
			multiply_add(kernel, x, y, n);
	}
}

INLINE void
place(const struct conv *v, int64_t n, int64_t ky, int64_t kx, enum role role)
{
	struct meeting rows = meet(v, 0, ky), cols = meet(v, 1, kx);
	int64_t row, in;

	for (row = rows.from; row < rows.to; row++) {
		in = rows.x + (row - rows.from) * v->w->stride[0];
		line(v, v->x_data + x_at(v, n, in, cols.x),
		    v->y_data + y_at(v, n, row, cols.from),
		    v->kernel + kernel_at(v, ky, kx), cols.to - cols.from,
		    role);
	}
}

INLINE void
slide(const struct conv *v, enum role role)
{
	int64_t n, ky, kx;

	for (n = 0; n < v->n; n++)
		for (ky = 0; ky < v->w->size[0]; ky++)
			for (kx = 0; kx < v->w->size[1]; kx++)
				place(v, n, ky, kx, role);
}

HOT static void
slide_y(const struct conv *v)
{
	slide(v, TO_Y);
}

HOT static void
slide_x(const struct conv *v)
{
	slide(v, TO_X);
}

HOT static void
slide_kernel(const struct conv *v)
{
	slide(v, TO_KERNEL);
}

void
depthwise_add(const struct conv *v)
{
	slide_y(v);
}

void
depthwise_data_add(const struct conv *v)
{
	slide_x(v);
}

void
depthwise_kernel_add(const struct conv *v)
{
	slide_kernel(v);
}
