/* Glorot and Bengio's normal numbers, for tanh, sigmoid and softmax. */
#include "draw.h"
#include "init.h"

static void
glorot_normal_fill(const void *conf, float *w, const struct shape *shape,
    double fan_in, double fan_out, struct rng_key key)
{
	(void)conf;
	draw_scaled(w, shape, fan_in, fan_out,
	    (struct draw_scaling){ 1, FAN_AVG, DRAW_TRUNCATED }, key);
}

const struct init init_glorot_normal = {
	.name = "glorot_normal",
	.help = "truncated normal, variance 2 / (fan in + fan out)",
	.fill = glorot_normal_fill,
};
