/* He's uniform numbers, for relu and its kin. */
#include "draw.h"
#include "init.h"

static void
he_uniform_fill(const void *conf, float *w, const struct shape *shape,
    double fan_in, double fan_out, struct rng_key key)
{
	(void)conf;
	draw_scaled(w, shape, fan_in, fan_out,
	    (struct draw_scaling){ 2, FAN_IN, DRAW_UNIFORM }, key);
}

const struct init init_he_uniform = {
	.name = "he_uniform",
	.help = "uniform, variance 2 / fan in",
	.fill = he_uniform_fill,
};
