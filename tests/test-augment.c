/* Random changes to pictures: words, pictures small enough to be computed by
   hand, statistics over many samples, and the feed that makes them. */
#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "augment.h"
#include "made.h"
#include "preplan.h"
#include "source.h"
#include "sources/pngread.h"

static struct arena arena;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static const struct affine plain = { 1, { 1 }, { 0 }, { 0 }, { 1 } };

/* The words over picture x (H W C numbers of 0..1 unless range says other) as
   sample number `sample`. */
struct play {
	const struct affine *range;
	struct step_work work;
	struct augmenter a;
};

static void
play_begin(struct play *p, const char *words)
{
	struct err err = { 0 };
	struct augment *a = augment_parse(words, &arena, ERR_USAGE, &err);

	assert_string_equal(err.text, "");
	memset(p, 0, sizeof(*p));
	p->range = &plain;
	augmenter_begin(&p->a, a, 7);
}

static void
play(struct play *p, float *x, int h, int w, int channels, uint64_t sample)
{
	struct canvas c = { NULL, h, w, channels, p->range, 1 };
	struct err err = { 0 };

	c.at = x;
	assert_int_equal(augment_run(&p->a, 3, sample, &c, &p->work, &err), 0);
	assert_string_equal(err.text, "");
}

static void
play_end(struct play *p)
{
	slab_free(p->work.at, p->work.size);
}

/* A picture whose numbers differ from each other, all of 0..1. */
static void
draw(float *x, int n)
{
	int i;

	for (i = 0; i < n; i++)
		x[i] = (float)((i * 37 + 11) % (n + 1)) / (float)(n + 1);
}

static void
equal(const char *what, const float *x, const float *want, int n, double within)
{
	int i;

	for (i = 0; i < n; i++)
		if (fabs((double)x[i] - (double)want[i]) > within)
			fail_msg("%s: number %d is %g, not %g", what, i,
			    (double)x[i], (double)want[i]);
}

static void
test_words_come_back(void **state)
{
	static const struct {
		const char *words, *again;
	} cases[] = {
		{ "", "none" },
		{ "none", "none" },
		{ "hflip,crop:pad4", "hflip,crop:pad4" },
		{ "hflip:0.5,crop:4", "hflip,crop:pad4" },
		{ "vflip,p=0.25", "vflip:0.25" },
		{ "shift:0.1,fill=edge,rotate:10,fill=zero",
		    "shift:0.1,fill=edge,rotate:10" },
		{ "scale:0.9-1.1,erase:0.1,p=1,noise:0.02",
		    "scale:0.9-1.1,erase:0.1,p=1,noise:0.02" },
		{ "brightness:0.2,contrast:0.2,color:0.2",
		    "brightness:0.2,contrast:0.2,colour:0.2" },
		{ "crop,pad=3", "crop:pad3" },
	};
	struct err err = { 0 };
	struct augment *a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		a = augment_parse(cases[i].words, &arena, ERR_USAGE, &err);
		assert_string_equal(err.text, "");
		assert_string_equal(
		    augment_print(a, &arena, &err), cases[i].again);
		a = augment_parse(cases[i].again, &arena, ERR_MODEL, &err);
		assert_string_equal(
		    augment_print(a, &arena, &err), cases[i].again);
	}
}

static void
test_wrong_words_are_named(void **state)
{
	static const struct {
		const char *words, *text;
	} cases[] = {
		{ "hflp", "no augmentation 'hflp'; did you mean 'hflip'?" },
		{ "sharpen-it",
		    "no augmentation 'sharpen-it'; nn-init --layers" },
		{ "hflip,rotate:x", "rotate: degrees: 'x'" },
		{ "rotate:200", "rotate: degrees: 200 is not in 0..180" },
		{ "rotate", "rotate: setting 'degrees' is missing" },
		{ "scale:1.1-0.9", "scale: range: '1.1-0.9' is not LEAST" },
		{ "scale:0.9", "such as 0.9-1.1" },
		{ "scale:0-1", "not LEAST" },
		{ "scale:-", "not LEAST" },
		{ "shift:0.1,fil=edge",
		    "unknown setting 'fil'; did you mean 'fill'?" },
		{ "shift:0.1,fill=dark", "shift: fill: 'dark'" },
		{ "shift:0.1:2", "shift: ':2' is too much" },
		{ "crop:pad", "crop: pad: ''" },
		{ "crop:padded", "crop: pad: 'ded'" },
		{ "crop:-1", "crop: pad: -1 is not in 0..4096" },
		{ "noise:0.1,noise:0.2", "noise: is there twice" },
		{ "colour:0.1,color:0.2", "colour: is there twice" },
		{ "none,hflip", "no augmentation 'none'" },
		{ ",", "" },
	};
	struct err err = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		err_clear(&err);
		assert_null(
		    augment_parse(cases[i].words, &arena, ERR_USAGE, &err));
		assert_int_equal(err.code, ERR_USAGE);
		if (strstr(err.text, cases[i].text) == NULL)
			fail_msg("%s: '%s'", cases[i].words, err.text);
		err_clear(&err);
		assert_null(
		    augment_parse(cases[i].words, &arena, ERR_MODEL, &err));
		assert_int_equal(err.code, ERR_MODEL);
	}
}

static void
test_no_strength_changes_nothing(void **state)
{
	static const char *const words[] = { "none", "hflip:0", "vflip:0",
		"shift:0", "rotate:0", "scale:1-1", "crop:pad0", "erase:0,p=1",
		"erase:1,p=0", "noise:0", "brightness:0", "contrast:0",
		"colour:0" };
	float x[7 * 5 * 3], was[7 * 5 * 3];
	size_t i, sample;
	struct play p;

	(void)state;
	draw(was, 7 * 5 * 3);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		play_begin(&p, words[i]);
		for (sample = 0; sample < 20; sample++) {
			memcpy(x, was, sizeof(x));
			play(&p, x, 7, 5, 3, sample);
			assert_memory_equal(x, was, sizeof(x));
		}
		play_end(&p);
	}
}

static void
test_flips_are_exact(void **state)
{
	static const float was[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
	static const float left[12] = { 5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8 };
	static const float top[12] = { 7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6 };
	static const float both[12] = { 11, 12, 9, 10, 7, 8, 5, 6, 3, 4, 1, 2 };
	static const struct {
		const char *words;
		const float *want;
	} cases[] = { { "hflip:1", left }, { "vflip:1", top },
		{ "hflip:1,vflip:1", both } };
	float x[12];
	struct play p;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		play_begin(&p, cases[i].words);
		memcpy(x, was, sizeof(x));
		play(&p, x, 2, 3, 2, 0); /* H W C */
		assert_memory_equal(x, cases[i].want, sizeof(x));
		play_end(&p);
	}
}

/* The picture moved by dx, dy: what comes in is dark, or the nearest pixel. */
static void
moved(const float *was, float *x, int side, int dx, int dy, int edge)
{
	int i, k;

	for (i = 0; i < side * side; i++) {
		int row = i / side - dy, column = i % side - dx;

		k = row < 0 || row >= side || column < 0 || column >= side;
		row = row < 0 ? 0 : row >= side ? side - 1 : row;
		column = column < 0 ? 0 : column >= side ? side - 1 : column;
		x[i] = k && !edge ? 0.0F : was[row * side + column];
	}
}

/* By how much the picture was moved, as dy * 100 + dx; -1: not found. */
static int
find_move(const float *was, const float *x, int side, int most, int edge)
{
	float want[100];
	int dx, dy;

	for (dy = -most; dy <= most; dy++)
		for (dx = -most; dx <= most; dx++) {
			moved(was, want, side, dx, dy, edge);
			if (memcmp(want, x,
				(size_t)(side * side) * sizeof(float)) == 0)
				return (dy + 20) * 100 + dx + 20;
		}
	return -1;
}

/* All moves up to `most`, each about as often as the others, no other. */
static void
covers(const char *words, int most, int edge)
{
	enum { SIDE = 10, TRIES = 5000 };
	int seen[4100] = { 0 }, n = 2 * most + 1, at, i, dx, dy;
	float was[SIDE * SIDE], x[SIDE * SIDE];
	double expected = (double)TRIES / (n * n), far = 0.0;
	struct play p;

	draw(was, SIDE * SIDE);
	play_begin(&p, words);
	for (i = 0; i < TRIES; i++) {
		memcpy(x, was, sizeof(x));
		play(&p, x, SIDE, SIDE, 1, (uint64_t)i);
		at = find_move(was, x, SIDE, most, edge);
		assert_true(at >= 0);
		seen[at]++;
	}
	play_end(&p);
	for (dy = -most; dy <= most; dy++)
		for (dx = -most; dx <= most; dx++) {
			double d = seen[(dy + 20) * 100 + dx + 20] - expected;

			far += d * d / expected;
		}
	/* Chi-square: mean n n - 1, spread sqrt(2 (n n - 1)). */
	assert_true(far < n * n - 1 + 5 * sqrt(2.0 * (n * n - 1)));
}

static void
test_moves_cover_their_range_evenly(void **state)
{
	(void)state;
	covers("shift:0.2", 2, 0);
	covers("shift:0.3,fill=edge", 3, 1);
	covers("crop:pad4", 4, 0);
	covers("crop:pad2,fill=edge", 2, 1);
}

/* Moves far beyond the picture leave it dark. */
static void
test_a_crop_may_lie_outside(void **state)
{
	float x[4], dark = 0;
	struct play p;
	uint64_t i;

	(void)state;
	play_begin(&p, "crop:pad4096,hflip:1");
	for (i = 0; i < 200; i++) {
		x[0] = x[1] = x[2] = x[3] = 1.0F;
		play(&p, x, 2, 2, 1, i);
		dark += x[0] + x[1] + x[2] + x[3];
	}
	assert_true(dark < 4);
	play_end(&p);
}

static void
test_a_share_is_flipped(void **state)
{
	float x[2];
	int flipped = 0;
	struct play p;
	uint64_t i;

	(void)state;
	play_begin(&p, "hflip:0.3");
	for (i = 0; i < 10000; i++) {
		x[0] = 0.0F;
		x[1] = 1.0F;
		play(&p, x, 1, 2, 1, i);
		flipped += x[0] > 0.5F;
	}
	play_end(&p);
	assert_in_range(flipped, 2770, 3230); /* 5 spreads of 46 */
}

/* One number at x, y of a picture by the formula of the page: between the four
   neighbours, dark outside. */
static double
between(const float *was, int h, int w, double x, double y)
{
	int c = (int)floor(x), r = (int)floor(y), i;
	double sum = 0.0;

	for (i = 0; i < 4; i++) {
		int cc = c + i % 2, rr = r + i / 2;
		double share = (1 - fabs(x - cc)) * (1 - fabs(y - rr));

		if (cc >= 0 && cc < w && rr >= 0 && rr < h)
			sum += share * (double)was[rr * w + cc];
	}
	return sum;
}

static void
test_a_rotation_interpolates(void **state)
{
	enum { H = 6, W = 9 };
	const double turn = 3.14159265358979323846 / 180.0;
	float was[H * W], x[H * W], want[H * W];
	uint32_t word[4];
	struct play p;
	uint64_t i;

	(void)state;
	draw(was, H * W);
	play_begin(&p, "rotate:90");
	for (i = 0; i < 50; i++) {
		double angle;
		int k;

		rng_block(word, rng_key(7, "augment/rotate"), 3, i, 0);
		angle = turn * 90 * (2.0 * (double)rng_unit(word[0]) - 1.0);
		for (k = 0; k < H * W; k++) {
			int row = k / W;
			double dx = k % W - 4.0, dy = row - 2.5;

			want[k] = (float)between(was, H, W,
			    4.0 + cos(angle) * dx - sin(angle) * dy,
			    2.5 + sin(angle) * dx + cos(angle) * dy);
		}
		memcpy(x, was, sizeof(x));
		play(&p, x, H, W, 1, i);
		equal("rotate", x, want, H * W, 1e-5);
	}
	play_end(&p);
}

/* Twice as large: every second pixel lies between its neighbours. */
static void
test_a_scale_interpolates(void **state)
{
	static const float was[5] = { 0.0F, 0.1F, 0.4F, 0.7F, 0.2F };
	static const float large[5] = { 0.1F, 0.25F, 0.4F, 0.55F, 0.7F };
	static const float small[5] = { 0.0F, 0.0F, 0.4F, 0.2F, 0.0F };
	float x[5];
	struct play p;

	(void)state;
	play_begin(&p, "scale:2-2");
	memcpy(x, was, sizeof(x));
	play(&p, x, 1, 5, 1, 0);
	equal("twice", x, large, 5, 1e-6);
	play_end(&p);
	play_begin(&p, "scale:0.5-0.5");
	memcpy(x, was, sizeof(x));
	play(&p, x, 1, 5, 1, 0);
	equal("half", x, small, 5, 1e-6);
	play_end(&p);
	play_begin(&p, "scale:0.5-0.5,fill=edge");
	memcpy(x, was, sizeof(x));
	play(&p, x, 1, 5, 1, 0);
	assert_true(fabsf(x[4] - was[4]) < 1e-6F);
	play_end(&p);
}

/* Several that move the picture are resampled once: a move there and a mirror
   of whole pixels keep every number, and a rotation with them is that of the
   moved picture. */
static void
test_moves_become_one(void **state)
{
	enum { SIDE = 8 };
	float was[SIDE * SIDE], a[SIDE * SIDE], b[SIDE * SIDE];
	struct play first, second, all;
	uint64_t i;
	int k, n = 0;

	(void)state;
	draw(was, SIDE * SIDE);
	play_begin(&first, "hflip,shift:0.25");
	play_begin(&second, "rotate:15");
	play_begin(&all, "hflip,shift:0.25,rotate:15");
	for (i = 0; i < 20; i++) {
		memcpy(a, was, sizeof(a));
		memcpy(b, was, sizeof(b));
		play(&first, a, SIDE, SIDE, 1, i);
		play(&second, a, SIDE, SIDE, 1, i);
		play(&all, b, SIDE, SIDE, 1, i);
		/* At the border the moved picture had lost what b keeps. */
		for (k = 0; k < SIDE * SIDE; k++)
			n += fabsf(a[k] - b[k]) < 1e-5F;
	}
	assert_true(n > 20 * SIDE * SIDE * 8 / 10);
	play_end(&first);
	play_end(&second);
	play_end(&all);
}

static void
test_a_rectangle_is_erased(void **state)
{
	enum { SIDE = 20, N = SIDE * SIDE };
	struct affine range = { 1, { 1 }, { 0 }, { -2 }, { 3 } };
	double area = 0.0, most = 0.0;
	int erased = 0, hit[N] = { 0 }, i, k;
	float x[N];
	struct play p;

	(void)state;
	play_begin(&p, "erase:0.1,p=0.6");
	p.range = &range;
	for (i = 0; i < 4000; i++) {
		int n = 0;

		for (k = 0; k < N; k++)
			x[k] = 1.0F;
		play(&p, x, SIDE, SIDE, 1, (uint64_t)i);
		for (k = 0; k < N; k++) {
			if (x[k] > 0.5F)
				continue;
			assert_true(x[k] == -2.0F);
			hit[k]++;
			n++;
		}
		erased += n > 0;
		area += n;
		most = n > most ? n : most;
	}
	play_end(&p);
	assert_in_range(erased, 2245, 2555); /* 5 spreads of 31 */
	assert_true(fabs(area / erased / N - 0.1) < 0.003);
	assert_true(most <= 0.1 * N + SIDE / 2.0);
	for (k = 0; k < N; k++)
		assert_true(hit[k] > 0);
}

static void
test_an_erased_share_of_one_is_all(void **state)
{
	float x[3 * 8];
	struct play p;
	int i, k;

	(void)state;
	play_begin(&p, "erase:1,p=1");
	for (i = 0; i < 50; i++) {
		draw(x, 3 * 8);
		play(&p, x, 3, 8, 1, (uint64_t)i);
		for (k = 0; k < 3 * 8; k++)
			assert_true(x[k] == 0.0F);
	}
	play_end(&p);
}

static void
test_noise_is_bell_shaped(void **state)
{
	enum { N = 100 * 100 };
	static const struct affine wide = { 1, { 1 }, { 0 }, { -5 }, { 5 } };
	double sum = 0, square = 0, within = 0, far = 0, last = 0, serial = 0;
	float *x = calloc(N, sizeof(float));
	struct play p;
	int i;

	(void)state;
	play_begin(&p, "noise:0.05"); /* of a range of 10: 0.5 */
	p.range = &wide;
	play(&p, x, 100, 100, 1, 0);
	for (i = 0; i < N; i++) {
		double v = (double)x[i];

		sum += v;
		square += v * v;
		within += fabs(v) < 0.5;
		far += fabs(v) > 1.0;
		serial += v * last;
		last = v;
	}
	free(x);
	play_end(&p);
	assert_true(fabs(sum / N) < 0.025);
	assert_true(fabs(sqrt(square / N) - 0.5) < 0.015);
	assert_true(fabs(within / N - 0.6827) < 0.025);
	assert_true(fabs(far / N - 0.0455) < 0.012);
	assert_true(fabs(serial / square) < 0.05);
}

/* Pictures of bytes stay in their range, others need not. */
static void
test_bytes_stay_in_range(void **state)
{
	enum { N = 50 * 50 * 3 };
	static const char *const words[] = { "noise:0.5", "brightness:1",
		"contrast:1", "colour:1" };
	struct affine range = { 3, { 1, 1, 1 }, { 0 }, { -1, 0, 2 },
		{ 1, 4, 3 } };
	struct canvas c = { NULL, 50, 50, 3, &range, 1 };
	float *x = calloc(N, sizeof(float));
	struct err err = { 0 };
	int i, k, out;
	struct play p;

	(void)state;
	for (k = 0; k < 4; k++) {
		play_begin(&p, words[k]);
		for (c.clip = 0; c.clip < 2; c.clip++) {
			for (i = 0; i < N; i++)
				x[i] = (float)(range.low[i % 3] +
				    (range.high[i % 3] - range.low[i % 3]) *
					(i / 3 % 7) / 6.0);
			c.at = x;
			assert_int_equal(
			    augment_run(&p.a, 0, 1, &c, &p.work, &err), 0);
			for (i = 0, out = 0; i < N; i++)
				out += x[i] < (float)range.low[i % 3] ||
				    x[i] > (float)range.high[i % 3];
			assert_true(c.clip ? out == 0 : k > 0 || out > 0);
		}
		play_end(&p);
	}
	free(x);
}

/* Light by a factor, the same for all numbers, evenly over the range. */
static void
test_brightness_is_a_factor(void **state)
{
	const struct affine range = { 1, { 1 }, { 0 }, { -1 }, { 3 } };
	double least = 2, most = 0, sum = 0;
	struct play p;
	int i;

	(void)state;
	play_begin(&p, "brightness:0.2");
	p.range = &range;
	for (i = 0; i < 2000; i++) {
		float x[3] = { -1, 0, 1 }; /* 0, 1/4, 1/2 of the range */
		double f;

		play(&p, x, 1, 3, 1, (uint64_t)i);
		assert_true(fabsf(x[0] + 1) < 1e-6F);
		f = ((double)x[2] + 1) / 2;
		assert_true(fabs((double)x[1] + 1 - f) < 1e-5);
		least = f < least ? f : least;
		most = f > most ? f : most;
		sum += f;
	}
	play_end(&p);
	assert_true(least > 0.7999 && least < 0.805);
	assert_true(most > 1.195 && most < 1.2001);
	assert_true(fabs(sum / 2000 - 1) < 0.015);
}

static void
test_contrast_keeps_the_mean(void **state)
{
	struct play p;
	int i;

	(void)state;
	play_begin(&p, "contrast:0.5");
	for (i = 0; i < 100; i++) {
		/* Two pixels of colour; brightness 0.36 and 0.44. */
		float x[6] = { 0.36F, 0.36F, 0.36F, 0.44F, 0.44F, 0.44F };
		float f;

		play(&p, x, 1, 2, 3, (uint64_t)i);
		f = (x[3] - x[0]) / 0.08F;
		assert_true(f > 0.499F && f < 1.501F);
		assert_true(fabsf(x[0] + x[3] - 0.8F) < 1e-5F);
		assert_true(fabsf(x[1] - x[0]) < 1e-6F);
	}
	play_end(&p);
}

static void
test_colour_keeps_the_brightness(void **state)
{
	struct play p;
	int i;

	(void)state;
	play_begin(&p, "colour:0.5");
	for (i = 0; i < 100; i++) {
		float x[6] = { 0.5F, 0.4F, 0.3F, 0.6F, 0.6F, 0.6F };
		float grey, f;

		play(&p, x, 1, 2, 3, (uint64_t)i);
		grey = 0.299F * x[0] + 0.587F * x[1] + 0.114F * x[2];
		f = (x[0] - x[2]) / 0.2F;
		assert_true(f > 0.499F && f < 1.501F);
		assert_true(fabsf(grey - 0.4185F) < 1e-5F);
		assert_true(fabsf(x[3] - 0.6F) < 1e-6F);
		assert_true(fabsf(x[5] - 0.6F) < 1e-6F);
	}
	play_end(&p);
}

/* What a sample becomes depends on the seed, the epoch and its number, not on
   the samples before it. */
static void
test_order_does_not_matter(void **state)
{
	const char *words = "hflip,shift:0.3,rotate:20,erase:0.2,noise:0.1";
	enum { N = 8 * 8 };
	float a[10][N], b[10][N];
	struct play p;
	int i;

	(void)state;
	play_begin(&p, words);
	for (i = 0; i < 10; i++) {
		draw(a[i], N);
		play(&p, a[i], 8, 8, 1, (uint64_t)i);
	}
	for (i = 9; i >= 0; i--) {
		draw(b[i], N);
		play(&p, b[i], 8, 8, 1, (uint64_t)i);
	}
	assert_memory_equal(a, b, sizeof(a));
	for (i = 1; i < 10; i++)
		assert_true(memcmp(a[i], a[0], sizeof(a[0])) != 0);
	play_end(&p);
}

/* Epoch `epoch` of the feed from batch `at` on, by sample. */
static void
gather(struct dataset *d, const char *words, int threads, uint32_t epoch,
    int at, float *out, int numbers)
{
	struct err err = { 0 };
	struct feed_conf conf = { .batch = 7, .shuffle = 1, .seed = 5 };
	struct batch b;
	struct feed *f;
	int i;

	conf.threads = threads;
	conf.augment = augment_parse(words, &arena, ERR_USAGE, &err);
	f = data_feed(d, &conf, &err);
	assert_string_equal(err.text, "");
	assert_int_equal(f->begin(f, epoch, at, &err), 0);
	while (f->next(f, &b, &err) == 0 && b.n > 0)
		for (i = 0; i < b.n; i++)
			memcpy(out + (int)b.id[i] * numbers,
			    (float *)b.x.data + i * numbers,
			    (size_t)numbers * sizeof(float));
	assert_string_equal(err.text, "");
	data_feed_free(f);
}

static void
test_a_feed_is_the_same_whatever_the_threads(void **state)
{
	enum { COUNT = 40, N = 6 * 5 };
	const char *words = "hflip,crop:pad2,rotate:10,noise:0.1";
	static float none[COUNT * N], one[COUNT * N], two[COUNT * N];
	static float late[COUNT * N], next[COUNT * N];
	static const int dim[] = { COUNT, 6, 5 };
	uint8_t numbers[COUNT * N], file[COUNT * N + 64];
	struct err err = { 0 };
	struct made_want w;
	struct dataset *d;
	int i, kept = 0;

	(void)state;
	for (i = 0; i < COUNT * N; i++)
		numbers[i] = (uint8_t)(i * 7);
	made_begin();
	made_file("x", file, made_idx(file, 8, 3, dim, numbers, COUNT * N));
	made_want(&w, "scale:1/255", "6x5x1", TARGET_NONE);
	d = made_open("x", &w, &err);
	assert_string_equal(err.text, "");
	gather(d, "none", 0, 2, 0, none, N);
	gather(d, words, 0, 2, 0, one, N);
	gather(d, words, 1, 2, 0, two, N);
	assert_memory_equal(one, two, sizeof(one));
	assert_true(memcmp(one, none, sizeof(one)) != 0);
	/* From the third batch on, as a resumed run goes on. */
	gather(d, words, 1, 2, 2, late, N);
	for (i = 0; i < COUNT; i++)
		kept +=
		    memcmp(late + i * N, one + i * N, N * sizeof(float)) == 0;
	assert_int_equal(kept, COUNT - 14);
	gather(d, words, 1, 3, 0, next, N);
	assert_true(memcmp(next, one, sizeof(one)) != 0);
	data_free(d);
	made_want_end(&w);
	made_end();
}

/* A pool decodes pictures in any order. */
static void
test_a_pool_is_the_same_as_one(void **state)
{
	enum { COUNT = 60, N = 6 * 5 };
	const char *words = "hflip,shift:0.4,rotate:10,noise:0.1,erase:0.2";
	static float one[COUNT * N], two[COUNT * N];
	struct err err = { 0 };
	struct made_want w;
	struct dataset *d;
	char path[32];
	int i, threads;

	(void)state;
	made_begin();
	made_folder("f");
	for (i = 0; i < COUNT; i++) {
		snprintf(path, sizeof(path), "f/%02d.png", i);
		made_png(path, 6, 5, 1, (uint8_t)(3 * i));
	}
	made_want(&w, "scale:1/255", "6x5x1", TARGET_NONE);
	d = made_open("dir:f", &w, &err);
	assert_string_equal(err.text, "");
	gather(d, words, 0, 4, 0, one, N);
	for (threads = 2; threads < 5; threads++) {
		memset(two, 0, sizeof(two));
		gather(d, words, threads, 4, 0, two, N);
		assert_memory_equal(one, two, sizeof(one));
	}
	data_free(d);
	made_want_end(&w);
	made_end();
}

static void
test_no_memory_is_asked_for_a_sample(void **state)
{
	float x[12 * 12 * 3];
	struct play p;
	long before;
	uint64_t i;

	(void)state;
	play_begin(&p,
	    "hflip,vflip,crop:pad2,rotate:20,scale:0.5-2,erase:0.2,noise:0.1,"
	    "brightness:0.1,contrast:0.1,colour:0.1");
	draw(x, 12 * 12 * 3);
	play(&p, x, 12, 12, 3, 0);
	before = memory_requests();
	for (i = 1; i < 100; i++)
		play(&p, x, 12, 12, 3, i);
	assert_int_equal(memory_requests(), before);
	play_end(&p);
}

/* What is no picture, or has no colours, is refused before the work. */
static void
test_what_has_no_effect_is_refused(void **state)
{
	static const struct {
		const char *operand, *shape, *words, *text;
	} cases[] = {
		{ "t.csv", "3", "hflip", "3 numbers in a row are no pictures" },
		{ "g.png", "4x6x1", "colour:0.1",
		    "colour: the pictures have 1 channel, not red" },
		{ "g.png", "4x6x1", "shift:0.1", "less than a pixel" },
		{ "g.png", "4x6x1", "shift:0.17", NULL },
		{ "g.png", "24", "rotate:5", NULL },
		{ "c.png", "4x6x3", "colour:0.1", NULL },
	};
	struct err err = { 0 };
	struct feed_conf conf = { .batch = 2 };
	struct made_want w;
	struct dataset *d;
	struct feed *f;
	size_t i;

	(void)state;
	made_begin();
	made_text("t.csv", "1,2,3\n4,5,6\n");
	made_png("g.png", 4, 6, 1, 0);
	made_png("c.png", 4, 6, 3, 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		made_want(&w, "", cases[i].shape, TARGET_NONE);
		d = made_open(cases[i].operand, &w, &err);
		conf.augment =
		    augment_parse(cases[i].words, &arena, ERR_USAGE, &err);
		assert_string_equal(err.text, "");
		f = data_feed(d, &conf, &err);
		if (cases[i].text == NULL) {
			assert_string_equal(err.text, "");
		} else if (strstr(err.text, cases[i].text) == NULL) {
			fail_msg("%s: '%s'", cases[i].words, err.text);
		}
		err_clear(&err);
		data_feed_free(f);
		data_free(d);
		made_want_end(&w);
	}
	made_end();
}

/* The picture in cell row, column of a sheet, as it would be enlarged. */
static void
check_cell(const struct tensor *sheet, int row, int column,
    const struct shape *picture, const uint8_t *want, int channels)
{
	int height = (int)picture->dim[0], width = (int)picture->dim[1];
	int side = height > width ? height : width;
	int factor = 64 / side;
	int top = 4 + row * (height * factor + 4);
	int left = 4 + column * (width * factor + 4) + (column > 0 ? 4 : 0);
	const uint8_t *at = sheet->data;
	int y, x, k;

	for (y = 0; y < height * factor; y++)
		for (x = 0; x < width * factor; x++)
			for (k = 0; k < channels; k++)
				assert_int_equal(
				    at[((top + y) * (int)sheet->shape.dim[1] +
					   left + x) *
					    channels +
					k],
				    want[(y / factor * width + x / factor) *
					    channels +
					k]);
}

static void
test_a_sheet_shows_each_beside_its_changes(void **state)
{
	struct sheet_conf conf = { NULL, 1, 0 };
	struct sample_buffer b = { 0 };
	uint8_t was[2 * 4 * 3], turned[2 * 4 * 3];
	struct err err = { 0 };
	struct made_want w;
	struct dataset *d;
	struct sample sheet;
	void *at = NULL;
	size_t size = 0, n;
	int i, k;

	(void)state;
	made_begin();
	made_png("c.png", 2, 4, 3, 200);
	for (i = 0; i < 2 * 4; i++)
		for (k = 0; k < 3; k++) {
			was[i * 3 + k] = (uint8_t)(200 + i * 3 + k);
			turned[((1 - i / 4) * 4 + i % 4) * 3 + k] =
			    was[i * 3 + k];
		}
	made_want(&w, "scale:1/255,normalize:0.5+0.4+0.3/0.2+0.3+0.4,invert",
	    "2x4x3", TARGET_NONE);
	d = made_open("c.png", &w, &err);
	conf.augment = augment_parse("vflip:1", &arena, ERR_USAGE, &err);
	assert_int_equal(data_sheet(d, &conf, &at, &size, &n, &err), 0);
	assert_int_equal(png_decode(at, n, NULL, &sheet, &b, &err), 0);
	assert_string_equal(err.text, "");
	/* One row of nine: what the net sees, which the chain has inverted. */
	assert_int_equal(sheet.x.shape.dim[0], 4 + 32 + 4);
	assert_int_equal(sheet.x.shape.dim[1], 9 * (64 + 4) + 8);
	for (i = 0; i < (int)sizeof(was); i++) {
		was[i] = (uint8_t)(255 - was[i]);
		turned[i] = (uint8_t)(255 - turned[i]);
	}
	check_cell(&sheet.x, 0, 0, &(struct shape){ 2, { 2, 4 } }, was, 3);
	for (i = 1; i < 9; i++)
		check_cell(
		    &sheet.x, 0, i, &(struct shape){ 2, { 2, 4 } }, turned, 3);
	assert_int_equal(((uint8_t *)sheet.x.data)[0], 128);
	slab_free(at, size);
	sample_buffer_free(&b);
	data_free(d);
	made_want_end(&w);
	made_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_come_back),
		cmocka_unit_test(test_wrong_words_are_named),
		cmocka_unit_test(test_no_strength_changes_nothing),
		cmocka_unit_test(test_flips_are_exact),
		cmocka_unit_test(test_moves_cover_their_range_evenly),
		cmocka_unit_test(test_a_crop_may_lie_outside),
		cmocka_unit_test(test_a_share_is_flipped),
		cmocka_unit_test(test_a_rotation_interpolates),
		cmocka_unit_test(test_a_scale_interpolates),
		cmocka_unit_test(test_moves_become_one),
		cmocka_unit_test(test_a_rectangle_is_erased),
		cmocka_unit_test(test_an_erased_share_of_one_is_all),
		cmocka_unit_test(test_noise_is_bell_shaped),
		cmocka_unit_test(test_bytes_stay_in_range),
		cmocka_unit_test(test_brightness_is_a_factor),
		cmocka_unit_test(test_contrast_keeps_the_mean),
		cmocka_unit_test(test_colour_keeps_the_brightness),
		cmocka_unit_test(test_order_does_not_matter),
		cmocka_unit_test(test_a_feed_is_the_same_whatever_the_threads),
		cmocka_unit_test(test_a_pool_is_the_same_as_one),
		cmocka_unit_test(test_no_memory_is_asked_for_a_sample),
		cmocka_unit_test(test_what_has_no_effect_is_refused),
		cmocka_unit_test(test_a_sheet_shows_each_beside_its_changes),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
