/* A smooth relu: y = log(1 + exp(x)), slope 1 - exp(-y). */
#include <tgmath.h>

#include "elt.h"

static void
softplus_forward(const void *conf, real *y, const real *x, int64_t n)
{
	int64_t i;

	(void)conf;
	for (i = 0; i < n; i++)
		y[i] = (x[i] > 0 ? x[i] : 0) + log1p(exp(-fabs(x[i])));
}

static void
softplus_backward(
    const void *conf, real *dx, const real *dy, const real *y, int64_t n)
{
	int64_t i;

	(void)conf;
	for (i = 0; i < n; i++)
		dx[i] = -expm1(-y[i]) * dy[i];
}

static const struct elt softplus = {
	.name = "softplus",
	.from_y = 1,
	.forward = softplus_forward,
	.backward = softplus_backward,
};

const struct kind kind_softplus = {
	.name = "softplus",
	.help = "log(1 + exp(x)), a smooth relu",
	.since = "0.1",
	.min_inputs = 1,
	.max_inputs = 1,
	.elt = &softplus,
	.shape = elt_shape,
	.forward = elt_forward,
	.backward = elt_backward,
	.example = "softplus",
	.example_x = { 2, { 2, 5 } },
};
