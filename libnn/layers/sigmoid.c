/* Logistic function: y = 1 / (1 + exp(-x)), slope y (1 - y). */
#include <tgmath.h>

#include "elt.h"

static void
sigmoid_forward(const void *conf, real *y, const real *x, int64_t n)
{
	int64_t i;

	(void)conf;
	for (i = 0; i < n; i++)
		y[i] = 1 / (1 + exp(-x[i]));
}

HOT static void
sigmoid_backward(
    const void *conf, real *dx, const real *dy, const real *y, int64_t n)
{
	int64_t i;

	(void)conf;
	EACH
	for (i = 0; i < n; i++)
		dx[i] = y[i] * (1 - y[i]) * dy[i];
}

static const struct elt sigmoid = {
	.name = "sigmoid",
	.from_y = 1,
	.forward = sigmoid_forward,
	.backward = sigmoid_backward,
};

const struct kind kind_sigmoid = {
	.name = "sigmoid",
	.help = "from 0 to 1 along an S",
	.since = "0.1",
	.min_inputs = 1,
	.max_inputs = 1,
	.elt = &sigmoid,
	.shape = elt_shape,
	.forward = elt_forward,
	.backward = elt_backward,
	.example = "sigmoid",
	.example_x = { 2, { 2, 5 } },
};
