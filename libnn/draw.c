/* What initialisers draw: numbers in tensors, by counters. */
#include <math.h>

#include "draw.h"

/* Counters: the number of the element, a block of four words at a time, in
   sample and element; how often it was drawn again, in epoch. */
enum { WORDS = 4, BLOCK_BITS = 30 };

static void
words(uint32_t out[WORDS], struct rng_key key, uint32_t again, int64_t block)
{
	uint64_t b = (uint64_t)block;

	rng_block(out, key, again, b >> BLOCK_BITS,
	    (uint32_t)(b & ((UINT64_C(1) << BLOCK_BITS) - 1)));
}

/* The standard normal of element i: two words each. */
static double
normal_at(struct rng_key key, uint32_t again, int64_t i)
{
	uint32_t w[WORDS];

	words(w, key, again, i / 2);
	return i % 2 == 0 ? rng_normal(w[0], w[1]) : rng_normal(w[2], w[3]);
}

void
draw_uniform(float *w, int64_t n, double low, double high, struct rng_key key)
{
	uint32_t word[WORDS] = { 0 };
	int64_t i;

	for (i = 0; i < n; i++) {
		if (i % WORDS == 0)
			words(word, key, 0, i / WORDS);
		w[i] = (float)(low +
		    (high - low) * (double)rng_unit(word[i % WORDS]));
	}
}

void
draw_normal(
    float *w, int64_t n, double mean, double deviation, struct rng_key key)
{
	int64_t i;

	for (i = 0; i < n; i++)
		w[i] = (float)(mean + deviation * normal_at(key, 0, i));
}

void
draw_truncated(
    float *w, int64_t n, double mean, double deviation, struct rng_key key)
{
	uint32_t again;
	int64_t i;
	double x;

	for (i = 0; i < n; i++) {
		again = 0;
		do
			x = normal_at(key, again++, i);
		while (fabs(x) > 2);
		w[i] = (float)(mean + deviation * x);
	}
}

void
draw_scaled(float *w, const struct shape *shape, double fan_in, double fan_out,
    struct draw_scaling how, struct rng_key key)
{
	/* The deviation of a standard normal truncated at two. */
	const double truncated = 0.87962566103423978;
	const double fans[] = { fan_in, fan_out, (fan_in + fan_out) / 2 };
	double fan = fans[how.fan] > 1 ? fans[how.fan] : 1;
	double variance = how.scale / fan, limit = sqrt(3 * variance);
	int64_t n = shape_count(shape);

	if (how.draw == DRAW_UNIFORM)
		draw_uniform(w, n, -limit, limit, key);
	else if (how.draw == DRAW_NORMAL)
		draw_normal(w, n, 0, sqrt(variance), key);
	else
		draw_truncated(w, n, 0, sqrt(variance) / truncated, key);
}
