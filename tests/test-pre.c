/* The preprocessing chain: words, document, numbers. */
#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "data.h"
#include "golden.h"
#include "pre.h"

static struct arena arena;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* The chain over one raw picture of bytes; the numbers that come out. */
static int
run(const char *words, struct shape raw, const uint8_t *x, const char *sample,
    float *out, struct err *err)
{
	struct tensor t = { .dtype = DTYPE_U8, .shape = raw };
	struct json *document = pre_parse(words, &arena, err);
	struct pre_work *w = NULL;
	struct shape shape;
	struct pre *p = NULL;
	uint8_t copy[4096];
	int failed = -1;

	memcpy(copy, x, (size_t)shape_count(&raw));
	t.data = copy;
	assert_int_equal(shape_parse(&shape, sample), 0);
	if (document != NULL)
		p = pre_open(document, &shape, &arena, ERR_MODEL, err);
	if (p != NULL)
		w = pre_work_new(p, err);
	if (w != NULL)
		failed = pre_run(w, &t, out, err);
	pre_work_free(w);
	return failed;
}

static void
gives(const char *words, struct shape raw, const uint8_t *x, const char *sample,
    const double *want, int n)
{
	struct err err = { 0 };
	float out[1024];
	int i;

	run(words, raw, x, sample, out, &err);
	assert_string_equal(err.text, "");
	for (i = 0; i < n; i++)
		if (fabs(out[i] - want[i]) > 1e-5)
			fail_msg("%s: number %d is %g, not %g", words, i,
			    (double)out[i], want[i]);
}

static const struct shape grey2 = { 3, { 2, 2, 1 } };
static const uint8_t four[] = { 0, 51, 102, 255 };

static void
test_words_become_a_document_and_words_again(void **state)
{
	static const struct {
		const char *words, *document, *again;
	} cases[] = {
		{ "", "[]", "" },
		{ "gray,resize:28x28,scale:1/255",
		    "[{\"step\":\"gray\"},{\"fit\":\"stretch\",\"method\":"
		    "\"auto\",\"size\":[28,28]"
		    ",\"step\":\"resize\"},{\"factor\":0.00392156862745098,"
		    "\"step\":\"scale\"}]",
		    "gray,resize:28x28,scale:1/255" },
		{ "normalize:0.1307/0.3081",
		    "[{\"mean\":[0.1307],\"std\":[0.3081],\"step\":"
		    "\"normalize\"}]",
		    "normalize:0.1307/0.3081" },
		{ "rgb,normalize:0.5+-0.25+1e+2/1+2+3,invert",
		    "[{\"step\":\"rgb\"},{\"mean\":[0.5,-0.25,100],\"std\":[1,"
		    "2,3],\"step\":\"normalize\"},{\"step\":\"invert\","
		    "\"when\":\"true\"}]",
		    "rgb,normalize:0.5+-0.25+100/1+2+3,invert:true" },
		{ "resize:5x7,method=area,invert:auto,scale:0.3",
		    "[{\"fit\":\"stretch\",\"method\":\"area\",\"size\":[5,7],"
		    "\"step\":\"resize\"}"
		    ",{\"step\":\"invert\",\"when\":\"auto\"},{\"factor\":0.3,"
		    "\"step\":\"scale\"}]",
		    "resize:5x7,method=area,invert:auto,scale:0.3" },
	};
	struct err err = { 0 };
	struct json *j;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		j = pre_parse(cases[i].words, &arena, &err);
		assert_string_equal(err.text, "");
		assert_string_equal(
		    json_print(j, &arena, &err), cases[i].document);
		assert_string_equal(pre_print(j, &arena, &err), cases[i].again);
	}
}

static void
test_wrong_words_are_usage_errors(void **state)
{
	static const struct {
		const char *words, *text;
	} cases[] = {
		{ "grey",
		    "no preprocessing step 'grey'; did you mean 'gray'?" },
		{ "scale:0", "factor: is zero" },
		{ "resize", "setting 'size' is missing" },
		{ "resize:28", "size: is not HEIGHTxWIDTH" },
		{ "resize:0x5", "not in 1..16384" },
		{ "crop:2", "size: is not HEIGHTxWIDTH" },
		{ "pad:2x2,fill=red", "red" },
		{ "center:box", "box" },
		{ "resize:2x2,methd=area", "did you mean 'method'?" },
		{ "invert:maybe", "maybe" },
		{ "normalize:0.5", "setting 'std' is missing" },
		{ "normalize:0.5/0", "0 is not positive" },
		{ "normalize:1+2/3", "no list of 2 positive numbers" },
		{ "normalize:a/b", "'a' is no list of numbers" },
		{ "gray:3", "':3' is too much" },
	};
	struct err err = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		err_clear(&err);
		assert_null(pre_parse(cases[i].words, &arena, &err));
		assert_int_equal(err.code, ERR_USAGE);
		if (strstr(err.text, cases[i].text) == NULL)
			fail_msg("%s: '%s'", cases[i].words, err.text);
	}
}

static void
test_hostile_documents_are_model_errors(void **state)
{
	static const char *const documents[] = {
		"{}",
		"[1]",
		"[{}]",
		"[{\"step\":7}]",
		"[{\"step\":\"exec\"}]",
		"[{\"step\":\"gray\",\"x\":1}]",
		"[{\"step\":\"resize\"}]",
		"[{\"step\":\"resize\",\"size\":[2]}]",
		"[{\"step\":\"resize\",\"size\":[2,2.5]}]",
		"[{\"step\":\"resize\",\"size\":\"2x2\"}]",
		"[{\"step\":\"resize\",\"size\":[1000000,2]}]",
		"[{\"step\":\"scale\",\"factor\":\"1\"}]",
		"[{\"step\":\"scale\",\"factor\":null}]",
		"[{\"step\":\"normalize\",\"mean\":0.1,\"std\":0.3}]",
		"[{\"step\":\"normalize\",\"mean\":[],\"std\":[]}]",
		"[{\"step\":\"normalize\",\"mean\":[\"a\"],\"std\":[1]}]",
		"[{\"step\":\"normalize\",\"mean\":[1],\"std\":[-1]}]",
	};
	struct shape sample = { 1, { 4 } };
	struct err err = { 0 };
	struct json *j;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		err_clear(&err);
		j = json_parse(
		    documents[i], strlen(documents[i]), &arena, ERR_BUG, &err);
		assert_non_null(j);
		if (pre_open(j, &sample, &arena, ERR_MODEL, &err) != NULL ||
		    err.code != ERR_MODEL)
			fail_msg("%s: '%s'", documents[i], err.text);
	}
}

static void
test_pointwise_steps_are_one_pass(void **state)
{
	static const double plain[] = { 0, 51, 102, 255 };
	static const double scaled[] = { 0, 0.2, 0.4, 1 };
	static const double inverted[] = { 1, 0.8, 0.6, 0 };
	static const double normal[] = { -1, -0.6, -0.2, 1 };
	static const double turned[] = { 1, 0.6, 0.2, -1 };

	(void)state;
	gives("", grey2, four, "2x2x1", plain, 4);
	gives("scale:1/255", grey2, four, "4", scaled, 4);
	gives("scale:1/255,invert", grey2, four, "2x2", inverted, 4);
	gives("invert,scale:1/255", grey2, four, "2x2x1", inverted, 4);
	gives("scale:1/255,normalize:0.5/0.5", grey2, four, "2x2x1", normal, 4);
	gives("scale:1/255,normalize:0.5/0.5,invert", grey2, four, "2x2x1",
	    turned, 4);
}

static void
test_colours_are_weighted_or_spread(void **state)
{
	static const struct shape rgb = { 3, { 1, 2, 3 } };
	static const uint8_t x[] = { 255, 0, 0, 10, 20, 30 };
	static const double grey[] = { 76.245, 18.15 };
	static const double each[] = { 254, -1, -0.75, 9, 9, 6.75 };
	static const double three[] = { 0, 0, 0, 51, 51, 51 };

	(void)state;
	gives("gray", rgb, x, "1x2x1", grey, 2);
	gives("normalize:1+2+3/1+2+4", rgb, x, "1x2x3", each, 6);
	gives("rgb", grey2, four, "2x2x3", three, 6);
	gives("gray", grey2, four, "2x2x1", (double[]){ 0, 51, 102, 255 }, 4);
}

static void
test_area_keeps_the_mean_and_bilinear_the_line(void **state)
{
	static const struct shape row = { 3, { 1, 6, 1 } };
	static const struct shape wide = { 3, { 2, 3, 1 } };
	static const uint8_t ramp[] = { 0, 10, 20, 30, 40, 50 };
	static const uint8_t two[] = { 0, 30, 60, 90, 120, 150 };
	static const double half[] = { 5, 25, 45 };
	/* 6 to 4: each output covers one input and a half. */
	static const double part[] = { 10.0 / 3, 50.0 / 3, 100.0 / 3,
		140.0 / 3 };
	static const double longer[] = { 0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5,
		32.5, 37.5, 42.5, 47.5, 50 };
	static const double one[] = { 75 };
	static const double same[] = { 0, 30, 60, 90, 120, 150 };
	static const double taller[] = { 0, 30, 60, 45, 75, 105, 90, 120, 150 };

	(void)state;
	gives("resize:1x3", row, ramp, "1x3x1", half, 3);
	gives("resize:1x4", row, ramp, "1x4x1", part, 4);
	gives("resize:1x12", row, ramp, "1x12x1", longer, 12);
	gives("resize:1x1", wide, two, "1", one, 1);
	gives("resize:2x3", wide, two, "2x3x1", same, 6);
	gives("resize:3x3,method=area", wide, two, "3x3x1", taller, 9);
	gives("resize:3x3", wide, two, "3x3x1", taller, 9);
	gives("resize:1x3,method=bilinear", row, ramp, "1x3x1", half, 3);
}

/* Every line of what Pillow and OpenCV made of a picture, within one level. */
static void
test_sizes_change_as_elsewhere(void **state)
{
	static uint8_t x[4096];
	static float out[1024];
	struct golden g;
	int lines = 0, h, w, c, i;
	const char *word;
	char *rest, words[64], sample[32];

	(void)state;
	golden_open(&g, "resize.txt");
	for (; golden_next(&g, &rest) != NULL; lines++) {
		struct shape raw = { 3, { 0 } };
		struct err err = { 0 };

		for (i = 0; i < 3; i++)
			raw.dim[i] = golden_int(&rest);
		h = golden_int(&rest);
		w = golden_int(&rest);
		c = (int)raw.dim[2];
		snprintf(words, sizeof(words), "resize:%dx%d,method=%s", h, w,
		    golden_word(&rest));
		snprintf(sample, sizeof(sample), "%dx%dx%d", h, w, c);
		for (i = 0; i < shape_count(&raw); i++)
			x[i] =
			    (uint8_t)floor((golden(SALT_IMAGE, i) + 1) * 128);
		run(words, raw, x, sample, out, &err);
		assert_string_equal(err.text, "");
		for (i = 0; i < h * w * c; i++) {
			word = golden_word(&rest);
			if (fabs((double)out[i] - strtod(word, NULL)) > 1)
				fail_msg("resize.txt:%d: number %d is %g, not "
					 "%s",
				    g.row, i, (double)out[i], word);
		}
	}
	assert_int_equal(lines, 12);
}

static void
test_proportions_are_kept_on_demand(void **state)
{
	static const struct shape wide = { 3, { 2, 4, 1 } };
	static const uint8_t x[] = { 10, 10, 30, 30, 50, 50, 70, 70 };
	static const double inside[] = { 30, 50 };

	(void)state;
	gives("resize:2x2,fit=inside", wide, x, "1x2x1", inside, 2);
	gives("resize:2x2,fit=cover,crop:2x2,top=0,left=1", wide, x, "2x2x1",
	    (double[]){ 10, 30, 50, 70 }, 4);
	gives("resize:1x1,fit=cover,pad:2x2,fill=white", wide, x, "2x2x1",
	    (double[]){ 30, 50, 255, 255 }, 4);
}

static void
test_windows_cut_and_fill(void **state)
{
	static const struct shape raw = { 3, { 3, 3, 1 } };
	static const uint8_t x[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	static const double middle[] = { 5 };
	static const double corner[] = { 5, 6, 8, 9 };
	static const double wider[] = { 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0, 7, 8,
		9, 0 };
	static const double white[] = { 1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9,
		255, 255, 255, 255, 255 };
	static const double edge[] = { 1, 1, 2, 3, 3, 1, 1, 2, 3, 3, 4, 4, 5, 6,
		6, 7, 7, 8, 9, 9, 7, 7, 8, 9, 9 };

	(void)state;
	gives("crop:1x1", raw, x, "1", middle, 1);
	gives("crop:2x2,top=1,left=1", raw, x, "2x2x1", corner, 4);
	gives("pad:3x5", raw, x, "3x5x1", wider, 15);
	gives("pad:4x4,fill=white", raw, x, "4x4x1", white, 16);
	gives("pad:5x5,fill=edge", raw, x, "5x5x1", edge, 25);
	gives("crop:1x2,top=0,left=0,normalize:250/125,pad:1x4", raw, x,
	    "1x4x1", (double[]){ -2, -1.992, -1.984, -2 }, 4);
}

static void
test_the_centre_of_mass_comes_to_the_middle(void **state)
{
	static const struct shape raw = { 3, { 3, 5, 1 } };
	static const uint8_t left[] = { 9, 3, 0, 0, 0, 9, 3, 0, 0, 0, 0, 0, 0,
		0, 0 };
	static const double middle[] = { 0, 0, 9, 3, 0, 0, 0, 9, 3, 0, 0, 0, 0,
		0, 0 };
	static const uint8_t dark[15] = { 0 };
	static const double still[15] = { 0 };
	static const uint8_t low[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		7 };
	static const double up[] = { 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0,
		0 };
	double inverted[15];
	int i;

	(void)state;
	/* Half a pixel too high stays; a row and a quarter too far left does
	   not. */
	gives("center:mass", raw, left, "3x5x1", middle, 15);
	gives("center", raw, dark, "3x5x1", still, 15);
	gives("center:mass", raw, low, "3x5x1", up, 15);
	for (i = 0; i < 15; i++)
		inverted[i] = 255 - up[i];
	gives("center:mass,invert", raw, low, "3x5x1", inverted, 15);
}

static void
test_auto_inverts_what_has_a_bright_border(void **state)
{
	static const struct shape raw = { 3, { 3, 3, 1 } };
	static const uint8_t ink[] = { 255, 255, 255, 255, 0, 255, 255, 200,
		255 };
	static const uint8_t chalk[] = { 0, 0, 0, 0, 255, 0, 0, 55, 0 };
	static const double want[] = { 0, 0, 0, 0, 1, 0, 0, 55 / 255.0, 0 };
	double white[9];
	int i;

	(void)state;
	gives("scale:1/255,invert:auto", raw, ink, "3x3x1", want, 9);
	gives("scale:1/255,invert:auto", raw, chalk, "3x3x1", want, 9);
	gives("invert:auto,scale:1/255", raw, ink, "3x3x1", want, 9);
	for (i = 0; i < 9; i++)
		white[i] = (want[i] - 0.25) / 0.5;
	gives("scale:1/255,normalize:0.25/0.5,invert:auto", raw, ink, "3x3x1",
	    white, 9);
}

static void
test_a_row_of_numbers_is_no_picture(void **state)
{
	static const struct shape row = { 1, { 4 } };
	static const struct {
		const char *words, *sample, *text;
	} cases[] = {
		{ "", "2x2x1",
		    "is 4, the model takes 2x2x1; a model for such rows "
		    "begins with --input=4 reshape:2x2x1" },
		{ "scale:1/255", "3x2x1", "is 4, the model takes 3x2x1" },
		{ "resize:2x2", "2x2x1",
		    "step resize: takes pictures, not 4 numbers in a row" },
		{ "resize:2x2", "4", "takes pictures, not 4 numbers in a row" },
	};
	struct err err = { 0 };
	float out[64];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		err_clear(&err);
		assert_int_equal(
		    run(cases[i].words, row, four, cases[i].sample, out, &err),
		    -1);
		n = strlen(err.text) - strlen(cases[i].text);
		if (strcmp(err.text + n, cases[i].text) != 0)
			fail_msg("%s: '%s'", cases[i].words, err.text);
	}
	err_clear(&err);
	assert_int_equal(run("gray,scale:1/255", row, four, "4", out, &err), 0);
}

static void
test_a_wrong_shape_says_which_step_is_missing(void **state)
{
	static const struct {
		const char *words, *sample, *text;
	} cases[] = {
		{ "", "3x2x1",
		    "is 2x2x1, the model takes 3x2x1; its "
		    "preprocessing needs resize:3x2" },
		{ "", "2x2x3", "needs rgb" },
		{ "rgb", "2x2x1", "is 2x2x3, the model takes 2x2x1" },
		{ "", "5", "is 2x2x1, the model takes 5" },
		{ "normalize:1+2/1+2", "2x2x1", "2 means" },
		{ "crop:3x2", "3x2x1", "beyond a picture of 2x2" },
		{ "crop:1x1,top=2", "1x1x1", "beyond a picture of 2x2" },
		{ "pad:1x9", "1x9x1", "is larger than 1x9" },
	};
	struct err err = { 0 };
	float out[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		err_clear(&err);
		assert_int_equal(run(cases[i].words, grey2, four,
				     cases[i].sample, out, &err),
		    -1);
		assert_int_equal(err.code, ERR_DATA);
		if (strstr(err.text, cases[i].text) == NULL)
			fail_msg("%s: '%s'", cases[i].words, err.text);
	}
}

/* A 16384 x 16384 picture in between is refused, not allocated. */
static void
test_intermediate_pictures_are_bounded(void **state)
{
	struct err err = { 0 };
	float out[4];

	(void)state;
	assert_int_equal(run("rgb,resize:16384x16384,resize:2x2,gray", grey2,
			     four, "2x2x1", out, &err),
	    -1);
	assert_non_null(strstr(err.text, "more than"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_become_a_document_and_words_again),
		cmocka_unit_test(test_wrong_words_are_usage_errors),
		cmocka_unit_test(test_hostile_documents_are_model_errors),
		cmocka_unit_test(test_pointwise_steps_are_one_pass),
		cmocka_unit_test(test_colours_are_weighted_or_spread),
		cmocka_unit_test(
		    test_area_keeps_the_mean_and_bilinear_the_line),
		cmocka_unit_test(test_sizes_change_as_elsewhere),
		cmocka_unit_test(test_proportions_are_kept_on_demand),
		cmocka_unit_test(test_windows_cut_and_fill),
		cmocka_unit_test(test_the_centre_of_mass_comes_to_the_middle),
		cmocka_unit_test(test_auto_inverts_what_has_a_bright_border),
		cmocka_unit_test(test_a_wrong_shape_says_which_step_is_missing),
		cmocka_unit_test(test_a_row_of_numbers_is_no_picture),
		cmocka_unit_test(test_intermediate_pictures_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
