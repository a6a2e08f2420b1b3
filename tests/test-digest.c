/* Digests against published values, and pieces against the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "config.h"

#include "base/digest-xxh3.h"
#include "h5.h"

static void
assert_sha256(const char *s, size_t n, const char *want)
{
	uint8_t raw[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	sha256(raw, s, n);
	assert_string_equal(digest_hex(hex, raw, sizeof(raw)), want);
}

/* FIPS 180-4's examples. */
static void
test_sha256_is_the_standard(void **state)
{
	(void)state;
	assert_sha256("", 0,
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	assert_sha256("abc", 3,
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	assert_sha256(
	    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
	    "248d6a61d20638b8e5c026930c3e6039"
	    "a33ce45964ff2167f6ecedd419db06c1");
}

static void
test_pieces_are_the_whole(void **state)
{
	uint8_t data[1000], whole[SHA256_BYTES], parts[SHA256_BYTES];
	struct sha256 s;
	size_t at, step;

	(void)state;
	for (at = 0; at < sizeof(data); at++)
		data[at] = (uint8_t)(at * 7);
	sha256(whole, data, sizeof(data));
	for (step = 1; step < 200; step += 13) {
		sha256_begin(&s);
		for (at = 0; at < sizeof(data); at += step)
			sha256_add(&s, data + at,
			    sizeof(data) - at < step ? sizeof(data) - at
						     : step);
		sha256_end(&s, parts);
		assert_memory_equal(whole, parts, sizeof(whole));
	}
}

/* The value of nothing, as xxHash's own documentation has it. */
static void
test_xxh3_is_the_standard(void **state)
{
	uint8_t raw[XXH3_BYTES], other[XXH3_BYTES];
	char hex[2 * XXH3_BYTES + 1];

	(void)state;
	xxh3(raw, "", 0);
	assert_string_equal(digest_hex(hex, raw, sizeof(raw)),
	    "99aa06d3014798d86001c324468d497f");
	xxh3(other, "a", 1);
	assert_memory_not_equal(raw, other, sizeof(raw));
}

/* Whole, in pieces of any size, and both digests at once; by the code for
   every processor, and by that for this one. */
static void
test_xxh3_is_the_same_everywhere(void **state)
{
	static const struct xxh3_code *const codes[] = {
		&digest_xxh3_plain,
#ifdef WIDE_XXH3
		&digest_xxh3_wide,
#endif
	};
	enum { CODES = sizeof(codes) / sizeof(codes[0]), N = 200000 };
	static const size_t sizes[] = { 0, 1, 16, 17, 128, 129, 240, 241, 1024,
		65536, 65537, N };
	static uint8_t data[N];
	uint8_t want[XXH3_BYTES], got[XXH3_BYTES], slow[SHA256_BYTES],
	    both[SHA256_BYTES];
	struct xxh3 x;

	(void)state;
	for (size_t i = 0; i < N; i++)
		data[i] = (uint8_t)(i * i >> 3);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t n = sizes[i];

		xxh3(want, data, n);
		sha256(slow, data, n);
		digest_both(both, got, data, n);
		assert_memory_equal(both, slow, sizeof(slow));
		assert_memory_equal(got, want, sizeof(want));
		xxh3_begin(&x);
		for (size_t at = 0; at < n; at += 777)
			xxh3_add(&x, data + at, n - at < 777 ? n - at : 777);
		xxh3_end(&x, got);
		assert_memory_equal(got, want, sizeof(want));
		for (size_t k = 0; k < CODES; k++) {
#ifdef WIDE_XXH3
			if (k > 0 && !__builtin_cpu_supports("avx2"))
				continue;
#endif
			codes[k]->whole(got, data, n);
			assert_memory_equal(got, want, sizeof(want));
		}
	}
}

static void
test_hex_goes_there_and_back(void **state)
{
	static const uint8_t bytes[4] = { 0, 0x9a, 0xf0, 0xff };
	uint8_t back[4];
	char hex[9];

	(void)state;
	assert_string_equal(digest_hex(hex, bytes, 4), "009af0ff");
	assert_int_equal(digest_unhex(back, 4, hex), 0);
	assert_memory_equal(bytes, back, 4);
	assert_int_equal(digest_unhex(back, 4, "009af0f"), -1);
	assert_int_equal(digest_unhex(back, 4, "009af0ff0"), -1);
	assert_int_equal(digest_unhex(back, 4, "009AF0FF"), -1);
	assert_int_equal(digest_unhex(back, 4, "00 af0ff"), -1);
}

/* Jenkins' own examples of lookup3, and HDF5's use of it in test-oracle. */
static void
test_lookup3_is_jenkins(void **state)
{
	(void)state;
	assert_int_equal(h5_sum("", 0), 0xdeadbeef);
	assert_int_equal(
	    h5_sum("Four score and seven years ago", 30), 0x17770551);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256_is_the_standard),
		cmocka_unit_test(test_pieces_are_the_whole),
		cmocka_unit_test(test_xxh3_is_the_standard),
		cmocka_unit_test(test_xxh3_is_the_same_everywhere),
		cmocka_unit_test(test_hex_goes_there_and_back),
		cmocka_unit_test(test_lookup3_is_jenkins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
