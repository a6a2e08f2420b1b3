/* Every number times a factor: "scale:1/255". */
#include <stddef.h>

#include "step.h"

struct scale {
	double factor;
};

static const struct attr scale_attrs[] = {
	{ ATTR(REAL, struct scale, factor), -1e6, 1e6, "0.00392156862745098",
	    "what every number is multiplied by (1/255)", 1, NULL },
	{ 0 },
};

static int
scale_check(const void *conf, enum err_code code, struct err *err)
{
	const struct scale *c = conf;

	return c->factor != 0.0 ? 0 : err_set(err, code, "factor: is zero");
}

static int
scale_affine(
    const void *conf, int64_t channels, struct affine *a, struct err *err)
{
	const struct scale *c = conf;
	int i;

	(void)channels;
	(void)err;
	for (i = 0; i < a->channels; i++)
		affine_then(a, i, c->factor, 0.0);
	return 0;
}

const struct step_kind step_scale = {
	.name = "scale",
	.help = "multiply every number",
	.attrs = scale_attrs,
	.conf_size = sizeof(struct scale),
	.check = scale_check,
	.affine = scale_affine,
};
