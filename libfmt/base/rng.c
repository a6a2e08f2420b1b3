/* One counter-based generator, Philox4x32-10 (Salmon et al. 2011). */
#include <math.h>
#include <string.h>

#include "base/hot.h"
#include "base/rng.h"

enum { ROUNDS = 10, LANES = 16 };

static const uint32_t multiplier[2] = { 0xD2511F53, 0xCD9E8D57 };
static const uint32_t weyl[2] = { 0x9E3779B9, 0xBB67AE85 };

void
philox4x32(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2])
{
	uint32_t c[4] = { counter[0], counter[1], counter[2], counter[3] };
	uint32_t k[2] = { key[0], key[1] };
	uint64_t a, b;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		a = (uint64_t)multiplier[0] * c[0];
		b = (uint64_t)multiplier[1] * c[2];
		c[0] = (uint32_t)(b >> 32) ^ c[1] ^ k[0];
		c[1] = (uint32_t)b;
		c[2] = (uint32_t)(a >> 32) ^ c[3] ^ k[1];
		c[3] = (uint32_t)a;
		k[0] += weyl[0];
		k[1] += weyl[1];
	}
	memcpy(out, c, sizeof(c));
}

/* Eight bytes of the name at a time go through the generator keyed by the
   seed; the length goes last, so that no name is the beginning of another. */
struct rng_key
rng_key(uint64_t seed, const char *purpose)
{
	uint32_t key[2] = { (uint32_t)seed, (uint32_t)(seed >> 32) };
	uint32_t c[4] = { 0 };
	size_t n = strlen(purpose);
	size_t i;

	for (i = 0; i < n; i++) {
		c[i % 8 / 4] ^= (uint32_t)(uint8_t)purpose[i] << (8 * (i % 4));
		if (i % 8 == 7)
			philox4x32(c, c, key);
	}
	c[3] ^= (uint32_t)n;
	philox4x32(c, c, key);
	return (struct rng_key){ { c[0], c[1] } };
}

void
rng_block(uint32_t out[4], struct rng_key key, uint32_t epoch, uint64_t sample,
    uint32_t block)
{
	const uint32_t counter[4] = { block, epoch, (uint32_t)sample,
		(uint32_t)(sample >> 32) };

	philox4x32(out, counter, key.k);
}

/* LANES blocks side by side, a word of each in a row. */
HOT static void
philox_lanes(uint32_t c[4][LANES], struct rng_key key)
{
	uint32_t k0 = key.k[0], k1 = key.k[1];
	uint64_t a, b;
	int i, lane;

	for (i = 0; i < ROUNDS; i++, k0 += weyl[0], k1 += weyl[1])
		for (lane = 0; lane < LANES; lane++) {
			a = (uint64_t)multiplier[0] * c[0][lane];
			b = (uint64_t)multiplier[1] * c[2][lane];
			c[0][lane] = (uint32_t)(b >> 32) ^ c[1][lane] ^ k0;
			c[1][lane] = (uint32_t)b;
			c[2][lane] = (uint32_t)(a >> 32) ^ c[3][lane] ^ k1;
			c[3][lane] = (uint32_t)a;
		}
}

void
rng_words(uint32_t *out, size_t n, struct rng_key key, uint32_t epoch,
    uint64_t sample, uint32_t first)
{
	uint32_t c[4][LANES];
	int lane, i;

	for (; n >= LANES; n -= LANES, first += LANES) {
		for (lane = 0; lane < LANES; lane++) {
			c[0][lane] = first + (uint32_t)lane;
			c[1][lane] = epoch;
			c[2][lane] = (uint32_t)sample;
			c[3][lane] = (uint32_t)(sample >> 32);
		}
		philox_lanes(c, key);
		for (lane = 0; lane < LANES; lane++)
			for (i = 0; i < 4; i++)
				*out++ = c[i][lane];
	}
	for (; n > 0; n--, out += 4)
		rng_block(out, key, epoch, sample, first++);
}

uint32_t
rng_u32(struct rng_key key, uint32_t epoch, uint64_t sample, uint32_t element)
{
	uint32_t out[4];

	rng_block(out, key, epoch, sample, element / 4);
	return out[element % 4];
}

float
rng_unit(uint32_t word)
{
	return (float)(word >> 8) * 0x1p-24F;
}

/* Box and Muller; the logarithm never sees zero. */
double
rng_normal(uint32_t a, uint32_t b)
{
	const double two_pi = 6.283185307179586476925;
	double radius = sqrt(-2.0 * log(((double)a + 1.0) * 0x1p-32));

	return radius * cos(two_pi * (double)b * 0x1p-32);
}

/* Fisher and Yates with 64 random bits for each place: a block serves two. */
void
rng_permute(struct rng_key key, uint32_t epoch, uint32_t *order, uint32_t n)
{
	uint32_t w[4] = { 0 };
	const uint32_t *half;
	uint32_t i, j, t;
	uint64_t r;

	for (i = 0; i < n; i++)
		order[i] = i;
	for (i = 0; i + 1 < n; i++) {
		if (i % 2 == 0)
			rng_block(w, key, epoch, 0, i / 2);
		half = w + (i % 2 == 0 ? 0 : 2);
		r = (uint64_t)half[0] << 32 | half[1];
		j = i + (uint32_t)(((unsigned __int128)r * (n - i)) >> 64);
		t = order[i];
		order[i] = order[j];
		order[j] = t;
	}
}
