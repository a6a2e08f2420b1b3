/* Normalisation by channel over the batch, its gradient, its use with stored
   statistics, and how these move.

   Sums are made in double, the variance in two passes; channels are taken in
   blocks so that the sums of a block stay in registers and near caches. */
#include <math.h>
#include <string.h>

#include "elt.h"
#include "ref/ref.h"

enum { BLOCK = 64 };

/* Rows and channels of a value, and how many of its rows count: those of the
   step's samples. */
struct rows {
	int64_t all, count, channels;
};

static struct rows
rows_of(const struct val *v, const struct step *step)
{
	int64_t n = v->shape.dim[0];
	struct rows r = { val_rows(v), 0, val_cols(v) };

	r.count = step->n < n ? r.all / n * step->n : r.all;
	return r;
}

static int64_t
block_at(const struct rows *r, int64_t from)
{
	return r->channels - from < BLOCK ? r->channels - from : BLOCK;
}

HOT static void
sum_block(double *sum, const real *x, const struct rows *r, int64_t n)
{
	int64_t i, k;

	memset(sum, 0, BLOCK * sizeof(*sum));
	for (i = 0; i < r->count; i++, x += r->channels)
		for (k = 0; k < n; k++)
			sum[k] += (double)x[k];
}

HOT static void
batch_squares(double *sum, const real *x, const double *mean,
    const struct rows *r, int64_t n)
{
	int64_t i, k;

	memset(sum, 0, BLOCK * sizeof(*sum));
	for (i = 0; i < r->count; i++, x += r->channels)
		for (k = 0; k < n; k++)
			sum[k] +=
			    ((double)x[k] - mean[k]) * ((double)x[k] - mean[k]);
}

static void
measure(const struct op *op, const struct rows *r, int64_t at, int64_t n)
{
	const real *x = op->in[0]->data + at;
	double mean[BLOCK], square[BLOCK];
	int64_t k;

	sum_block(mean, x, r, n);
	for (k = 0; k < n; k++)
		mean[k] /= (double)r->count;
	batch_squares(square, x, mean, r, n);
	for (k = 0; k < n; k++) {
		op->out[1]->data[at + k] = (real)mean[k];
		op->out[2]->data[at + k] = (real)(square[k] / (double)r->count);
	}
}

static real
number_or(const struct op *op, int place, int64_t at, real none)
{
	return place == 0 ? none : op->in[place]->data[at];
}

/* gamma / deviation of a channel. */
static real
slope(const struct op *op, const real *variance, int64_t at)
{
	double deviation = sqrt((double)variance[at] + op->epsilon);

	return (real)((double)number_or(op, op->gamma, at, 1) / deviation);
}

HOT static void
normalise_block(const struct op *op, const real *mean, const real *variance,
    int64_t at, int64_t n)
{
	int64_t rows = val_rows(op->in[0]), step = val_cols(op->in[0]), i, k;
	const real *x = op->in[0]->data + at;
	real *y = op->out[0]->data + at;
	real scale[BLOCK], shift[BLOCK];

	for (k = 0; k < n; k++) {
		scale[k] = slope(op, variance, at + k);
		shift[k] = number_or(op, op->beta, at + k, 0);
	}
	mean += at;
	for (i = 0; i < rows; i++, x += step, y += step) {
		EACH
		for (k = 0; k < n; k++)
			y[k] = (x[k] - mean[k]) * scale[k] + shift[k];
	}
}

int
ref_batchnorm(struct op *op, struct step *step)
{
	struct rows r = rows_of(op->in[0], step);
	int64_t at, n;

	for (at = 0; at < r.channels; at += n) {
		n = block_at(&r, at);
		measure(op, &r, at, n);
		normalise_block(op, op->out[1]->data, op->out[2]->data, at, n);
	}
	return 0;
}

int
ref_batchnorm_use(struct op *op, struct step *step)
{
	struct rows r = rows_of(op->in[0], step);
	int64_t at, n;

	for (at = 0; at < r.channels; at += n) {
		n = block_at(&r, at);
		normalise_block(op, op->in[1]->data, op->in[2]->data, at, n);
	}
	return 0;
}

/* The prologue: the gradient behind the activation, where it may stay. */
static const real *
gradient_of_result(const struct op *op)
{
	const real *dy = op->in[0]->data;
	real *dz = op->out[op->pass]->data;
	int64_t n = val_count(op->in[0]);

	if (op->back != NULL)
		op->back->backward(
		    op->back_conf, dz, dy, op->in[op->mask]->data, n);
	else if (op->pass > 0 && dz != dy)
		memcpy(dz, dy, (size_t)n * sizeof(*dz));
	return op->back != NULL || op->pass > 0 ? dz : dy;
}

/* sum dz and sum dz (x - mean), of a block of channels. */
struct sums {
	double dz[BLOCK], dzx[BLOCK];
};

HOT static void
sum_gradients(struct sums *s, const real *dz, const real *x, const real *mean,
    const struct rows *r, int64_t n)
{
	int64_t i, k;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < r->count; i++, dz += r->channels, x += r->channels)
		for (k = 0; k < n; k++) {
			s->dz[k] += (double)dz[k];
			s->dzx[k] +=
			    (double)dz[k] * ((double)x[k] - (double)mean[k]);
		}
}

/* dx = slope (dz - mean(dz) - (x - mean) mean(dz (x - mean)) / variance). */
HOT static void
spread_gradients(const struct op *op, const struct sums *s, const real *dz,
    const struct rows *r, int64_t at, int64_t n)
{
	const real *x = op->in[1]->data + at, *mean = op->in[2]->data + at;
	const real *variance = op->in[3]->data;
	real scale[BLOCK], middle[BLOCK], lean[BLOCK];
	real *dx = op->out[0]->data + at;
	double count = (double)r->count;
	int64_t i, k;

	for (k = 0; k < n; k++) {
		scale[k] = slope(op, variance, at + k);
		middle[k] = (real)(s->dz[k] / count);
		lean[k] = (real)(s->dzx[k] / count /
		    ((double)variance[at + k] + op->epsilon));
	}
	for (i = 0; i < r->count; i++) {
		EACH
		for (k = 0; k < n; k++)
			dx[k] = scale[k] *
			    (dz[k] - middle[k] - (x[k] - mean[k]) * lean[k]);
		dz += r->channels;
		x += r->channels;
		dx += r->channels;
	}
}

static void
store_gradients(
    const struct op *op, const struct sums *s, int64_t at, int64_t n)
{
	const real *variance = op->in[3]->data;
	int64_t k;

	for (k = 0; k < n; k++) {
		if (op->dgamma > 0)
			op->out[op->dgamma]->data[at + k] = (real)(s->dzx[k] /
			    sqrt((double)variance[at + k] + op->epsilon));
		if (op->dbeta > 0)
			op->out[op->dbeta]->data[at + k] = (real)s->dz[k];
	}
}

int
ref_batchnorm_back(struct op *op, struct step *step)
{
	struct rows r = rows_of(op->in[0], step);
	const real *dz = gradient_of_result(op);
	struct sums s;
	int64_t at, n;

	for (at = 0; at < r.channels; at += n) {
		n = block_at(&r, at);
		sum_gradients(&s, dz + at, op->in[1]->data + at,
		    op->in[2]->data + at, &r, n);
		store_gradients(op, &s, at, n);
		spread_gradients(op, &s, dz + at, &r, at, n);
	}
	n = r.count * r.channels;
	memset(op->out[0]->data + n, 0,
	    (size_t)(r.all * r.channels - n) * sizeof(real));
	return 0;
}

/* What the stored statistics stand for does not depend on x. */
int
ref_batchnorm_use_back(struct op *op, struct step *step)
{
	int64_t rows = val_rows(op->in[0]), c = val_cols(op->in[0]), i, k;
	const real *dy;
	real *dx, a;

	(void)step;
	for (k = 0; k < c; k++) {
		a = slope(op, op->in[1]->data, k);
		dy = op->in[0]->data + k;
		dx = op->out[0]->data + k;
		for (i = 0; i < rows; i++)
			dx[i * c] = dy[i * c] * a;
	}
	return 0;
}

int
ref_batchnorm_fold(struct op *op, struct step *step)
{
	int64_t rows = val_rows(op->in[0]), c = val_cols(op->in[0]), i, k;
	const real *w = op->in[0]->data, *mean = op->in[1]->data;
	real *to = op->out[0]->data, *bias = op->out[1]->data, a;

	(void)step;
	for (k = 0; k < c; k++) {
		a = slope(op, op->in[2]->data, k);
		for (i = 0; i < rows; i++)
			to[i * c + k] = w[i * c + k] * a;
		bias[k] = number_or(op, op->beta, k, 0) +
		    (number_or(op, op->bias, k, 0) - mean[k]) * a;
	}
	return 0;
}

int
ref_move(struct op *op, struct step *step)
{
	const real *to = op->in[0]->data;
	real *v = op->out[0]->data;
	double rate = step->move > 0 ? step->move : op->rate;
	int64_t i, n = val_count(op->out[0]);

	if (step->move >= 1) /* whatever was there before */
		memset(v, 0, (size_t)n * sizeof(*v));
	for (i = 0; i < n; i++)
		v[i] +=
		    (real)(rate * (op->factor * (double)to[i] - (double)v[i]));
	return 0;
}
