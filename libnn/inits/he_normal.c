/* He's normal numbers, for relu and its kin. */
#include "draw.h"
#include "init.h"

static void
he_normal_fill(const void *conf, float *w, const struct shape *shape,
    double fan_in, double fan_out, struct rng_key key)
{
	(void)conf;
	draw_scaled(w, shape, fan_in, fan_out,
	    (struct draw_scaling){ 2, FAN_IN, DRAW_TRUNCATED }, key);
}

const struct init init_he_normal = {
	.name = "he_normal",
	.help = "truncated normal, variance 2 / fan in",
	.fill = he_normal_fill,
};
