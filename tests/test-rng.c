/* The generator: Random123's vectors, and what its users rely on. */
#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"

struct vector {
	uint32_t counter[4], key[2], out[4];
};

/* Random123, kat_vectors, philox4x32 10. */
static const struct vector vectors[] = {
	{ { 0, 0, 0, 0 }, { 0, 0 },
	    { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
	{ { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	    { 0xffffffff, 0xffffffff },
	    { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
	{ { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
	    { 0xa4093822, 0x299f31d0 },
	    { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
};

static void
test_philox_gives_the_numbers_of_random123(void **state)
{
	uint32_t out[4];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		philox4x32(out, vectors[i].counter, vectors[i].key);
		assert_memory_equal(out, vectors[i].out, sizeof(out));
	}
}

static void
test_many_words_are_those_of_single_blocks(void **state)
{
	uint32_t out[4 * 100], one[4];
	struct rng_key key = rng_key(5, "many");
	size_t n, i;

	(void)state;
	for (n = 0; n <= 100; n += n < 40 ? 1 : 30) {
		memset(out, 0, sizeof(out));
		rng_words(out, n, key, 3, (uint64_t)1 << 40 | 7, 0xfffffff0);
		for (i = 0; i < n; i++) {
			rng_block(one, key, 3, (uint64_t)1 << 40 | 7,
			    0xfffffff0 + (uint32_t)i);
			assert_memory_equal(out + 4 * i, one, sizeof(one));
		}
		for (i = 4 * n; i < 400; i++)
			assert_int_equal(out[i], 0);
	}
}

static void
test_keys_depend_on_seed_and_purpose(void **state)
{
	static const char *const names[] = { "", "shuffle", "shufflf",
		"dropout/drop_1", "dropout/drop_2", "dropout/drop_1/drop_1" };
	enum { N = sizeof(names) / sizeof(names[0]) };
	struct rng_key a, b;
	int i, j;

	(void)state;
	for (i = 0; i < N; i++)
		for (j = 0; j < N; j++) {
			a = rng_key(1, names[i]);
			b = rng_key(1, names[j]);
			assert_int_equal(
			    memcmp(&a, &b, sizeof(a)) == 0, i == j);
			b = rng_key((uint64_t)1 << 40 | 1, names[j]);
			assert_int_not_equal(memcmp(&a, &b, sizeof(a)), 0);
		}
}

static void
test_an_element_is_a_word_of_its_block(void **state)
{
	struct rng_key key = rng_key(7, "dropout/drop_1");
	uint32_t out[4];
	uint32_t i;

	(void)state;
	for (i = 0; i < 64; i++) {
		rng_block(out, key, 3, 41, i / 4);
		assert_int_equal(out[i % 4], rng_u32(key, 3, 41, i));
	}
}

static void
test_units_and_normals_have_their_moments(void **state)
{
	enum { N = 200000 };
	struct rng_key key = rng_key(0, "moments");
	double unit = 0, mean = 0, square = 0, z;
	uint32_t w[4];
	int i;

	(void)state;
	for (i = 0; i < N; i++) {
		rng_block(w, key, 0, (uint64_t)i, 0);
		z = rng_normal(w[0], w[1]);
		unit += rng_unit(w[2]);
		mean += z;
		square += z * z;
	}
	assert_true(fabs(unit / N - 0.5) < 0.003);
	assert_true(fabs(mean / N) < 0.01);
	assert_true(fabs(square / N - 1.0) < 0.02);
	assert_true(rng_unit(0) == 0.0F);
	assert_true(rng_unit(UINT32_MAX) < 1.0F);
	assert_true(isfinite(rng_normal(0, 0)));
}

static int
is_permutation(const uint32_t *order, uint32_t n)
{
	char *seen = calloc(n, 1);
	uint32_t i, count = 0;

	for (i = 0; i < n; i++)
		if (order[i] < n && !seen[order[i]]) {
			seen[order[i]] = 1;
			count++;
		}
	free(seen);
	return count == n;
}

static void
test_orders_are_permutations_that_epochs_change(void **state)
{
	enum { N = 10001 };
	static uint32_t a[N], b[N];
	struct rng_key key = rng_key(5, "shuffle");
	uint32_t i, same = 0;

	(void)state;
	rng_permute(key, 0, a, N);
	rng_permute(key, 1, b, N);
	assert_true(is_permutation(a, N));
	assert_true(is_permutation(b, N));
	for (i = 0; i < N; i++)
		same += a[i] == b[i];
	assert_true(same < 12);
	rng_permute(key, 0, b, N);
	assert_memory_equal(a, b, sizeof(a));
	rng_permute(key, 0, a, 1);
	assert_int_equal(a[0], 0);
	rng_permute(key, 0, a, 0);
}

/* Chi-squared over the 24 orders of four things: 23 degrees of freedom. */
static void
test_every_order_is_as_likely(void **state)
{
	enum { N = 24000 };
	int count[256] = { 0 };
	struct rng_key key = rng_key(9, "shuffle");
	double chi = 0;
	uint32_t o[4];
	int i, kinds = 0;

	(void)state;
	for (i = 0; i < N; i++) {
		rng_permute(key, (uint32_t)i, o, 4);
		count[o[0] << 6 | o[1] << 4 | o[2] << 2 | o[3]]++;
	}
	for (i = 0; i < 256; i++)
		if (count[i] > 0) {
			kinds++;
			chi += (count[i] - 1000.0) * (count[i] - 1000.0) / 1000;
		}
	assert_int_equal(kinds, 24);
	assert_true(chi < 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_philox_gives_the_numbers_of_random123),
		cmocka_unit_test(test_many_words_are_those_of_single_blocks),
		cmocka_unit_test(test_keys_depend_on_seed_and_purpose),
		cmocka_unit_test(test_an_element_is_a_word_of_its_block),
		cmocka_unit_test(test_units_and_normals_have_their_moments),
		cmocka_unit_test(
		    test_orders_are_permutations_that_epochs_change),
		cmocka_unit_test(test_every_order_is_as_likely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
