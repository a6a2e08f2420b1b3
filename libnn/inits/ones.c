/* Every number is 1. */
#include "init.h"

static void
ones_fill(const void *conf, float *w, const struct shape *shape, double fan_in,
    double fan_out, struct rng_key key)
{
	int64_t i, n = shape_count(shape);

	(void)conf;
	(void)fan_in;
	(void)fan_out;
	(void)key;
	for (i = 0; i < n; i++)
		w[i] = 1;
}

const struct init init_ones = {
	.name = "ones",
	.help = "all one",
	.fill = ones_fill,
};
