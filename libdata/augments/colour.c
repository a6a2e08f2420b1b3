/* Colours stronger or paler: each channel further from the pixel's brightness
   or nearer to it; "colour:0.2" is 0.8 to 1.2 of the distance. */
#include <stddef.h>

#include "augment.h"

struct colour {
	double share;
};

static const struct attr colour_attrs[] = {
	{ ATTR(REAL, struct colour, share), 0, 1, NULL,
	    "at most, stronger or paler", 1, NULL },
	{ 0 },
};

static int
colour_fits(const void *conf, const struct shape *picture, struct err *err)
{
	(void)conf;
	if (picture->dim[2] == 3)
		return 0;
	return err_set(err, ERR_USAGE,
	    "the pictures have %lld channel%s, not red, green and blue",
	    (long long)picture->dim[2], picture->dim[2] == 1 ? "" : "s");
}

static float
limit(float v)
{
	return v < 0.0F ? 0.0F : v > 1.0F ? 1.0F : v;
}

static void
saturate(const struct canvas *c, float factor)
{
	static const float weight[] = { 0.299F, 0.587F, 0.114F };
	const struct affine *r = c->range;
	float low[3], range[3], unit[3], grey;
	int64_t i, n = c->height * c->width;
	float *x = c->at;
	int k, from;

	for (k = 0; k < 3; k++) {
		from = r->channels == 1 ? 0 : k;
		low[k] = (float)r->low[from];
		range[k] = (float)(r->high[from] - r->low[from]);
	}
	for (i = 0; i < n; i++, x += 3) {
		for (k = 0, grey = 0.0F; k < 3; k++) {
			unit[k] = (x[k] - low[k]) / range[k];
			grey += weight[k] * unit[k];
		}
		for (k = 0; k < 3; k++) {
			unit[k] = grey + factor * (unit[k] - grey);
			if (c->clip)
				unit[k] = limit(unit[k]);
			x[k] = low[k] + range[k] * unit[k];
		}
	}
}

static void
colour_paint(
    const void *conf, const struct augment_draw *draw, const struct canvas *c)
{
	const struct colour *k = conf;
	uint32_t word[4];

	if (c->channels != 3 || !(k->share > 0))
		return;
	rng_block(word, draw->key, draw->epoch, draw->sample, 0);
	saturate(c, (float)(1.0 + k->share * augment_unit(word[0])));
}

const struct augment_kind augment_colour = {
	.name = "colour",
	.alias = "color",
	.help = "colours stronger or paler",
	.attrs = colour_attrs,
	.conf_size = sizeof(struct colour),
	.fits = colour_fits,
	.paint = colour_paint,
};
