/* A sigmoid of straight lines: y = min(max(x + 3, 0), 6) / 6. */
#include "elt.h"

HOT static void
hard_sigmoid_forward(const void *conf, real *y, const real *x, int64_t n)
{
	int64_t i;

	(void)conf;
	EACH
	for (i = 0; i < n; i++) { /* NaN stays NaN */
		real z = x[i] + 3;

		y[i] = (z < 0 ? 0 : z > 6 ? 6 : z) * ((real)1 / 6);
	}
}

HOT static void
hard_sigmoid_backward(
    const void *conf, real *dx, const real *dy, const real *y, int64_t n)
{
	int64_t i;

	(void)conf;
	EACH
	for (i = 0; i < n; i++) {
		real d = dy[i] * ((real)1 / 6);

		dx[i] = y[i] > 0 && y[i] < 1 ? d : 0;
	}
}

static const struct elt hard_sigmoid = {
	.name = "hard_sigmoid",
	.from_y = 1,
	.forward = hard_sigmoid_forward,
	.backward = hard_sigmoid_backward,
};

const struct kind kind_hard_sigmoid = {
	.name = "hard_sigmoid",
	.help = "min(max(x + 3, 0), 6) / 6",
	.since = "0.1",
	.min_inputs = 1,
	.max_inputs = 1,
	.elt = &hard_sigmoid,
	.shape = elt_shape,
	.forward = elt_forward,
	.backward = elt_backward,
	.example = "hard_sigmoid",
	.example_x = { 2, { 2, 5 } },
};
