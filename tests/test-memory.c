/* Arenas, slabs and errors: aligned, zeroed, polite when there is no more. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/disk.h"

static void
test_what_an_arena_gives_is_zeroed_and_aligned(void **state)
{
	struct arena arena = { 0 };
	struct err err = { 0 };

	(void)state;
	for (size_t n = 1; n < 40000; n = n * 3 + 1) {
		unsigned char *p = arena_alloc(&arena, n, &err);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
	}
	arena_free(&arena);
	assert_null(arena.head);
}

static void
test_impossible_sizes_are_errors(void **state)
{
	struct arena arena = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_null(arena_array(&arena, SIZE_MAX / 2, 4, &err));
	assert_int_equal(err.code, ERR_IO);
	err_clear(&err);
	assert_null(arena_alloc(&arena, SIZE_MAX, &err));
	assert_int_equal(err.code, ERR_IO);
	err_clear(&err);
	assert_null(slab_new(SIZE_MAX - 10, &err));
	assert_int_equal(err.code, ERR_IO);
	arena_free(&arena);
}

static void
test_slabs_of_any_size_begin_on_a_cache_line(void **state)
{
	struct err err = { 0 };
	static const size_t sizes[] = { 0, 1, 63, 64, 100000, 5 << 20 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		unsigned char *p = slab_new(sizes[i], &err);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 64, 0);
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(p[k], 0);
		slab_free(p, sizes[i]);
	}
}

/* Faults of this process while it writes to every page. */
static long
faults_of_writing(unsigned char *p, size_t n)
{
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	for (size_t i = 0; i < n; i += 4096)
		p[i] = 1;
	getrusage(RUSAGE_SELF, &after);
	return after.ru_minflt - before.ru_minflt;
}

/* What a sanitizer keeps beside each eight bytes comes page by page. */
static long
faults_allowed(size_t n)
{
#ifdef __SANITIZE_ADDRESS__
	return 8 + (long)(n / 8 / 4096);
#else
	(void)n;
	return 8;
#endif
}

static void
test_large_slabs_begin_on_large_pages_and_can_be_touched(void **state)
{
	struct err err = { 0 };
	static const size_t sizes[] = { 2 << 20, (2 << 20) + 1, 7 << 20,
		(9 << 20) - 4096 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		unsigned char *p = slab_new(sizes[i], &err);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % (2 << 20), 0);
		p[17] = 3;
		slab_touch(p, sizes[i]);
		assert_int_equal(p[17], 3);
		assert_in_range(faults_of_writing(p, sizes[i]), 0,
		    faults_allowed(sizes[i]));
		p[sizes[i] - 1] = 5;
		slab_free(p, sizes[i]);
	}
	slab_touch(NULL, 0);
}

static void
test_memory_in_a_file_is_there_or_an_error(void **state)
{
	const size_t n = 3 << 20;
	struct err err = { 0 };
	unsigned char *p = disk_new(n, "/tmp", &err);

	(void)state;
	assert_non_null(p);
	assert_int_equal(p[0] | p[n - 1], 0);
	memset(p, 7, n);
	assert_int_equal(p[n / 2], 7);
	disk_free(p, n);
	disk_free(NULL, 0);
	assert_null(disk_new(n, "/nonexistent", &err));
	assert_int_equal(err.code, ERR_IO);
	err_clear(&err);
	assert_null(disk_new((size_t)1 << 60, "/tmp", &err));
	assert_int_equal(err.code, ERR_IO);
}

static void
test_the_nth_request_fails_when_a_test_wants_it(void **state)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	long before = memory_requests();

	(void)state;
	memory_fail_after(2);
	assert_null(arena_slab(&arena, 10, &err));
	assert_int_equal(err.code, ERR_IO);
	assert_int_equal(memory_requests() - before, 2);
	err_clear(&err);
	assert_non_null(arena_slab(&arena, 10, &err));
	arena_free(&arena);
}

static void
test_the_first_error_wins_and_callers_say_where(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(err_set(&err, ERR_DATA, "line %d", 3), -1);
	assert_int_equal(err_set(&err, ERR_BUG, "later"), -1);
	err_in(&err, "a.csv");
	assert_int_equal(err.code, ERR_DATA);
	assert_string_equal(err.text, "a.csv: line 3");
	err_clear(&err);
	errno = ENOENT;
	err_errno(&err, "%s", "b.csv");
	assert_int_equal(err.code, ERR_IO);
	assert_string_equal(err.text, "b.csv: No such file or directory");
}

static void
test_whose_mistake_it_is_does_not_hide_the_machine(void **state)
{
	struct err err = { 0 };

	(void)state;
	err_set(&err, ERR_USAGE, "no such optimizer");
	assert_int_equal(err_blame(&err, ERR_MODEL), -1);
	assert_int_equal(err.code, ERR_MODEL);
	err_clear(&err);
	err_set(&err, ERR_IO, "out of memory");
	err_blame(&err, ERR_MODEL);
	assert_int_equal(err.code, ERR_IO);
}

/* The reason is at its end, however long the paths are; no character of theirs
   is halved. */
static void
test_an_endless_error_is_cut_not_overrun(void **state)
{
	static const char reason[] = ": Permission denied";
	struct err err = { 0 };
	char longest[10000];
	size_t n;

	(void)state;
	for (n = 0; n + 2 < sizeof(longest); n += 2)
		memcpy(longest + n, "\xc3\xa9", 3);
	errno = EACCES;
	err_errno(&err, "%s", longest + n - 7000);
	for (int i = 0; i < 10; i++)
		err_in(&err, "%s", longest);
	n = strlen(err.text);
	assert_in_range(n, ERR_TEXT - 2, ERR_TEXT - 1);
	assert_string_equal(err.text + n - strlen(reason), reason);
	assert_memory_equal(err.text, "...", 3);
	assert_int_not_equal(
	    err.text[3 + strspn(err.text + 3, ".")] & 0xc0, 0x80);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_an_arena_gives_is_zeroed_and_aligned),
		cmocka_unit_test(test_impossible_sizes_are_errors),
		cmocka_unit_test(test_slabs_of_any_size_begin_on_a_cache_line),
		cmocka_unit_test(
		    test_large_slabs_begin_on_large_pages_and_can_be_touched),
		cmocka_unit_test(
		    test_the_nth_request_fails_when_a_test_wants_it),
		cmocka_unit_test(
		    test_the_first_error_wins_and_callers_say_where),
		cmocka_unit_test(
		    test_whose_mistake_it_is_does_not_hide_the_machine),
		cmocka_unit_test(test_memory_in_a_file_is_there_or_an_error),
		cmocka_unit_test(test_an_endless_error_is_cut_not_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
