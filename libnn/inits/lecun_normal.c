/* LeCun's normal numbers, for nets that keep their own scale. */
#include "draw.h"
#include "init.h"

static void
lecun_normal_fill(const void *conf, float *w, const struct shape *shape,
    double fan_in, double fan_out, struct rng_key key)
{
	(void)conf;
	draw_scaled(w, shape, fan_in, fan_out,
	    (struct draw_scaling){ 1, FAN_IN, DRAW_TRUNCATED }, key);
}

const struct init init_lecun_normal = {
	.name = "lecun_normal",
	.help = "truncated normal, variance 1 / fan in",
	.fill = lecun_normal_fill,
};
