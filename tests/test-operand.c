/* Operands: names, places, keys, literal commas, lists of terms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/operand.h"

struct conf {
	int64_t units;
	struct shape size;
};

static const struct attr table[] = {
	{ ATTR(INT, struct conf, units), 1, 100, NULL, "", 1, NULL },
	{ ATTR(SHAPE, struct conf, size), 1, 100, "3", "", 2, NULL },
	{ 0 },
};

static struct arena arena;
static struct err err;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	err_clear(&err);
	return 0;
}

static void
test_a_term_comes_apart(void **state)
{
	struct operand o;

	(void)state;
	assert_int_equal(
	    operand_parse(
		&o, "conv:32:3x3:relu,pad=same,flip,name=", &arena, &err),
	    0);
	assert_string_equal(o.name, "conv");
	assert_int_equal(o.nplaces, 3);
	assert_string_equal(o.place[1], "3x3");
	assert_int_equal(o.keys.n, 3);
	assert_string_equal(o.keys.at[0].name, "pad");
	assert_string_equal(o.keys.at[0].s, "same");
	assert_string_equal(o.keys.at[1].name, "flip");
	assert_string_equal(o.keys.at[1].s, "true");
	assert_string_equal(o.keys.at[2].s, "");
}

static void
test_two_commas_are_one_literal_comma(void **state)
{
	struct operand o;

	(void)state;
	assert_int_equal(operand_parse(&o, "idx:a,,b.gz,labels=c,,d,,,limit=3",
			     &arena, &err),
	    0);
	assert_string_equal(o.place[0], "a,b.gz");
	assert_string_equal(o.keys.at[0].s, "c,d,");
	assert_string_equal(o.keys.at[1].name, "limit");
}

static void
test_bad_grammar_is_named(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "", "'': begins without a name" },
		{ ":3", "':3': begins without a name" },
		{ "dense:", "'dense:': nothing behind a ':'" },
		{ "dense::relu", "'dense::relu': nothing behind a ':'" },
		{ "dense:3,", "'dense:3,': no key behind a ','" },
		{ "dense,=3", "'dense,=3': no key behind a ','" },
		{ "a:1:2:3:4:5:6:7:8:9:0:1:2:3:4:5:6:7",
		    "'a:1:2:3:4:5:6:7:8:9:0:1:2:3:4:5:6:7': too many ':' "
		    "parts" },
	};
	struct operand o;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		err_clear(&err);
		assert_int_equal(
		    operand_parse(&o, bad[i].text, &arena, &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_string_equal(err.text, bad[i].says);
	}
}

static void
test_places_become_settings_and_the_rest_is_left_over(void **state)
{
	struct settings s;
	struct conf conf;
	struct operand o;
	int used;

	(void)state;
	operand_parse(&o, "conv:32:5x5:relu", &arena, &err);
	assert_int_equal(
	    operand_settings(&o, table, &s, &used, &arena, &err), 0);
	assert_int_equal(used, 2);
	assert_string_equal(o.place[used], "relu");
	assert_int_equal(
	    attr_fill(table, &conf, &s, &arena, ERR_USAGE, &err), 0);
	assert_int_equal(conf.units, 32);
	assert_int_equal(conf.size.dim[1], 5);
}

static void
test_a_place_and_its_key_together_are_one_too_many(void **state)
{
	struct settings s;
	struct conf conf;
	struct operand o;
	int used;

	(void)state;
	operand_parse(&o, "conv:32,units=3", &arena, &err);
	operand_settings(&o, table, &s, &used, &arena, &err);
	assert_int_equal(
	    attr_fill(table, &conf, &s, &arena, ERR_USAGE, &err), -1);
	assert_string_equal(err.text, "setting 'units' is given twice");
}

static int
is_key(void *ctx, const char *term, const char *word)
{
	(void)ctx;
	return strcmp(term, "sgd") == 0 && strcmp(word, "nesterov") == 0;
}

static void
split_gives(const char *list, int count, const char *const *parts)
{
	const char **terms;
	int n;

	assert_int_equal(
	    operand_split(list, is_key, NULL, &terms, &n, &arena, &err), 0);
	assert_int_equal(n, count);
	for (int i = 0; i < n; i++)
		assert_string_equal(terms[i], parts[i]);
}

static void
test_a_list_splits_where_a_new_term_begins(void **state)
{
	(void)state;
	split_gives("gray,resize:28x28,scale:1/255", 3,
	    (const char *const[]){ "gray", "resize:28x28", "scale:1/255" });
	split_gives("sgd,nesterov,momentum=0.9,gray", 2,
	    (const char *const[]){ "sgd,nesterov,momentum=0.9", "gray" });
	split_gives(
	    "gray,nesterov", 2, (const char *const[]){ "gray", "nesterov" });
	split_gives("a,,b,c", 2, (const char *const[]){ "a,,b", "c" });
}

static void
test_a_list_with_a_hole_is_refused(void **state)
{
	const char **terms;
	int n;

	(void)state;
	assert_int_equal(
	    operand_split("gray,", is_key, NULL, &terms, &n, &arena, &err), -1);
	assert_string_equal(err.text, "'gray,': an empty part in the list");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_a_term_comes_apart, teardown),
		cmocka_unit_test_teardown(
		    test_two_commas_are_one_literal_comma, teardown),
		cmocka_unit_test_teardown(test_bad_grammar_is_named, teardown),
		cmocka_unit_test_teardown(
		    test_places_become_settings_and_the_rest_is_left_over,
		    teardown),
		cmocka_unit_test_teardown(
		    test_a_place_and_its_key_together_are_one_too_many,
		    teardown),
		cmocka_unit_test_teardown(
		    test_a_list_splits_where_a_new_term_begins, teardown),
		cmocka_unit_test_teardown(
		    test_a_list_with_a_hole_is_refused, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
