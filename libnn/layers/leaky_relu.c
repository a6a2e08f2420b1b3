/* Leaky rectified linear unit: y = x where x > 0, else negative_slope x. */
#include "elt.h"

struct leaky_relu {
	double negative_slope;
};

static const struct attr leaky_relu_attrs[] = {
	{ ATTR(REAL, struct leaky_relu, negative_slope), 0, 1e6, "0.3",
	    "what x is multiplied by below zero", 1 },
	{ 0 },
};

HOT static void
leaky_relu_forward(const void *conf, real *y, const real *x, int64_t n)
{
	const struct leaky_relu *c = conf;
	real slope = (real)c->negative_slope;
	int64_t i;

	EACH
	for (i = 0; i < n; i++)
		y[i] = x[i] > 0 ? x[i] : slope * x[i];
}

HOT static void
leaky_relu_backward(
    const void *conf, real *dx, const real *dy, const real *y, int64_t n)
{
	const struct leaky_relu *c = conf;
	real slope = (real)c->negative_slope;
	int64_t i;

	EACH
	for (i = 0; i < n; i++)
		dx[i] = y[i] > 0 ? dy[i] : slope * dy[i];
}

static const struct elt leaky_relu = {
	.name = "leaky_relu",
	.from_y = 1,
	.forward = leaky_relu_forward,
	.backward = leaky_relu_backward,
};

const struct kind kind_leaky_relu = {
	.name = "leaky_relu",
	.help = "x, or a small share of it below zero",
	.since = "0.1",
	.conf_size = sizeof(struct leaky_relu),
	.attrs = leaky_relu_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.elt = &leaky_relu,
	.shape = elt_shape,
	.forward = elt_forward,
	.backward = elt_backward,
	.example = "leaky_relu:0.1",
	.example_x = { 2, { 2, 5 } },
};
