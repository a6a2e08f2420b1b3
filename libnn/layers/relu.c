/* Rectified linear unit: y = max(x, 0). */
#include "elt.h"

HOT static void
relu_forward(const void *conf, real *y, const real *x, int64_t n)
{
	int64_t i;

	(void)conf;
	EACH
	for (i = 0; i < n; i++)
		y[i] = x[i] < 0 ? 0 : x[i]; /* NaN stays NaN */
}

HOT static void
relu_backward(
    const void *conf, real *dx, const real *dy, const real *y, int64_t n)
{
	int64_t i;

	(void)conf;
	EACH
	for (i = 0; i < n; i++) {
		real d = dy[i]; /* read always: no branch */

		dx[i] = y[i] > 0 ? d : 0;
	}
}

static const struct elt relu = {
	.name = "relu",
	.from_y = 1,
	.forward = relu_forward,
	.backward = relu_backward,
};

const struct kind kind_relu = {
	.name = "relu",
	.help = "max(x, 0)",
	.since = "0.1",
	.min_inputs = 1,
	.max_inputs = 1,
	.elt = &relu,
	.shape = elt_shape,
	.forward = elt_forward,
	.backward = elt_backward,
	.example = "relu",
	.example_x = { 2, { 2, 5 } },
};
