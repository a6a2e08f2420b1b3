/* Softmax of each row, and its gradient. */
#include <tgmath.h>

#include "ref/ref.h"

static void
softmax_row(real *y, const real *x, int64_t n)
{
	real most = x[0], sum = 0;
	int64_t i;

	for (i = 1; i < n; i++)
		if (x[i] > most)
			most = x[i];
	for (i = 0; i < n; i++) {
		y[i] = exp(x[i] - most);
		sum += y[i];
	}
	for (i = 0; i < n; i++)
		y[i] /= sum;
}

int
ref_softmax(struct op *op, struct step *step)
{
	int64_t rows = val_rows(op->in[0]), n = val_cols(op->in[0]), i;

	(void)step;
	for (i = 0; i < rows; i++)
		softmax_row(
		    op->out[0]->data + i * n, op->in[0]->data + i * n, n);
	return 0;
}

int
ref_softmax_back(struct op *op, struct step *step)
{
	int64_t rows = val_rows(op->in[0]), n = val_cols(op->in[0]), i, k;
	const real *dy = op->in[0]->data, *y = op->in[1]->data;
	real *dx = op->out[0]->data, dot;

	(void)step;
	for (i = 0; i < rows; i++, dy += n, y += n, dx += n) {
		dot = 0;
		for (k = 0; k < n; k++)
			dot += dy[k] * y[k];
		for (k = 0; k < n; k++)
			dx[k] = (dy[k] - dot) * y[k];
	}
	return 0;
}
