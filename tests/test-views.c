/* Views of pictures: which there are, and what they look like. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "views.h"

static struct arena arena;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* Two pictures of 2 x 3:   1 2 3    7 8 9
                            4 5 6    0 1 2 */
static const float pictures[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2 };

static struct views *
ready(const char *words)
{
	struct shape sample = { 3, { 2, 3, 1 } };
	struct err err = { 0 };
	struct views *v = views_parse(words, &arena, &err);

	assert_string_equal(err.text, "");
	assert_int_equal(views_begin(v, &sample, 2, &arena, &err), 0);
	return v;
}

static void
view_is(struct views *v, int k, const float want[12])
{
	struct batch in = { .n = 2 }, out;
	struct err err = { 0 };
	float x[12];

	memcpy(x, pictures, sizeof(x));
	in.x.data = x;
	assert_int_equal(views_make(v, k, &in, &out, &err), 0);
	assert_memory_equal(out.x.data, want, sizeof(x));
	assert_memory_equal(x, pictures, sizeof(x));
}

static void
test_the_first_view_is_the_picture(void **state)
{
	struct views *v = ready("hflip");

	(void)state;
	assert_int_equal(views_count(v), 2);
	view_is(v, 0, pictures);
	views_free(v);
}

static void
test_pictures_are_mirrored(void **state)
{
	static const float across[] = { 3, 2, 1, 6, 5, 4, 9, 8, 7, 2, 1, 0 };
	static const float down[] = { 4, 5, 6, 1, 2, 3, 0, 1, 2, 7, 8, 9 };
	static const float both[] = { 6, 5, 4, 3, 2, 1, 2, 1, 0, 9, 8, 7 };
	struct views *v = ready("hflip,vflip");

	(void)state;
	assert_int_equal(views_count(v), 4);
	view_is(v, 1, across);
	view_is(v, 2, down);
	view_is(v, 3, both);
	views_free(v);
}

/* What comes in is the pixel at the edge. */
static void
test_pictures_are_moved_four_ways(void **state)
{
	static const float to[4][12] = {
		{ 1, 1, 2, 4, 4, 5, 7, 7, 8, 0, 0, 1 },
		{ 2, 3, 3, 5, 6, 6, 8, 9, 9, 1, 2, 2 },
		{ 1, 2, 3, 1, 2, 3, 7, 8, 9, 7, 8, 9 },
		{ 4, 5, 6, 4, 5, 6, 0, 1, 2, 0, 1, 2 },
	};
	struct views *v = ready("shift");

	(void)state;
	assert_int_equal(views_count(v), 5);
	for (int i = 0; i < 4; i++)
		view_is(v, i + 1, to[i]);
	views_free(v);
}

static void
test_words_combine(void **state)
{
	struct views *v = ready("hflip,shift:1,vflip");
	struct err err = { 0 };

	(void)state;
	assert_int_equal(views_count(v), 20);
	views_free(v);
	v = views_parse("shift,pixels=1", &arena, &err);
	assert_non_null(v);
	assert_int_equal(views_count(v), 5);
}

static void
refused(const char *words, const char *why)
{
	struct err err = { 0 };

	assert_null(views_parse(words, &arena, &err));
	assert_int_equal(err.code, ERR_USAGE);
	if (strstr(err.text, why) == NULL)
		fail_msg("'%s': '%s' does not say '%s'", words, err.text, why);
}

static void
test_what_makes_no_sense_is_said(void **state)
{
	struct shape row = { 1, { 6 } }, small = { 2, { 2, 3 } };
	struct err err = { 0 };
	struct views *v;

	(void)state;
	refused("hflop", "did you mean 'hflip'");
	refused("rotate", "hflip, vflip, shift");
	refused("hflip,hflip", "twice");
	refused("hflip:3", "too much");
	refused("shift:0", "1..1000");
	refused("", "");
	v = views_parse("shift:2", &arena, &err);
	assert_int_equal(views_begin(v, &row, 1, &arena, &err), -1);
	assert_non_null(strstr(err.text, "no pictures"));
	err_clear(&err);
	assert_int_equal(views_begin(v, &small, 1, &arena, &err), -1);
	assert_non_null(strstr(err.text, "not so large"));
}

#define TEST(F) cmocka_unit_test_teardown(F, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_the_first_view_is_the_picture),
		TEST(test_pictures_are_mirrored),
		TEST(test_pictures_are_moved_four_ways),
		TEST(test_words_combine),
		TEST(test_what_makes_no_sense_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
