/* Every number is the one given. */
#include "init.h"

struct constant {
	double value;
};

static const struct attr constant_attrs[] = {
	{ ATTR(REAL, struct constant, value), -1e30, 1e30, "0",
	    "what every number is", 1 },
	{ 0 },
};

static void
constant_fill(const void *conf, float *w, const struct shape *shape,
    double fan_in, double fan_out, struct rng_key key)
{
	const struct constant *c = conf;
	int64_t i, n = shape_count(shape);

	(void)fan_in;
	(void)fan_out;
	(void)key;
	for (i = 0; i < n; i++)
		w[i] = (float)c->value;
}

const struct init init_constant = {
	.name = "constant",
	.help = "all the same",
	.conf_size = sizeof(struct constant),
	.attrs = constant_attrs,
	.fill = constant_fill,
};
