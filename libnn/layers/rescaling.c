/* A fixed factor: y = scale x, which does not learn. */
#include "elt.h"

struct rescaling {
	double scale;
};

static const struct attr rescaling_attrs[] = {
	{ ATTR(REAL, struct rescaling, scale), -1e6, 1e6, NULL,
	    "what x is multiplied by", 1 },
	{ 0 },
};

HOT static void
rescaling_forward(const void *conf, real *y, const real *x, int64_t n)
{
	const struct rescaling *c = conf;
	real scale = (real)c->scale;
	int64_t i;

	EACH
	for (i = 0; i < n; i++)
		y[i] = scale * x[i];
}

HOT static void
rescaling_backward(
    const void *conf, real *dx, const real *dy, const real *y, int64_t n)
{
	const struct rescaling *c = conf;
	real scale = (real)c->scale;
	int64_t i;

	(void)y;
	EACH
	for (i = 0; i < n; i++)
		dx[i] = scale * dy[i];
}

static const struct elt rescaling = {
	.name = "rescaling",
	.from_y = 1,
	.forward = rescaling_forward,
	.backward = rescaling_backward,
};

const struct kind kind_rescaling = {
	.name = "rescaling",
	.help = "x times a fixed number",
	.since = "0.1",
	.conf_size = sizeof(struct rescaling),
	.attrs = rescaling_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.elt = &rescaling,
	.shape = elt_shape,
	.forward = elt_forward,
	.backward = elt_backward,
	.example = "rescaling:2",
	.example_x = { 2, { 2, 5 } },
};
