/* More or less light: "brightness:0.2" is 0.8 to 1.2 of it; dark stays dark. */
#include <stddef.h>

#include "augment.h"

struct brightness {
	double share;
};

static const struct attr brightness_attrs[] = {
	{ ATTR(REAL, struct brightness, share), 0, 1, NULL,
	    "at most, more or less", 1, NULL },
	{ 0 },
};

static void
brightness_paint(
    const void *conf, const struct augment_draw *draw, const struct canvas *c)
{
	const struct brightness *b = conf;
	uint32_t word[4];

	if (!(b->share > 0))
		return;
	rng_block(word, draw->key, draw->epoch, draw->sample, 0);
	canvas_spread(c, 1.0 + b->share * augment_unit(word[0]), 0.0);
}

const struct augment_kind augment_brightness = {
	.name = "brightness",
	.help = "more or less light",
	.attrs = brightness_attrs,
	.conf_size = sizeof(struct brightness),
	.paint = brightness_paint,
};
