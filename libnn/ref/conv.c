/* Convolution and its two gradients, groups and all.

     y[n,p,f] = bias[f] + sum over i, c of x[n, p stride + i dilation - before,
     c] kernel[i,c,f]

   with p and i in two dims, x zero outside.  For each place i of the kernel
   this is a product of matrices whose rows are places of a picture: those
   along one line of y at a time, without the ones that look outside. */
#include <string.h>

#include "ref/conv.h"
#include "ref/ref.h"

/* One panel against all lines of one picture: y += x panel, or, data,
   x += y panel. */
INLINE void
lines_add(const struct conv *v, const struct panel *p, int64_t n, int64_t ky,
    int64_t kx, int64_t channel, int64_t filter, int data)
{
	struct meeting rows = meet(v, 0, ky), cols = meet(v, 1, kx);
	int64_t x_step = v->w->stride[1] * v->x_row, m = cols.to - cols.from;
	int64_t row;
	real *x, *y;

	for (row = rows.from; row < rows.to; row++) {
		x = v->x_data +
		    x_at(v, n, rows.x + (row - rows.from) * v->w->stride[0],
			cols.x) +
		    channel;
		y = v->y_data + y_at(v, n, row, cols.from) + filter;
		if (data)
			panel_add(
			    p, &(struct view){ y, v->y_row, 1 }, m, x, x_step);
		else
			panel_add(
			    p, &(struct view){ x, x_step, 1 }, m, y, v->y_row);
	}
}

/* One place of the kernel, one group, one picture: all panels. */
INLINE void
place_add(const struct conv *v, int64_t n, int64_t g, int64_t ky, int64_t kx,
    int data)
{
	real packed[DEPTH * LANES];
	const real *kernel = v->kernel + kernel_at(v, ky, kx) + g * v->f;
	int64_t across = data ? v->f : v->c, along = data ? v->c : v->f;
	int64_t k_step = data ? 1 : v->y_row, j_step = data ? v->y_row : 1;
	int64_t k, j;

	for (k = 0; k < across; k += DEPTH)
		for (j = 0; j < along; j += LANES) {
			struct view b = { kernel + k * k_step + j * j_step,
				k_step, j_step };
			struct panel p = panel_open(packed, &b,
			    across - k < DEPTH ? across - k : DEPTH, along - j);

			lines_add(v, &p, n, ky, kx, g * v->c + (data ? j : k),
			    g * v->f + (data ? k : j), data);
		}
}

INLINE void
slide(const struct conv *v, int data)
{
	int64_t n, g, ky, kx;

	for (n = 0; n < v->n; n++)
		for (g = 0; g < v->groups; g++)
			for (ky = 0; ky < v->w->size[0]; ky++)
				for (kx = 0; kx < v->w->size[1]; kx++)
					place_add(v, n, g, ky, kx, data);
}

HOT static void
conv_add(const struct conv *v)
{
	slide(v, 0);
}

HOT static void
conv_data_add(const struct conv *v)
{
	slide(v, 1);
}

/* One line of one picture and one place of the kernel: columns of x against
   the rows of dy. */
INLINE void
line_add(
    const struct conv *v, const real *x, const real *y, int64_t m, real *kernel)
{
	real packed[DEPTH * LANES];
	int64_t x_step = v->w->stride[1] * v->x_row;
	int64_t k, j, depth;

	for (k = 0; k < m; k += DEPTH) {
		depth = m - k < DEPTH ? m - k : DEPTH;
		for (j = 0; j < v->f; j += LANES) {
			struct view b = { y + k * v->y_row + j, v->y_row, 1 };
			struct view a = { x + k * x_step, 1, x_step };
			struct panel p =
			    panel_open(packed, &b, depth, v->f - j);

			panel_add(&p, &a, v->c, kernel + j, v->y_row);
		}
	}
}

/* All lines of one picture against one place of the kernel. */
INLINE void
kernel_lines(const struct conv *v, int64_t n, int64_t g, int64_t ky, int64_t kx)
{
	struct meeting rows = meet(v, 0, ky), cols = meet(v, 1, kx);
	int64_t row, in;

	for (row = rows.from; row < rows.to; row++) {
		in = rows.x + (row - rows.from) * v->w->stride[0];
		line_add(v, v->x_data + x_at(v, n, in, cols.x) + g * v->c,
		    v->y_data + y_at(v, n, row, cols.from) + g * v->f,
		    cols.to - cols.from,
		    v->kernel + kernel_at(v, ky, kx) + g * v->f);
	}
}

HOT static void
conv_kernel_add(const struct conv *v)
{
	int64_t n, g, ky, kx;

	for (n = 0; n < v->n; n++)
		for (g = 0; g < v->groups; g++)
			for (ky = 0; ky < v->w->size[0]; ky++)
				for (kx = 0; kx < v->w->size[1]; kx++)
					kernel_lines(v, n, g, ky, kx);
}

static struct conv
open_conv(const struct op *op, const struct val *x, const struct val *y,
    const struct val *kernel)
{
	return (struct conv){
		.w = &op->window,
		.n = x->shape.dim[0],
		.x = { x->shape.dim[1], x->shape.dim[2] },
		.y = { y->shape.dim[1], y->shape.dim[2] },
		.groups = op->groups,
		.c = val_cols(x) / op->groups,
		.f = val_cols(y) / op->groups,
		.x_row = val_cols(x),
		.y_row = val_cols(y),
		.x_data = x->data,
		.y_data = y->data,
		.kernel = kernel->data,
	};
}

static int
is_depthwise(const struct conv *v)
{
	return v->groups > 1 && v->c == 1 && v->f == 1;
}

/* What the sums start from: the bias, or zero. */
static void
start(const struct op *op, const struct val *out)
{
	int64_t rows = val_rows(out), cols = val_cols(out), i;
	size_t bytes = (size_t)cols * sizeof(real);

	if (op->accumulate)
		return;
	if (op->bias == 0)
		memset(out->data, 0, (size_t)rows * bytes);
	for (i = 0; i < rows && op->bias > 0; i++)
		memcpy(out->data + i * cols, op->in[op->bias]->data, bytes);
}

int
ref_conv(struct op *op, struct step *step)
{
	struct conv v = open_conv(op, op->in[0], op->out[0], op->in[1]);

	(void)step;
	start(op, op->out[0]);
	if (is_depthwise(&v))
		depthwise_add(&v);
	else
		conv_add(&v);
	return 0;
}

int
ref_conv_data(struct op *op, struct step *step)
{
	struct conv v = open_conv(op, op->out[0], op->in[0], op->in[1]);

	(void)step;
	start(op, op->out[0]);
	if (is_depthwise(&v))
		depthwise_data_add(&v);
	else
		conv_data_add(&v);
	return 0;
}

HOT static void
rows_add(real *to, const real *from, int64_t rows, int64_t cols)
{
	int64_t i, j;

	for (i = 0; i < rows; i++, from += cols) {
		EACH
		for (j = 0; j < cols; j++)
			to[j] += from[j];
	}
}

int
ref_conv_kernel(struct op *op, struct step *step)
{
	struct conv v = open_conv(op, op->in[0], op->in[1], op->out[0]);

	(void)step;
	start(op, op->out[0]);
	if (is_depthwise(&v))
		depthwise_kernel_add(&v);
	else
		conv_kernel_add(&v);
	if (op->dbias > 0) {
		start(op, op->out[op->dbias]);
		rows_add(op->out[op->dbias]->data, op->in[1]->data,
		    val_rows(op->in[1]), val_cols(op->in[1]));
	}
	return 0;
}
