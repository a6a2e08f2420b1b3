/* Saving replaces a file at once or not at all: whatever fails, whenever the
   process is killed, what lies there is the old model or the new one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "faults.h"
#include "fmt-sample.h"

static struct sample s;
static struct arena arena;
static struct err err;
static char folder[] = "test-save.XXXXXX";
static char path[64], link_path[64];

enum { NUMBERS = 64 * 1024 };
static float numbers[NUMBERS];

static int
setup(void **state)
{
	struct node *n;

	(void)state;
	strcpy(folder, "test-save.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/model.h5nn", folder);
	snprintf(link_path, sizeof(link_path), "%s/link", folder);
	err_clear(&err);
	fault_clear();
	sample_bare(&s);
	n = sample_layer(&s, "dense_1", "dense", 0);
	sample_param(&s, n, "kernel", ROLE_PARAMETER, DTYPE_F32,
	    (struct shape){ 1, { NUMBERS } }, numbers);
	return s.err.code;
}

/* Names in the folder beside the model; removes all when told so. */
static int
others(int remove_all)
{
	DIR *d = opendir(folder);
	const struct dirent *e;
	int n = 0;

	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		n += strcmp(e->d_name, "model.h5nn") != 0;
		if (remove_all)
			unlinkat(dirfd(d), e->d_name, 0);
	}
	closedir(d);
	return n;
}

static int
teardown(void **state)
{
	(void)state;
	fault_clear();
	others(1);
	rmdir(folder);
	arena_free(&arena);
	arena_free(&s.arena);
	return 0;
}

/* Every number of the model says which generation it is of. */
static int
save(int generation)
{
	int i;

	for (i = 0; i < NUMBERS; i++)
		numbers[i] = (float)generation;
	err_clear(&err);
	return fmt_save(&s.m, path, &err);
}

/* The generation of the file, or -1 when it is torn. */
static int
generation(void)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct fmt_model m;
	const float *v;
	int i, g = -1;

	if (fmt_open(&m, path, &a, &e) == 0) {
		v = m.graph.nodes[2].params[0].value.data;
		g = (int)v[0];
		for (i = 0; i < NUMBERS; i++)
			if (v[i] != (float)g)
				g = -1;
		fmt_close(&m);
	}
	arena_free(&a);
	return g;
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
	assert_int_equal(generation(), 2);
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
	int g = generation();
	const char *name = fault_names[call];

	if (rc == 0 && g == 2 && others(0) == 0)
		return; /* it could do without that call */
	if (rc == 0 || (g != 1 && g != 2))
		fail_msg(
		    "%s %d (%s): generation %d", name, at, strerror(number), g);
	if (others(0) > 0)
		fail_msg("%s %d: a temporary file is left", name, at);
	assert_int_equal(err.code, ERR_IO);
	if (strstr(err.text, path) == NULL ||
	    strstr(err.text, strerror(number)) == NULL)
		fail_msg("%s %d: '%s' says too little", name, at, err.text);
	/* Only when the new file is in place may it be there. */
	if (g == 2 && call != FAULT_FSYNC)
		fail_msg("%s %d failed, but the file is new", name, at);
}

static void
test_old_file_survives_every_failure(void **state)
{
	static const int numbers_of[] = { EIO, ENOSPC, EDQUOT, EFBIG };
	int call, at, k, mode, points = 0, failed = 0;

	(void)state;
	for (mode = 0; mode < 4; mode++)
		for (call = 0; call < FAULT_N; call++)
			for (at = 1;; at++) {
				for (k = 0; k < 4; k++) {
					int rc = save_failing(
					    (enum fault_call)call, at,
					    numbers_of[k], mode & 1, mode >> 1);

					judge(rc, (enum fault_call)call, at,
					    numbers_of[k]);
					points++;
					failed += rc < 0;
				}
				if (fault_count((enum fault_call)call) < at)
					break;
			}
	print_message("%d faults, %d of them errors, 0 torn\n", points, failed);
	assert_in_range(failed, points / 4, points);
}

static void
test_fsync_is_not_tried_twice(void **state)
{
	(void)state;
	assert_int_equal(save_failing(FAULT_FSYNC, 1, EIO, 0, 0), -1);
	assert_int_equal(fault_count(FAULT_FSYNC), 1);
	assert_int_equal(generation(), 1);
}

static void
test_short_and_interrupted_writes_go_on(void **state)
{
	int at;

	(void)state;
	for (at = 1; at < 5; at++) {
		assert_int_equal(save_failing(FAULT_WRITE, at, EINTR, 0, 0), 0);
		assert_int_equal(generation(), 2);
		fault_clear();
		fault_short(at);
		assert_int_equal(save(3), 0);
		assert_int_equal(generation(), 3);
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
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(chmod(path, 0604), 0);
	assert_int_equal(save(2), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0604);
}

static void
assert_refused(const char *at, const char *says)
{
	err_clear(&err);
	assert_int_equal(fmt_save_check(at, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	if (strstr(err.text, says) == NULL)
		fail_msg("'%s' does not say '%s'", err.text, says);
	err_clear(&err);
	assert_int_equal(fmt_save(&s.m, at, &err), -1);
	assert_int_equal(err.code, ERR_IO);
}

static void
test_only_regular_files_are_replaced(void **state)
{
	char nowhere[96];

	(void)state;
	assert_int_equal(save(1), 0);
	assert_int_equal(fmt_save_check(path, &err), 0);
	assert_int_equal(others(0), 0);
	assert_int_equal(symlink("model.h5nn", link_path), 0);
	assert_refused(link_path, "symbolic link");
	unlink(link_path);
	assert_int_equal(mkfifo(link_path, 0600), 0);
	assert_refused(link_path, "not a regular file");
	unlink(link_path);
	assert_refused(folder, "folder");
	assert_refused("/dev/full", "not a regular file");
	assert_refused("test-save.nowhere/", "no name for a file");
	snprintf(nowhere, sizeof(nowhere), "%s/no/x", folder);
	assert_refused(nowhere, "No such file");
	assert_int_equal(generation(), 1);
}

static void
test_long_names_are_saved(void **state)
{
	char at[300];
	size_t n;

	(void)state;
	snprintf(at, sizeof(at), "%s/", folder);
	n = strlen(at);
	memset(at + n, 'n', 255);
	at[n + 255] = '\0';
	fault_no_tmpfile(1);
	assert_int_equal(fmt_save(&s.m, at, &err), 0);
	assert_int_equal(others(0), 1);
}

static void
test_stale_files_are_swept_and_live_ones_kept(void **state)
{
	char stale[64], live[64], strange[64];
	int fd;

	(void)state;
	snprintf(stale, sizeof(stale), "%s/.model.h5nn.nn-aaaaaa", folder);
	snprintf(live, sizeof(live), "%s/.model.h5nn.nn-bbbbbb", folder);
	snprintf(strange, sizeof(strange), "%s/.model.h5nn.nn-c", folder);
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
	assert_int_equal(fmt_write(&s.m, fd, &err), -1);
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
	assert_int_equal(generation(), 1);
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
	assert_int_equal(fmt_write(&s.m, p[1], &err), -1);
	assert_int_equal(err.code, ERR_IO);
	close(p[1]);
	signal(SIGPIPE, SIG_DFL);
}

/* Killing. */

/* What a writer that knows no better does. */
static int
save_in_place(int g)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0666);
	int i, rc;

	for (i = 0; i < NUMBERS; i++)
		numbers[i] = (float)g;
	rc = fmt_write(&s.m, fd, &err);
	close(fd);
	return rc;
}

static void
save_for_ever(int (*how)(int))
{
	int g;

	for (g = 2;; g = 5 - g) /* 2 3 2 3 ... */
		if (how(g) < 0)
			_exit(1);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Kills a saving child n times at random instants within some saves; how
   often the file was torn, and how many names were left behind. */
static int
torn_by_kills(int n, int (*how)(int), int *left)
{
	double began = seconds();
	long span; /* nanoseconds */
	int i, torn = 0;

	how(1);
	how(2);
	span = (long)(1e9 * (seconds() - began)) + 1000000;
	span = span > 200000000 ? 200000000 : span;
	*left = 0;
	for (i = 0; i < n; i++) {
		struct timespec nap = { 0, random() % span };
		pid_t child = fork();

		if (child == 0)
			save_for_ever(how);
		nanosleep(&nap, NULL);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		torn += generation() < 0;
		*left += others(0);
		if (others(0) > 1)
			fail_msg("more than one name is left behind");
	}
	return torn;
}

static int
kills(void)
{
	return getenv("NN_LONG") != NULL ? 1000 : 100;
}

static void
test_kills_leave_the_old_or_the_new_file(void **state)
{
	int n = kills();
	int left;

	(void)state;
	assert_int_equal(torn_by_kills(n, save, &left), 0);
	print_message("%d kills, 0 torn, %d left a name\n", n, left);
	assert_int_equal(save(4), 0);
	assert_int_equal(others(0), 0);
}

/* The same where files need a name from the beginning: most kills leave it,
   and the next save sweeps it. */
static void
test_kills_without_unnamed_files(void **state)
{
	int n = kills();
	int left;

	(void)state;
	fault_no_tmpfile(1);
	assert_int_equal(torn_by_kills(n, save, &left), 0);
	print_message("%d kills, 0 torn, %d left a name\n", n, left);
	assert_in_range(left, 1, n);
	assert_int_equal(save(4), 0);
	assert_int_equal(others(0), 0);
}

/* The control: this test can fail. */
static void
test_kills_tear_what_is_written_in_place(void **state)
{
	int left;
	int torn = torn_by_kills(100, save_in_place, &left);

	(void)state;
	print_message("in place: 100 kills, %d torn\n", torn);
	assert_in_range(torn, 1, 100);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_order_of_the_calls),
		TEST(test_old_file_survives_every_failure),
		TEST(test_fsync_is_not_tried_twice),
		TEST(test_short_and_interrupted_writes_go_on),
		TEST(test_mode_is_kept),
		TEST(test_only_regular_files_are_replaced),
		TEST(test_long_names_are_saved),
		TEST(test_stale_files_are_swept_and_live_ones_kept),
		TEST(test_full_disks_are_errors),
		TEST(test_broken_pipe_is_an_error),
		TEST(test_kills_leave_the_old_or_the_new_file),
		TEST(test_kills_without_unnamed_files),
		TEST(test_kills_tear_what_is_written_in_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
