/* Products, and slopes below zero, of operands that are repeated. */
#include "ref/repeat.h"

HOT static void
multiply(const struct tile *t, real *to)
{
	const real *x;
	int64_t r, k;
	int i;

	for (r = 0; r < t->rows; r++, to += t->cols)
		for (i = 0; i < t->nin; i++) {
			x = t->in[i] + r * t->row[i];
			if (i == 0) {
				for (k = 0; k < t->cols; k++)
					to[k] = x[k * t->col[0]];
			} else if (t->col[i] == 0) {
				EACH
				for (k = 0; k < t->cols; k++)
					to[k] *= *x;
			} else {
				EACH
				for (k = 0; k < t->cols; k++)
					to[k] *= x[k];
			}
		}
}

HOT static void
add_products(const struct tile *t, double *sum)
{
	double p[REPEAT_BLOCK];
	const real *x;
	int64_t r, k;
	int i;

	for (r = 0; r < t->rows; r++) {
		for (k = 0; k < t->cols; k++)
			p[k] = 1;
		for (i = 0; i < t->nin; i++) {
			x = t->in[i] + r * t->row[i];
			for (k = 0; k < t->cols; k++)
				p[k] *= (double)x[k * t->col[i]];
		}
		for (k = 0; k < t->cols; k++)
			sum[k] += p[k];
	}
}

/* in: x, alpha. */
HOT static void
bend(const struct tile *t, real *to)
{
	int64_t r, k;

	for (r = 0; r < t->rows; r++, to += t->cols) {
		const real *x = t->in[0] + r * t->row[0];
		const real *alpha = t->in[1] + r * t->row[1];

		EACH
		for (k = 0; k < t->cols; k++) {
			real a = alpha[k * t->col[1]]; /* no branch */

			to[k] = x[k] > 0 ? x[k] : a * x[k];
		}
	}
}

/* in: dy, x, alpha. */
HOT static void
bend_back(const struct tile *t, real *to)
{
	int64_t r, k;

	for (r = 0; r < t->rows; r++, to += t->cols) {
		const real *dy = t->in[0] + r * t->row[0];
		const real *x = t->in[1] + r * t->row[1];
		const real *alpha = t->in[2] + r * t->row[2];

		EACH
		for (k = 0; k < t->cols; k++) {
			real a = alpha[k * t->col[2]], d = dy[k];

			to[k] = x[k] > 0 ? d : a * d;
		}
	}
}

/* The same, for alpha. */
HOT static void
add_slopes(const struct tile *t, double *sum)
{
	int64_t r, k;

	for (r = 0; r < t->rows; r++) {
		const real *dy = t->in[0] + r * t->row[0];
		const real *x = t->in[1] + r * t->row[1];

		for (k = 0; k < t->cols; k++) {
			double d = (double)dy[k] * (double)x[k];

			sum[k] += x[k] > 0 ? 0 : d;
		}
	}
}

int
ref_multiply(struct op *op, struct step *step)
{
	(void)step;
	if (repeat_sums(op, op->out[0]))
		repeat_add(op, op->out[0], add_products);
	else
		repeat_map(op, op->out[0], multiply);
	return 0;
}

int
ref_multiply_back(struct op *op, struct step *step)
{
	return ref_multiply(op, step);
}

int
ref_prelu(struct op *op, struct step *step)
{
	(void)step;
	repeat_map(op, op->out[0], bend);
	return 0;
}

int
ref_prelu_back(struct op *op, struct step *step)
{
	(void)step;
	repeat_map(op, op->out[0], bend_back);
	if (op->nout > 1)
		repeat_add(op, op->out[1], add_slopes);
	return 0;
}
