/* Classes drawn evenly: shares, rounds through each class, epochs that can be
   begun anywhere. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "made.h"

/* Three classes of 2x2 pictures: 20, 3 and 1 of them. */
enum { CLASSES = 3, N = 24, BATCH = 5 };
static const int have[CLASSES] = { 20, 3, 1 };

static struct made_want w;

static int
setup(void **state)
{
	char path[32];
	int c, i, first = 0;

	(void)state;
	made_begin();
	made_want(&w, "scale:1/255", "2x2x1", TARGET_LABEL);
	made_folder("few");
	for (c = 0; c < CLASSES; c++) {
		snprintf(path, sizeof(path), "few/%c", 'a' + c);
		made_folder(path);
		for (i = 0; i < have[c]; i++, first += 4) {
			snprintf(
			    path, sizeof(path), "few/%c/%02d.png", 'a' + c, i);
			made_png(path, 2, 2, 1, (uint8_t)first);
		}
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

/* What an epoch draws, from a batch on. */
struct drawn {
	int n;
	uint64_t id[N];
	int32_t label[N];
	float x[N]; /* the first number of each */
};

static void
draw(struct feed *f, uint32_t epoch, int64_t at, struct drawn *to)
{
	struct err err = { 0 };
	struct batch b;
	int i;

	to->n = 0;
	assert_int_equal(f->begin(f, epoch, at, &err), 0);
	for (;;) {
		assert_int_equal(f->next(f, &b, &err), 0);
		if (b.n == 0)
			return;
		for (i = 0; i < b.n; i++, to->n++) {
			assert_true(to->n < N);
			to->id[to->n] = b.id[i];
			to->label[to->n] = b.label[i];
			to->x[to->n] = ((const float *)b.x.data)[4 * i];
		}
	}
}

static struct feed *
open_feed(struct dataset *d, int threads, uint64_t seed)
{
	struct err err = { 0 };
	struct feed *f = data_feed(d,
	    &(struct feed_conf){ .batch = BATCH,
		.shuffle = 1,
		.balanced = 1,
		.threads = threads,
		.seed = seed },
	    &err);

	assert_string_equal(err.text, "");
	return f;
}

static struct dataset *
open_data(void)
{
	struct err err = { 0 };
	struct dataset *d = made_open("few", &w, &err);

	assert_string_equal(err.text, "");
	return d;
}

static void
test_every_class_has_its_share_of_every_epoch(void **state)
{
	struct dataset *d = open_data();
	struct feed *f = open_feed(d, 1, 7);
	struct drawn e;
	uint32_t epoch;
	int i;

	(void)state;
	assert_int_equal(f->count, N);
	for (epoch = 0; epoch < 9; epoch++) {
		int of[CLASSES] = { 0 };

		draw(f, epoch, 0, &e);
		assert_int_equal(e.n, N);
		for (i = 0; i < N; i++)
			of[e.label[i]]++;
		for (i = 0; i < CLASSES; i++)
			assert_int_equal(of[i], N / CLASSES);
	}
	data_feed_free(f);
	data_free(d);
}

/* 23 samples of two classes: one of them has 12, in turn. */
static void
test_what_cannot_be_shared_goes_to_the_classes_in_turn(void **state)
{
	static const char *const operands[] = { "few/a", "few/b" };
	struct err err = { 0 };
	struct dataset *d;
	struct feed *f;
	struct drawn e;
	uint32_t epoch;
	int i, all[2] = { 0 };

	(void)state;
	made_folder("two");
	assert_int_equal(rename("few/a", "two/a"), 0);
	assert_int_equal(rename("few/b", "two/b"), 0);
	d = made_open("two", &w, &err);
	f = open_feed(d, 1, 0);
	for (epoch = 0; epoch < 10; epoch++) {
		int of[2] = { 0 };

		draw(f, epoch, 0, &e);
		assert_int_equal(e.n, 23);
		for (i = 0; i < e.n; i++)
			of[e.label[i]]++;
		assert_int_equal(of[epoch % 2], 12);
		all[0] += of[0];
		all[1] += of[1];
	}
	assert_int_equal(all[0], all[1]);
	data_feed_free(f);
	data_free(d);
	assert_int_equal(rename("two/a", operands[0]), 0);
	assert_int_equal(rename("two/b", operands[1]), 0);
}

static void
test_no_sample_comes_again_before_all_of_its_class_came(void **state)
{
	struct dataset *d = open_data();
	struct feed *f = open_feed(d, 1, 7);
	int came[N] = { 0 }, least, most, i, c, from;
	struct drawn e;
	uint32_t epoch;

	(void)state;
	for (epoch = 0; epoch < 11; epoch++) {
		draw(f, epoch, 0, &e);
		for (i = 0; i < e.n; i++)
			came[(uint32_t)e.id[i]]++;
		for (c = 0, from = 0; c < CLASSES; from += have[c++]) {
			least = most = came[from];
			for (i = from; i < from + have[c]; i++) {
				least = came[i] < least ? came[i] : least;
				most = came[i] > most ? came[i] : most;
			}
			assert_true(most - least <= 1);
		}
	}
	data_feed_free(f);
	data_free(d);
}

static void
test_two_draws_of_a_sample_have_two_numbers(void **state)
{
	struct dataset *d = open_data();
	struct feed *f = open_feed(d, 1, 7);
	struct drawn e;
	int i, k;

	(void)state;
	draw(f, 4, 0, &e);
	for (i = 0; i < e.n; i++) {
		assert_int_equal(
		    (int)(e.x[i] * 255 + 0.5F), 4 * (int)(uint32_t)e.id[i]);
		for (k = 0; k < i; k++)
			assert_true(e.id[i] != e.id[k]);
	}
	data_feed_free(f);
	data_free(d);
}

static void
test_an_epoch_begins_anywhere_with_any_threads(void **state)
{
	struct dataset *d = open_data();
	struct feed *one = open_feed(d, 1, 7), *four = open_feed(d, 4, 7);
	struct feed *other = open_feed(d, 1, 8);
	struct drawn whole, again, rest;

	(void)state;
	draw(one, 3, 0, &whole);
	draw(four, 5, 0, &again);
	draw(four, 3, 0, &again);
	assert_memory_equal(whole.id, again.id, sizeof(whole.id));
	assert_memory_equal(whole.x, again.x, sizeof(whole.x));
	draw(four, 3, 2, &rest);
	assert_int_equal(rest.n, N - 2 * BATCH);
	assert_memory_equal(rest.id, whole.id + (size_t)(2 * BATCH),
	    (size_t)rest.n * sizeof(rest.id[0]));
	draw(other, 3, 0, &again);
	assert_memory_not_equal(whole.id, again.id, sizeof(whole.id));
	data_feed_free(one);
	data_feed_free(four);
	data_feed_free(other);
	data_free(d);
}

static void
test_what_has_no_classes_is_refused(void **state)
{
	struct made_want own = w;
	struct err err = { 0 };
	struct feed_conf conf = { .batch = 1, .balanced = 1, .shuffle = 1 };
	struct dataset *d;

	(void)state;
	own.want.target = TARGET_NONE;
	d = made_open("few", &own, &err);
	assert_null(data_feed(d, &conf, &err));
	assert_int_equal(err.code, ERR_USAGE);
	data_free(d);
	err_clear(&err);
	d = open_data();
	conf.shuffle = 0;
	assert_null(data_feed(d, &conf, &err));
	assert_int_equal(err.code, ERR_USAGE);
	data_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_class_has_its_share_of_every_epoch),
		cmocka_unit_test(
		    test_what_cannot_be_shared_goes_to_the_classes_in_turn),
		cmocka_unit_test(
		    test_no_sample_comes_again_before_all_of_its_class_came),
		cmocka_unit_test(test_two_draws_of_a_sample_have_two_numbers),
		cmocka_unit_test(
		    test_an_epoch_begins_anywhere_with_any_threads),
		cmocka_unit_test(test_what_has_no_classes_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
