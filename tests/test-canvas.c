/* Pictures that people look at: what is drawn stands where it should. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "chart.h"
#include "gallery.h"
#include "glyphs.h"
#include "made.h"
#include "matrix.h"
#include "sources/pngread.h"

static struct canvas
made(int64_t width, int64_t height)
{
	struct canvas c;
	struct err err = { 0 };

	assert_int_equal(canvas_open(&c, width, height, &err), 0);
	return c;
}

static int
is(const struct canvas *c, int64_t x, int64_t y, struct ink ink)
{
	struct ink p = canvas_pixel(c, x, y);

	return memcmp(&p, &ink, sizeof(p)) == 0;
}

/* How many pixels are not white. */
static int64_t
drawn(const struct canvas *c)
{
	int64_t n = 0;

	for (int64_t y = 0; y < c->height; y++)
		for (int64_t x = 0; x < c->width; x++)
			n += !is(c, x, y, ink_white);
	return n;
}

static void
test_rectangles_stay_inside(void **state)
{
	struct canvas c = made(8, 6);

	(void)state;
	canvas_fill(&c, (struct box){ 2, 1, 3, 2 }, ink_blue);
	assert_int_equal(drawn(&c), 6);
	assert_true(is(&c, 2, 1, ink_blue) && is(&c, 4, 2, ink_blue));
	assert_true(is(&c, 5, 2, ink_white) && is(&c, 4, 3, ink_white));
	canvas_fill(&c, (struct box){ -5, -5, 100, 100 }, ink_red);
	assert_int_equal(drawn(&c), 48);
	canvas_free(&c);

	c = made(8, 6);
	canvas_frame(&c, (struct box){ 1, 1, 4, 4 }, ink_blue);
	assert_int_equal(drawn(&c), 12);
	assert_true(is(&c, 2, 2, ink_white) && is(&c, 4, 4, ink_blue));
	canvas_free(&c);
}

static void
test_lines_are_as_thick_as_they_say(void **state)
{
	struct canvas c = made(20, 20);

	(void)state;
	canvas_line(&c, (struct point){ 5, 10 }, (struct point){ 15, 10 }, 2,
	    ink_black);
	assert_true(is(&c, 10, 9, ink_black) && is(&c, 10, 10, ink_black));
	assert_true(is(&c, 10, 8, ink_white) && is(&c, 10, 11, ink_white));
	canvas_free(&c);

	c = made(20, 20);
	canvas_line(
	    &c, (struct point){ 3, 3 }, (struct point){ 17, 10 }, 1, ink_black);
	assert_true(canvas_pixel(&c, 10, 6).r < 200);
	assert_true(is(&c, 10, 2, ink_white) && is(&c, 3, 10, ink_white));
	canvas_line(&c, (struct point){ -40, -9 }, (struct point){ 90, 70 }, 3,
	    ink_black);
	canvas_free(&c);
}

static void
test_every_letter_has_dots_of_its_own(void **state)
{
	(void)state;
	for (int a = '!'; a <= GLYPH_NONE; a++) {
		int dots = 0;

		for (int i = 0; i < GLYPH_WIDTH * GLYPH_HEIGHT; i++)
			dots += glyph_dot(
			    (unsigned char)a, i % GLYPH_WIDTH, i / GLYPH_WIDTH);
		assert_true(dots > 0);
		for (int b = ' '; b < a; b++) {
			int same = 1;

			for (int i = 0; i < GLYPH_WIDTH * GLYPH_HEIGHT; i++)
				same &= glyph_dot((unsigned char)a,
					    i % GLYPH_WIDTH, i / GLYPH_WIDTH) ==
				    glyph_dot((unsigned char)b, i % GLYPH_WIDTH,
					i / GLYPH_WIDTH);
			if (same)
				fail_msg("%c looks like %c", a, b);
		}
	}
	assert_false(glyph_dot('H', -1, 0) || glyph_dot('H', GLYPH_WIDTH, 0));
	assert_true(glyph_dot(200, 0, 0) && glyph_dot('\n', 0, 0));
}

static void
test_text_is_the_dots_of_its_letters(void **state)
{
	const struct font plain = { 1, ALIGN_LEFT, ink_black, 0 };
	const struct font large = { 2, ALIGN_RIGHT, ink_black, 0 };
	struct canvas c = made(40, 20);

	(void)state;
	canvas_text(&c, 3, 2, &plain, "LT");
	for (int y = 0; y < GLYPH_HEIGHT; y++)
		for (int x = 0; x < GLYPH_WIDTH; x++) {
			assert_int_equal(is(&c, 3 + x, 2 + y, ink_black),
			    glyph_dot('L', x, y));
			assert_int_equal(is(&c, 9 + x, 2 + y, ink_black),
			    glyph_dot('T', x, y));
		}
	canvas_free(&c);

	c = made(40, 20);
	canvas_text(&c, 40, 0, &large, "I");
	assert_true(is(&c, 34, 6, ink_black) && is(&c, 35, 7, ink_black));
	assert_true(is(&c, 33, 6, ink_white) && is(&c, 36, 7, ink_white));
	canvas_free(&c);
}

static void
test_text_upwards_is_the_same_turned(void **state)
{
	const struct font along = { 2, ALIGN_LEFT, ink_black, 0 };
	const struct font upwards = { 2, ALIGN_LEFT, ink_black, 1 };
	struct canvas a = made(60, 60), b = made(60, 60);

	(void)state;
	canvas_text(&a, 10, 5, &along, "Rg4?");
	canvas_text(&b, 5, 50, &upwards, "Rg4?");
	assert_true(drawn(&a) > 50);
	for (int64_t y = 0; y < 60; y++)
		for (int64_t x = 10; x < 60; x++)
			assert_true(is(&b, y, 59 - x, canvas_pixel(&a, x, y)));
	canvas_free(&a);
	canvas_free(&b);
}

static void
test_a_character_is_one_box(void **state)
{
	const struct font font = { 1, ALIGN_LEFT, ink_black, 0 };
	struct canvas c = made(30, 12);
	char out[CUT_TEXT];

	(void)state;
	assert_int_equal(text_wide("a\xc3\xa4\xe2\x82\xac", 1), 17);
	assert_int_equal(text_wide("", 2), 0);
	canvas_text(&c, 0, 0, &font, "\xe2\x82\xac");
	assert_true(is(&c, 0, 0, ink_black) && is(&c, 4, 6, ink_black));
	assert_true(is(&c, 2, 3, ink_white) && is(&c, 6, 0, ink_white));
	canvas_free(&c);

	assert_string_equal(text_cut(out, "automobile", 59, 1), "automobile");
	assert_string_equal(text_cut(out, "automobile", 58, 1), "automob..");
	assert_string_equal(
	    text_cut(out, "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 18, 1),
	    "\xc3\xa4..");
	assert_string_equal(text_cut(out, "automobile", 5, 1), "");
}

static void
test_pictures_are_enlarged_and_shrunk(void **state)
{
	static const uint8_t grey[] = { 0, 255, 10, 20 };
	static const uint8_t colour[] = { 1, 2, 3, 5, 6, 7 };
	const struct bitmap two = { grey, 2, 2, 1 }, rgb = { colour, 1, 2, 3 };
	struct canvas c = made(10, 10);

	(void)state;
	canvas_paste(&c, (struct box){ 1, 1, 4, 4 }, &two);
	assert_true(is(&c, 1, 2, ink_black) && is(&c, 3, 1, ink_white));
	assert_true(is(&c, 2, 4, (struct ink){ 10, 10, 10 }));
	canvas_paste(&c, (struct box){ 0, 0, 1, 1 }, &two);
	assert_true(is(&c, 0, 0, (struct ink){ 71, 71, 71 }));
	canvas_paste(&c, (struct box){ 9, 9, 1, 1 }, &rgb);
	assert_true(is(&c, 9, 9, (struct ink){ 3, 4, 5 }));
	canvas_free(&c);
}

static void
test_a_canvas_is_a_png(void **state)
{
	struct canvas c = made(7, 5);
	struct sample_buffer b = { 0 };
	struct err err = { 0 };
	struct sample s;
	void *at = NULL;
	size_t size = 0, n;

	(void)state;
	canvas_fill(&c, (struct box){ 1, 2, 3, 1 }, ink_orange);
	assert_int_equal(canvas_png(&c, &at, &size, &n, &err), 0);
	assert_int_equal(png_decode(at, n, NULL, &s, &b, &err), 0);
	assert_int_equal(s.x.shape.dim[0], 5);
	assert_int_equal(s.x.shape.dim[1], 7);
	assert_memory_equal(s.x.data, c.at, 7 * 5 * 3);
	slab_free(at, size);
	sample_buffer_free(&b);
	canvas_free(&c);
	assert_int_equal(canvas_open(&c, 0, 5, &err), -1);
}

/* The labels, which stand where they say. */
static void
check_ticks(const struct ticks *t, const char *want)
{
	char all[256] = "";

	for (int i = 0; i < t->n; i++) {
		strcat(all, i > 0 ? " " : "");
		strcat(all, t->label[i]);
	}
	assert_string_equal(all, want);
}

static void
check_even(double low, double high, int most, int whole, const char *want)
{
	struct ticks t;

	ticks_even(&t, low, high, most, whole);
	check_ticks(&t, want);
	for (int i = 0; i < t.n; i++)
		assert_true(fabs(strtod(t.label[i], NULL) - t.at[i]) <=
		    1e-3 * (high - low));
}

static void
check_powers(double low, double high, int most, const char *want)
{
	struct ticks t;

	ticks_powers(&t, log10(low), log10(high), most);
	check_ticks(&t, want);
	for (int i = 0; i < t.n; i++)
		assert_true(
		    fabs(log10(strtod(t.label[i], NULL)) - t.at[i]) < 1e-6);
}

static void
test_ticks_are_round(void **state)
{
	(void)state;
	check_even(0, 1, 5, 0, "0.0 0.2 0.4 0.6 0.8 1.0");
	check_even(1.43, 2.31, 6, 0, "1.6 1.8 2.0 2.2");
	check_even(1, 40, 9, 1, "5 10 15 20 25 30 35 40");
	check_even(1, 3, 9, 1, "1 2 3");
	check_even(-0.3, 0.3, 4, 0, "-0.2 0.0 0.2");
	check_even(0, 0.001, 3, 0, "0.0000 0.0005 0.0010");
	check_even(0, 3e-9, 3, 0, "0 1e-09 2e-09 3e-09");
	check_even(0, 5e7, 3, 0, "0 2e+07 4e+07");
	check_even(-1e30, 1e30, 2, 0, "-1e+30 0 1e+30");
	check_powers(0.03, 2.5, 7, "0.05 0.1 0.2 0.5 1 2");
	check_powers(0.0005, 900, 7, "0.001 0.01 0.1 1 10 100");
	check_powers(
	    1e-12, 1e9, 8, "1e-12 1e-09 0.000001 0.001 1 1000 1e+06 1e+09");
}

/* The rows of a column that have the colour, the first of them. */
static int64_t
find(const struct canvas *c, int64_t x, struct ink ink, int64_t *first)
{
	int64_t n = 0;

	for (int64_t y = c->height - 1; y >= 0; y--)
		if (is(c, x, y, ink)) {
			*first = y;
			n++;
		}
	return n;
}

static void
test_a_chart_shows_its_numbers_in_their_places(void **state)
{
	static const double y[] = { 0, 0, NAN, 1, 1 };
	const struct chart k = { .title = "t",
		.x = { "x", 0, 6, 1, 0 },
		.y = { "y", -1, 2, 0, 0 },
		.nlines = 1,
		.line = { { "l", ink_blue, 0, 0, 5, NULL, y } } };
	struct canvas c = made(400, 300), again = made(400, 300);
	int64_t low = 0, high = 0, none = 0;

	(void)state;
	chart_draw(&c, (struct box){ 0, 0, 400, 300 }, &k);
	/* Between the axes are 264 columns, for 0..6: 44 an epoch. */
	assert_true(find(&c, 112 + 66, ink_blue, &low) >= 1);
	assert_true(find(&c, 112 + 198, ink_blue, &high) >= 1);
	assert_int_equal(find(&c, 112 + 132, ink_blue, &none), 0);
	/* And 200 rows for -1..2. */
	assert_true(low - high >= 66 && low - high <= 67);
	chart_draw(&again, (struct box){ 0, 0, 400, 300 }, &k);
	assert_memory_equal(c.at, again.at, 400 * 300 * 3);
	canvas_free(&c);
	canvas_free(&again);
}

static void
test_a_wide_range_is_logarithmic_when_it_may(void **state)
{
	static const double y[] = { 100, 10, 1, 0.1, 1e40, INFINITY };
	struct chart k = { .title = "t",
		.x = { "x", 0, 7, 0, 0 },
		.y.may_log = 1,
		.nlines = 1,
		.line = { { NULL, ink_blue, 0, 2, 6, NULL, y } } };
	struct canvas c = made(416, 300);
	int64_t row[4] = { 0 }, none;

	(void)state;
	chart_draw(&c, (struct box){ 0, 0, 416, 300 }, &k);
	for (int64_t i = 0; i < 4; i++)
		assert_true(find(&c, 112 + 40 + 40 * i, ink_blue, &row[i]) > 4);
	assert_int_equal(find(&c, 112 + 200, ink_blue, &none), 0);
	for (int i = 1; i < 4; i++)
		assert_true(labs(row[i] - row[i - 1] - 61) <= 1);
	canvas_free(&c);
	/* Not when it may not: then the last three are nearly the same. */
	c = made(416, 300);
	k.y.may_log = 0;
	chart_draw(&c, (struct box){ 0, 0, 416, 300 }, &k);
	for (int64_t i = 0; i < 4; i++)
		assert_true(find(&c, 112 + 40 + 40 * i, ink_blue, &row[i]) > 4);
	assert_true(row[2] - row[1] < 25);
	canvas_free(&c);
}

static void
test_a_chart_of_nothing_is_drawn_as_well(void **state)
{
	static const double none[] = { NAN, NAN }, flat[] = { 3, 3 };
	struct chart k = { .title = "t",
		.nlines = 1,
		.line = { { "l", ink_blue, 1, 2, 2, NULL, none } } };
	struct canvas c = made(300, 200);

	(void)state;
	chart_draw(&c, (struct box){ 0, 0, 300, 200 }, &k);
	assert_true(drawn(&c) > 100);
	k.line[0].y = flat;
	chart_draw(&c, (struct box){ 0, 0, 300, 200 }, &k);
	k.nlines = 0;
	k.bars = (struct chart_bars){ "b", ink_green, 2, flat };
	chart_draw(&c, (struct box){ 0, 0, 300, 200 }, &k);
	assert_true(is(&c, 150, 150, ink_green));
	chart_draw(&c, (struct box){ 0, 0, 20, 20 }, &k);
	canvas_free(&c);
}

/* The places of the colour, row by row: the first of them. */
static int
first(const struct canvas *c, struct ink ink, int64_t *x, int64_t *y)
{
	for (*y = 0; *y < c->height; ++*y)
		for (*x = 0; *x < c->width; ++*x)
			if (is(c, *x, *y, ink))
				return 1;
	return 0;
}

static void
test_a_table_shades_shares_of_rows(void **state)
{
	static const int64_t count[] = { 40, 0, 0, 1, 2, 1, 0, 0, 0 };
	static const char *const name[] = { "a", "b", "long name" };
	static const struct ink dark = { 8, 48, 107 };
	struct matrix m = { "t", 3, count, name };
	struct canvas c;
	struct err err = { 0 };
	int64_t x = 0, y = 0;

	(void)state;
	assert_int_equal(matrix_draw(&c, &m, &err), 0);
	/* The first cell holds 40 of 40; its neighbours hold nothing. */
	assert_true(first(&c, dark, &x, &y));
	assert_true(is(&c, x + 138, y + 10, dark));
	assert_true(is(&c, x + 139, y + 10, ink_grid));
	assert_true(is(&c, x + 150, y + 10, ink_white));
	assert_true(is(&c, x + 10, y + 290, ink_white));
	/* 1 of 4, and 2 of 4, whose shade is between the others. */
	assert_true(is(&c, x + 5, y + 145, (struct ink){ 66, 146, 198 }));
	assert_true(canvas_pixel(&c, x + 145, y + 145).g < 146);
	assert_true(canvas_pixel(&c, x + 145, y + 145).g > 48);
	canvas_free(&c);

	m.n = 0;
	assert_int_equal(matrix_draw(&c, &m, &err), -1);
}

static void
test_a_table_of_any_size_is_drawn(void **state)
{
	static const int64_t sizes[] = { 1, 2, 10, 36, 37, 72, 73, 120, 121,
		MATRIX_MAX };
	int64_t *count =
	    calloc((size_t)MATRIX_MAX * MATRIX_MAX, sizeof(*count));
	const char **name = calloc(MATRIX_MAX, sizeof(*name));
	struct err err = { 0 };

	(void)state;
	assert_non_null(count);
	assert_non_null(name);
	for (int i = 0; i < MATRIX_MAX; i++)
		name[i] = i % 2 ? "tench" : "a name that is longer than any";
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct matrix m = { "title", sizes[i], count, name };
		struct canvas c;

		assert_int_equal(matrix_draw(&c, &m, &err), 0);
		assert_true(c.width < 1700 && c.height < 1700);
		assert_true(c.width > 300 && c.height > 200);
		canvas_free(&c);
	}
	free(name);
	free(count);
}

static const struct gallery_item two_items[] = { { 1, { "a", "b", "c" } },
	{ 0, { "a", "b", "c" } } };

/* The samples of the operand as a gallery. */
static int
draw_gallery(struct canvas *c, const char *operand, const char *shape)
{
	const struct gallery g = { "t", { ink_text, ink_text, ink_text }, 2,
		two_items };
	struct made_want w;
	struct err err = { 0 };
	struct dataset *d;
	int status;

	made_want(&w, "", shape, TARGET_NONE);
	d = made_open(operand, &w, &err);
	assert_string_equal(err.text, "");
	status = data_gallery(c, d, &g, &err);
	assert_string_equal(err.text, "");
	data_free(d);
	made_want_end(&w);
	return status;
}

static void
test_a_gallery_shows_samples_as_they_were_read(void **state)
{
	static const uint8_t pixels[] = { 9, 9, 9, 9, 9, 9, 9, 9, 200, 200, 200,
		200, 7, 7, 7, 7 };
	static const int dim[] = { 2, 2, 4 };
	uint8_t bytes[64];
	struct canvas c;

	(void)state;
	made_begin();
	made_file("two-idx3-ubyte", bytes,
	    made_idx(bytes, 8, 3, dim, pixels, sizeof(pixels)));
	assert_int_equal(draw_gallery(&c, "two-idx3-ubyte", "2x4x1"), 0);
	/* 4 columns become 128, in the middle of cells of 160 x 128. */
	assert_true(is(&c, 8 + 80, 52 + 40, (struct ink){ 200, 200, 200 }));
	assert_true(is(&c, 8 + 80, 52 + 90, (struct ink){ 7, 7, 7 }));
	assert_true(is(&c, 8 + 240, 52 + 40, (struct ink){ 9, 9, 9 }));
	assert_true(is(&c, 8 + 80, 52 + 20, ink_white));
	canvas_free(&c);
	made_end();
}

static void
test_rows_of_numbers_are_no_gallery(void **state)
{
	struct canvas c;

	(void)state;
	made_begin();
	made_text("rows.csv", "a,b,c,d\n1,2,3,4\n5,6,7,8\n");
	assert_int_equal(draw_gallery(&c, "rows.csv", "4"), 1);
	assert_null(c.at);
	made_end();
}

static void
test_a_sample_that_is_gone_is_no_gallery(void **state)
{
	const struct gallery g = { "t", { ink_text, ink_text, ink_text }, 2,
		two_items };
	struct made_want w;
	struct err err = { 0 };
	struct dataset *d;
	struct canvas c;

	(void)state;
	made_begin();
	made_folder("all");
	made_png("all/0.png", 2, 4, 1, 0);
	made_png("all/1.png", 2, 4, 1, 100);
	made_want(&w, "", "2x4x1", TARGET_NONE);
	d = made_open("all", &w, &err);
	assert_int_equal(data_gallery(&c, d, &g, &err), 0);
	canvas_free(&c);
	assert_int_equal(remove("all/0.png"), 0);
	assert_int_equal(data_gallery(&c, d, &g, &err), -1);
	assert_non_null(strstr(err.text, "all/0.png"));
	assert_null(c.at);
	data_free(d);
	made_want_end(&w);
	made_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rectangles_stay_inside),
		cmocka_unit_test(test_lines_are_as_thick_as_they_say),
		cmocka_unit_test(test_every_letter_has_dots_of_its_own),
		cmocka_unit_test(test_text_is_the_dots_of_its_letters),
		cmocka_unit_test(test_text_upwards_is_the_same_turned),
		cmocka_unit_test(test_a_character_is_one_box),
		cmocka_unit_test(test_pictures_are_enlarged_and_shrunk),
		cmocka_unit_test(test_a_canvas_is_a_png),
		cmocka_unit_test(test_ticks_are_round),
		cmocka_unit_test(
		    test_a_chart_shows_its_numbers_in_their_places),
		cmocka_unit_test(test_a_wide_range_is_logarithmic_when_it_may),
		cmocka_unit_test(test_a_chart_of_nothing_is_drawn_as_well),
		cmocka_unit_test(test_a_table_shades_shares_of_rows),
		cmocka_unit_test(test_a_table_of_any_size_is_drawn),
		cmocka_unit_test(
		    test_a_gallery_shows_samples_as_they_were_read),
		cmocka_unit_test(test_rows_of_numbers_are_no_gallery),
		cmocka_unit_test(test_a_sample_that_is_gone_is_no_gallery),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
