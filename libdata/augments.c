/* Every random change to pictures, and what they share. */
#include <string.h>

#include "base/hot.h"
#include "augment.h"

#define AUGMENT(name) extern const struct augment_kind augment_##name;
#include "augments.def"
#undef AUGMENT

const struct augment_kind *const augment_kinds[] = {
#define AUGMENT(name) &augment_##name,
#include "augments.def"
#undef AUGMENT
	NULL,
};

const char *const augment_fills[] = { "zero", "edge", NULL };

int
augment_fill_edge(const char *fill)
{
	return strcmp(fill, "edge") == 0;
}

const char *
augment_name(int i, const char **help, const struct attr **attrs)
{
	int n = 0;

	while (augment_kinds[n] != NULL)
		n++;
	if (i < 0 || i >= n)
		return NULL;
	*help = augment_kinds[i]->help;
	*attrs = augment_kinds[i]->attrs;
	return augment_kinds[i]->name;
}

double
augment_unit(uint32_t word)
{
	return 2.0 * (double)rng_unit(word) - 1.0;
}

int64_t
augment_whole(uint32_t word, int64_t n)
{
	return (int64_t)(((uint64_t)word * (uint64_t)(2 * n + 1)) >> 32) - n;
}

/* One channel of several, or all at once (step 1). */
HOT static void
tilt(float *x, int64_t n, int64_t step, float factor, float addend)
{
	int64_t i;

	if (step == 1)
		for (i = 0; i < n; i++)
			x[i] = factor * x[i] + addend;
	else
		for (i = 0; i < n; i++)
			x[i * step] = factor * x[i * step] + addend;
}

HOT static void
clip(float *x, int64_t n, int64_t step, float low, float high)
{
	int64_t i;
	float v;

	for (i = 0; i < n; i++) {
		v = x[i * step];
		v = v < low ? low : v;
		x[i * step] = v > high ? high : v;
	}
}

void
canvas_clip(const struct canvas *c)
{
	const struct affine *r = c->range;
	int64_t n = c->height * c->width;
	int64_t step = r->channels == 1 ? 1 : c->channels;
	int k;

	if (step == 1)
		n *= c->channels;
	for (k = 0; k < r->channels && c->clip; k++)
		clip(c->at + k, n, step, (float)r->low[k], (float)r->high[k]);
}

void
canvas_spread(const struct canvas *c, double factor, double pivot)
{
	const struct affine *r = c->range;
	int64_t n = c->height * c->width;
	int64_t step = r->channels == 1 ? 1 : c->channels;
	int k;

	if (step == 1)
		n *= c->channels;
	for (k = 0; k < r->channels; k++) {
		double at = r->low[k] + (r->high[k] - r->low[k]) * pivot;

		tilt(c->at + k, n, step, (float)factor,
		    (float)((1.0 - factor) * at));
	}
	canvas_clip(c);
}

double
canvas_mean(const struct canvas *c)
{
	static const double weight[] = { 0.299, 0.587, 0.114 };
	const struct affine *r = c->range;
	int64_t n = c->height * c->width;
	double mean = 0.0, share;
	int64_t i, k;
	int from;

	for (k = 0; k < c->channels; k++) {
		double sum = 0.0;

		from = r->channels == 1 ? 0 : (int)k;
		for (i = 0; i < n; i++)
			sum += (double)c->at[i * c->channels + k];
		share =
		    c->channels == 3 ? weight[k] : 1.0 / (double)c->channels;
		mean += share * (sum / (double)n - r->low[from]) /
		    (r->high[from] - r->low[from]);
	}
	return mean;
}
