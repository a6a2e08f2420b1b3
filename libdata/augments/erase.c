/* A rectangle made dark, in a share of the samples: "erase:0.1" covers a tenth
   of the picture. */
#include <math.h>
#include <stddef.h>

#include "augment.h"

/* Height over width is drawn between 1 : SLIM and SLIM : 1. */
enum { SLIM = 3 };

struct erase {
	double share, p;
};

static const struct attr erase_attrs[] = {
	{ ATTR(REAL, struct erase, share), 0, 1, NULL,
	    "of the picture's pixels", 1, NULL },
	{ ATTR(REAL, struct erase, p), 0, 1, "0.5",
	    "share of the samples that lose one", 0, NULL },
	{ 0 },
};

static int64_t
side(double length, int64_t most)
{
	int64_t n = (int64_t)(length + 0.5);

	return n > most ? most : n;
}

static int64_t
begin(uint32_t word, int64_t room)
{
	return (int64_t)(((uint64_t)word * (uint64_t)(room + 1)) >> 32);
}

static void
darken(float *to, int64_t pixels, const struct canvas *c)
{
	const struct affine *r = c->range;
	int64_t i, k;

	for (i = 0; i < pixels; i++)
		for (k = 0; k < c->channels; k++)
			*to++ = (float)r->low[r->channels == 1 ? 0 : k];
}

static void
erase_paint(
    const void *conf, const struct augment_draw *draw, const struct canvas *c)
{
	const struct erase *e = conf;
	double area = e->share * (double)(c->height * c->width);
	double ratio;
	uint32_t word[4];
	int64_t height, width, top, left, y;

	rng_block(word, draw->key, draw->epoch, draw->sample, 0);
	if ((double)rng_unit(word[0]) >= e->p)
		return;
	ratio = pow((double)SLIM, augment_unit(word[1]));
	height = side(sqrt(area * ratio), c->height);
	/* What one side is cut off by, the other makes up for. */
	width = height > 0 ? side(area / (double)height, c->width) : 0;
	if (width == c->width)
		height = side(area / (double)width, c->height);
	top = begin(word[2], c->height - height);
	left = begin(word[3], c->width - width);
	for (y = top; y < top + height; y++)
		darken(c->at + (y * c->width + left) * c->channels, width, c);
}

const struct augment_kind augment_erase = {
	.name = "erase",
	.help = "make a rectangle dark",
	.attrs = erase_attrs,
	.conf_size = sizeof(struct erase),
	.paint = erase_paint,
};
