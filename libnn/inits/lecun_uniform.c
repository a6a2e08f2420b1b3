/* LeCun's uniform numbers, for nets that keep their own scale. */
#include "draw.h"
#include "init.h"

static void
lecun_uniform_fill(const void *conf, float *w, const struct shape *shape,
    double fan_in, double fan_out, struct rng_key key)
{
	(void)conf;
	draw_scaled(w, shape, fan_in, fan_out,
	    (struct draw_scaling){ 1, FAN_IN, DRAW_UNIFORM }, key);
}

const struct init init_lecun_uniform = {
	.name = "lecun_uniform",
	.help = "uniform, variance 1 / fan in",
	.fill = lecun_uniform_fill,
};
