/* Settings: what a table accepts, what it says, and the way there and back. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/attr.h"

struct conf {
	int64_t units;
	double rate;
	int bias;
	const char *padding;
	struct shape size;
	double scale;
};

static const char *const paddings[] = { "same", "valid", NULL };

static const struct attr table[] = {
	{ ATTR(INT, struct conf, units), 1, 1 << 24, NULL, "how many", 1,
	    NULL },
	{ ATTR(REAL, struct conf, rate), 0, 1, "0.5", "how much", 0, NULL },
	{ ATTR(BOOL, struct conf, bias), 0, 1, "true", "a constant", 0, NULL },
	{ ATTR(WORD, struct conf, padding), 0, 0, "same", "edges", 0,
	    paddings },
	{ ATTR(SHAPE, struct conf, size), 1, 100, "2x2", "window", 2, NULL },
	{ ATTR(REAL, struct conf, scale), -INFINITY, INFINITY, "1/255",
	    "factor", 0, NULL },
	{ 0 },
};

static struct arena arena;
static struct err err;

static int
setup(void **state)
{
	(void)state;
	err_clear(&err);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void
refuses(const char *name, const char *text, const char *says)
{
	struct conf conf;

	err_clear(&err);
	attr_defaults(table, &conf);
	assert_int_equal(
	    attr_parse(table, &conf, name, text, &arena, ERR_USAGE, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_string_equal(err.text, says);
}

static void
test_says_exactly_what_is_wrong_with_a_value(void **state)
{
	(void)state;
	refuses("units", "0", "units: 0 is not in 1..16777216");
	refuses("units", "16777217", "units: 16777217 is not in 1..16777216");
	refuses("units", "many", "units: 'many' is not a whole number");
	refuses("units", "1.5", "units: '1.5' is not a whole number");
	refuses("rate", "1.5", "rate: 1.5 is not in 0..1");
	refuses("rate", "a\n", "rate: 'a\\x0a' is not a number");
	refuses("rate", "1/0", "rate: '1/0' is not a number");
	refuses("bias", "maybe", "bias: 'maybe' is not true or false");
	refuses("padding", "smae",
	    "padding: unknown word 'smae'; did you mean 'same'?");
	refuses("padding", "none", "padding: 'none' is not one of same, valid");
	refuses("size", "3xx3", "size: '3xx3' is not a shape like 3x3");
	refuses("size", "3x101", "size: a dimension of 3x101 is not in 1..100");
	refuses("size", "scalar", "size: a shape has 1 to 8 dimensions, not 0");
	refuses("unit", "1", "unknown setting 'unit'; did you mean 'units'?");
	refuses("colour", "1",
	    "unknown setting 'colour' (known: units, rate, bias, padding, "
	    "size, scale)");
}

static void
fill_refuses(struct setting *at, int n, const char *says)
{
	struct settings s = { n, at };
	struct conf conf;

	err_clear(&err);
	assert_int_equal(
	    attr_fill(table, &conf, &s, &arena, ERR_MODEL, &err), -1);
	assert_int_equal(err.code, ERR_MODEL);
	assert_string_equal(err.text, says);
}

static void
test_says_which_setting_is_missing_double_or_of_the_wrong_type(void **state)
{
	struct setting twice[] = {
		{ .name = "units", .type = ATTR_INT, .i = 1 },
		{ .name = "units", .type = ATTR_INT, .i = 1 }
	};
	struct setting word = {
		.name = "units", .type = ATTR_SHAPE, .shape = { 2, { 3, 3 } }
	};
	struct setting half = { .name = "units", .type = ATTR_REAL, .r = 1.5 };
	struct setting two = { .name = "bias", .type = ATTR_INT, .i = 2 };
	struct setting number = { .name = "padding", .type = ATTR_INT, .i = 2 };
	struct setting inf = {
		.name = "scale", .type = ATTR_REAL, .r = INFINITY
	};
	struct setting nan = { .name = "rate", .type = ATTR_REAL, .r = NAN };

	(void)state;
	fill_refuses(twice, 0, "setting 'units' is missing (how many)");
	fill_refuses(twice, 2, "setting 'units' is given twice");
	fill_refuses(&word, 1, "units: 3x3 is not a whole number");
	fill_refuses(&half, 1, "units: 1.5 is not a whole number");
	fill_refuses(&two, 1, "bias: 2 is not true or false");
	fill_refuses(&number, 1, "padding: 2 is not a word");
	fill_refuses(&inf, 1, "scale: inf is not finite");
	fill_refuses(&nan, 1, "rate: nan is not finite");
}

static void
test_a_kind_without_settings_says_so(void **state)
{
	struct setting one = { .name = "units", .type = ATTR_INT, .i = 1 };
	struct settings s = { 1, &one };

	(void)state;
	assert_int_equal(
	    attr_fill(NULL, NULL, &s, &arena, ERR_MODEL, &err), -1);
	assert_string_equal(
	    err.text, "unknown setting 'units' (there are none)");
}

static void
test_whole_reals_and_ints_stand_for_each_other(void **state)
{
	struct setting at[] = { { .name = "units", .type = ATTR_REAL, .r = 64 },
		{ .name = "rate", .type = ATTR_INT, .i = 1 },
		{ .name = "size", .type = ATTR_INT, .i = 5 },
		{ .name = "bias", .type = ATTR_INT, .i = 0 } };
	struct settings s = { 4, at };
	struct conf conf;

	(void)state;
	assert_int_equal(
	    attr_fill(table, &conf, &s, &arena, ERR_MODEL, &err), 0);
	assert_int_equal(conf.units, 64);
	assert_true(conf.rate == 1);
	assert_int_equal(conf.size.rank, 1);
	assert_int_equal(conf.size.dim[0], 5);
	assert_int_equal(conf.bias, 0);
}

static void
test_documents_say_each_thing_in_one_way(void **state)
{
	const struct setting others[] = {
		{ .name = "units", .type = ATTR_WORD, .s = "64" },
		{ .name = "rate", .type = ATTR_WORD, .s = "0.5" },
		{ .name = "bias", .type = ATTR_WORD, .s = "true" },
		{ .name = "bias", .type = ATTR_INT, .i = 1 },
		{ .name = "size", .type = ATTR_WORD, .s = "3x3" },
		{ .name = "size", .type = ATTR_INT, .i = 5 },
	};
	struct setting at[] = { { .name = "units", .type = ATTR_INT, .i = 64 },
		{ 0 } };
	struct settings s = { 2, at };
	struct conf conf;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		/* The first is given twice. */
		s.at = i == 0 ? at + 1 : at;
		s.n = i == 0 ? 1 : 2;
		at[1] = others[i];
		assert_int_equal(
		    attr_fill(table, &conf, &s, &arena, ERR_MODEL, &err), 0);
		at[1].exact = 1;
		assert_int_equal(
		    attr_fill(table, &conf, &s, &arena, ERR_MODEL, &err), -1);
		err_clear(&err);
	}
}

static void
test_what_is_not_given_has_its_default(void **state)
{
	struct setting one = { .name = "units", .type = ATTR_WORD, .s = "7" };
	struct settings s = { 1, &one };
	struct conf conf;

	(void)state;
	assert_int_equal(
	    attr_fill(table, &conf, &s, &arena, ERR_MODEL, &err), 0);
	assert_int_equal(conf.units, 7);
	assert_true(conf.rate == 0.5);
	assert_int_equal(conf.bias, 1);
	assert_string_equal(conf.padding, "same");
	assert_int_equal(conf.size.rank, 2);
	assert_true(conf.scale == 1.0 / 255);
}

static void
test_a_list_prints_and_reads_back_the_same(void **state)
{
	struct conf conf = { 128, 1.0 / 3, 0, "valid", { 3, { 3, 1, 100 } },
		-1e-7 };
	struct settings list, words;
	struct conf back;

	(void)state;
	assert_int_equal(attr_list(table, &conf, 0, &list, &arena, &err), 0);
	assert_int_equal(list.n, 6);
	words = list;
	for (int i = 0; i < words.n; i++) {
		words.at[i].s = setting_print(&list.at[i], &arena, &err);
		words.at[i].type = ATTR_WORD;
	}
	assert_string_equal(words.at[1].s, "0.3333333333333333");
	assert_string_equal(words.at[2].s, "false");
	assert_string_equal(words.at[4].s, "3x1x100");
	assert_int_equal(
	    attr_fill(table, &back, &words, &arena, ERR_MODEL, &err), 0);
	assert_int_equal(back.units, conf.units);
	assert_true(back.rate == conf.rate && back.scale == conf.scale);
	assert_int_equal(back.bias, conf.bias);
	assert_string_equal(back.padding, conf.padding);
	assert_true(shape_equal(&back.size, &conf.size));
}

static void
test_only_changed_leaves_defaults_out_but_not_what_is_required(void **state)
{
	struct settings list;
	struct conf conf;

	(void)state;
	attr_defaults(table, &conf);
	conf.units = 3;
	conf.bias = 0;
	assert_int_equal(attr_list(table, &conf, 1, &list, &arena, &err), 0);
	assert_int_equal(list.n, 2);
	assert_string_equal(list.at[0].name, "units");
	assert_string_equal(list.at[1].name, "bias");
}

static void
test_rows_describe_themselves(void **state)
{
	(void)state;
	assert_string_equal(attr_describe(&table[0], &arena, &err),
	    "units=N (1..16777216, required)");
	assert_string_equal(attr_describe(&table[1], &arena, &err),
	    "rate=X (0..1, default 0.5)");
	assert_string_equal(attr_describe(&table[3], &arena, &err),
	    "padding=same|valid (default same)");
	assert_string_equal(
	    attr_describe(&table[5], &arena, &err), "scale=X (default 1/255)");
}

static void
test_words_outlive_their_giver(void **state)
{
	char text[] = "valid";
	struct conf conf;

	(void)state;
	attr_defaults(table, &conf);
	assert_int_equal(
	    attr_parse(table, &conf, "padding", text, &arena, ERR_USAGE, &err),
	    0);
	memset(text, 'x', 5);
	assert_string_equal(conf.padding, "valid");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_says_exactly_what_is_wrong_with_a_value, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    test_says_which_setting_is_missing_double_or_of_the_wrong_type,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_kind_without_settings_says_so, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_whole_reals_and_ints_stand_for_each_other, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    test_documents_say_each_thing_in_one_way, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_what_is_not_given_has_its_default, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_list_prints_and_reads_back_the_same, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    test_only_changed_leaves_defaults_out_but_not_what_is_required,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_rows_describe_themselves, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_words_outlive_their_giver, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
