/* Rectified linear unit with a ceiling: y = min(max(x, 0), 6). */
#include "elt.h"

HOT static void
relu6_forward(const void *conf, real *y, const real *x, int64_t n)
{
	int64_t i;

	(void)conf;
	EACH
	for (i = 0; i < n; i++) /* NaN stays NaN */
		y[i] = x[i] < 0 ? 0 : x[i] > 6 ? 6 : x[i];
}

HOT static void
relu6_backward(
    const void *conf, real *dx, const real *dy, const real *y, int64_t n)
{
	int64_t i;

	(void)conf;
	EACH
	for (i = 0; i < n; i++) {
		real d = dy[i]; /* read always: no branch */

		dx[i] = y[i] > 0 && y[i] < 6 ? d : 0;
	}
}

static const struct elt relu6 = {
	.name = "relu6",
	.from_y = 1,
	.forward = relu6_forward,
	.backward = relu6_backward,
};

const struct kind kind_relu6 = {
	.name = "relu6",
	.help = "min(max(x, 0), 6)",
	.since = "0.1",
	.min_inputs = 1,
	.max_inputs = 1,
	.elt = &relu6,
	.shape = elt_shape,
	.forward = elt_forward,
	.backward = elt_backward,
	.example = "relu6",
	.example_x = { 2, { 2, 5 } },
};
