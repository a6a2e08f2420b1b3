/* Documents: strict in, canonical out, and read by name and type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

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

static struct json *
parse(const char *s)
{
	return json_parse(s, strlen(s), &arena, ERR_MODEL, &err);
}

static void
assert_refused(const char *s, size_t n, const char *says)
{
	err_clear(&err);
	if (json_parse(s, n, &arena, ERR_DATA, &err) != NULL)
		fail_msg("accepted: %s", s);
	assert_int_equal(err.code, ERR_DATA);
	if (strstr(err.text, says) == NULL)
		fail_msg("%s: '%s' does not say '%s'", s, err.text, says);
}

static void
test_print_is_canonical(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ " { \"b\" : 1 , \"a\" : [ ] } ", "{\"a\":[],\"b\":1}" },
		{ "{\"a-b\":1,\"a\":2,\"B\":3,\"\xc3\xa4\":4}",
		    "{\"B\":3,\"a\":2,\"a-b\":1,\"\xc3\xa4\":4}" },
		{ "[0.1,1e3,1.50,-0.0,1E400]", NULL },
		{ "[0.1,1e3,1.50,-0.0]", "[0.1,1000,1.5,-0.0]" },
		{ "[1e300,5e-324,0.30000000000000004]",
		    "[1e300,5e-324,0.30000000000000004]" },
		{ "[9223372036854775807,-9223372036854775808]",
		    "[9223372036854775807,-9223372036854775808]" },
		{ "\"\\u00e4\\/\\\"\\\\\\n\\u0001\\u001f\"",
		    "\"\xc3\xa4/\\\"\\\\\\n\\u0001\\u001f\"" },
		{ "\"\\b\\t\\f\\r\\u000b\"", "\"\\b\\t\\f\\r\\u000b\"" },
		{ "[true,false,null]", "[true,false,null]" },
		{ "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct json *j = parse(cases[i].in);
		const char *out;

		if (cases[i].out == NULL) {
			assert_null(j);
			err_clear(&err);
			continue;
		}
		assert_non_null(j);
		out = json_print(j, &arena, &err);
		assert_string_equal(out, cases[i].out);
		assert_string_equal(json_print(parse(out), &arena, &err), out);
	}
}

static void
test_what_is_no_document_is_refused(void **state)
{
	static const char *const cases[] = { "", " ", "{", "[1,]", "{\"a\":}",
		"{a:1}", "[01]", "[+1]", "[.5]", "[1.]", "[0x10]", "[NaN]",
		"[Infinity]", "[-Infinity]", "'a'", "[\"\x01\"]", "[\"\\x\"]",
		"[\"\\ud800\"]", "[\"\xff\"]", "[\"\xc0\x80\"]",
		"[\"\\u0000\"]", "[1] 2", "[1]x", "nul", "[1 2]",
		"{\"a\":1 \"b\":2}", "\xef\xbb\xbf[]", "[9223372036854775808]",
		"[1e999]", "// c\n[]" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused(cases[i], strlen(cases[i]), "line 1");
	assert_refused("[]\0", 3, "a NUL byte");
	assert_refused("123\0", 4, "a NUL byte");
	assert_refused("{\"a\":1,\"a\":2}", 13, "duplicate");
}

static void
test_limits_come_before_the_parser(void **state)
{
	size_t n = JSON_BYTES_MAX + 1;
	char *big = malloc(n);
	size_t i;

	(void)state;
	memset(big, ' ', n);
	assert_refused(big, n, "bytes; at most");
	memset(big, '[', 65);
	memset(big + 65, ']', 65);
	assert_refused(big, 130, "nested 65 deep; at most 64");
	assert_non_null(json_parse(big + 1, 128, &arena, ERR_DATA, &err));
	big[0] = '[';
	for (i = 1; i < 2 * JSON_NODES_MAX; i += 2) {
		big[i] = '1';
		big[i + 1] = ',';
	}
	big[i - 1] = ']';
	assert_refused(big, i, "values; at most");
	memset(big, '1', 129);
	big[1] = '.';
	assert_refused(big, 129, "129 characters; at most 128");
	/* Brackets and commas in strings count for nothing. */
	memset(big, '[', 200);
	big[0] = big[199] = '"';
	big[100] = '\\';
	big[101] = '"';
	assert_non_null(json_parse(big, 200, &arena, ERR_DATA, &err));
	free(big);
}

static void
test_members_are_read_by_type(void **state)
{
	const struct json *j;
	const char *s;
	double r;
	int64_t i;

	(void)state;
	j = parse("{\"i\":3,\"r\":0.5,\"s\":\"x\",\"n\":null,\"b\":true}");
	assert_int_equal(json_length(j), 5);
	assert_int_equal(json_need_int(j, "i", &i, ERR_MODEL, &err), 0);
	assert_int_equal(i, 3);
	assert_int_equal(json_need_real(j, "i", &r, ERR_MODEL, &err), 0);
	assert_true(r == 3);
	assert_int_equal(json_need_real(j, "n", &r, ERR_MODEL, &err), 0);
	assert_true(isnan(r));
	assert_int_equal(json_need_text(j, "s", &s, ERR_MODEL, &err), 0);
	assert_string_equal(s, "x");
	assert_int_equal(json_need_int(j, "r", &i, ERR_MODEL, &err), -1);
	assert_string_equal(err.text, "r: is not an integer");
	err_clear(&err);
	assert_int_equal(json_need_real(j, "b", &r, ERR_MODEL, &err), -1);
	assert_string_equal(err.text, "b: is not a number");
	err_clear(&err);
	assert_int_equal(json_need_text(j, "z", &s, ERR_MODEL, &err), -1);
	assert_string_equal(err.text, "z: is missing");
}

static void
test_unknown_members_are_named(void **state)
{
	static const char *const known[] = { "a", "b", NULL };

	(void)state;
	assert_int_equal(
	    json_only(parse("{\"b\":1}"), known, ERR_MODEL, &err), 0);
	assert_int_equal(
	    json_only(parse("{\"b\":1,\"c\\n\":2}"), known, ERR_MODEL, &err),
	    -1);
	assert_string_equal(err.text, "unknown member 'c\\x0a'");
}

static void
test_settings_go_there_and_back(void **state)
{
	static const char text[] =
	    "{\"bias\":true,\"by\":0.25,\"kind\":\"relu\",\"none\":null,"
	    "\"size\":[3,3],\"units\":10}";
	struct settings s;
	struct json *again;

	(void)state;
	assert_int_equal(
	    json_to_settings(parse(text), &s, &arena, ERR_MODEL, &err), 0);
	assert_int_equal(s.n, 6);
	assert_int_equal(s.at[4].type, ATTR_SHAPE);
	assert_int_equal(s.at[4].shape.rank, 2);
	again = json_from_settings(NULL, NULL, &s, &arena, &err);
	assert_string_equal(json_print(again, &arena, &err), text);
	assert_int_equal(
	    json_to_settings(parse("{\"a\":{}}"), &s, &arena, ERR_MODEL, &err),
	    -1);
	assert_non_null(strstr(err.text, "setting 'a'"));
}

static void
test_built_documents_are_guarded(void **state)
{
	struct json *j = json_put_object(NULL, NULL, &arena, &err);

	(void)state;
	assert_int_equal(json_put_real(j, "nan", NAN, &arena, &err), 0);
	assert_string_equal(json_print(j, &arena, &err), "{\"nan\":null}");
	assert_int_equal(json_put_real(j, "r", INFINITY, &arena, &err), -1);
	assert_int_equal(err.code, ERR_NUMERIC);
	err_clear(&err);
	assert_int_equal(json_put_text(j, "s", "\xff", &arena, &err), -1);
	assert_non_null(strstr(err.text, "'\\xff' is not valid UTF-8"));
	err_clear(&err);
	json_put_int(j, "nan", 1, &arena, &err);
	assert_null(json_print(j, &arena, &err));
	assert_int_equal(err.code, ERR_BUG);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_print_is_canonical),
		TEST(test_what_is_no_document_is_refused),
		TEST(test_limits_come_before_the_parser),
		TEST(test_members_are_read_by_type),
		TEST(test_unknown_members_are_named),
		TEST(test_settings_go_there_and_back),
		TEST(test_built_documents_are_guarded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
