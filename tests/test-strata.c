/* Validation out of the data: shares and parts, class by class. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "made.h"

/* Classes of 2x2 pictures, each picture its own first number. */
enum { CLASSES = 7, N = 111 };
static const int have[CLASSES] = { 60, 33, 11, 4, 1, 1, 1 };

static struct made_want w;

static int
setup(void **state)
{
	char path[32];
	int c, i, first = 0;

	(void)state;
	made_begin();
	made_want(&w, "", "2x2x1", TARGET_LABEL);
	made_folder("all");
	for (c = 0; c < CLASSES; c++) {
		snprintf(path, sizeof(path), "all/%c", 'a' + c);
		made_folder(path);
		for (i = 0; i < have[c]; i++, first++) {
			snprintf(
			    path, sizeof(path), "all/%c/%02d.png", 'a' + c, i);
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

/* What is in a dataset: by first number, and by class. */
struct content {
	int n, of[CLASSES], seen[256];
};

static void
content_of(struct dataset *d, struct content *c)
{
	struct err err = { 0 };
	static float x[4 * N];
	static int32_t label[N];
	int i;

	memset(c, 0, sizeof(*c));
	c->n = (int)made_read(d, (struct feed_conf){ 0 }, x, label, &err);
	assert_string_equal(err.text, "");
	assert_true(c->n <= N);
	for (i = 0; i < c->n; i++) {
		c->seen[(int)x[4 * (size_t)i]]++;
		c->of[label[i]]++;
	}
}

/* Part k of n, or a share when n is 0. */
static void
hold(const char *operand, int k, int n, double share, struct content *rest,
    struct content *held)
{
	struct err err = { 0 };
	struct dataset *d = made_open(operand, &w, &err), *val;

	assert_string_equal(err.text, "");
	if (n > 0)
		data_fold(d, k, n, &val, &err);
	else
		data_split(d, share, &val, &err);
	assert_string_equal(err.text, "");
	content_of(d, rest);
	content_of(val, held);
	data_free(val);
	data_free(d);
}

static void
test_parts_are_disjoint_and_cover_everything(void **state)
{
	int seen[256] = { 0 }, k, i;
	struct content rest, held;

	(void)state;
	for (k = 1; k <= 5; k++) {
		hold("all", k, 5, 0, &rest, &held);
		assert_int_equal(rest.n + held.n, N);
		for (i = 0; i < N; i++) {
			assert_int_equal(rest.seen[i] + held.seen[i], 1);
			seen[i] += held.seen[i];
		}
	}
	for (i = 0; i < N; i++)
		assert_int_equal(seen[i], 1);
}

static void
test_parts_have_the_same_share_of_every_class(void **state)
{
	int n, k, c, least[CLASSES + 1], most[CLASSES + 1];
	struct content rest, held;

	(void)state;
	for (n = 2; n <= 7; n++) {
		for (c = 0; c <= CLASSES; c++) {
			least[c] = N;
			most[c] = 0;
		}
		for (k = 1; k <= n; k++) {
			hold("all", k, n, 0, &rest, &held);
			for (c = 0; c <= CLASSES; c++) {
				int of = c < CLASSES ? held.of[c] : held.n;

				least[c] = of < least[c] ? of : least[c];
				most[c] = of > most[c] ? of : most[c];
			}
		}
		for (c = 0; c <= CLASSES; c++)
			assert_true(most[c] - least[c] <= 1);
	}
}

static void
test_a_share_is_one_of_every_class_and_of_all(void **state)
{
	static const double shares[] = { 0.1, 0.25, 0.5 };
	struct content rest, held;
	size_t i;
	int c;

	(void)state;
	for (i = 0; i < 3; i++) {
		hold("all", 0, 0, shares[i], &rest, &held);
		assert_true(abs(held.n - (int)(shares[i] * N)) <= 1);
		for (c = 0; c < CLASSES; c++) {
			assert_true(
			    abs(held.of[c] - (int)(shares[i] * have[c])) <= 1);
			assert_true(rest.of[c] > 0);
		}
	}
}

static void
test_names_and_order_do_not_matter(void **state)
{
	struct content before[2], after[2], rest;

	(void)state;
	hold("all", 2, 4, 0, &rest, &before[0]);
	hold("all", 0, 0, 0.3, &rest, &before[1]);
	assert_int_equal(rename("all/a/00.png", "all/a/zz.png"), 0);
	assert_int_equal(rename("all/b/09.png", "all/b/00a.png"), 0);
	hold("all", 2, 4, 0, &rest, &after[0]);
	hold("all", 0, 0, 0.3, &rest, &after[1]);
	assert_memory_equal(before, after, sizeof(before));
	assert_int_equal(rename("all/a/zz.png", "all/a/00.png"), 0);
	assert_int_equal(rename("all/b/00a.png", "all/b/09.png"), 0);
	/* A part is not the share of the same size. */
	hold("all", 1, 2, 0, &rest, &before[0]);
	hold("all", 0, 0, 0.5, &rest, &before[1]);
	assert_memory_not_equal(&before[0], &before[1], sizeof(before[0]));
}

/* Five contents, eight times each. */
static void
test_a_share_keeps_together_what_is_the_same(void **state)
{
	struct err err = { 0 };
	struct content rest, held;
	struct dataset *d, *val;
	char path[32];
	int i, share;

	(void)state;
	made_folder("same");
	made_folder("same/x");
	for (i = 0; i < 40; i++) {
		snprintf(path, sizeof(path), "same/x/%02d.png", i);
		made_png(path, 2, 2, 1, (uint8_t)(i % 5));
	}
	for (share = 1; share < 10; share++) {
		hold("same", 0, 0, share / 10.0, &rest, &held);
		for (i = 0; i < 5; i++)
			assert_true(held.seen[i] == 0 || rest.seen[i] == 0);
		assert_true(rest.n > 0 && held.n > 0);
	}
	/* Parts of the same size cannot: whoever asks is told. */
	d = made_open("same", &w, &err);
	assert_int_equal(data_fold(d, 1, 3, &val, &err), 0);
	assert_int_equal(data_count(val), 14);
	assert_int_equal(data_shared(d, val), 6);
	data_free(val);
	data_free(d);
}

static void
test_what_leaves_nothing_is_refused(void **state)
{
	struct err err = { 0 };
	struct dataset *d = made_open("all,limit=2", &w, &err), *val;

	(void)state;
	assert_int_equal(data_fold(d, 1, 5, &val, &err), 0);
	data_free(val);
	data_free(d);
	d = made_open("all,limit=2", &w, &err);
	assert_int_equal(data_fold(d, 4, 5, &val, &err), -1);
	assert_int_equal(err.code, ERR_DATA);
	assert_null(val);
	data_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts_are_disjoint_and_cover_everything),
		cmocka_unit_test(test_parts_have_the_same_share_of_every_class),
		cmocka_unit_test(test_a_share_is_one_of_every_class_and_of_all),
		cmocka_unit_test(test_names_and_order_do_not_matter),
		cmocka_unit_test(test_a_share_keeps_together_what_is_the_same),
		cmocka_unit_test(test_what_leaves_nothing_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
