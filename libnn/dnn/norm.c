/* The norm of all gradients, which every step takes: sums of squares in
   floats, short ones, gathered in doubles. */
#include <math.h>

#include "dnn/prim.h"

enum { LANES = 16, ROUND = 4 * LANES, SHORT = 4096 };

typedef float lanes
    __attribute__((vector_size(64), aligned(sizeof(float)), may_alias));

/* The sum of n <= SHORT squares, side by side in a fixed order. */
HOT static double
short_sum(const float *g, int64_t n)
{
	lanes a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 };
	const lanes *at = (const lanes *)g;
	double total = 0;
	int64_t i;

	for (i = 0; i + ROUND <= n; i += ROUND, at += 4) {
		a += at[0] * at[0];
		b += at[1] * at[1];
		c += at[2] * at[2];
		d += at[3] * at[3];
	}
	for (; i < n; i++)
		total += (double)(g[i] * g[i]);
	a = (a + b) + (c + d);
	for (i = 0; i < LANES; i++)
		total += (double)a[i];
	return total;
}

static double
sum_short(const struct op *op)
{
	double sum = 0;
	int64_t i, n;
	int k;

	for (k = 0; k < op->nin; k++) {
		n = val_count(op->in[k]);
		for (i = 0; i < n; i += SHORT)
			sum += short_sum(
			    op->in[k]->data + i, n - i < SHORT ? n - i : SHORT);
	}
	return sum;
}

static double
sum_long(const struct op *op)
{
	double sum = 0, g;
	int64_t i;
	int k;

	for (k = 0; k < op->nin; k++)
		for (i = 0; i < val_count(op->in[k]); i++) {
			g = (double)op->in[k]->data[i];
			sum += g * g;
		}
	return sum;
}

/* Squares leave the range of floats long before that of doubles. */
static int
norm_run(struct op *op, struct step *step)
{
	double sum = sum_short(op), norm;

	if (!(sum > 1e-20 && sum < 1e30))
		sum = sum_long(op);
	norm = sqrt(sum);
	step->sum_squares = sum;
	step->clip_scale = op->clip_norm > 0 && norm > op->clip_norm
	    ? op->clip_norm / norm
	    : 1;
	return 0;
}

/* Clipping single numbers changes them and is left to the reference. */
int
dnn_norm(struct dnn *dnn, struct op *op, struct err *err)
{
	(void)dnn;
	(void)err;
	if (op->clip_value > 0)
		return 1;
	op->run = norm_run;
	return 0;
}
