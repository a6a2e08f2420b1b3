/* A mapped model whose file changes while it is in use: replaced or removed it
   stays what it was; cut, whoever looks gets a SIGBUS at an address of which
   fmt_maps knows; cut or written to, fmt_unchanged says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "generation.h"

enum { NUMBERS = 100 * 1000 };

static struct generations g;
static struct arena arena;
static struct err err;
static struct fmt_model m;

static int
setup(void **state)
{
	(void)state;
	err_clear(&err);
	if (generations_begin(&g, NUMBERS) < 0 || generation_save(&g, 1) < 0)
		return -1;
	return fmt_open(&m, g.path, &arena, &err);
}

static int
teardown(void **state)
{
	(void)state;
	fmt_close(&m);
	arena_free(&arena);
	generations_end(&g);
	return 0;
}

static void
test_replaced_it_stays_what_it_was(void **state)
{
	(void)state;
	assert_int_equal(generation_save(&g, 2), 0);
	assert_int_equal(generation(&g), 2);
	assert_int_equal(generation_of_numbers(&m), 1);
	assert_int_equal(fmt_unchanged(&m, &err), 0);
}

static void
test_removed_it_stays_what_it_was(void **state)
{
	(void)state;
	assert_int_equal(unlink(g.path), 0);
	assert_int_equal(generation_of_numbers(&m), 1);
	assert_int_equal(fmt_unchanged(&m, &err), 0);
}

static void
assert_changed(void)
{
	assert_int_equal(fmt_unchanged(&m, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text, "cut or written to"));
}

static void
test_a_cut_is_told(void **state)
{
	(void)state;
	assert_int_equal(truncate(g.path, (off_t)m.file_bytes - 1), 0);
	assert_changed();
}

/* Even one byte, and the same again. */
static void
test_a_write_is_told(void **state)
{
	const struct timespec tick = { 0, 20 * 1000 * 1000 };
	int fd = open(g.path, O_RDWR);
	char byte;

	(void)state;
	nanosleep(&tick, NULL);
	assert_int_equal(pread(fd, &byte, 1, 5000), 1);
	assert_int_equal(pwrite(fd, &byte, 1, 5000), 1);
	close(fd);
	assert_changed();
}

/* What is written anew is not made of what was changed meanwhile. */
static void
test_what_was_changed_is_not_saved(void **state)
{
	char other[64];
	int fd = open(g.path, O_RDWR);

	(void)state;
	snprintf(other, sizeof(other), "%s/other.h5nn", g.folder);
	assert_int_equal(fmt_save(&m, other, &err), 0);
	assert_int_equal(unlink(other), 0);
	assert_int_equal(pwrite(fd, "x", 1, (off_t)m.file_bytes - 1), 1);
	close(fd);
	assert_int_equal(fmt_save(&m, other, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text, other));
	assert_non_null(strstr(err.text, "cut or written to"));
	assert_int_equal(access(other, F_OK), -1);
}

/* Numbers that nobody has looked at yet are verified before they are written. */
static void
test_damaged_numbers_are_not_saved(void **state)
{
	struct fmt_source source = { .name = g.path, .later = FMT_ALL };
	struct fmt_model damaged;
	char other[64];
	int fd = open(g.path, O_RDWR);

	(void)state;
	snprintf(other, sizeof(other), "%s/other.h5nn", g.folder);
	assert_int_equal(pwrite(fd, "x", 1, (off_t)m.file_bytes - 1), 1);
	source.fd = fd;
	assert_int_equal(fmt_read(&damaged, &source, &arena, &err), 0);
	close(fd);
	assert_int_equal(fmt_save(&damaged, other, &err), -1);
	assert_int_equal(err.code, ERR_MODEL);
	assert_non_null(strstr(err.text, "its numbers are damaged"));
	assert_int_equal(access(other, F_OK), -1);
	fmt_close(&damaged);
}

/* A time that differs by whole seconds alone. */
static void
test_an_older_time_is_told(void **state)
{
	struct timespec times[2];
	struct stat st;

	(void)state;
	assert_int_equal(stat(g.path, &st), 0);
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	times[1].tv_sec -= 100;
	assert_int_equal(utimensat(AT_FDCWD, g.path, times, 0), 0);
	assert_changed();
}

/* Other models are opened and closed; this one is not touched. */
static void
test_what_nobody_touched_is_unchanged(void **state)
{
	struct fmt_model other;

	(void)state;
	assert_int_equal(fmt_open(&other, g.path, &arena, &err), 0);
	assert_int_equal(fmt_unchanged(&other, &err), 0);
	fmt_close(&other);
	assert_int_equal(fmt_unchanged(&other, &err), 0);
	assert_int_equal(chmod(g.path, 0600), 0);
	assert_int_equal(fmt_unchanged(&m, &err), 0);
}

static void
on_bus(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	_exit(fmt_maps(&m, info->si_addr) ? 5 : 6);
}

/* What a child makes of a cut model: 5 when the handler knew the address. */
static int
status_of_looking(const volatile float *at)
{
	struct sigaction bus = { .sa_sigaction = on_bus,
		.sa_flags = SA_SIGINFO };
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		sigaction(SIGBUS, &bus, NULL);
		_exit(*at == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
test_a_handler_can_tell_a_cut_model(void **state)
{
	const float *v = m.graph.nodes[2].params[0].value.data;
	float mine = 1;

	(void)state;
	assert_int_equal(status_of_looking(v + NUMBERS - 1), 1);
	assert_int_equal(truncate(g.path, (off_t)m.file_bytes / 2), 0);
	assert_int_equal(status_of_looking(v + NUMBERS - 1), 5);
	assert_true(fmt_maps(&m, v));
	assert_true(fmt_maps(&m, v + NUMBERS - 1));
	assert_false(fmt_maps(&m, &mine));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_replaced_it_stays_what_it_was),
		TEST(test_removed_it_stays_what_it_was),
		TEST(test_a_cut_is_told),
		TEST(test_a_write_is_told),
		TEST(test_what_was_changed_is_not_saved),
		TEST(test_damaged_numbers_are_not_saved),
		TEST(test_an_older_time_is_told),
		TEST(test_what_nobody_touched_is_unchanged),
		TEST(test_a_handler_can_tell_a_cut_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
