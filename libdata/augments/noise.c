/* Something added to every number, drawn for each: "noise:0.02" spreads by
   0.02 of the range.

   The sum of four bytes stands for a normal number: within 0.01 of its
   distribution, never further than 3.5 spreads off, and the same on every
   machine. */
#include <stddef.h>

#include "augment.h"

struct noise {
	double spread;
};

static const struct attr noise_attrs[] = {
	{ ATTR(REAL, struct noise, spread), 0, 1, NULL,
	    "standard deviation, of the range of the numbers", 1, NULL },
	{ 0 },
};

/* Four bytes: mean 510, variance 4 (256^2 - 1) / 12. */
static float
bell(uint32_t word)
{
	uint32_t pairs = (word & 0x00ff00ff) + (word >> 8 & 0x00ff00ff);
	int sum = (int)((pairs >> 16) + (pairs & 0xffff));

	return (float)(sum - 510) * 0.0067658751F;
}

static float
limit(float v, float low, float high)
{
	v = v < low ? low : v;
	return v > high ? high : v;
}

static void
noise_paint(
    const void *conf, const struct augment_draw *draw, const struct canvas *c)
{
	const struct noise *s = conf;
	const struct affine *r = c->range;
	int64_t n = c->height * c->width * c->channels;
	int64_t i, k;
	uint32_t word[4];

	if (!(s->spread > 0))
		return;
	for (i = 0; i < n; i++) {
		float v;

		if (i % 4 == 0)
			rng_block(word, draw->key, draw->epoch, draw->sample,
			    (uint32_t)(i / 4));
		k = r->channels == 1 ? 0 : i % c->channels;
		v = c->at[i] +
		    (float)(s->spread * (r->high[k] - r->low[k])) *
			bell(word[i % 4]);
		c->at[i] =
		    c->clip ? limit(v, (float)r->low[k], (float)r->high[k]) : v;
	}
}

const struct augment_kind augment_noise = {
	.name = "noise",
	.help = "add something to every number",
	.attrs = noise_attrs,
	.conf_size = sizeof(struct noise),
	.paint = noise_paint,
};
