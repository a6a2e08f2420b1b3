/* Two classifiers on the same samples: who is right where, and by chance? */
#include "versus.h"

#include <math.h>

void
versus_add(struct versus *v, const int32_t *label, const real *one,
    const real *other, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++) {
		int64_t class =
		    metric_class(other + i * v->other_width, v->other_width);
		int right =
		    metric_class(one + i * v->width, v->width) == label[i];
		int other_right =
		    (v->map != NULL ? v->map[class] : class) == label[i];

		v->n++;
		v->both += right && other_right;
		v->only_one += right && !other_right;
		v->only_other += !right && other_right;
		v->neither += !right && !other_right;
	}
}

/* C(n, k) / 2^n. */
static double
binomial(int64_t n, int64_t k)
{
	int sign;
	double log_choose = lgamma_r((double)n + 1, &sign) -
	    lgamma_r((double)k + 1, &sign) -
	    lgamma_r((double)(n - k) + 1, &sign);

	return exp(log_choose - (double)n * log(2));
}

/* p = min(1, 2 sum_{k <= m} C(n, k) / 2^n), m the smaller of the two counts
   and n their sum; from m down each term is k / (n - k + 1) of the last. */
double
versus_mcnemar(const struct versus *v)
{
	int64_t n = v->only_one + v->only_other, k;
	double term, sum = 0;

	k = v->only_one < v->only_other ? v->only_one : v->only_other;
	if (v->n == 0)
		return NAN;
	for (term = binomial(n, k); k >= 0 && term > 0; k--) {
		sum += term;
		term *= (double)k / (double)(n - k + 1);
	}
	return fmin(2 * sum, 1);
}

double
versus_other(const struct versus *v)
{
	return v->n > 0 ? (double)(v->both + v->only_other) / (double)v->n
			: NAN;
}

double
versus_difference(const struct versus *v)
{
	return v->n > 0 ? (double)(v->only_one - v->only_other) / (double)v->n
			: NAN;
}

/* With a = (only_one + 1) / (n + 2) and b = (only_other + 1) / (n + 2):
   a - b +- z sqrt((a + b - (a - b)^2) / (n + 2)). */
void
versus_interval(const struct versus *v, double z, double *low, double *high)
{
	double n = (double)v->n + 2;
	double a = ((double)v->only_one + 1) / n;
	double b = ((double)v->only_other + 1) / n, d = a - b;
	double half = z * sqrt((a + b - d * d) / n);

	*low = v->n > 0 ? fmax(d - half, -1) : NAN;
	*high = v->n > 0 ? fmin(d + half, 1) : NAN;
}
