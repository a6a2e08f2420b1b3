/* Cross-entropy: how surprised the net is by the right class.

   With p = softmax(z) and targets t (a class index is a one-hot row):
   loss = -sum_k t_k log p_k, and its gradient by z is p sum(t) - t.
   Fused with softmax it starts from the logits and never takes the logarithm
   of a rounded zero.  Alone it takes probabilities as Keras does: divided by
   their sum, and not below 1e-7. */
#include <tgmath.h>

#include "loss.h"

struct ce {
	double label_smoothing;
};

static const struct attr ce_attrs[] = {
	{ ATTR(REAL, struct ce, label_smoothing), 0, 1, "0",
	    "share of each target that is spread over all classes" },
	{ 0 },
};

static const real least = REAL_C(1e-7);

/* The target of class k, from the index or the dense row, smoothed. */
static real
aim(const struct loss_args *a, int64_t i, int64_t k, real keep, real spread)
{
	real t = a->target != NULL ? a->target[i * a->width + k]
				   : (real)(a->label[i] == k);

	return keep * t + spread;
}

/* The sum of the targets: what p counts in the gradient. */
static real
aim_sum(const struct loss_args *a, int64_t i, real keep, real spread)
{
	real sum = 0;
	int64_t k;

	for (k = 0; k < a->width; k++)
		sum += aim(a, i, k, keep, spread);
	return sum;
}

/* exp(z - top) to e, unless that is NULL; the sum, which is at least 1. */
static real
exponents(real *e, const real *z, int64_t width, real top)
{
	real sum = 0, one;
	int64_t k;

	for (k = 0; k < width; k++) {
		one = exp(z[k] - top);
		sum += one;
		if (e != NULL)
			e[k] = one;
	}
	return sum;
}

static void
from_logits(const struct loss_args *a, int64_t i, real keep, real spread)
{
	const real *z = a->z + i * a->width;
	real *grad = a->grad != NULL ? a->grad + i * a->width : NULL;
	real top = z[0], loss = 0, total, sum, log_sum;
	int64_t k;

	for (k = 1; k < a->width; k++)
		top = z[k] > top ? z[k] : top;
	sum = exponents(grad, z, a->width, top);
	log_sum = log(sum);
	total = aim_sum(a, i, keep, spread);
	for (k = 0; k < a->width; k++) {
		real t = aim(a, i, k, keep, spread);

		if (t != 0)
			loss += t * (log_sum - (z[k] - top));
		if (grad != NULL)
			grad[k] = (grad[k] / sum * total - t) * a->scale;
	}
	a->loss[i] = loss;
}

/* q = z / sum(z): d loss / d z_k = sum(t) / sum(z) - t_k / z_k. */
static void
from_shares(const struct loss_args *a, int64_t i, real keep, real spread)
{
	const real *z = a->z + i * a->width;
	real *grad = a->grad != NULL ? a->grad + i * a->width : NULL;
	real sum = 0, loss = 0, moved = 0;
	int64_t k;

	for (k = 0; k < a->width; k++)
		sum += z[k];
	for (k = 0; k < a->width; k++) {
		real t = aim(a, i, k, keep, spread), q = z[k] / sum;
		int held = q < least || q > 1 - least;

		q = q < least ? least : q > 1 - least ? 1 - least : q;
		if (t != 0)
			loss -= t * log(q);
		if (grad != NULL)
			grad[k] = held ? 0 : -t / z[k] * a->scale;
		moved += held ? 0 : t;
	}
	for (k = 0; grad != NULL && k < a->width; k++)
		grad[k] += moved / sum * a->scale;
	a->loss[i] = loss;
}

static void
ce_run(const void *conf, const struct loss_args *a)
{
	const struct ce *c = conf;
	real keep = (real)(1 - c->label_smoothing);
	real spread = (real)(c->label_smoothing / (double)a->width);
	int64_t i;

	for (i = 0; i < a->n; i++)
		(a->fused ? from_logits : from_shares)(a, i, keep, spread);
}

const struct loss loss_ce = {
	.name = "ce",
	.help = "cross-entropy of one class out of many",
	.conf_size = sizeof(struct ce),
	.attrs = ce_attrs,
	.fuses = "softmax",
	.takes_labels = 1,
	.run = ce_run,
};
