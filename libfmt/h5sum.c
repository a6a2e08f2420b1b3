/* Bob Jenkins' lookup3 hash of bytes, as HDF5 uses it (start value 0). */
#include "h5.h"

static uint32_t
rotate(uint32_t x, int k)
{
	return x << k | x >> (32 - k);
}

/* Mixes three words reversibly. */
static void
mix(uint32_t w[3])
{
	static const int by[6] = { 4, 6, 8, 16, 19, 4 };
	int i;

	for (i = 0; i < 6; i++) {
		uint32_t *x = &w[i % 3];
		uint32_t *y = &w[(i + 1) % 3];
		uint32_t *z = &w[(i + 2) % 3];

		*x = (*x - *z) ^ rotate(*z, by[i]);
		*z += *y;
	}
}

/* Ends the mixing, so that every bit counts in the last word. */
static void
finish(uint32_t w[3])
{
	static const int by[7] = { 14, 11, 25, 16, 4, 14, 24 };
	int i;

	for (i = 0; i < 7; i++) {
		uint32_t *x = &w[(i + 2) % 3];
		uint32_t from = w[(i + 1) % 3];

		*x = (*x ^ from) - rotate(from, by[i]);
	}
}

/* Adds up to 12 bytes, little-endian. */
static void
add(uint32_t w[3], const uint8_t *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		w[i / 4] += (uint32_t)s[i] << 8 * (i % 4);
}

uint32_t
h5_sum(const void *bytes, size_t n)
{
	const uint8_t *s = bytes;
	uint32_t start = 0xdeadbeef + (uint32_t)n;
	uint32_t w[3] = { start, start, start };

	for (; n > 12; n -= 12, s += 12) {
		add(w, s, 12);
		mix(w);
	}
	if (n == 0)
		return w[2];
	add(w, s, n);
	finish(w);
	return w[2];
}
