/* Samples mixed with others of their batch: shares, partners, targets. */
#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "made.h"
#include "mix.h"

/* Every picture is a class of its own: its target says who is in it. */
enum { N = 22, SIDE = 6, EACH = SIDE * SIDE, BATCH = 8 };

static struct made_want w;

static int
setup(void **state)
{
	char path[32];
	int i;

	(void)state;
	made_begin();
	made_want(&w, "", "6x6x1", TARGET_LABEL);
	made_folder("own");
	for (i = 0; i < N; i++) {
		snprintf(path, sizeof(path), "own/%c", 'a' + i);
		made_folder(path);
		snprintf(path, sizeof(path), "own/%c/0.png", 'a' + i);
		made_png(path, SIDE, SIDE, 1, (uint8_t)(7 * i));
	}
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	made_want_end(&w);
	made_end();
	return 0;
}

/* An epoch, from a batch on. */
struct epoch {
	int n;
	uint64_t id[N];
	int32_t label[N];
	float x[N * EACH], y[N * N];
};

static void
run(enum mix how, int threads, uint32_t epoch, int64_t at, struct epoch *to)
{
	struct err err = { 0 };
	struct feed_conf conf = { .batch = BATCH,
		.shuffle = 1,
		.threads = threads,
		.seed = 5,
		.mix = { how, 1, N } };
	struct dataset *d = made_open("own", &w, &err);
	struct feed *f = data_feed(d, &conf, &err);
	struct batch b;
	size_t n, at_row;

	assert_string_equal(err.text, "");
	memset(to, 0, sizeof(*to));
	assert_int_equal(f->begin(f, epoch, at, &err), 0);
	while (f->next(f, &b, &err) == 0 && b.n > 0) {
		n = (size_t)b.n;
		at_row = (size_t)to->n;
		memcpy(to->id + at_row, b.id, n * sizeof(to->id[0]));
		memcpy(to->label + at_row, b.label, n * sizeof(to->label[0]));
		memcpy(
		    to->x + at_row * EACH, b.x.data, n * EACH * sizeof(float));
		if (how != MIX_NONE)
			memcpy(to->y + at_row * N, b.y.data,
			    n * N * sizeof(float));
		else
			assert_null(b.y.data);
		to->n += b.n;
	}
	assert_string_equal(err.text, "");
	data_feed_free(f);
	data_free(d);
}

/* Pixel p of picture i. */
static float
pixel(int i, int p)
{
	return (float)(uint8_t)(7 * i + p);
}

/* Who is in row r besides its own sample; -1 when nobody is. */
static int
partner_of(const struct epoch *e, int r, double *share)
{
	int own = (int)e->id[r], other = -1, k;
	double sum = 0;

	*share = (double)e->y[r * N + own];
	for (k = 0; k < N; k++) {
		sum += (double)e->y[r * N + k];
		if (k == own || !(e->y[r * N + k] > 0))
			continue;
		assert_int_equal(other, -1);
		other = k;
	}
	assert_true(fabs(sum - 1) < 1e-6);
	return other;
}

/* Was sample i in the batch of row r? */
static int
in_batch(const struct epoch *e, int r, int i)
{
	int from = r / BATCH * BATCH, k;

	for (k = from; k < from + BATCH && k < e->n; k++)
		if ((int)e->id[k] == i)
			return 1;
	return 0;
}

static void
test_mixup_is_the_sum_of_two_in_their_shares(void **state)
{
	static struct epoch e;
	int r, p, other, mixed = 0;
	double share;

	(void)state;
	run(MIX_UP, 1, 3, 0, &e);
	assert_int_equal(e.n, N);
	for (r = 0; r < N; r++) {
		other = partner_of(&e, r, &share);
		assert_true(other < 0 || in_batch(&e, r, other));
		mixed += other >= 0;
		for (p = 0; other >= 0 && p < EACH; p++)
			assert_true(
			    fabs((double)e.x[r * EACH + p] -
				share * (double)pixel((int)e.id[r], p) -
				(1 - share) * (double)pixel(other, p)) < 1e-3);
		assert_int_equal(
		    e.label[r], share >= 0.5 ? (int)e.id[r] : other);
	}
	assert_true(mixed > N - 3);
}

static void
test_cutmix_is_a_rectangle_of_the_other(void **state)
{
	static struct epoch e;
	int r, p, other, mixed = 0;
	double share;

	(void)state;
	run(MIX_CUT, 1, 3, 0, &e);
	for (r = 0; r < N; r++) {
		int own = (int)e.id[r], ours = 0;
		int top = SIDE, bottom = -1, left = SIDE, right = -1;

		other = partner_of(&e, r, &share);
		assert_true(other < 0 || in_batch(&e, r, other));
		for (p = 0; p < EACH; p++) {
			float x = e.x[r * EACH + p];
			int y = p / SIDE, at = p % SIDE;

			if (x == pixel(own, p)) {
				ours++;
				continue;
			}
			assert_true(other >= 0 && x == pixel(other, p));
			top = y < top ? y : top;
			bottom = y > bottom ? y : bottom;
			left = at < left ? at : left;
			right = at > right ? at : right;
		}
		assert_true(fabs(share - (double)ours / EACH) < 1e-6);
		if (bottom >= 0)
			assert_int_equal(EACH - ours,
			    (bottom - top + 1) * (right - left + 1));
		mixed += bottom >= 0;
	}
	assert_true(mixed > N / 2);
}

static void
test_threads_and_where_an_epoch_begins_change_nothing(void **state)
{
	static struct epoch whole, again, rest;
	int how;

	(void)state;
	for (how = MIX_UP; how <= MIX_CUT; how++) {
		run((enum mix)how, 1, 3, 0, &whole);
		run((enum mix)how, 3, 3, 0, &again);
		assert_memory_equal(&whole, &again, sizeof(whole));
		run((enum mix)how, 1, 3, 1, &rest);
		assert_memory_equal(whole.x + (size_t)(BATCH * EACH), rest.x,
		    sizeof(float) * (N - BATCH) * EACH);
		assert_memory_equal(whole.y + (size_t)(BATCH * N), rest.y,
		    sizeof(float) * (N - BATCH) * N);
		run((enum mix)how, 1, 4, 0, &again);
		assert_memory_not_equal(whole.y, again.y, sizeof(whole.y));
	}
}

static void
test_a_sample_alone_stays_as_it_is(void **state)
{
	struct shape sample = { 3, { 1, 2, 1 } };
	struct mix_conf what = { MIX_UP, 1, 1 };
	float x[2] = { 3, 4 }, y = 9;
	int32_t label = 1;
	uint64_t id = 5;
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct mixer m;

	(void)state;
	assert_int_equal(
	    mixer_begin(&m, &what, &sample, 1, 0, &arena, &err), 0);
	mixer_run(&m,
	    &(struct mix_batch){
		.n = 1, .id = &id, .x = x, .y = &y, .label = &label });
	assert_true(x[0] == 3 && x[1] == 4 && y == 1 && label == 1);
	arena_free(&arena);
}

/* Beta(a, a) has the mean 1/2 and the variance 1 / (4 (2 a + 1)). */
static void
test_shares_are_drawn_from_the_beta_distribution(void **state)
{
	static const double alphas[] = { 0.01, 0.2, 1, 4, 100 };
	enum { DRAWS = 20000 };
	struct rng_key key = rng_key(1, "test");
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < sizeof(alphas) / sizeof(alphas[0]); i++) {
		double sum = 0, square = 0, a = alphas[i];
		double want = 1 / (4 * (2 * a + 1)), mean, variance;

		for (k = 0; k < DRAWS; k++) {
			double v = mix_share(key, 0, (uint64_t)k, a);

			assert_true(v >= 0 && v <= 1);
			sum += v;
			square += v * v;
		}
		mean = sum / DRAWS;
		variance = square / DRAWS - mean * mean;
		if (fabs(mean - 0.5) > 4 * sqrt(want / DRAWS) ||
		    fabs(variance / want - 1) > 0.05)
			fail_msg("alpha %g: mean %g, variance %g, not %g", a,
			    mean, variance, want);
	}
}

static void
test_what_cannot_be_mixed_is_refused(void **state)
{
	struct made_want own = w, flat;
	struct err err = { 0 };
	struct feed_conf conf = { .batch = 4, .mix = { MIX_UP, 1, N } };
	struct dataset *d;

	(void)state;
	own.want.target = TARGET_NONE;
	d = made_open("own", &own, &err);
	assert_null(data_feed(d, &conf, &err));
	assert_int_equal(err.code, ERR_USAGE);
	data_free(d);
	err_clear(&err);
	made_want(&flat, "", "36", TARGET_LABEL);
	conf.mix.how = MIX_CUT;
	d = made_open("own", &flat, &err);
	assert_null(data_feed(d, &conf, &err));
	assert_int_equal(err.code, ERR_USAGE);
	data_free(d);
	made_want_end(&flat);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mixup_is_the_sum_of_two_in_their_shares),
		cmocka_unit_test(test_cutmix_is_a_rectangle_of_the_other),
		cmocka_unit_test(
		    test_threads_and_where_an_epoch_begins_change_nothing),
		cmocka_unit_test(test_a_sample_alone_stays_as_it_is),
		cmocka_unit_test(
		    test_shares_are_drawn_from_the_beta_distribution),
		cmocka_unit_test(test_what_cannot_be_mixed_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
