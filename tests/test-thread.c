/* The worker and the pool: everything is done, once, before wait returns. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/thread.h"

static void
count_up(void *arg)
{
	++*(int *)arg;
}

static void
test_a_worker_does_each_job_once(void **state)
{
	struct err err = { 0 };
	int n = 0, i;
	struct worker *w = worker_new(count_up, &n, &err);

	(void)state;
	assert_non_null(w);
	worker_wait(w);
	assert_int_equal(n, 0);
	for (i = 1; i <= 1000; i++) {
		worker_start(w);
		worker_wait(w);
		assert_int_equal(n, i);
	}
	worker_start(w);
	worker_start(w);
	worker_free(w);
	assert_int_equal(n, 1002);
	worker_free(NULL);
}

static void
slowly(void *arg)
{
	usleep(20000);
	++*(int *)arg;
}

static void
test_waiting_outlasts_a_slow_job(void **state)
{
	struct err err = { 0 };
	int n = 0;
	struct worker *w = worker_new(slowly, &n, &err);

	(void)state;
	assert_non_null(w);
	worker_start(w);
	worker_wait(w);
	assert_int_equal(n, 1);
	usleep(20000); /* the worker falls asleep and must still hear */
	worker_start(w);
	worker_free(w);
	assert_int_equal(n, 2);
}

struct shares {
	int done[8];
	int n;
};

static void
take_share(void *arg, int i, int n)
{
	struct shares *s = arg;

	s->done[i]++;
	if (i == 0)
		s->n = n;
}

static void
test_a_pool_runs_every_share_once_a_round(void **state)
{
	struct err err = { 0 };
	int size, i, round;

	(void)state;
	for (size = 1; size <= 8; size++) {
		struct shares s = { 0 };
		struct pool *p = pool_new(size, &err);

		assert_non_null(p);
		for (round = 0; round < 200; round++)
			pool_run(p, take_share, &s);
		pool_free(p);
		assert_int_equal(s.n, size);
		for (i = 0; i < 8; i++)
			assert_int_equal(s.done[i], i < size ? 200 : 0);
	}
	pool_free(NULL);
}

static void
test_a_pool_of_none_is_refused(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_null(pool_new(0, &err));
	assert_int_equal(err.code, ERR_USAGE);
	assert_true(thread_default() >= 1);
}

/* A mapped file that is cut under a thread. */

enum { HEARD = 42, CUT_BYTES = 1 << 16 };

static void
hear(int sig)
{
	(void)sig;
	_exit(HEARD);
}

static void
look_at_end(void *arg, int i, int n)
{
	const volatile char *at = arg;

	if (n == 1 || i > 0)
		(void)at[CUT_BYTES - 1];
	else
		usleep(1000000); /* the other share is the other thread's */
}

static void
cut_and_look(int threads)
{
	struct sigaction a = { .sa_handler = hear };
	struct err err = { 0 };
	FILE *f = tmpfile();
	struct pool *p = pool_new(threads, &err);
	void *at;

	sigaction(SIGBUS, &a, NULL);
	if (f == NULL || p == NULL || ftruncate(fileno(f), CUT_BYTES) < 0)
		_exit(1);
	at = mmap(NULL, CUT_BYTES, PROT_READ, MAP_PRIVATE, fileno(f), 0);
	if (at == MAP_FAILED || ftruncate(fileno(f), 0) < 0)
		_exit(2);
	pool_run(p, look_at_end, at);
	_exit(3);
}

static void
test_what_a_thread_brings_upon_itself_is_heard(void **state)
{
	int threads, status;
	pid_t child;

	(void)state;
	for (threads = 1; threads <= 2; threads++) {
		child = fork();
		if (child == 0)
			cut_and_look(threads);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), HEARD);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_worker_does_each_job_once),
		cmocka_unit_test(test_waiting_outlasts_a_slow_job),
		cmocka_unit_test(test_a_pool_runs_every_share_once_a_round),
		cmocka_unit_test(test_a_pool_of_none_is_refused),
		cmocka_unit_test(
		    test_what_a_thread_brings_upon_itself_is_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
