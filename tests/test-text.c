/* Texts: growing, shown safely, numbers there and back, near names, globs. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "base/text.h"

static void
test_a_text_grows_as_long_as_it_must(void **state)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct text t;

	(void)state;
	text_begin(&t, &arena, &err);
	for (int i = 0; i < 1000; i++)
		text_addf(&t, "%d,", i);
	text_add(&t, "end");
	assert_non_null(text_end(&t));
	assert_int_equal(t.len, strlen(text_end(&t)));
	assert_int_equal(t.len, 10 * 2 + 90 * 3 + 900 * 4 + 3);
	assert_memory_equal(text_end(&t), "0,1,2,3,", 8);
	arena_free(&arena);
}

static void
test_a_text_without_memory_ends_in_an_error(void **state)
{
	for (long n = 1; n < 3; n++) {
		struct arena arena = { 0 };
		struct err err = { 0 };
		struct text t;

		(void)state;
		memory_fail_after(n);
		text_begin(&t, &arena, &err);
		for (int i = 0; i < 20000; i++)
			text_add(&t, "x");
		memory_fail_after(0);
		assert_null(text_end(&t));
		assert_int_equal(err.code, ERR_IO);
		arena_free(&arena);
	}
}

static const struct {
	const char *raw, *shown;
} names[] = {
	{ "plain_name-1", "plain_name-1" },
	{ "a\tb\n", "a\\x09b\\x0a" },
	{ "\x1b[31mred", "\\x1b[31mred" },
	{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
	{ "\xc3", "\\xc3" },                     /* cut short */
	{ "\xc0\xaf", "\\xc0\\xaf" },            /* overlong */
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },   /* half a surrogate */
	{ "\xe2\x80\xae!", "\\xe2\\x80\\xae!" }, /* turns text around */
	{ "\xc2\x9b", "\\xc2\\x9b" },            /* C1 control */
	{ "\x7f", "\\x7f" },
};

static void
test_foreign_names_are_shown_without_tricks(void **state)
{
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_string_equal(text_safe(out, sizeof(out), names[i].raw,
					strlen(names[i].raw)),
		    names[i].shown);
}

static void
test_long_names_are_cut_with_dots(void **state)
{
	char out[9];

	(void)state;
	assert_string_equal(text_safe(out, 9, "12345678", 8), "12345678");
	assert_string_equal(text_safe(out, 9, "123456789", 9), "12345...");
	assert_string_equal(text_safe(out, 9, "1234\n6789", 9), "1234...");
	assert_string_equal(text_safe(out, 2, "123", 3), "1");
}

static const struct {
	double v;
	const char *text;
} numbers[] = {
	{ 0, "0" },
	{ -0.0, "-0" },
	{ 1, "1" },
	{ 150, "150" },
	{ 0.1, "0.1" },
	{ 1e6, "1000000" },
	{ 1e15, "1e15" },
	{ 1e-5, "1e-5" },
	{ 1.0 / 3, "0.3333333333333333" },
	{ 0.1f, "0.10000000149011612" },
	{ 5e-324, "5e-324" },
	{ 1.7976931348623157e308, "1.7976931348623157e308" },
};

static void
test_numbers_print_as_the_shortest_that_reads_back(void **state)
{
	char out[32];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		assert_string_equal(
		    text_number(out, numbers[i].v), numbers[i].text);
}

static void
test_any_number_reads_back_equal(void **state)
{
	struct rng_key key = rng_key(1, "numbers");
	char out[32];

	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		uint64_t bits = (uint64_t)rng_u32(key, 0, 0, i) << 32 |
		    rng_u32(key, 1, 0, i);
		double v, back;

		memcpy(&v, &bits, sizeof(v));
		if (!isfinite(v))
			continue;
		assert_int_equal(text_to_real(text_number(out, v), &back), 0);
		assert_memory_equal(&v, &back, sizeof(v));
	}
}

static void
test_numbers_do_not_depend_on_the_locale(void **state)
{
	char out[32];
	double v;

	(void)state;
	if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL &&
	    setlocale(LC_ALL, "fr_FR.UTF-8") == NULL) {
		print_message("skipped: no locale with a decimal comma\n");
		skip();
	}
	assert_string_equal(text_number(out, 0.5), "0.5");
	assert_int_equal(text_to_real("2.25", &v), 0);
	assert_true(v == 2.25);
	assert_int_equal(text_to_real("2,25", &v), -1);
	setlocale(LC_ALL, "C");
}

static void
test_only_whole_strings_are_numbers(void **state)
{
	static const char *const wrong[] = { "", " 1", "1 ", "1x", "0x10",
		"nan", "inf", "1e999", "--1", "." };
	long long i;
	double v;

	(void)state;
	for (size_t k = 0; k < sizeof(wrong) / sizeof(*wrong); k++) {
		assert_int_equal(text_to_real(wrong[k], &v), -1);
		assert_int_equal(text_to_int(wrong[k], &i), -1);
	}
	assert_int_equal(text_to_int("1.5", &i), -1);
	assert_int_equal(text_to_int("9223372036854775808", &i), -1);
	assert_int_equal(text_to_int("-9223372036854775808", &i), 0);
	assert_int_equal(text_to_real("-1.5e3", &v), 0);
	assert_true(v == -1500);
}

static void
test_the_nearest_name_is_found_or_none(void **state)
{
	static const char *const known[] = { "units", "bias", "activation",
		NULL };

	(void)state;
	assert_string_equal(text_nearest("unit", known), "units");
	assert_string_equal(text_nearest("UNITS", known), "units");
	assert_string_equal(text_nearest("bais", known), "bias");
	assert_string_equal(text_nearest("activaton", known), "activation");
	assert_null(text_nearest("rate", known));
	assert_null(text_nearest("", known));
}

static const struct {
	const char *pattern, *path;
	int match;
} globs[] = {
	{ "dense_1", "dense_1", 1 },
	{ "dense_*", "dense_12", 1 },
	{ "dense_?", "dense_12", 0 },
	{ "*", "enc/a", 0 },
	{ "**", "enc/a", 1 },
	{ "enc/*", "enc/a", 1 },
	{ "enc/*", "enc/a/b", 0 },
	{ "enc/**", "enc/a/b", 1 },
	{ "enc/**/attn", "enc/0/x/attn", 1 },
	{ "enc/**/attn", "enc/attn", 1 },
	{ "conv_[1-3]", "conv_2", 1 },
	{ "conv_[!1-3]", "conv_2", 0 },
	{ "conv_[]-]", "conv_]", 1 },
	{ "a?b", "a/b", 0 },
	{ "a[/]b", "a/b", 0 },
	{ "a*b*c", "aXbYbZc", 1 },
	{ "*a**/b", "xaab", 1 },
	{ "**a**a**a**a**a**a**a**a**b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    0 },
	{ "", "", 1 },
	{ "", "a", 0 },
};

static void
test_globs_match_paths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(globs) / sizeof(*globs); i++) {
		if (text_glob(globs[i].pattern, globs[i].path) !=
		    globs[i].match)
			fail_msg(
			    "'%s' and '%s'", globs[i].pattern, globs[i].path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_text_grows_as_long_as_it_must),
		cmocka_unit_test(test_a_text_without_memory_ends_in_an_error),
		cmocka_unit_test(test_foreign_names_are_shown_without_tricks),
		cmocka_unit_test(test_long_names_are_cut_with_dots),
		cmocka_unit_test(
		    test_numbers_print_as_the_shortest_that_reads_back),
		cmocka_unit_test(test_any_number_reads_back_equal),
		cmocka_unit_test(test_numbers_do_not_depend_on_the_locale),
		cmocka_unit_test(test_only_whole_strings_are_numbers),
		cmocka_unit_test(test_the_nearest_name_is_found_or_none),
		cmocka_unit_test(test_globs_match_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
