/* Steps from older formats: their order, what becomes of an error, and what the
   step from 0.1 changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "migrate.h"

static struct arena arena;
static struct err err;
static struct fmt_model m;

static int
setup(void **state)
{
	(void)state;
	err_clear(&err);
	m = (struct fmt_model){ 0 };
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* Steps that are made up: each writes its name down. */

static char taken[64];

static int
note(const char *step)
{
	strcat(taken, step);
	return 0;
}

static int
step_a(struct fmt_model *model, struct arena *a, struct err *e)
{
	(void)model, (void)a, (void)e;
	return note("a");
}

static int
step_b(struct fmt_model *model, struct arena *a, struct err *e)
{
	(void)model, (void)a, (void)e;
	return note("b");
}

static int
step_c(struct fmt_model *model, struct arena *a, struct err *e)
{
	(void)model, (void)a, (void)e;
	return note("c");
}

static int
step_fails(struct fmt_model *model, struct arena *a, struct err *e)
{
	(void)model, (void)a;
	return err_set(e, ERR_MODEL, "training: plan: is none");
}

/* Not in the order in which they are taken; 2.0 leads nowhere. */
static const struct migration made_up[] = {
	{ 0, 2, 1, 0, step_b },
	{ 0, 1, 0, 2, step_a },
	{ 1, 0, 3, 0, step_c },
	{ 0, 9, 1, 0, step_fails },
	{ 0 },
};

static int
taken_from(int major, int minor, int to)
{
	m.format_major = major;
	m.format_minor = minor;
	taken[0] = '\0';
	return migrate(made_up, &m, to, &arena, &err);
}

static void
test_steps_follow_each_other(void **state)
{
	(void)state;
	assert_int_equal(taken_from(0, 1, 3), 0);
	assert_string_equal(taken, "abc");
	assert_int_equal(taken_from(0, 2, 3), 0);
	assert_string_equal(taken, "bc");
	assert_int_equal(taken_from(0, 1, 1), 0);
	assert_string_equal(taken, "ab");
	/* The version is the file's, still. */
	assert_int_equal(m.format_major, 0);
	assert_int_equal(m.format_minor, 1);
}

static void
test_what_is_new_is_left_alone(void **state)
{
	(void)state;
	assert_int_equal(taken_from(3, 0, 3), 0);
	assert_int_equal(taken_from(3, 7, 3), 0);
	assert_string_equal(taken, "");
}

static void
test_only_known_formats_lead_on(void **state)
{
	(void)state;
	assert_true(migrates(made_up, 0, 1, 3));
	assert_true(migrates(made_up, 1, 0, 3));
	assert_true(migrates(made_up, 3, 5, 3));
	assert_false(migrates(made_up, 0, 3, 3));
	assert_false(migrates(made_up, 2, 0, 3));
	assert_false(migrates(made_up, 4, 0, 3));
	assert_false(migrates(made_up, -1, 0, 3));
	assert_int_equal(taken_from(2, 0, 3), -1);
	assert_int_equal(err.code, ERR_BUG);
}

static void
test_an_error_says_which_step(void **state)
{
	(void)state;
	assert_int_equal(taken_from(0, 9, 3), -1);
	assert_int_equal(err.code, ERR_MODEL);
	assert_string_equal(
	    err.text, "from format 0.9 to 1.0: training: plan: is none");
	assert_string_equal(taken, "");
}

/* The step from 0.1. */

static const struct json *
document(const char *text)
{
	const struct json *j =
	    json_parse(text, strlen(text), &arena, ERR_BUG, &err);

	if (j == NULL)
		fail_msg("%s", err.text);
	return j;
}

static void
becomes(const char *was, const char *is)
{
	const struct json *before = document(was);
	char *again;

	m.format_major = 0;
	m.format_minor = 1;
	m.training = before;
	if (migrate(migrations, &m, FMT_MAJOR, &arena, &err) < 0)
		fail_msg("%s", err.text);
	again = json_print(m.training, &arena, &err);
	assert_string_equal(again, is);
	/* What was read is as it was: others may look at it. */
	assert_string_equal(json_print(before, &arena, &err), was);
}

static void
test_0_1_splits_by_hash_alone(void **state)
{
	(void)state;
	becomes("{\"epoch\":3,\"plan\":{\"settings\":{\"val_split\":0.25}},"
		"\"version\":1}",
	    "{\"epoch\":3,\"plan\":{\"settings\":{\"val_split\":0.25},"
	    "\"split\":\"alike\"},\"version\":1}");
	becomes("{\"plan\":{\"settings\":{\"val_split\":1}}}",
	    "{\"plan\":{\"settings\":{\"val_split\":1},"
	    "\"split\":\"alike\"}}");
}

static void
test_0_1_tidies_words(void **state)
{
	(void)state;
	becomes("{\"plan\":{\"surgery\":\"--new-head= --freeze=a\"}}",
	    "{\"plan\":{\"surgery\":\"--new-head --freeze=a\"}}");
	becomes("{\"plan\":{\"surgery\":\"--freeze=a --new-head=\"}}",
	    "{\"plan\":{\"surgery\":\"--freeze=a --new-head\"}}");
}

static void
test_0_1_leaves_the_rest_alone(void **state)
{
	static const char *const cases[] = {
		"{\"epoch\":3,\"version\":1}",
		"{\"plan\":{\"settings\":{}}}",
		"{\"plan\":{\"settings\":{\"val_split\":0}}}",
		"{\"plan\":{\"settings\":{\"val_split\":-0.25}}}",
		"{\"plan\":{\"settings\":{\"accumulate\":1,\"val_split\":1}}}",
		"{\"plan\":{\"surgery\":\"--new-head --lora=all,rank=4\"}}",
		/* What is wrong is refused by who reads it. */
		"{\"plan\":7}",
		"{\"plan\":{\"settings\":7,\"surgery\":7}}",
		"{\"plan\":{\"settings\":{\"val_split\":\"many\"}}}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		becomes(cases[i], cases[i]);
}

static void
test_the_table_leads_to_what_is_written(void **state)
{
	const struct migration *s;

	(void)state;
	assert_true(migrates(migrations, 0, 1, FMT_MAJOR));
	assert_false(migrates(migrations, 0, 0, FMT_MAJOR));
	assert_false(migrates(migrations, 0, 2, FMT_MAJOR));
	for (s = migrations; s->step != NULL; s++) {
		assert_true(
		    migrates(migrations, s->major, s->minor, FMT_MAJOR));
		/* Never round in circles. */
		assert_true(s->to_major > s->major ||
		    (s->to_major == s->major && s->to_minor > s->minor));
	}
}

/* Each request for memory fails once: the model is as it was. */
static void
test_no_memory_for_a_step_is_an_error(void **state)
{
	const struct json *before =
	    document("{\"epoch\":3,\"plan\":{\"settings\":{\"val_split\":0.25},"
		     "\"surgery\":\"--new-head=\"}}");
	const char *was = json_print(before, &arena, &err);
	int i, rc = -1;

	(void)state;
	m.format_minor = 1;
	m.training = before;
	for (i = 0; rc < 0; i++) {
		err_clear(&err);
		memory_fail_after(i + 1);
		rc = migrate(migrations, &m, FMT_MAJOR, &arena, &err);
		memory_fail_after(0);
		if (rc < 0) {
			assert_int_equal(err.code, ERR_IO);
			assert_non_null(
			    strstr(err.text, "from format 0.1 to 1.0: "));
			assert_ptr_equal(m.training, before);
		}
		err_clear(&err);
		assert_string_equal(json_print(before, &arena, &err), was);
		assert_in_range(i, 0, 100);
	}
	assert_in_range(i, 6, 100);
	assert_string_equal(json_print(m.training, &arena, &err),
	    "{\"epoch\":3,\"plan\":{\"settings\":{\"val_split\":0.25},"
	    "\"split\":\"alike\",\"surgery\":\"--new-head\"}}");
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_steps_follow_each_other),
		TEST(test_what_is_new_is_left_alone),
		TEST(test_only_known_formats_lead_on),
		TEST(test_an_error_says_which_step),
		TEST(test_0_1_splits_by_hash_alone),
		TEST(test_0_1_tidies_words),
		TEST(test_0_1_leaves_the_rest_alone),
		TEST(test_the_table_leads_to_what_is_written),
		TEST(test_no_memory_for_a_step_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
