/* Saving replaces a file at once or not at all: whatever fails, what lies there
   is the old model or the new one, and nothing beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>

#include "base/replace.h"
#include "faults.h"
#include "generation.h"
#include "torture.h"

enum { NUMBERS = 64 * 1024 };

static struct generations g;
static struct err err;
static char link_path[64];

static int
setup(void **state)
{
	(void)state;
	err_clear(&err);
	fault_clear();
	fault_pretend_sync(1);
	if (generations_begin(&g, NUMBERS) < 0)
		return -1;
	snprintf(link_path, sizeof(link_path), "%s/link", g.folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	fault_clear();
	generations_end(&g);
	return 0;
}

static int
save(int is)
{
	int rc = generation_save(&g, is);

	err = g.s.err;
	return rc;
}

static int
others(int remove_all)
{
	return generations_others(&g, remove_all);
}

static void
test_order_of_the_calls(void **state)
{
	(void)state;
	assert_int_equal(save(1), 0);
	assert_string_equal(fault_story(), "wflrF");
	fault_clear();
	fault_no_tmpfile(1);
	assert_int_equal(save(2), 0);
	assert_string_equal(fault_story(), "wfrF");
	assert_int_equal(generation(&g), 2);
	assert_int_equal(others(0), 0);
}

/* Fails the at-th call of a kind while saving generation 2 over 1. */
static int
save_failing(
    enum fault_call call, int at, int number, int for_ever, int no_tmpfile)
{
	int rc;

	fault_clear();
	if (save(1) < 0)
		fail_msg("%s", err.text);
	fault_clear();
	fault_no_tmpfile(no_tmpfile);
	fault_set(call, at, number, for_ever);
	rc = save(2);
	fault_set(call, 0, 0, 0);
	return rc;
}

/* What must hold after a call failed. */
static void
judge(int rc, enum fault_call call, int at, int number)
{
	int is = generation(&g);
	const char *name = fault_names[call];

	if (rc == 0 && is == 2 && others(0) == 0)
		return; /* it could do without that call */
	if (rc == 0 || (is != 1 && is != 2))
		fail_msg("%s %d (%s): generation %d", name, at,
		    strerror(number), is);
	if (others(0) > 0)
		fail_msg("%s %d: a temporary file is left", name, at);
	assert_int_equal(err.code, ERR_IO);
	if (strstr(err.text, g.path) == NULL ||
	    strstr(err.text, strerror(number)) == NULL)
		fail_msg("%s %d: '%s' says too little", name, at, err.text);
	/* Only when the new file is in place may it be there. */
	if (is == 2 && call != FAULT_FSYNC)
		fail_msg("%s %d failed, but the file is new", name, at);
}

static const int fault_numbers[] = { EIO, ENOSPC, EDQUOT, EFBIG, EINTR };

/* What is interrupted for ever never ends, nor is it to. */
static int
fail_one(
    enum fault_call call, int at, int for_ever, int no_tmpfile, int *failed)
{
	size_t i, n = sizeof(fault_numbers) / sizeof(*fault_numbers);

	for (i = 0; i < n - (for_ever != 0); i++) {
		int rc = save_failing(
		    call, at, fault_numbers[i], for_ever, no_tmpfile);

		judge(rc, call, at, fault_numbers[i]);
		*failed += rc < 0;
	}
	return (int)i;
}

static void
test_old_file_survives_every_failure(void **state)
{
	int call, at, mode, points = 0, failed = 0;

	(void)state;
	for (mode = 0; mode < 4; mode++)
		for (call = 0; call < FAULT_N; call++) {
			at = 0;
			do
				points += fail_one((enum fault_call)call, ++at,
				    mode & 1, mode >> 1, &failed);
			while (fault_count((enum fault_call)call) >= at);
		}
	FIGURE("failing calls of a save: %d faults, %d of them errors, 0 torn, "
	       "0 names left\n",
	    points, failed);
	assert_in_range(failed, points / 4, points);
}

/* The clean-up fails as well: the first error is told, the old file is there,
   and the next save sweeps. */
static void
test_a_second_failure_while_cleaning_up(void **state)
{
	static const enum fault_call calls[] = { FAULT_WRITE, FAULT_FSYNC,
		FAULT_RENAME, FAULT_MODE, FAULT_RESERVE };
	int pairs = 0, left = 0, at, mode;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		for (mode = 0; mode < 2; mode++)
			for (at = 1; at < 3; at++) {
				int rc;

				fault_clear();
				assert_int_equal(save(1), 0);
				fault_no_tmpfile(mode);
				fault_set(calls[i], at, EIO, 1);
				fault_and(FAULT_UNLINK, EROFS);
				rc = save(2);
				left += others(0);
				pairs++;
				if (rc < 0)
					assert_non_null(
					    strstr(err.text, strerror(EIO)));
				assert_in_range(generation(&g), 1, 2);
				fault_clear();
				assert_int_equal(save(3), 0);
				assert_int_equal(others(0), 0);
			}
	FIGURE("a second failure while cleaning up: %d pairs, 0 torn, %d names "
	       "left, all swept later\n",
	    pairs, left);
	assert_in_range(left, 1, pairs);
}

static void
put_stale(const char *drawn)
{
	char at[96];

	snprintf(at, sizeof(at), "%s/.model.h5nn.nn-%s", g.folder, drawn);
	close(open(at, O_CREAT | O_WRONLY, 0600));
}

/* Sweeping is a courtesy: what it meets does not stop a save, and is left for
   the next. */
static void
test_failures_while_sweeping(void **state)
{
	static const enum fault_call calls[] = { FAULT_OPEN, FAULT_LOCK,
		FAULT_UNLINK };
	int pairs = 0, at, saved = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		for (at = 1; at < 6; at++) {
			int rc;

			fault_clear();
			assert_int_equal(save(1), 0);
			put_stale("aaaaaa");
			put_stale("bbbbbb");
			fault_clear();
			fault_set(calls[i], at, EIO, 0);
			rc = save(2);
			saved += rc == 0;
			assert_int_equal(generation(&g), rc == 0 ? 2 : 1);
			fault_clear();
			assert_int_equal(save(3), 0);
			assert_int_equal(others(0), 0);
			pairs++;
		}
	FIGURE("failures while sweeping: %d, %d saved all the same, 0 torn\n",
	    pairs, saved);
	assert_in_range(saved, pairs / 2, pairs - 1);
}

static void
test_fsync_is_not_tried_twice(void **state)
{
	(void)state;
	assert_int_equal(save_failing(FAULT_FSYNC, 1, EIO, 0, 0), -1);
	assert_int_equal(fault_count(FAULT_FSYNC), 1);
	assert_int_equal(generation(&g), 1);
	assert_non_null(strstr(err.text, "Input/output error"));
	/* The folder's comes when the new file is there, and says so. */
	assert_int_equal(save_failing(FAULT_FSYNC, 2, EIO, 0, 0), -1);
	assert_int_equal(fault_count(FAULT_FSYNC), 2);
	assert_int_equal(generation(&g), 2);
	assert_non_null(strstr(err.text, "may not survive a power failure"));
	FIGURE("fsync fails: told, tried again 0 times\n");
}

static void
test_short_and_interrupted_writes_go_on(void **state)
{
	int at;

	(void)state;
	for (at = 1; at < 5; at++) {
		assert_int_equal(save_failing(FAULT_WRITE, at, EINTR, 0, 0), 0);
		assert_int_equal(generation(&g), 2);
		fault_clear();
		fault_short(at, 0);
		assert_int_equal(save(3), 0);
		assert_int_equal(generation(&g), 3);
		fault_clear();
		fault_short(at, 1);
		assert_int_equal(save(4), 0);
		assert_int_equal(generation(&g), 4);
	}
}

/* A file system without locks is no reason to save nothing. */
static void
test_locks_are_not_needed(void **state)
{
	static const int none[] = { ENOSYS, EOPNOTSUPP, ENOLCK };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(*none); i++)
		for (int mode = 0; mode < 2; mode++) {
			assert_int_equal(
			    save_failing(FAULT_LOCK, 1, none[i], 1, mode), 0);
			assert_int_equal(generation(&g), 2);
			assert_int_equal(others(0), 0);
		}
}

static void
test_mode_is_kept(void **state)
{
	struct stat st;
	mode_t old = umask(027);

	(void)state;
	assert_int_equal(save(1), 0);
	umask(old);
	assert_int_equal(stat(g.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(chmod(g.path, 0604), 0);
	assert_int_equal(save(2), 0);
	assert_int_equal(stat(g.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0604);
}

static void
assert_owner(uid_t user, gid_t group, mode_t mode)
{
	struct stat st;

	assert_int_equal(stat(g.path, &st), 0);
	assert_int_equal(st.st_uid, user);
	assert_int_equal(st.st_gid, group);
	assert_int_equal(st.st_mode & 07777, mode);
}

/* For root; others may not give files away. */
static void
test_owner_is_kept_where_that_is_allowed(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(save(1), 0);
	if (chown(g.path, 12, 34) < 0)
		skip();
	assert_int_equal(chmod(g.path, 06640), 0);
	assert_int_equal(save(2), 0);
	assert_owner(12, 34, 06640);
	fault_clear();
	fault_set(FAULT_OWNER, 1, EPERM, 1);
	assert_int_equal(save(3), 0);
	/* What runs as somebody must not become what runs as another. */
	assert_owner(0, getegid(), 0640);
}

static void
assert_refused(const char *at, const char *says)
{
	err_clear(&err);
	assert_int_equal(replace_check(at, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	if (strstr(err.text, says) == NULL)
		fail_msg("'%s' does not say '%s'", err.text, says);
	err_clear(&err);
	assert_int_equal(fmt_save(&g.s.m, at, &err), -1);
	assert_int_equal(err.code, ERR_IO);
}

static void
test_only_regular_files_are_replaced(void **state)
{
	char nowhere[96];

	(void)state;
	assert_int_equal(save(1), 0);
	assert_int_equal(replace_check(g.path, &err), 0);
	assert_int_equal(others(0), 0);
	assert_int_equal(symlink("model.h5nn", link_path), 0);
	assert_refused(link_path, "symbolic link");
	unlink(link_path);
	assert_int_equal(mkfifo(link_path, 0600), 0);
	assert_refused(link_path, "not a regular file");
	unlink(link_path);
	assert_refused(g.folder, "folder");
	assert_refused("/dev/full", "not a regular file");
	assert_refused("test-save.nowhere/", "no name for a file");
	snprintf(nowhere, sizeof(nowhere), "%s/no/x", g.folder);
	assert_refused(nowhere, "No such file");
	assert_int_equal(generation(&g), 1);
}

static void
test_long_names_are_saved(void **state)
{
	char at[300];
	size_t n;

	(void)state;
	snprintf(at, sizeof(at), "%s/", g.folder);
	n = strlen(at);
	memset(at + n, 'n', 255);
	at[n + 255] = '\0';
	fault_no_tmpfile(1);
	assert_int_equal(fmt_save(&g.s.m, at, &err), 0);
	assert_int_equal(others(0), 1);
}

static void
test_stale_files_are_swept_and_live_ones_kept(void **state)
{
	char stale[64], live[64], strange[64];
	int fd;

	(void)state;
	snprintf(stale, sizeof(stale), "%s/.model.h5nn.nn-aaaaaa", g.folder);
	snprintf(live, sizeof(live), "%s/.model.h5nn.nn-bbbbbb", g.folder);
	snprintf(strange, sizeof(strange), "%s/.model.h5nn.nn-c", g.folder);
	close(open(stale, O_CREAT | O_WRONLY, 0600));
	close(open(strange, O_CREAT | O_WRONLY, 0600));
	fd = open(live, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(save(1), 0);
	assert_int_equal(access(stale, F_OK), -1);
	assert_int_equal(access(live, F_OK), 0);
	assert_int_equal(access(strange, F_OK), 0);
	close(fd);
	assert_int_equal(save(2), 0);
	assert_int_equal(access(live, F_OK), -1);
}

static void
test_full_disks_are_errors(void **state)
{
	struct rlimit was, small;
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	assert_int_equal(save(1), 0);
	assert_int_equal(fmt_write(&g.s.m, fd, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text, "No space left"));
	close(fd);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	small = was;
	small.rlim_cur = 100000;
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(save(2), -1);
	setrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text, "File too large"));
	assert_int_equal(generation(&g), 1);
	assert_int_equal(others(0), 0);
}

static void
test_broken_pipe_is_an_error(void **state)
{
	int p[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(p), 0);
	close(p[0]);
	assert_int_equal(fmt_write(&g.s.m, p[1], &err), -1);
	assert_int_equal(err.code, ERR_IO);
	close(p[1]);
	signal(SIGPIPE, SIG_DFL);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_order_of_the_calls),
		TEST(test_old_file_survives_every_failure),
		TEST(test_a_second_failure_while_cleaning_up),
		TEST(test_failures_while_sweeping),
		TEST(test_fsync_is_not_tried_twice),
		TEST(test_short_and_interrupted_writes_go_on),
		TEST(test_locks_are_not_needed),
		TEST(test_mode_is_kept),
		TEST(test_owner_is_kept_where_that_is_allowed),
		TEST(test_only_regular_files_are_replaced),
		TEST(test_long_names_are_saved),
		TEST(test_stale_files_are_swept_and_live_ones_kept),
		TEST(test_full_disks_are_errors),
		TEST(test_broken_pipe_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
