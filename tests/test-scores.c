/* Curves of kept scores: worked out by hand, and as recorded by a script that
   knows nothing but the definition. */
#include "golden.h"

#include "scores.h"

enum { SALT_SCORE = 300, SALT_LABEL = 301, SAMPLES = 100 };

static struct arena arena;
static struct err err;

static int
near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

static struct scores
kept(int64_t width, int64_t n, const real *output, const int32_t *label)
{
	struct scores s;

	assert_int_equal(scores_begin(&s, width, n, &arena, &err), 0);
	scores_add(&s, output, label, n / 2);
	scores_add(&s, output + n / 2 * width, label + n / 2, n - n / 2);
	assert_int_equal(scores_rank(&s, &arena, &err), 0);
	return s;
}

/* Of 3 x 3 pairs: .8 beats all, .4 beats one and ties with one, .1 none. */
static void
test_ties_count_half(void **state)
{
	static const real p[] = { REAL_C(0.8), REAL_C(0.4), REAL_C(0.1),
		REAL_C(0.6), REAL_C(0.4), REAL_C(0.2) };
	static const int32_t label[] = { 1, 1, 1, 0, 0, 0 };
	struct scores s = kept(1, 6, p, label);

	(void)state;
	assert_true(near(scores_roc(&s, 1).auc, 4.5 / 9));
	assert_true(near(scores_roc(&s, 0).auc, 4.5 / 9));
	assert_true(near(scores_auc(&s), 4.5 / 9));
	arena_free(&arena);
}

/* The third class never occurs and counts for nothing. */
static void
test_the_mean_is_over_the_classes_that_occur(void **state)
{
	static const real p[] = {
		REAL_C(0.7), REAL_C(0.2), REAL_C(0.1), /* 0 */
		REAL_C(0.3), REAL_C(0.3), REAL_C(0.4), /* 0 */
		REAL_C(0.4), REAL_C(0.5), REAL_C(0.1), /* 1 */
	};
	static const int32_t label[] = { 0, 0, 1 };
	struct scores s = kept(3, 3, p, label);

	(void)state;
	assert_true(near(scores_roc(&s, 0).auc, 0.5));
	assert_true(near(scores_roc(&s, 1).auc, 1));
	assert_true(isnan(scores_roc(&s, 2).auc));
	assert_int_equal(scores_roc(&s, 2).n, 0);
	assert_true(near(scores_auc(&s), 0.75));
	arena_free(&arena);
}

/* Four corners: the points on the way up and on the way right are left out. */
static void
test_a_curve_has_its_corners_only(void **state)
{
	static const real p[] = { REAL_C(0.9), REAL_C(0.8), REAL_C(0.7),
		REAL_C(0.6), REAL_C(0.5) };
	static const int32_t label[] = { 1, 1, 0, 0, 1 };
	static const double want[][2] = { { 0, 0 }, { 0, 2. / 3 },
		{ 1, 2. / 3 }, { 1, 1 } };
	struct scores s = kept(1, 5, p, label);
	struct roc r = scores_roc(&s, 1);

	(void)state;
	assert_int_equal(r.n, 4);
	for (int i = 0; i < 4; i++) {
		assert_true(near(r.point[i].false_rate, want[i][0]));
		assert_true(near(r.point[i].true_rate, want[i][1]));
	}
	assert_true(isnan(r.point[0].threshold));
	assert_true(near(r.point[1].threshold, 0.8));
	assert_true(near(r.point[3].threshold, 0.5));
	arena_free(&arena);
}

static int64_t
below(uint32_t salt, int64_t i, int64_t n)
{
	return (int64_t)((golden(salt, i) + 1) / 2 * (double)n);
}

static struct scores
made(int64_t width, int64_t n, int64_t levels)
{
	real p[5 * SAMPLES];
	int32_t label[SAMPLES];

	assert_true(width <= 5 && n <= SAMPLES);
	for (int64_t i = 0; i < n; i++) {
		label[i] =
		    (int32_t)below(SALT_LABEL, i, width == 1 ? 2 : width);
		for (int64_t k = 0; k < width; k++) {
			int64_t at = i * width + k;
			int own = label[i] == (width == 1 ? 1 : k);

			p[at] = (real)(below(SALT_SCORE, at, levels) + own) /
			    (real)(levels + 1);
		}
	}
	return kept(width, n, p, label);
}

static void
compare(struct golden *g, int area, const struct roc *r, char **rest)
{
	real v[3 * SAMPLES + 3];

	for (int64_t i = 0; i < r->n && !area; i++) {
		v[3 * i] = (real)r->point[i].threshold;
		v[3 * i + 1] = (real)r->point[i].false_rate;
		v[3 * i + 2] = (real)r->point[i].true_rate;
	}
	if (area)
		v[0] = (real)r->auc;
	else
		assert_string_equal(golden_word(rest), "nan");
	golden_compare(
	    g, "roc", rest, v + !area, area ? 1 : 3 * r->n - 1, 1e-12);
}

static void
test_curves_are_as_recorded(void **state)
{
	struct golden g;
	const char *what;
	char *rest;
	int lines = 0;

	(void)state;
	golden_open(&g, "roc.txt");
	for (; (what = golden_next(&g, &rest)) != NULL; lines++) {
		int64_t width = golden_int(&rest), n = golden_int(&rest);
		int64_t levels = golden_int(&rest), class = golden_int(&rest);
		struct scores s = made(width, n, levels);
		struct roc r = scores_roc(&s, class);

		compare(&g, strcmp(what, "auc") == 0, &r, &rest);
		arena_free(&arena);
	}
	assert_int_equal(lines, 24);
}

/* Logits z and 0 of one class, four of five right: the best probability of
   them is 4/5, z / T = log 4. */
static void
test_the_temperature_makes_probabilities_shares(void **state)
{
	static const real z[] = { 5, 0, 5, 0, 5, 0, 5, 0, 5, 0 };
	static const int32_t label[] = { 0, 0, 1, 0, 0 };
	struct scores s = kept(2, 5, z, label);
	struct temper t = scores_temper(&s);

	(void)state;
	assert_true(near(t.temperature, 5 / log(4)));
	assert_true(near(t.before, (4 * log1p(exp(-5)) + log1p(exp(5))) / 5));
	assert_true(near(t.after, -(4 * log(0.8) + log(0.2)) / 5));
	assert_false(t.at_end);
	scores_cool(&s, t.temperature);
	assert_true(near(s.output[0], 0.8) && near(s.output[1], 0.2));
	arena_free(&arena);
}

static void
test_one_output_has_a_temperature_too(void **state)
{
	static const real z[] = { 3, 3, -3, -3 };
	static const int32_t label[] = { 1, 0, 0, 0 };
	struct scores s = kept(1, 4, z, label);
	struct temper t = scores_temper(&s);

	(void)state;
	assert_true(near(t.temperature, 3 / log(3)));
	scores_cool(&s, t.temperature);
	assert_true(near(s.output[0], 0.75) && near(s.output[3], 0.25));
	arena_free(&arena);
}

/* Nothing is sharp enough when all is right, nor flat enough when all is
   wrong. */
static void
test_the_temperature_stays_in_its_range(void **state)
{
	static const real z[] = { 2, 1, 1, 2 };
	static const int32_t right[] = { 0, 1 }, wrong[] = { 1, 0 };
	struct scores s = kept(2, 2, z, right);
	struct temper t = scores_temper(&s);

	(void)state;
	assert_true(t.at_end && near(t.temperature, 1 / TEMPER_MAX));
	s = kept(2, 2, z, wrong);
	t = scores_temper(&s);
	assert_true(t.at_end && near(t.temperature, TEMPER_MAX));
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ties_count_half),
		cmocka_unit_test(test_the_mean_is_over_the_classes_that_occur),
		cmocka_unit_test(test_a_curve_has_its_corners_only),
		cmocka_unit_test(test_curves_are_as_recorded),
		cmocka_unit_test(
		    test_the_temperature_makes_probabilities_shares),
		cmocka_unit_test(test_one_output_has_a_temperature_too),
		cmocka_unit_test(test_the_temperature_stays_in_its_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
