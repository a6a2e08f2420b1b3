/* Colours to one channel of brightness, weighted as ITU-R 601. */
#include "step.h"

static int
gray_shape(const void *conf, const struct shape *in, struct shape *out,
    struct err *err)
{
	(void)conf;
	if (in->dim[2] != 1 && in->dim[2] != 3)
		return err_set(err, ERR_DATA,
		    "gray takes 1 or 3 channels, not %lld",
		    (long long)in->dim[2]);
	*out = *in;
	out->dim[2] = 1;
	return in->dim[2] == 1;
}

static int
gray_run(const void *conf, const struct picture *in,
    const struct shape *out_shape, float *out, struct step_work *work,
    struct err *err)
{
	const float *x = in->at;
	int64_t i, n = in->height * in->width;

	(void)conf;
	(void)out_shape;
	(void)work;
	(void)err;
	for (i = 0; i < n; i++)
		out[i] = 0.299F * x[3 * i] + 0.587F * x[3 * i + 1] +
		    0.114F * x[3 * i + 2];
	return 0;
}

const struct step_kind step_gray = {
	.name = "gray",
	.help = "colours to one channel of brightness",
	.shape = gray_shape,
	.run = gray_run,
};
