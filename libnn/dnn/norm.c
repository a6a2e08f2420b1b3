/* The norm of all gradients, which every step takes: sums of squares in
   floats, short ones, gathered in doubles. */
#include <math.h>

#include "dnn/prim.h"

enum { LANES = 64, SHORT = 2048 };

/* The sum of n <= SHORT squares, side by side in a fixed order. */
HOT static double
short_sum(const float *g, int64_t n)
{
	float sum[LANES] = { 0 };
	double total = 0;
	int64_t i;
	int k;

	for (i = 0; i + LANES <= n; i += LANES)
		for (k = 0; k < LANES; k++)
			sum[k] += g[i + k] * g[i + k];
	for (k = 0; i + k < n; k++)
		sum[k] += g[i + k] * g[i + k];
	for (k = 0; k < LANES; k++)
		total += (double)sum[k];
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
