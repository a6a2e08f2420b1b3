/* Temperature: y = x / by, in front of a softmax or a sigmoid: above 1 the
   probabilities come nearer to each other, and their order stays. */
#include "elt.h"

struct temperature {
	double by;
};

static const struct attr temperature_attrs[] = {
	{ ATTR(REAL, struct temperature, by), 1e-6, 1e6, "1",
	    "what x is divided by", 1 },
	{ 0 },
};

HOT static void
temperature_forward(const void *conf, real *y, const real *x, int64_t n)
{
	const struct temperature *c = conf;
	real by = (real)c->by;
	int64_t i;

	EACH
	for (i = 0; i < n; i++)
		y[i] = x[i] / by;
}

HOT static void
temperature_backward(
    const void *conf, real *dx, const real *dy, const real *y, int64_t n)
{
	const struct temperature *c = conf;
	real by = (real)c->by;
	int64_t i;

	(void)y;
	EACH
	for (i = 0; i < n; i++)
		dx[i] = dy[i] / by;
}

static const struct elt temperature = {
	.name = "temperature",
	.from_y = 1,
	.forward = temperature_forward,
	.backward = temperature_backward,
};

const struct kind kind_temperature = {
	.name = "temperature",
	.help = "x divided by a number that calibrates the probabilities",
	.since = "0.1",
	.conf_size = sizeof(struct temperature),
	.attrs = temperature_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.elt = &temperature,
	.shape = elt_shape,
	.forward = elt_forward,
	.backward = elt_backward,
	.example = "temperature:1.5",
	.example_x = { 2, { 2, 5 } },
};
