/* Operations whose operands are repeated along dims of 1: products, and slopes
   below zero.

   Shapes are compared from their last dim; dims in front that an operand does
   not have count as 1.  A result that is itself repeated is the sum over what
   it stands for: that is what gradients need. */
#include <string.h>

#include "ref/ref.h"

enum { BLOCK = 64 };

/* An operation over all dims: out, then the operands, as strides that are 0
   where a value is repeated. */
struct loop {
	int nin;
	int64_t dim[SHAPE_MAX];
	int64_t out[SHAPE_MAX], in[OP_IN][SHAPE_MAX];
	const real *from[OP_IN];
	real *to;
};

static void
widen(struct loop *l, const struct shape *s)
{
	int i, d;

	for (i = 0; i < s->rank; i++) {
		d = SHAPE_MAX - s->rank + i;
		if (s->dim[i] > l->dim[d])
			l->dim[d] = s->dim[i];
	}
}

static void
strides(const struct loop *l, const struct shape *s, int64_t stride[SHAPE_MAX])
{
	int64_t step = 1;
	int i, d;

	memset(stride, 0, SHAPE_MAX * sizeof(*stride));
	for (i = s->rank - 1; i >= 0; i--) {
		d = SHAPE_MAX - s->rank + i;
		stride[d] = s->dim[i] == 1 && l->dim[d] != 1 ? 0 : step;
		step *= s->dim[i];
	}
}

static struct loop
loop_of(const struct op *op, const struct val *out)
{
	struct loop l = { .nin = op->nin, .to = out->data };
	int i;

	for (i = 0; i < SHAPE_MAX; i++)
		l.dim[i] = 1;
	widen(&l, &out->shape);
	for (i = 0; i < op->nin; i++)
		widen(&l, &op->in[i]->shape);
	strides(&l, &out->shape, l.out);
	for (i = 0; i < op->nin; i++) {
		strides(&l, &op->in[i]->shape, l.in[i]);
		l.from[i] = op->in[i]->data;
	}
	return l;
}

/* Adds one term to each of n sums; in[] are at the first of them, step[] is
   how far apart the numbers of an operand are (0 or 1). */
typedef void term(const struct loop *l, double *sum, const real *const in[],
    const int64_t step[], int64_t n);

HOT static void
product(const struct loop *l, double *sum, const real *const in[],
    const int64_t step[], int64_t n)
{
	double p[BLOCK];
	int64_t k;
	int i;

	for (k = 0; k < n; k++)
		p[k] = (double)in[0][k * step[0]];
	for (i = 1; i < l->nin; i++)
		for (k = 0; k < n; k++)
			p[k] *= (double)in[i][k * step[i]];
	for (k = 0; k < n; k++)
		sum[k] += p[k];
}

/* in: x, alpha. */
HOT static void
bent(const struct loop *l, double *sum, const real *const in[],
    const int64_t step[], int64_t n)
{
	int64_t k;
	double x;

	(void)l;
	for (k = 0; k < n; k++) {
		x = (double)in[0][k * step[0]];
		sum[k] += x > 0 ? x : x * (double)in[1][k * step[1]];
	}
}

/* in: dy, x, alpha. */
HOT static void
bent_back(const struct loop *l, double *sum, const real *const in[],
    const int64_t step[], int64_t n)
{
	int64_t k;
	double dy;

	(void)l;
	for (k = 0; k < n; k++) {
		dy = (double)in[0][k * step[0]];
		sum[k] += (double)in[1][k * step[1]] > 0
		    ? dy
		    : dy * (double)in[2][k * step[2]];
	}
}

/* The same, for alpha. */
HOT static void
bent_slope(const struct loop *l, double *sum, const real *const in[],
    const int64_t step[], int64_t n)
{
	int64_t k;
	double x;

	(void)l;
	for (k = 0; k < n; k++) {
		x = (double)in[1][k * step[1]];
		sum[k] += x > 0 ? 0 : (double)in[0][k * step[0]] * x;
	}
}

/* Where the operands are, given where one goes: dims but the last. */
static void
places(
    const struct loop *l, const int64_t index[SHAPE_MAX], const real *in[OP_IN])
{
	int i, d;

	for (i = 0; i < l->nin; i++) {
		in[i] = l->from[i];
		for (d = 0; d < SHAPE_MAX; d++)
			in[i] += index[d] * l->in[i][d];
	}
}

/* The next index over the dims (the last left out) that out repeats, or that
   it does not; 0 after the last. */
static int
next(const struct loop *l, int64_t index[SHAPE_MAX], int repeated)
{
	int d;

	for (d = SHAPE_MAX - 2; d >= 0; d--) {
		if (l->dim[d] == 1 || (l->out[d] == 0) != repeated)
			continue;
		if (++index[d] < l->dim[d])
			return 1;
		index[d] = 0;
	}
	return 0;
}

/* One sum over a whole last dim, which out has as 1. */
static double
sum_last(const struct loop *l, int64_t index[SHAPE_MAX], term *t)
{
	const int last = SHAPE_MAX - 1;
	double sum[BLOCK] = { 0 }, all = 0;
	int64_t step[OP_IN], n, k;
	const real *in[OP_IN];
	int i;

	for (i = 0; i < l->nin; i++)
		step[i] = l->in[i][last];
	do
		for (k = 0; k < l->dim[last]; k += n) {
			n = l->dim[last] - k < BLOCK ? l->dim[last] - k : BLOCK;
			index[last] = k;
			places(l, index, in);
			t(l, sum, in, step, n);
		}
	while (next(l, index, 1));
	index[last] = 0;
	for (k = 0; k < BLOCK; k++)
		all += sum[k];
	return all;
}

/* n numbers of out, side by side in the last dim. */
static void
sum_block(const struct loop *l, int64_t index[SHAPE_MAX], int64_t n, term *t,
    real *to)
{
	const int last = SHAPE_MAX - 1;
	double sum[BLOCK] = { 0 };
	int64_t step[OP_IN], k;
	const real *in[OP_IN];
	int i;

	for (i = 0; i < l->nin; i++)
		step[i] = l->in[i][last];
	do {
		places(l, index, in);
		t(l, sum, in, step, n);
	} while (next(l, index, 1));
	for (k = 0; k < n; k++)
		to[k] = (real)sum[k];
}

static int
run(const struct loop *l, term *t)
{
	const int last = SHAPE_MAX - 1;
	int64_t index[SHAPE_MAX] = { 0 }, n, at;
	real *to = l->to;

	do {
		if (l->out[last] == 0) {
			*to++ = (real)sum_last(l, index, t);
			continue;
		}
		for (at = 0; at < l->dim[last]; at += n) {
			n = l->dim[last] - at < BLOCK ? l->dim[last] - at
						      : BLOCK;
			index[last] = at;
			sum_block(l, index, n, t, to);
			to += n;
		}
		index[last] = 0;
	} while (next(l, index, 0));
	return 0;
}

int
ref_multiply(struct op *op, struct step *step)
{
	struct loop l = loop_of(op, op->out[0]);

	(void)step;
	return run(&l, product);
}

int
ref_multiply_back(struct op *op, struct step *step)
{
	return ref_multiply(op, step);
}

int
ref_prelu(struct op *op, struct step *step)
{
	struct loop l = loop_of(op, op->out[0]);

	(void)step;
	return run(&l, bent);
}

int
ref_prelu_back(struct op *op, struct step *step)
{
	struct loop x = loop_of(op, op->out[0]), alpha;

	(void)step;
	run(&x, bent_back);
	if (op->nout < 2)
		return 0;
	alpha = loop_of(op, op->out[1]);
	return run(&alpha, bent_slope);
}
