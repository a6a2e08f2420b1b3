/* Exponential linear unit: y = x where x > 0, else alpha (exp(x) - 1), whose
   slope there is y + alpha. */
#include <tgmath.h>

#include "elt.h"

struct elu {
	double alpha;
};

static const struct attr elu_attrs[] = {
	{ ATTR(REAL, struct elu, alpha), 0, 1e6, "1",
	    "how deep it goes below zero", 1 },
	{ 0 },
};

static void
elu_forward(const void *conf, real *y, const real *x, int64_t n)
{
	const struct elu *c = conf;
	real alpha = (real)c->alpha;
	int64_t i;

	for (i = 0; i < n; i++)
		y[i] = x[i] > 0 ? x[i] : alpha * expm1(x[i]);
}

HOT static void
elu_backward(
    const void *conf, real *dx, const real *dy, const real *y, int64_t n)
{
	const struct elu *c = conf;
	real alpha = (real)c->alpha;
	int64_t i;

	EACH
	for (i = 0; i < n; i++) {
		real slope = y[i] > 0 ? 1 : y[i] + alpha;

		dx[i] = slope * dy[i];
	}
}

static const struct elt elu = {
	.name = "elu",
	.from_y = 1,
	.forward = elu_forward,
	.backward = elu_backward,
};

const struct kind kind_elu = {
	.name = "elu",
	.help = "x, bent smoothly to -alpha below zero",
	.since = "0.1",
	.conf_size = sizeof(struct elu),
	.attrs = elu_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.elt = &elu,
	.shape = elt_shape,
	.forward = elt_forward,
	.backward = elt_backward,
	.example = "elu:0.7",
	.example_x = { 2, { 2, 5 } },
};
