/* Further from the picture's mean brightness, or nearer to it: "contrast:0.2"
   is 0.8 to 1.2 of the distance. */
#include <stddef.h>

#include "augment.h"

struct contrast {
	double share;
};

static const struct attr contrast_attrs[] = {
	{ ATTR(REAL, struct contrast, share), 0, 1, NULL,
	    "at most, more or less", 1, NULL },
	{ 0 },
};

static void
contrast_paint(
    const void *conf, const struct augment_draw *draw, const struct canvas *c)
{
	const struct contrast *k = conf;
	uint32_t word[4];

	if (!(k->share > 0))
		return;
	rng_block(word, draw->key, draw->epoch, draw->sample, 0);
	canvas_spread(
	    c, 1.0 + k->share * augment_unit(word[0]), canvas_mean(c));
}

const struct augment_kind augment_contrast = {
	.name = "contrast",
	.help = "dark and bright further apart or nearer",
	.attrs = contrast_attrs,
	.conf_size = sizeof(struct contrast),
	.paint = contrast_paint,
};
