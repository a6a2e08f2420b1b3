/* A process that is killed while it saves leaves the old file or the new one,
   at most one other name beside it, and the next save sweeps that away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "faults.h"
#include "generation.h"
#include "torture.h"

struct kills {
	int n, torn, left; /* left: a name beside the model */
};

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void
save_for_ever(
    struct generations *g, int (*save)(struct generations *g, int generation))
{
	for (int i = 2;; i = 5 - i) /* 2 3 2 3 ... */
		if (save(g, i) < 0)
			_exit(1);
}

/* An instant within some saves. */
static struct timespec
nap_below(double span)
{
	double s = span * (double)random() / (double)RAND_MAX;

	return (struct timespec){ (time_t)s,
		(long)(1e9 * (s - (double)(time_t)s)) };
}

static void
kill_one(struct generations *g,
    int (*save)(struct generations *g, int generation), double span,
    struct kills *k)
{
	struct timespec nap = nap_below(span);
	pid_t child = fork();
	int others, status = 0;

	if (child == 0)
		save_for_ever(g, save);
	nanosleep(&nap, NULL);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	if (!WIFSIGNALED(status))
		fail_msg("the child could not save");
	others = generations_others(g, 0);
	if (others > 1)
		fail_msg("%d names are left behind", others);
	k->n++;
	k->torn += generation(g) < 0;
	k->left += others;
}

static struct kills
kill_savers(struct generations *g,
    int (*save)(struct generations *g, int generation), long n)
{
	struct kills k = { 0 };
	double began, span;

	assert_int_equal(save(g, 2), 0);
	began = seconds();
	assert_int_equal(save(g, 3), 0);
	span = 2 * (seconds() - began) + 0.001;
	for (long i = 0; i < n; i++)
		kill_one(g, save, span, &k);
	return k;
}

/* Kills savers of a model of so many bytes; then all must be swept. */
static void
old_or_new(long bytes, long n, int no_tmpfile, int least_left)
{
	struct generations g;
	struct kills k;

	if (n == 0)
		return;
	assert_int_equal(generations_begin(&g, bytes / 4), 0);
	fault_no_tmpfile(no_tmpfile);
	k = kill_savers(&g, generation_save, n);
	assert_int_equal(generation_save(&g, 4), 0);
	assert_int_equal(generation(&g), 4);
	assert_int_equal(generations_others(&g, 0), 0);
	FIGURE("kill -9 during save, %ld KiB%s: %d kills, %d torn, %d stale "
	       "names, all swept\n",
	    bytes >> 10, no_tmpfile ? ", without unnamed files" : "", k.n,
	    k.torn, k.left);
	assert_int_equal(k.torn, 0);
	assert_in_range(k.left, least_left, k.n);
	generations_end(&g);
	fault_clear();
}

static void
test_kills_leave_the_old_or_the_new_file(void **state)
{
	(void)state;
	old_or_new(1 << 20, torture(5000, 40), 0, 0);
	old_or_new(16 << 20, torture(5000, 0), 0, 0);
	old_or_new(256 << 20, torture(500, 0), 0, 0);
}

/* Where files need a name from the beginning most kills leave it. */
static void
test_kills_without_unnamed_files(void **state)
{
	(void)state;
	old_or_new(1 << 20, torture(1000, 20), 1, 1);
}

/* The control: this test can fail. */
static void
test_kills_tear_what_is_written_in_place(void **state)
{
	struct generations g;
	struct kills k;

	(void)state;
	assert_int_equal(generations_begin(&g, 1 << 18), 0);
	k = kill_savers(&g, generation_save_in_place, torture(1000, 40));
	FIGURE("control, written in place: %d kills, %d torn\n", k.n, k.torn);
	assert_in_range(k.torn, 1, k.n);
	generations_end(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kills_leave_the_old_or_the_new_file),
		cmocka_unit_test(test_kills_without_unnamed_files),
		cmocka_unit_test(test_kills_tear_what_is_written_in_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
