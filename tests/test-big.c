/* A hundred thousand pictures: memory grows with their names alone. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "made.h"

enum {
	FILES = 100000,
	NAME_BYTES = 16,
	/* A name, its place, its label, its item; growing keeps a half more,
	   and the old copy for a moment. */
	EACH = 3 * (NAME_BYTES + 8 + 4 + 16),
	FIXED_KB = 4096,
};

static long
peak_kb(void)
{
	struct rusage u;

	assert_int_equal(getrusage(RUSAGE_SELF, &u), 0);
	return u.ru_maxrss;
}

static void
make_list(void)
{
	FILE *f = fopen("list.txt", "wb");
	int i;

	assert_non_null(f);
	for (i = 0; i < FILES; i++)
		fprintf(f, "./././%d.png\t%d\n", i % 10, i % 10);
	assert_int_equal(fclose(f), 0);
}

static int64_t
read_through(struct dataset *d, struct err *err)
{
	struct feed_conf conf = { .batch = 100, .threads = 1 };
	struct feed *f = data_feed(d, &conf, err);
	struct batch b;
	int64_t n = 0;

	while (f != NULL && f->next(f, &b, err) == 0 && b.n > 0)
		n += b.n;
	data_feed_free(f);
	return n;
}

static void
test_memory_grows_with_names_alone(void **state)
{
	struct made_want w;
	struct err err = { 0 };
	struct dataset *d;
	char path[16];
	long before, grown;
	int64_t n;
	int i;

	(void)state;
	made_begin();
	made_want(&w, "scale:1/255", "28x28x1", TARGET_LABEL);
	for (i = 0; i < 10; i++) {
		snprintf(path, sizeof(path), "%d.png", i);
		made_png(path, 28, 28, 1, (uint8_t)i);
	}
	make_list();
	before = peak_kb();
	d = made_open("list:list.txt", &w, &err);
	assert_non_null(d);
	assert_int_equal(data_count(d), FILES);
	n = read_through(d, &err);
	assert_string_equal(err.text, "");
	assert_int_equal(n, FILES);
	data_free(d);
	grown = peak_kb() - before;
	printf("%d pictures: %ld kB\n", FILES, grown);
#ifndef __SANITIZE_ADDRESS__
	assert_true(grown < (long)FILES * EACH / 1024 + FIXED_KB);
#endif
	made_want_end(&w);
	made_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_grows_with_names_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
