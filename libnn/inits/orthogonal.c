/* Normal numbers made orthogonal: a layer that turns its input and does not
   stretch it.

   Seen as a matrix of shape[-1] columns, the columns are orthonormal, or the
   rows where there are fewer of them, times gain.  Gram and Schmidt's way,
   each vector twice, which is as exact as rounding allows; the same matrix as
   that of a QR decomposition whose R has a positive diagonal. */
#include <math.h>

#include "draw.h"
#include "init.h"

struct orthogonal {
	double gain;
};

static const struct attr orthogonal_attrs[] = {
	{ ATTR(REAL, struct orthogonal, gain), -1e30, 1e30, "1",
	    "length of every row or column", 1 },
	{ 0 },
};

/* Vector k of the matrix is w[k * step + i * stride], i < size. */
struct vectors {
	float *w;
	int64_t n, size, step, stride;
};

static double
dot(const struct vectors *v, int64_t a, int64_t b)
{
	const float *p = v->w + a * v->step, *q = v->w + b * v->step;
	double sum = 0;
	int64_t i;

	for (i = 0; i < v->size; i++)
		sum += (double)p[i * v->stride] * (double)q[i * v->stride];
	return sum;
}

/* Takes from vector a its share of vector b, which has length one. */
static void
clear_of(const struct vectors *v, int64_t a, int64_t b)
{
	float *p = v->w + a * v->step;
	const float *q = v->w + b * v->step;
	double share = dot(v, a, b);
	int64_t i;

	for (i = 0; i < v->size; i++)
		p[i * v->stride] -= (float)(share * (double)q[i * v->stride]);
}

static void
stretch(const struct vectors *v, int64_t a, double factor)
{
	float *p = v->w + a * v->step;
	int64_t i;

	for (i = 0; i < v->size; i++)
		p[i * v->stride] = (float)((double)p[i * v->stride] * factor);
}

static void
make_orthonormal(const struct vectors *v)
{
	int64_t a, b;
	int pass;

	for (a = 0; a < v->n; a++) {
		for (pass = 0; pass < 2; pass++) {
			for (b = 0; b < a; b++)
				clear_of(v, a, b);
			stretch(v, a, 1 / sqrt(dot(v, a, a)));
		}
	}
}

static void
orthogonal_fill(const void *conf, float *w, const struct shape *shape,
    double fan_in, double fan_out, struct rng_key key)
{
	const struct orthogonal *c = conf;
	int64_t count = shape_count(shape), a;
	int64_t cols = shape->rank > 0 ? shape->dim[shape->rank - 1] : 1;
	int64_t rows = cols > 0 ? count / cols : 0;
	struct vectors v = { w, rows, cols, cols, 1 };

	(void)fan_in;
	(void)fan_out;
	if (rows >= cols)
		v = (struct vectors){ w, cols, rows, 1, cols };
	draw_normal(w, count, 0, 1, key);
	make_orthonormal(&v);
	for (a = 0; a < v.n; a++)
		stretch(&v, a, c->gain);
}

const struct init init_orthogonal = {
	.name = "orthogonal",
	.help = "rows or columns at right angles, of equal length",
	.conf_size = sizeof(struct orthogonal),
	.attrs = orthogonal_attrs,
	.fill = orthogonal_fill,
};
