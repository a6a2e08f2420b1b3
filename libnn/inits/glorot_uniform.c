/* Glorot and Bengio's uniform numbers, for tanh, sigmoid and softmax. */
#include "draw.h"
#include "init.h"

static void
glorot_uniform_fill(const void *conf, float *w, const struct shape *shape,
    double fan_in, double fan_out, struct rng_key key)
{
	(void)conf;
	draw_scaled(w, shape, fan_in, fan_out,
	    (struct draw_scaling){ 1, FAN_AVG, DRAW_UNIFORM }, key);
}

const struct init init_glorot_uniform = {
	.name = "glorot_uniform",
	.help = "uniform, variance 2 / (fan in + fan out)",
	.fill = glorot_uniform_fill,
};
