/* /about: what its members may be, against the schema; and what is put under
   /ext and taken away there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "fmt-sample.h"
#include "model.h"
#include "schema.h"

static struct arena arena;
static struct err err;
static struct sample s;

static int
setup(void **state)
{
	(void)state;
	err_clear(&err);
	sample_full(&s);
	return s.err.code;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	arena_free(&s.arena);
	return 0;
}

/* {"version":1,"FIELD":TEXT}, or with the text in a list. */
static struct json *
about(const struct fmt_about_field *f, const char *text)
{
	struct json *j = document_new(&arena, &err);
	struct json *list;

	if (f->items == 0) {
		json_put_text(j, f->name, text, &arena, &err);
	} else {
		list = json_put_array(j, f->name, &arena, &err);
		json_put_text(list, NULL, text, &arena, &err);
	}
	return j;
}

static const struct fmt_about_field *
field(const char *name)
{
	const struct fmt_about_field *f = fmt_about_fields;

	while (strcmp(f->name, name) != 0)
		f++;
	return f;
}

static int
code_says(const struct json *j)
{
	err_clear(&err);
	return fmt_about_check(j, ERR_MODEL, &err) == 0;
}

static int
schema_says(const struct json *j)
{
	struct err ignored = { 0 };
	const struct json *schema = schema_open("about", &arena, &ignored);

	assert_non_null(schema);
	return schema_judge(schema, j, &ignored) == 0;
}

static int64_t
number_of(const struct json *o, const char *key)
{
	const struct json *j = json_get(o, key);

	return j != NULL ? j->i : 0;
}

/* Members, lengths and counts are in two places: they agree. */
static void
test_the_table_is_the_schema(void **state)
{
	const struct json *schema = schema_open("about", &arena, &err);
	const struct json *all = json_get(schema, "properties");
	int n = 0;

	(void)state;
	for (const struct fmt_about_field *f = fmt_about_fields;
	     f->name != NULL; f++, n++) {
		const struct json *p = json_get(all, f->name);
		const struct json *text = p;

		assert_non_null(p);
		assert_int_equal(number_of(p, "maxItems"), f->items);
		if (f->items > 0)
			text = json_get(p, "items");
		assert_int_equal(number_of(text, "maxLength"), f->length);
	}
	assert_int_equal(n, FMT_ABOUT_FIELDS);
	assert_int_equal(json_length(all), n + 1);
}

static void
test_lengths_are_of_characters(void **state)
{
	(void)state;
	for (const struct fmt_about_field *f = fmt_about_fields;
	     f->name != NULL; f++) {
		int url = f->form == FMT_ABOUT_URL;
		int wide =
		    f->form == FMT_ABOUT_LINE || f->form == FMT_ABOUT_TEXT;
		struct text t;

		text_begin(&t, &arena, &err);
		text_add(&t, url ? "https://" : "");
		for (int i = url ? 8 : 0; i < f->length; i++)
			text_add(&t, wide ? "\xc3\xb6" : "o");
		assert_true(code_says(about(f, t.s)));
		assert_true(schema_says(about(f, t.s)));
		text_add(&t, "o");
		assert_false(code_says(about(f, t.s)));
		assert_false(schema_says(about(f, t.s)));
		assert_false(code_says(about(f, "")));
	}
}

static void
test_texts_are_plain(void **state)
{
	static const struct {
		const char *field, *text;
		int good;
	} cases[] = {
		{ "title", "a b", 1 },
		{ "title", "a\nb", 0 },
		{ "title", "a\x1b[31mb", 0 },
		{ "title", "a\x7f", 0 },
		{ "keywords", "a\tb", 0 },
		{ "description", "a\n\tb", 1 },
		{ "description", "a\r\nb", 0 },
		{ "citation", "@misc{a,\n}", 1 },
		{ "url", "https://example.org/a?b=c", 1 },
		{ "url", "ftp://example.org", 1 },
		{ "url", "https://", 0 },
		{ "url", "javascript:alert(1)", 0 },
		{ "url", "https://a b", 0 },
		{ "url", "https://\xc3\xb6", 0 },
		{ "url", "https://a\x7f", 0 },
		{ "url", "example.org", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json *j = about(field(cases[i].field), cases[i].text);

		if (code_says(j) != cases[i].good ||
		    schema_says(j) != cases[i].good)
			fail_msg("%s: '%s'", cases[i].field, cases[i].text);
	}
}

static void
test_licenses_are_expressions(void **state)
{
	static const char *const good[] = { "MIT", "mit", "GPL-2.0+",
		"Apache-2.0 OR MIT", "(MIT)",
		"(MIT AND (BSD-2-Clause OR LicenseRef-Mine))",
		"GPL-2.0-only WITH Classpath-exception-2.0",
		"MIT OR GPL-2.0-only WITH x AND Zlib",
		"DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2", NULL };
	static const char *const bad[] = { "MIT License", "MIT OR", "OR MIT",
		"MIT or BSD", "(MIT", "MIT)", "()", "MIT (BSD)", "MIT + BSD",
		"MIT/BSD", "WITH", "MIT WITH (a)", "(MIT) WITH a",
		"MIT WITH a WITH b", "+", "a:b", "DocumentRef-:x y", " ",
		"see LICENSE.txt", "LicenseRef-Mine:LicenseRef-y", NULL };

	(void)state;
	for (int i = 0; good[i] != NULL; i++)
		if (!code_says(about(field("license"), good[i])))
			fail_msg("%s: %s", good[i], err.text);
	for (int i = 0; bad[i] != NULL; i++)
		if (code_says(about(field("license"), bad[i])))
			fail_msg("accepted: %s", bad[i]);
}

static void
test_lists_are_checked(void **state)
{
	struct json *j = about(field("authors"), "A");
	struct json *list = j->child->next;

	(void)state;
	json_put_text(list, NULL, "B", &arena, &err);
	assert_true(code_says(j) && schema_says(j));
	json_put_text(list, NULL, "A", &arena, &err);
	assert_false(code_says(j) || schema_says(j));
	j = about(field("authors"), "A");
	for (char name[] = "aa"; name[0] <= 'k'; name[1]++) {
		if (name[1] == 'k') {
			name[1] = 'a';
			name[0]++;
		}
		json_put_text(j->child->next, NULL, name, &arena, &err);
	}
	assert_in_range(json_length(j->child->next), 101, 200);
	assert_false(code_says(j) || schema_says(j));
	j = document_new(&arena, &err);
	json_put_array(j, "keywords", &arena, &err);
	assert_false(code_says(j) || schema_says(j));
	j = document_new(&arena, &err);
	json_put_text(j, "authors", "A", &arena, &err);
	assert_false(code_says(j) || schema_says(j));
	j = document_new(&arena, &err);
	json_put_int(j, "title", 1, &arena, &err);
	assert_false(code_says(j) || schema_says(j));
}

static struct h5_object *
stranger(const char *name)
{
	struct h5_object *o = h5_find(s.m.ext, "org.example");

	return o != NULL ? h5_find(o, name) : NULL;
}

static void
test_additions_come_and_go(void **state)
{
	const struct h5_object *before = s.m.ext;
	const struct h5_object *d;

	(void)state;
	assert_int_equal(
	    fmt_ext_put(&s.m, "org.example/a/note", "one", 3, &arena, &err), 0);
	assert_int_equal(
	    fmt_ext_put(&s.m, "org.example/a/note", "two!", 4, &arena, &err),
	    0);
	assert_int_equal(
	    fmt_ext_put(&s.m, "net.other/x", "", 0, &arena, &err), 0);
	d = h5_find(stranger("a"), "note");
	assert_int_equal(d->bytes, 4);
	assert_memory_equal(d->data, "two!", 4);
	assert_non_null(stranger("numbers"));
	assert_int_equal(before->nlinks, 1); /* the tree given stays */
	assert_int_equal(fmt_ext_drop(&s.m, "org.example", &arena, &err), 1);
	assert_int_equal(fmt_ext_drop(&s.m, "org.example", &arena, &err), 0);
	assert_non_null(s.m.ext);
	assert_int_equal(fmt_ext_drop(&s.m, "net.other", &arena, &err), 1);
	assert_null(s.m.ext);
}

static void
test_additions_need_an_owner(void **state)
{
	static const char *const bad[] = { "", "a", "/a", "a/", "../a", "a//b",
		"a b/c", "org.example/numbers/x", NULL };

	(void)state;
	for (int i = 0; bad[i] != NULL; i++) {
		err_clear(&err);
		if (fmt_ext_put(&s.m, bad[i], "x", 1, &arena, &err) == 0)
			fail_msg("accepted: '%s'", bad[i]);
	}
}

static void
test_same_additions_are_told_from_others(void **state)
{
	struct fmt_model other = s.m, none = { 0 };

	(void)state;
	assert_true(fmt_ext_same(&none, &none));
	assert_false(fmt_ext_same(&none, &other));
	assert_true(fmt_ext_same(&s.m, &other));
	fmt_ext_put(&other, "org.example/note", "one", 3, &arena, &err);
	assert_false(fmt_ext_same(&s.m, &other));
	fmt_ext_put(&s.m, "org.example/note", "two", 3, &arena, &err);
	assert_false(fmt_ext_same(&s.m, &other));
	fmt_ext_put(&s.m, "org.example/note", "one", 3, &arena, &err);
	assert_true(fmt_ext_same(&s.m, &other));
	h5_put_int(h5_find(other.ext, "org.example"), "id", 8, &arena, &err);
	assert_false(fmt_ext_same(&s.m, &other));
}

/* An own tree of the sample's additions, to be changed. */
static struct h5_object *
additions(struct fmt_model *m)
{
	struct h5_object *ext = h5_root(&arena, &err);

	assert_int_equal(h5_copy(ext, s.m.ext, &arena, &err), 0);
	m->ext = ext;
	return h5_find(ext, "org.example");
}

static void
put_numbers(struct h5_object *o, struct h5_type type, int64_t n)
{
	static const int32_t numbers[3] = { 1, -2, 3 };
	struct shape shape = { 1, { n } };

	h5_drop(o, "numbers");
	assert_non_null(
	    h5_dataset(o, "numbers", type, &shape, numbers, &arena, &err));
}

static void
a_group_more(struct h5_object *o)
{
	h5_group(o, "zeal", &arena, &err);
}

static void
an_owner_more(struct h5_object *o)
{
	h5_group(o->parent, "org.other", &arena, &err);
}

static void
another_name(struct h5_object *o)
{
	h5_find(o, "numbers")->name = "figures";
}

static void
a_group_for_numbers(struct h5_object *o)
{
	h5_drop(o, "numbers");
	h5_group(o, "numbers", &arena, &err);
}

static void
fewer_numbers(struct h5_object *o)
{
	put_numbers(o, (struct h5_type){ .dtype = DTYPE_I32 }, 2);
}

static void
numbers_of_another_type(struct h5_object *o)
{
	put_numbers(o, (struct h5_type){ .dtype = DTYPE_F32 }, 3);
}

static void
strings_for_numbers(struct h5_object *o)
{
	put_numbers(o, (struct h5_type){ .dtype = DTYPE_I32, .text = 4 }, 3);
}

static void
no_attribute(struct h5_object *o)
{
	o->nattrs = 0;
}

static void
an_attribute_more(struct h5_object *o)
{
	h5_put_int(o, "more", 7, &arena, &err);
}

static void
an_attribute_of_another_name(struct h5_object *o)
{
	o->attrs[0].name = "ie";
}

static void
an_attribute_of_another_type(struct h5_object *o)
{
	o->attrs[0].type.dtype = DTYPE_F64;
}

static void
an_attribute_of_numbers(struct h5_object *o)
{
	h5_put_int(h5_find(o, "numbers"), "unit", 1, &arena, &err);
}

/* Either way round. */
static void
test_every_difference_between_additions_counts(void **state)
{
	static void (*const changes[])(struct h5_object * o) = { a_group_more,
		an_owner_more, another_name, a_group_for_numbers, fewer_numbers,
		numbers_of_another_type, strings_for_numbers, no_attribute,
		an_attribute_more, an_attribute_of_another_name,
		an_attribute_of_another_type, an_attribute_of_numbers };
	struct fmt_model other = s.m;

	(void)state;
	additions(&other);
	assert_true(fmt_ext_same(&s.m, &other));
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		changes[i](additions(&other));
		if (fmt_ext_same(&s.m, &other) || fmt_ext_same(&other, &s.m))
			fail_msg("difference %zu is none", i);
	}
	other.ext = NULL;
	assert_false(fmt_ext_same(&s.m, &other));
	assert_false(fmt_ext_same(&other, &s.m));
}

/* Digests are what a file says of its bytes, nobody's addition. */
static void
test_additions_are_the_same_when_they_have_been_written(void **state)
{
	struct fmt_model m;
	const uint8_t *bytes;
	size_t n = 0;

	(void)state;
	assert_int_equal(
	    fmt_ext_put(&s.m, "net.other/empty", "", 0, &arena, &err), 0);
	bytes = sample_bytes(&s.m, &n, &arena, &err);
	assert_int_equal(fmt_parse(&m, bytes, n, &arena, &err), 0);
	assert_true(fmt_ext_same(&s.m, &m));
	assert_true(fmt_ext_same(&m, &s.m));
}

static void
test_a_model_without_additions_gets_its_first(void **state)
{
	(void)state;
	s.m.ext = NULL;
	assert_int_equal(fmt_ext_drop(&s.m, "org.example", &arena, &err), 0);
	assert_int_equal(
	    fmt_ext_put(&s.m, "org.example/a", "one", 3, &arena, &err), 0);
	assert_int_equal(s.m.ext->nlinks, 1);
	assert_memory_equal(stranger("a")->data, "one", 3);
}

/* Refuses each request for memory in turn: the additions stay what they were
   until one goes well. */
static void
each_refusal(int (*change)(struct arena *a))
{
	const struct h5_object *before = s.m.ext;
	int rc = -1;
	long i;

	for (i = 1; rc < 0; i++) {
		assert_in_range(i, 1, 1000);
		err_clear(&err);
		memory_fail_after(i);
		rc = change(&arena);
		memory_fail_after(0);
		if (rc >= 0)
			break;
		assert_int_equal(err.code, ERR_IO);
		assert_ptr_equal(s.m.ext, before);
	}
	assert_in_range(i, 5, 1000);
	assert_ptr_not_equal(s.m.ext, before);
}

static int
put_one(struct arena *a)
{
	return fmt_ext_put(&s.m, "org.example/b/c", "x", 1, a, &err);
}

static int
drop_one(struct arena *a)
{
	return fmt_ext_drop(&s.m, "org.example", a, &err);
}

static void
test_without_memory_additions_stay(void **state)
{
	(void)state;
	each_refusal(put_one);
	assert_non_null(stranger("b"));
	each_refusal(drop_one);
	assert_null(s.m.ext);
}

/* What a caller gives is held to the same rules as a file. */
static void
test_what_is_said_of_a_model_is_checked_before_it_is_written(void **state)
{
	struct json *j = json_put_object(NULL, NULL, &arena, &err);
	size_t n = 0;

	(void)state;
	json_put_text(j, "title", "x", &arena, &err);
	s.m.about = j;
	assert_null(sample_bytes(&s.m, &n, &arena, &err));
	assert_int_equal(err.code, ERR_BUG);
	assert_string_equal(err.text, "about: version: is missing");
	err_clear(&err);
	s.m.about = about(field("title"), "two\nlines");
	assert_null(sample_bytes(&s.m, &n, &arena, &err));
	assert_int_equal(err.code, ERR_BUG);
	assert_string_equal(
	    err.text, "about: title: 'two\\x0alines' is not one line of text");
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_the_table_is_the_schema),
		TEST(test_lengths_are_of_characters),
		TEST(test_texts_are_plain),
		TEST(test_licenses_are_expressions),
		TEST(test_lists_are_checked),
		TEST(test_additions_come_and_go),
		TEST(test_additions_need_an_owner),
		TEST(test_same_additions_are_told_from_others),
		TEST(test_every_difference_between_additions_counts),
		TEST(test_additions_are_the_same_when_they_have_been_written),
		TEST(test_a_model_without_additions_gets_its_first),
		TEST(test_without_memory_additions_stay),
		TEST(
		    test_what_is_said_of_a_model_is_checked_before_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
