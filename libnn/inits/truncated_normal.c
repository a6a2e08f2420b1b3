/* Normal numbers, drawn again when more than two deviations off; as in Kerasn   deviation is that of the normal before it is cut. */
#include "draw.h"
#include "init.h"

struct truncated_normal {
	double mean, stddev;
};

static const struct attr truncated_normal_attrs[] = {
	{ ATTR(REAL, struct truncated_normal, mean), -1e30, 1e30, "0",
	    "their mean" },
	{ ATTR(REAL, struct truncated_normal, stddev), 0, 1e30, "0.05",
	    "their deviation", 1 },
	{ 0 },
};

static void
truncated_normal_fill(const void *conf, float *w, const struct shape *shape,
    double fan_in, double fan_out, struct rng_key key)
{
	const struct truncated_normal *c = conf;

	(void)fan_in;
	(void)fan_out;
	draw_truncated(w, shape_count(shape), c->mean, c->stddev, key);
}

const struct init init_truncated_normal = {
	.name = "truncated_normal",
	.help = "normal numbers at most two deviations off",
	.conf_size = sizeof(struct truncated_normal),
	.attrs = truncated_normal_attrs,
	.fill = truncated_normal_fill,
};
