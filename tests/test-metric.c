/* Figures of scored data, against tables worked out by hand. */
#include "parts.h"

#include "versus.h"
#include "worst.h"

static struct arena arena;
static struct err err;

static int
near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

/* Six samples of three classes; the third never occurs. */
static const real outputs[] = {
	REAL_C(0.7), REAL_C(0.2), REAL_C(0.1), /* 0 as 0 */
	REAL_C(0.1), REAL_C(0.6), REAL_C(0.3), /* 0 as 1 */
	REAL_C(0.5), REAL_C(0.5), REAL_C(0.0), /* 0 as 0: first of equals */
	REAL_C(0.2), REAL_C(0.5), REAL_C(0.3), /* 1 as 1 */
	REAL_C(0.1), REAL_C(0.3), REAL_C(0.6), /* 1 as 2 */
	REAL_C(0.9), REAL_C(0.0), REAL_C(0.1), /* 1 as 0 */
};
static const int32_t labels[] = { 0, 0, 0, 1, 1, 1 };
static const real loss[] = { 1, 2, 3, 4, 5, 6 };

static struct metric
counted(void)
{
	struct metric m;

	assert_int_equal(metric_begin(&m, 3, 2, &arena, &err), 0);
	metric_add(&m, outputs, labels, loss, 4);
	metric_add(&m, outputs + 12, labels + 4, loss + 4, 2);
	return m;
}

static void
test_classes_are_counted(void **state)
{
	static const int64_t table[] = { 2, 1, 0, 1, 1, 1, 0, 0, 0 };
	struct metric m = counted();
	struct metric_row r;

	(void)state;
	assert_int_equal(m.n, 6);
	assert_memory_equal(m.confusion, table, sizeof(table));
	assert_true(near(metric_accuracy(&m), 0.5));
	assert_true(near(metric_loss(&m), 3.5));
	r = metric_row(&m, 0);
	assert_true(r.support == 3 && r.predicted == 3 && r.right == 2);
	assert_true(near(r.precision, 2. / 3) && near(r.recall, 2. / 3));
	r = metric_row(&m, 1);
	assert_true(near(r.precision, 0.5) && near(r.recall, 1. / 3));
	assert_true(near(r.f1, 0.4));
	r = metric_row(&m, 2);
	assert_true(r.support == 0 && isnan(r.recall));
	assert_true(near(r.precision, 0) && near(r.f1, 0));
	arena_free(&arena);
}

static void
test_means_are_over_the_classes_that_occur(void **state)
{
	struct metric m = counted();

	(void)state;
	assert_true(near(metric_balanced(&m), 0.5));
	assert_true(near(metric_macro_f1(&m), (2. / 3 + 0.4) / 2));
	arena_free(&arena);
}

/* Two best of three: only the second and the last miss. */
static void
test_top_k_counts_ranks(void **state)
{
	struct metric m = counted();

	(void)state;
	assert_true(near(metric_top(&m), 4. / 6));
	arena_free(&arena);
}

static void
test_log_loss_and_calibration(void **state)
{
	struct metric m = counted();
	double sum =
	    -log(0.7) - log(0.1) - 2 * log(0.5) - log(0.3) - log(1e-15);

	(void)state;
	assert_true(near(metric_log_loss(&m), sum / 6));
	/* Bins: .5 (both right), .6 (none of two), .7 (right),
	   .9 (wrong). */
	assert_true(near(metric_ece(&m), (1 + 1.2 + 0.3 + 0.9) / 6));
	assert_true(near(metric_mce(&m), 0.9));
	arena_free(&arena);
}

/* Two bins: none below one half, all six above. */
static void
test_bins_are_as_many_as_wanted(void **state)
{
	struct metric_reliability r;
	struct metric m;

	(void)state;
	assert_int_equal(metric_begin(&m, 3, 1, &arena, &err), 0);
	assert_true(isnan(metric_mce(&m)));
	assert_int_equal(metric_bins(&m, 2, &arena, &err), 0);
	metric_add(&m, outputs, labels, loss, 6);
	r = metric_reliability(&m, 0);
	assert_true(r.n == 0 && near(r.high, 0.5) && isnan(r.accuracy));
	r = metric_reliability(&m, 1);
	assert_true(r.n == 6 && near(r.low, 0.5) && near(r.high, 1));
	assert_true(near(r.confidence, 3.8 / 6) && near(r.accuracy, 0.5));
	assert_true(near(metric_ece(&m), 0.8 / 6));
	assert_true(near(metric_mce(&m), 0.8 / 6));
	arena_free(&arena);
}

static void
test_one_output_is_a_yes_or_no(void **state)
{
	static const real p[] = { REAL_C(0.9), REAL_C(0.2), REAL_C(0.6) };
	static const int32_t truth[] = { 1, 0, 0 };
	struct metric m;

	(void)state;
	assert_int_equal(metric_begin(&m, 1, 1, &arena, &err), 0);
	metric_add(&m, p, truth, NULL, 3);
	assert_int_equal(m.classes, 2);
	assert_true(near(metric_accuracy(&m), 2. / 3));
	assert_true(near(metric_top(&m), 2. / 3));
	assert_true(
	    near(metric_log_loss(&m), -(log(0.9) + log(0.8) + log(0.4)) / 3));
	assert_int_equal(metric_row(&m, 1).predicted, 2);
	arena_free(&arena);
}

static void
test_nothing_counted_is_not_a_number(void **state)
{
	struct metric m;
	double low, high;

	(void)state;
	assert_int_equal(metric_begin(&m, 4, 1, &arena, &err), 0);
	assert_true(isnan(metric_accuracy(&m)));
	assert_true(isnan(metric_macro_f1(&m)));
	metric_wilson(0, 0, 1.96, &low, &high);
	assert_true(isnan(low) && isnan(high));
	arena_free(&arena);
}

/* Wilson's interval for 15 of 20 as tables have it. */
static void
test_wilson(void **state)
{
	double low, high;

	(void)state;
	metric_wilson(15, 20, 1.96, &low, &high);
	assert_true(fabs(low - 0.531299) < 1e-5);
	assert_true(fabs(high - 0.888138) < 1e-5);
	metric_wilson(0, 10, 1.96, &low, &high);
	assert_true(near(low, 0) && fabs(high - 0.277535) < 1e-5);
	metric_wilson(10, 10, 1.96, &low, &high);
	assert_true(near(high, 1));
}

static void
test_more_classes_than_memory_is_an_error(void **state)
{
	struct metric m;

	(void)state;
	assert_int_equal(
	    metric_begin(&m, INT64_C(1) << 40, 1, &arena, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	err_clear(&err);
}

/* Targets (1 2) (3 2) (5 2): the second output does not vary. */
static void
test_regression(void **state)
{
	static const real target[] = { 1, 2, 3, 2, 5, 2 };
	static const real z[] = { 2, 2, 3, 2, 5, 3 };
	struct metric_fit f;

	(void)state;
	assert_int_equal(metric_fit_begin(&f, 2, &arena, &err), 0);
	metric_fit_add(&f, z, target, loss, 2);
	metric_fit_add(&f, z + 4, target + 4, loss + 2, 1);
	assert_true(near(metric_mae(&f), 2. / 6));
	assert_true(near(metric_rmse(&f), sqrt(2. / 6)));
	assert_true(near(metric_r2(&f), 1 - 2. / 8));
	assert_true(near(metric_fit_loss(&f), 2));
	arena_free(&arena);
}

/* The six samples against one output a class that says 0, 1, 0, 1, 1, 1 in an
   order of classes of its own. */
static void
test_two_models_are_right_together_or_alone(void **state)
{
	static const real other[] = { 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0 };
	static const int32_t map[] = { 1, 0 };
	struct versus v = { .width = 3, .other_width = 2, .map = map };

	(void)state;
	versus_add(&v, labels, outputs, other, 2);
	versus_add(&v, labels + 2, outputs + 6, other + 4, 4);
	assert_int_equal(v.n, 6);
	assert_int_equal(v.both, 3);
	assert_int_equal(v.only_one, 0);
	assert_int_equal(v.only_other, 2);
	assert_int_equal(v.neither, 1);
	assert_true(near(versus_other(&v), 5. / 6));
	assert_true(near(versus_difference(&v), -2. / 6));
}

/* One against five: 2 (1 + 6) / 2^6. */
static void
test_mcnemar(void **state)
{
	struct versus v = { .n = 20, .only_one = 5, .only_other = 1 };
	double low, high;

	(void)state;
	assert_true(near(versus_mcnemar(&v), 14. / 64));
	versus_interval(&v, METRIC_Z95, &low, &high);
	assert_true(fabs(low + 0.058439) < 1e-5);
	assert_true(fabs(high - 0.422075) < 1e-5);
	v.only_other = 5;
	assert_true(near(versus_mcnemar(&v), 1));
	v.only_one = v.only_other = 0;
	assert_true(near(versus_mcnemar(&v), 1));
	/* As many that nothing is left of 2^-n. */
	v.n = v.only_one = 5000;
	assert_true(versus_mcnemar(&v) >= 0 && versus_mcnemar(&v) < 1e-300);
	v.only_other = 5000;
	assert_true(near(versus_mcnemar(&v), 1));
	v = (struct versus){ 0 };
	assert_true(isnan(versus_mcnemar(&v)));
	assert_true(isnan(versus_difference(&v)));
}

static void
test_the_surest_mistakes_are_kept(void **state)
{
	static const real output[] = { 0.9, 0.1, 0.3, 0.7, 0.6, 0.4, 0.2, 0.8,
		0.7, 0.3 };
	static const int32_t label[] = { 1, 1, 1, 0, 1 };
	static const uint64_t id[] = { 5, 6, 7, 8, 9 };
	struct worst w = { 0 };

	(void)state;
	worst_add(&w, output, 2, label, id, 5);
	assert_int_equal(w.n, 4);
	assert_int_equal(w.at[0].id, 5);
	assert_int_equal(w.at[1].id, 8);
	assert_int_equal(w.at[1].truth, 0);
	assert_int_equal(w.at[1].answer, 1);
	assert_int_equal(w.at[2].id, 9);
	assert_int_equal(w.at[3].id, 7);
	/* Of equals those that came first stay. */
	for (int i = 0; i < WORST_MAX; i++)
		worst_add(&w, output + 6, 2, label + 3, id + 1, 1);
	assert_int_equal(w.n, WORST_MAX);
	assert_int_equal(w.at[0].id, 5);
	assert_int_equal(w.at[1].id, 8);
	assert_int_equal(w.at[WORST_MAX - 1].id, 6);
	/* One output: class 0 is sure when it is small. */
	w.n = 0;
	worst_add(&w, output + 3, 1, label + 3, id, 1);
	worst_add(&w, output + 1, 1, label, id + 1, 1);
	assert_int_equal(w.n, 2);
	assert_int_equal(w.at[0].answer, 0);
	assert_true(w.at[0].prob > 0.89);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classes_are_counted),
		cmocka_unit_test(test_means_are_over_the_classes_that_occur),
		cmocka_unit_test(test_top_k_counts_ranks),
		cmocka_unit_test(test_log_loss_and_calibration),
		cmocka_unit_test(test_bins_are_as_many_as_wanted),
		cmocka_unit_test(test_one_output_is_a_yes_or_no),
		cmocka_unit_test(test_nothing_counted_is_not_a_number),
		cmocka_unit_test(test_wilson),
		cmocka_unit_test(test_more_classes_than_memory_is_an_error),
		cmocka_unit_test(test_regression),
		cmocka_unit_test(test_two_models_are_right_together_or_alone),
		cmocka_unit_test(test_mcnemar),
		cmocka_unit_test(test_the_surest_mistakes_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
