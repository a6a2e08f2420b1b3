/* Every schedule: its ends, its bounds, its settings; and the rate of a run
   with warm-up and floor. */
#include "parts.h"

#include "rate.h"

enum { TOTAL = 200, PER_EPOCH = 20 };

static double
factor_of(const char *operand, int64_t at, int64_t total)
{
	struct arena arena = { 0 };
	const struct schedule *s;
	char name[32];
	double factor;

	snprintf(
	    name, sizeof(name), "%.*s", (int)strcspn(operand, ",:"), operand);
	s = schedule_find(name);
	if (s == NULL)
		fail_msg("no schedule %s", name);
	factor = s->factor(open_conf(operand, s->attrs, s->conf_size, &arena),
	    at, total, PER_EPOCH);
	arena_free(&arena);
	return factor;
}

/* Factors that follow from the formulas. */
static const struct {
	const char *operand;
	int64_t at;
	double factor;
} known[] = {
	{ "constant", 0, 1 },
	{ "constant", TOTAL - 1, 1 },
	{ "linear", 0, 1 },
	{ "linear", TOTAL / 2, 0.5 },
	{ "linear", TOTAL - 1, 1. / TOTAL },
	{ "linear:0.2", TOTAL / 2, 0.6 },
	{ "linear:0.2", TOTAL, 0.2 },
	{ "cosine", 0, 1 },
	{ "cosine", TOTAL / 2, 0.5 },
	{ "cosine", TOTAL / 4, 0.5 + 0.35355339059327379 },
	{ "cosine:0.1", TOTAL / 2, 0.55 },
	{ "cosine:0.1", TOTAL, 0.1 },
	{ "step:3", 3 * PER_EPOCH - 1, 1 },
	{ "step:3", 3 * PER_EPOCH, 0.1 },
	{ "step:3:0.5", 9 * PER_EPOCH, 0.125 },
	{ "onecycle", 0, 1. / 25 },
	{ "onecycle", 59, 1 },
	{ "onecycle", TOTAL - 1, 1. / 25 / 1e4 },
	{ "onecycle:0.5,start=10,end=100", 0, 0.1 },
	{ "onecycle:0.5,start=10,end=100", 99, 1 },
	{ "onecycle:0.5,start=10,end=100", TOTAL - 1, 1e-3 },
};

static void
test_factors_are_those_of_the_formulas(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		double f = factor_of(known[i].operand, known[i].at, TOTAL);

		if (fabs(f - known[i].factor) > 1e-12)
			fail_msg("%s at %d: %.15g, not %.15g", known[i].operand,
			    (int)known[i].at, f, known[i].factor);
	}
}

/* No schedule exceeds the rate, turns negative, or rises again after it has
   fallen, whatever the length of the run. */
static void
test_factors_rise_then_fall_within_bounds(void **state)
{
	static const int64_t totals[] = { 1, 2, 3, TOTAL };
	size_t k;
	int i;

	(void)state;
	for (i = 0; schedules[i] != NULL; i++) {
		for (k = 0; k < sizeof(totals) / sizeof(*totals); k++) {
			double last = 0, f;
			int falling = 0;
			int64_t at;

			for (at = 0; at < totals[k]; at++, last = f) {
				f = factor_of(
				    schedules[i]->name, at, totals[k]);
				assert_true(f >= 0 && f <= 1);
				falling |= at > 0 && f < last;
				if (falling && f > last)
					fail_msg("%s rises again at %d",
					    schedules[i]->name, (int)at);
			}
		}
	}
}

static const struct train_plan plan = {
	.lr = 0.5,
	.warmup = "10%",
	.min_lr = 0.01,
	.optimizer = { .name = "sgd" },
	.schedule = { .name = "linear" },
};

static double
rate_of(const struct train_plan *p, int64_t update)
{
	struct err err = { 0 };
	double lr = NAN;

	if (train_rate(p, update, TOTAL, PER_EPOCH, &lr, &err) < 0)
		fail_msg("%s", err.text);
	return lr;
}

static void
test_warm_up_climbs_to_the_rate_and_the_schedule_spans_the_rest(void **state)
{
	(void)state;
	assert_true(fabs(rate_of(&plan, 0) - 0.5 / 20) < 1e-15);
	assert_true(fabs(rate_of(&plan, 9) - 0.25) < 1e-15);
	assert_true(fabs(rate_of(&plan, 19) - 0.5) < 1e-15);
	assert_true(fabs(rate_of(&plan, 20) - 0.5) < 1e-15);
	assert_true(fabs(rate_of(&plan, 20 + 90) - 0.25) < 1e-15);
	assert_true(fabs(rate_of(&plan, TOTAL - 1) - 0.01) < 1e-15);
}

static void
test_a_plan_without_a_rate_has_its_optimizers(void **state)
{
	struct train_plan p = { .optimizer = { .name = "sgd" } };

	(void)state;
	assert_true(fabs(rate_of(&p, 7) - 0.01) < 1e-15);
	p.optimizer.name = "adam";
	assert_true(fabs(rate_of(&p, 7) - 0.001) < 1e-15);
}

static double
phase_rate(const struct train_plan *p, int64_t phase, int64_t begun, int64_t at)
{
	const struct train_position position = { .phase = phase,
		.phase_update = begun };
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct rate r;
	double lr;

	if (rate_open(&r, p, &position, TOTAL, PER_EPOCH, &arena, &err) < 0)
		fail_msg("%s", err.text);
	lr = rate_at(&r, at);
	arena_free(&arena);
	return lr;
}

/* One schedule spans all phases, until one begins it anew; each rises to what
   the schedule says. */
static void
test_phases_share_a_schedule_or_begin_it_anew(void **state)
{
	const struct train_phase phases[] = { { 0, 1, 0, 0, "" },
		{ 60 / PER_EPOCH, 0.5, 0, 0, "" },
		{ 100 / PER_EPOCH, 2, 1, 0, "" } };
	struct train_plan p = plan;

	(void)state;
	p.warmup = "10";
	p.min_lr = 0;
	p.phases = phases;
	p.nphases = 3;
	/* Linear from update 10 to 100, where the third phase begins. */
	assert_true(fabs(phase_rate(&p, 0, 0, 4) - 0.25) < 1e-12);
	assert_true(fabs(phase_rate(&p, 0, 0, 55) - 0.25) < 1e-12);
	assert_true(fabs(phase_rate(&p, 1, 60, 82) - 0.05) < 1e-12);
	assert_true(fabs(phase_rate(&p, 1, 60, 64) - 0.5 * 0.2 / 2) < 1e-12);
	assert_true(fabs(phase_rate(&p, 2, 100, 104) - 0.5) < 1e-12);
	assert_true(fabs(phase_rate(&p, 2, 100, 110) - 1) < 1e-12);
	assert_true(fabs(phase_rate(&p, 2, 100, 155) - 0.5) < 1e-12);
}

static void
refuses(struct train_plan p, const char *word)
{
	struct err err = { 0 };
	double lr;

	assert_int_equal(train_rate(&p, 0, TOTAL, PER_EPOCH, &lr, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	if (strstr(err.text, word) == NULL)
		fail_msg("'%s' does not say %s", err.text, word);
}

static void
test_bad_plans_are_refused_by_name(void **state)
{
	struct train_plan p = plan;

	(void)state;
	p.warmup = "soon";
	refuses(p, "soon");
	p.warmup = "200%";
	refuses(p, "200%");
	p.warmup = "-3";
	refuses(p, "-3");
	p = plan;
	p.schedule.name = "sine";
	refuses(p, "sine");
	p = plan;
	p.optimizer.name = "magic";
	refuses(p, "magic");
	p = plan;
	p.min_lr = 2;
	refuses(p, "min_lr");
}

static void
test_settings_go_round_and_bad_ones_are_named(void **state)
{
	int i;

	(void)state;
	for (i = 0; schedules[i] != NULL; i++) {
		const struct schedule *s = schedules[i];

		assert_ptr_equal(schedule_find(s->name), s);
		assert_true(strlen(s->help) > 0);
		check_round_trip(s->name, s->attrs, s->conf_size, s->name);
		check_refusals(s->name, s->attrs, s->conf_size);
	}
	assert_null(schedule_find("no such schedule"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_factors_are_those_of_the_formulas),
		cmocka_unit_test(test_factors_rise_then_fall_within_bounds),
		cmocka_unit_test(
		    test_warm_up_climbs_to_the_rate_and_the_schedule_spans_the_rest),
		cmocka_unit_test(test_a_plan_without_a_rate_has_its_optimizers),
		cmocka_unit_test(test_phases_share_a_schedule_or_begin_it_anew),
		cmocka_unit_test(test_bad_plans_are_refused_by_name),
		cmocka_unit_test(test_settings_go_round_and_bad_ones_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
