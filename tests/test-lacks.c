/* Saving where the system lacks something, or where somebody is in the way: it
   is done in another way, or the reason is told and the old file is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/replace.h"
#include "faults.h"
#include "generation.h"

enum { NUMBERS = 64 * 1024 };

static struct generations g;

static int
setup(void **state)
{
	(void)state;
	fault_clear();
	fault_pretend_sync(1);
	if (generations_begin(&g, NUMBERS) < 0)
		return -1;
	return generation_save(&g, 1);
}

static int
teardown(void **state)
{
	(void)state;
	fault_clear();
	generations_end(&g);
	return 0;
}

/* Saves generation 2 with the at-th call of a kind failing. */
static int
save_failing(enum fault_call call, int at, int number, int for_ever)
{
	int rc;

	fault_set(call, at, number, for_ever);
	rc = generation_save(&g, 2);
	fault_set(call, 0, 0, 0);
	return rc;
}

/* It was done all the same, by these calls (fault_story). */
static void
assert_done(int rc, const char *story)
{
	if (rc < 0)
		fail_msg("%s", g.s.err.text);
	assert_string_equal(fault_story(), story);
	assert_int_equal(generation(&g), 2);
	assert_int_equal(generations_others(&g, 0), 0);
	fault_clear();
}

static void
assert_told(int rc, const char *says)
{
	assert_int_equal(rc, -1);
	assert_int_equal(g.s.err.code, ERR_IO);
	if (strstr(g.s.err.text, says) == NULL)
		fail_msg("'%s' does not say '%s'", g.s.err.text, says);
	assert_int_equal(generation(&g), 1);
	assert_int_equal(generations_others(&g, 0), 0);
	fault_clear();
}

/* The second openat: the first is for sweeping. */
static void
test_without_unnamed_files(void **state)
{
	static const int none[] = { EOPNOTSUPP, EISDIR, EINVAL, ENOENT };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(*none); i++) {
		fault_clear();
		assert_done(save_failing(FAULT_OPEN, 2, none[i], 0), "wfrF");
	}
	assert_int_equal(generation_save(&g, 1), 0);
	fault_clear();
	assert_told(save_failing(FAULT_OPEN, 2, EACCES, 0),
	    "cannot write in its folder: Permission denied");
}

/* An unnamed file gets its name by way of /proc. */
static void
test_without_proc(void **state)
{
	(void)state;
	fault_clear();
	assert_done(save_failing(FAULT_ACCESS, 1, ENOENT, 0), "wfrF");
}

static void
test_where_no_space_is_promised(void **state)
{
	static const int none[] = { EOPNOTSUPP, ENOSYS, EINTR };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(*none); i++) {
		fault_clear();
		assert_done(
		    save_failing(FAULT_RESERVE, 1, none[i], 0), "wflrF");
	}
	assert_int_equal(generation_save(&g, 1), 0);
	fault_clear();
	generation_make(&g, 2);
	fault_set(FAULT_RESERVE, 1, ENOSPC, 0);
	assert_int_equal(generation_save(&g, 2), -1);
	assert_int_equal(fault_count(FAULT_WRITE), 0); /* the promise */
	assert_told(-1, "No space left");
}

static void
test_where_folders_cannot_be_synced(void **state)
{
	(void)state;
	fault_clear();
	assert_done(save_failing(FAULT_FSYNC, 2, EINVAL, 0), "wflr");
}

static void
test_names_that_are_taken(void **state)
{
	(void)state;
	fault_clear();
	assert_done(save_failing(FAULT_LINK, 1, EEXIST, 0), "wflrF");
	fault_no_tmpfile(1);
	assert_done(save_failing(FAULT_OPEN, 3, EEXIST, 0), "wfrF");
	assert_int_equal(generation_save(&g, 1), 0);
	fault_clear();
	assert_told(save_failing(FAULT_LINK, 1, EEXIST, 1),
	    "cannot name the new file: File exists");
	fault_no_tmpfile(1);
	assert_told(save_failing(FAULT_OPEN, 3, EEXIST, 1),
	    "cannot make a temporary file: File exists");
}

static int taken;

/* What another save does that finds a name without a lock. */
static void
sweep(void)
{
	DIR *d = opendir(g.folder);
	const struct dirent *e;

	while ((e = readdir(d)) != NULL)
		if (strstr(e->d_name, ".nn-") != NULL)
			taken += unlinkat(dirfd(d), e->d_name, 0) == 0;
	closedir(d);
}

static void
test_a_name_that_is_swept_before_its_lock(void **state)
{
	(void)state;
	fault_clear();
	fault_no_tmpfile(1);
	fault_before(FAULT_LOCK, 1, sweep);
	taken = 0;
	assert_done(generation_save(&g, 2), "wfrF");
	assert_int_equal(taken, 1);
}

static int
put_stale(void)
{
	char at[96];
	int fd;

	snprintf(at, sizeof(at), "%s/.model.h5nn.nn-aaaaaa", g.folder);
	fd = open(at, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	return fd < 0 ? -1 : close(fd);
}

static void
test_where_nothing_can_be_swept(void **state)
{
	(void)state;
	fault_clear();
	assert_int_equal(put_stale(), 0);
	assert_int_equal(save_failing(FAULT_LIST, 1, ENOMEM, 0), 0);
	assert_int_equal(generations_others(&g, 0), 1);
	assert_int_equal(generation_save(&g, 2), 0);
	assert_int_equal(generations_others(&g, 0), 0);
}

/* For root; others may not give files away. */
static void
test_the_group_alone_is_kept(void **state)
{
	struct stat st;

	(void)state;
	if (geteuid() != 0 || chown(g.path, (uid_t)-1, 34) < 0)
		skip();
	assert_int_equal(generation_save(&g, 2), 0);
	assert_int_equal(stat(g.path, &st), 0);
	assert_int_equal(st.st_uid, geteuid());
	assert_int_equal(st.st_gid, 34);
}

static void
test_a_target_in_the_root_folder(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(replace_check("/dev", &err), -1);
	assert_non_null(strstr(err.text, "/dev: is a folder"));
}

static void
test_writes_that_take_nothing(void **state)
{
	(void)state;
	fault_clear();
	assert_told(save_failing(FAULT_WRITE, 1, 0, 0), "Input/output error");
	assert_told(save_failing(FAULT_WRITE, 1, EFAULT, 0),
	    "was cut while it was in use");
}

/* Reads all, a little at a time; status 0 when there was a model's length. */
static void
read_slowly(int fd, size_t want)
{
	static char piece[4096];
	size_t have = 0;
	ssize_t k;

	while ((k = read(fd, piece, sizeof(piece))) > 0) {
		have += (size_t)k;
		usleep(100);
	}
	_exit(have == want ? 0 : 1);
}

/* A pipe that does not block, and is full most of the time. */
static void
test_a_reader_that_is_slow(void **state)
{
	struct fmt_model *m = generation_make(&g, 2);
	int p[2], status;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(p), 0);
	assert_int_equal(fcntl(p[1], F_SETFL, O_NONBLOCK), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(p[1]);
		read_slowly(p[0], m->file_bytes);
	}
	close(p[0]);
	assert_int_equal(fmt_write(m, p[1], &g.s.err), 0);
	close(p[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_without_unnamed_files),
		TEST(test_without_proc),
		TEST(test_where_no_space_is_promised),
		TEST(test_where_folders_cannot_be_synced),
		TEST(test_names_that_are_taken),
		TEST(test_a_name_that_is_swept_before_its_lock),
		TEST(test_where_nothing_can_be_swept),
		TEST(test_the_group_alone_is_kept),
		TEST(test_a_target_in_the_root_folder),
		TEST(test_writes_that_take_nothing),
		TEST(test_a_reader_that_is_slow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
