/* Something added to every number, drawn for each: "noise:0.02" spreads by
   0.02 of the range.

   The sum of four bytes stands for a normal number: within 0.01 of its
   distribution, never further than 3.5 spreads off, and the same on every
   machine. */
#include <stddef.h>

#include "augment.h"
#include "base/hot.h"

enum { WORDS = 512 }; /* at once */

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

/* x plus spread times what the words say; all channels alike. */
HOT static void
add_alike(float *x, int64_t n, const uint32_t *word, float spread)
{
	int64_t i;

	for (i = 0; i < n; i++)
		x[i] += spread * bell(word[i]);
}

static void
add_each(float *x, int64_t n, int64_t k, const uint32_t *word,
    const struct canvas *c, double share)
{
	const struct affine *r = c->range;
	float spread[CHANNELS_MAX] = { 0 };
	int64_t i;

	for (i = 0; i < r->channels; i++)
		spread[i] = (float)(share * (r->high[i] - r->low[i]));
	for (i = 0; i < n; i++, k = k + 1 == c->channels ? 0 : k + 1)
		x[i] += spread[k] * bell(word[i]);
}

static void
noise_paint(
    const void *conf, const struct augment_draw *draw, const struct canvas *c)
{
	const struct noise *s = conf;
	const struct affine *r = c->range;
	int64_t n = c->height * c->width * c->channels;
	uint32_t word[WORDS];
	int64_t i, some;

	if (!(s->spread > 0))
		return;
	for (i = 0; i < n; i += some) {
		some = n - i < WORDS ? n - i : WORDS;
		rng_words(word, (size_t)(some + 3) / 4, draw->key, draw->epoch,
		    draw->sample, (uint32_t)(i / 4));
		if (r->channels == 1)
			add_alike(c->at + i, some, word,
			    (float)(s->spread * (r->high[0] - r->low[0])));
		else
			add_each(c->at + i, some, i % c->channels, word, c,
			    s->spread);
	}
	canvas_clip(c);
}

const struct augment_kind augment_noise = {
	.name = "noise",
	.help = "add something to every number",
	.attrs = noise_attrs,
	.conf_size = sizeof(struct noise),
	.paint = noise_paint,
};
