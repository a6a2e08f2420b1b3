/* Hyperbolic tangent: slope 1 - y^2. */
#include <tgmath.h>

#include "elt.h"

static void
tanh_forward(const void *conf, real *y, const real *x, int64_t n)
{
	int64_t i;

	(void)conf;
	for (i = 0; i < n; i++)
		y[i] = tanh(x[i]);
}

HOT static void
tanh_backward(
    const void *conf, real *dx, const real *dy, const real *y, int64_t n)
{
	int64_t i;

	(void)conf;
	EACH
	for (i = 0; i < n; i++)
		dx[i] = (1 - y[i] * y[i]) * dy[i];
}

static const struct elt elt_tanh = {
	.name = "tanh",
	.from_y = 1,
	.forward = tanh_forward,
	.backward = tanh_backward,
};

const struct kind kind_tanh = {
	.name = "tanh",
	.help = "from -1 to 1 along an S",
	.since = "0.1",
	.min_inputs = 1,
	.max_inputs = 1,
	.elt = &elt_tanh,
	.shape = elt_shape,
	.forward = elt_forward,
	.backward = elt_backward,
	.example = "tanh",
	.example_x = { 2, { 2, 5 } },
};
