/* silu of straight lines: y = x min(max(x + 3, 0), 6) / 6. */
#include "elt.h"

HOT static void
hard_swish_forward(const void *conf, real *y, const real *x, int64_t n)
{
	int64_t i;

	(void)conf;
	EACH
	for (i = 0; i < n; i++) { /* NaN stays NaN */
		real z = x[i] + 3;

		y[i] = x[i] * (z < 0 ? 0 : z > 6 ? 6 : z) * ((real)1 / 6);
	}
}

HOT static void
hard_swish_backward(
    const void *conf, real *dx, const real *dy, const real *x, int64_t n)
{
	int64_t i;

	(void)conf;
	EACH
	for (i = 0; i < n; i++) {
		real d = (2 * x[i] + 3) * ((real)1 / 6);

		d = x[i] <= -3 ? 0 : x[i] >= 3 ? 1 : d;
		dx[i] = dy[i] * d;
	}
}

static const struct elt hard_swish = {
	.name = "hard_swish",
	.forward = hard_swish_forward,
	.backward = hard_swish_backward,
};

const struct kind kind_hard_swish = {
	.name = "hard_swish",
	.help = "x times its hard_sigmoid",
	.since = "0.1",
	.min_inputs = 1,
	.max_inputs = 1,
	.elt = &hard_swish,
	.shape = elt_shape,
	.forward = elt_forward,
	.backward = elt_backward,
	.example = "hard_swish",
	.example_x = { 2, { 2, 5 } },
};
