/* One channel to three equal ones. */
#include "step.h"

static int
rgb_shape(const void *conf, const struct shape *in, struct shape *out,
    struct err *err)
{
	(void)conf;
	if (in->dim[2] != 1 && in->dim[2] != 3)
		return err_set(err, ERR_DATA,
		    "rgb takes 1 or 3 channels, not %lld",
		    (long long)in->dim[2]);
	*out = *in;
	out->dim[2] = 3;
	return in->dim[2] == 3;
}

static int
rgb_run(const void *conf, const struct picture *in,
    const struct shape *out_shape, float *out, struct step_work *work,
    struct err *err)
{
	int64_t i, n = in->height * in->width;

	(void)conf;
	(void)out_shape;
	(void)work;
	(void)err;
	for (i = 0; i < n; i++)
		out[3 * i] = out[3 * i + 1] = out[3 * i + 2] = in->at[i];
	return 0;
}

const struct step_kind step_rgb = {
	.name = "rgb",
	.help = "one channel to three equal ones",
	.shape = rgb_shape,
	.run = rgb_run,
};
