/* Gaussian error linear unit: y = x P(x), P the normal distribution.

   Exact: P(x) = (1 + erf(x / sqrt(2))) / 2.  With approximate, as older
   Transformers do: P(x) = (1 + tanh(r)) / 2, r = sqrt(2 / pi) (x + a x^3),
   a = 0.044715. */
#include <tgmath.h>

#include "elt.h"

struct gelu {
	int approximate;
};

static const struct attr gelu_attrs[] = {
	{ ATTR(BOOL, struct gelu, approximate), 0, 1, "false",
	    "with tanh instead of the exact error function" },
	{ 0 },
};

static const real root_half = REAL_C(0.70710678118654752440);
static const real root_2_pi = REAL_C(0.79788456080286535588);
static const real a = REAL_C(0.044715);

static real
value(real x, int approximate)
{
	if (approximate)
		return x * (1 + tanh(root_2_pi * (x + a * x * x * x))) / 2;
	return x * (1 + erf(x * root_half)) / 2;
}

static real
slope(real x, int approximate)
{
	real t, p;

	if (approximate) {
		t = tanh(root_2_pi * (x + a * x * x * x));
		p = root_2_pi * (1 + 3 * a * x * x);
		return (1 + t + x * (1 - t * t) * p) / 2;
	}
	/* The density of the normal distribution is the slope of P. */
	p = root_2_pi / 2 * exp(-x * x / 2);
	return (1 + erf(x * root_half)) / 2 + x * p;
}

static void
gelu_forward(const void *conf, real *y, const real *x, int64_t n)
{
	const struct gelu *c = conf;
	int64_t i;

	for (i = 0; i < n; i++)
		y[i] = value(x[i], c->approximate);
}

static void
gelu_backward(
    const void *conf, real *dx, const real *dy, const real *x, int64_t n)
{
	const struct gelu *c = conf;
	int64_t i;

	for (i = 0; i < n; i++)
		dx[i] = slope(x[i], c->approximate) * dy[i];
}

static const struct elt gelu = {
	.name = "gelu",
	.forward = gelu_forward,
	.backward = gelu_backward,
};

const struct kind kind_gelu = {
	.name = "gelu",
	.help = "x times the chance that a normal number is below it",
	.since = "0.1",
	.conf_size = sizeof(struct gelu),
	.attrs = gelu_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.elt = &gelu,
	.shape = elt_shape,
	.forward = elt_forward,
	.backward = elt_backward,
	.example = "gelu",
	.example_x = { 2, { 2, 5 } },
};
