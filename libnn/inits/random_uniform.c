/* Numbers of one range, each as likely as the other. */
#include "draw.h"
#include "init.h"

struct random_uniform {
	double minval, maxval;
};

static const struct attr random_uniform_attrs[] = {
	{ ATTR(REAL, struct random_uniform, minval), -1e30, 1e30, "-0.05",
	    "the lowest", 1 },
	{ ATTR(REAL, struct random_uniform, maxval), -1e30, 1e30, "0.05",
	    "above the highest", 2 },
	{ 0 },
};

static void
random_uniform_fill(const void *conf, float *w, const struct shape *shape,
    double fan_in, double fan_out, struct rng_key key)
{
	const struct random_uniform *c = conf;

	(void)fan_in;
	(void)fan_out;
	draw_uniform(w, shape_count(shape), c->minval, c->maxval, key);
}

const struct init init_random_uniform = {
	.name = "random_uniform",
	.help = "numbers of one range",
	.conf_size = sizeof(struct random_uniform),
	.attrs = random_uniform_attrs,
	.fill = random_uniform_fill,
};
