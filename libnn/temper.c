/* The temperature that suits a classifier's probabilities best. */
#include <assert.h>
#include <math.h>

#include "scores.h"

enum { HALVINGS = 40 };

/* Shares of one row at b = 1 / temperature, the largest at 1; their sum. */
static double
row_sum(const real *z, int64_t width, double b, double top, double *mean)
{
	double sum = 0, weighted = 0;
	int64_t k;

	for (k = 0; k < width; k++) {
		double share = exp(b * ((double)z[k] - top));

		sum += share;
		weighted += share * (double)z[k];
	}
	*mean = weighted / sum;
	return sum;
}

/* Cross-entropy of a row, L = log sum_k exp(b z_k) - b z_label, and its slope
   by b, which is mean(z) - z_label and grows with b.  One output is that of
   class 1 beside a 0. */
static double
row_loss(const struct scores *s, int64_t i, double b, double *slope)
{
	const real *z = s->output + i * s->width, pair[2] = { 0, z[0] };
	int64_t width = s->width == 1 ? 2 : s->width, k;
	double top, mean, sum;

	if (s->width == 1)
		z = pair;
	top = (double)z[0];
	for (k = 1; k < width; k++)
		top = fmax(top, (double)z[k]);
	sum = row_sum(z, width, b, top, &mean);
	*slope += mean - (double)z[s->label[i]];
	return log(sum) - b * ((double)z[s->label[i]] - top);
}

static double
loss_at(const struct scores *s, double b, double *slope)
{
	double sum = 0;
	int64_t i;

	*slope = 0;
	for (i = 0; i < s->n; i++)
		sum += row_loss(s, i, b, slope);
	return sum / (double)s->n;
}

struct temper
scores_temper(const struct scores *s)
{
	double low = -log(TEMPER_MAX), high = log(TEMPER_MAX), slope;
	struct temper t = { 0 };
	int i;

	assert(s->n > 0);
	t.before = loss_at(s, 1, &slope);
	for (i = 0; i < HALVINGS; i++) {
		double middle = (low + high) / 2;

		loss_at(s, exp(middle), &slope);
		*(slope < 0 ? &low : &high) = middle;
	}
	t.temperature = exp(-(low + high) / 2);
	t.at_end = t.temperature > TEMPER_MAX * 0.999 ||
	    t.temperature < 1.001 / TEMPER_MAX;
	t.after = loss_at(s, 1 / t.temperature, &slope);
	return t;
}

/* exp(z / t) over the sum of all, or 1 / (1 + exp(-z / t)). */
void
scores_cool(struct scores *s, double temperature)
{
	int64_t i, k;

	for (i = 0; i < s->n; i++) {
		real *z = s->output + i * s->width;
		double top = (double)z[0], sum = 0;

		if (s->width == 1) {
			z[0] = (real)(1 / (1 + exp(-top / temperature)));
			continue;
		}
		for (k = 1; k < s->width; k++)
			top = fmax(top, (double)z[k]);
		for (k = 0; k < s->width; k++)
			sum += exp(((double)z[k] - top) / temperature);
		for (k = 0; k < s->width; k++)
			z[k] = (real)(exp(((double)z[k] - top) / temperature) /
			    sum);
	}
}
