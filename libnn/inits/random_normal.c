/* Normal numbers of a mean and a deviation. */
#include "draw.h"
#include "init.h"

struct random_normal {
	double mean, stddev;
};

static const struct attr random_normal_attrs[] = {
	{ ATTR(REAL, struct random_normal, mean), -1e30, 1e30, "0",
	    "their mean" },
	{ ATTR(REAL, struct random_normal, stddev), 0, 1e30, "0.05",
	    "their deviation", 1 },
	{ 0 },
};

static void
random_normal_fill(const void *conf, float *w, const struct shape *shape,
    double fan_in, double fan_out, struct rng_key key)
{
	const struct random_normal *c = conf;

	(void)fan_in;
	(void)fan_out;
	draw_normal(w, shape_count(shape), c->mean, c->stddev, key);
}

const struct init init_random_normal = {
	.name = "random_normal",
	.help = "normal numbers of a mean and a deviation",
	.conf_size = sizeof(struct random_normal),
	.attrs = random_normal_attrs,
	.fill = random_normal_fill,
};
