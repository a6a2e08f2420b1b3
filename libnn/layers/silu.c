/* Sigmoid-weighted linear unit (swish): y = x s with s = 1 / (1 + exp(-x)),
   slope s (1 + x (1 - s)). */
#include <tgmath.h>

#include "elt.h"

static real
slope(real x)
{
	real s = 1 / (1 + exp(-x));

	return s * (1 + x * (1 - s));
}

static void
silu_forward(const void *conf, real *y, const real *x, int64_t n)
{
	int64_t i;

	(void)conf;
	for (i = 0; i < n; i++)
		y[i] = x[i] / (1 + exp(-x[i]));
}

static void
silu_backward(
    const void *conf, real *dx, const real *dy, const real *x, int64_t n)
{
	int64_t i;

	(void)conf;
	for (i = 0; i < n; i++)
		dx[i] = slope(x[i]) * dy[i];
}

static const struct elt silu = {
	.name = "silu",
	.forward = silu_forward,
	.backward = silu_backward,
};

const struct kind kind_silu = {
	.name = "silu",
	.help = "x times its sigmoid (swish)",
	.since = "0.1",
	.min_inputs = 1,
	.max_inputs = 1,
	.elt = &silu,
	.shape = elt_shape,
	.forward = elt_forward,
	.backward = elt_backward,
	.example = "silu",
	.example_x = { 2, { 2, 5 } },
};
