/* Reading where a call fails, is interrupted or gives less than it should, or
   where somebody changes the file meanwhile: told by an error, or done in
   another way with the same numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "faults.h"
#include "generation.h"
#include "mend.h"
#include "scarce.h"

enum { NUMBERS = 100 * 1000, NFS = 0x6969 };

static struct generations g;
static struct arena arena;
static struct err err;
static struct fmt_model m;
static uint8_t *bytes; /* of the file, one more than it has */
static size_t nbytes;

static int
setup(void **state)
{
	int fd;

	(void)state;
	err_clear(&err);
	if (generations_begin(&g, NUMBERS) < 0 || generation_save(&g, 1) < 0)
		return -1;
	nbytes = g.s.m.file_bytes;
	bytes = arena_slab(&arena, nbytes + 1, &err);
	fd = open(g.path, O_RDONLY | O_CLOEXEC);
	if (bytes == NULL || read(fd, bytes, nbytes) != (ssize_t)nbytes)
		return -1;
	close(fd);
	fault_clear();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	scarce_set(0, 0);
	fault_clear();
	arena_free(&arena);
	generations_end(&g);
	return 0;
}

/* Opens the file as it lies there, numbers and all. */
static int
read_file(enum fmt_load load)
{
	struct fmt_source source = { .name = g.path, .load = load };
	int rc;

	err_clear(&err);
	source.fd = open(g.path, O_RDONLY | O_CLOEXEC);
	rc = fmt_read(&m, &source, &arena, &err);
	close(source.fd);
	if (rc == 0)
		assert_int_equal(generation_of_numbers(&m), 1);
	return rc;
}

static void
feed(int fd, size_t n)
{
	size_t at = 0;
	ssize_t k = 1;

	signal(SIGPIPE, SIG_IGN); /* the reader may give up */
	while (at < n && k > 0) {
		k = write(fd, bytes + at, n - at);
		at += k > 0 ? (size_t)k : 0;
	}
	_exit(0);
}

/* Reads a model of which n bytes come; what happens to the calls is for the
   reader alone. */
static int
read_stream(const int p[2], size_t n, struct fmt_source *source)
{
	pid_t child = fork();
	int rc;

	if (child == 0) {
		fault_clear();
		close(p[0]);
		feed(p[1], n);
	}
	close(p[1]);
	source->fd = p[0];
	err_clear(&err);
	rc = child > 0 ? fmt_read(&m, source, &arena, &err) : -1;
	close(p[0]);
	waitpid(child, NULL, 0);
	fault_clear();
	return rc;
}

static int
read_pipe(size_t n, struct fmt_source *source)
{
	int p[2];

	return pipe(p) < 0 ? -1 : read_stream(p, n, source);
}

static void
assert_read(int rc)
{
	if (rc < 0)
		fail_msg("%s", err.text);
	assert_int_equal(generation_of_numbers(&m), 1);
	fmt_close(&m);
}

static void
assert_told(int rc, enum err_code code, const char *says)
{
	assert_int_equal(rc, -1);
	assert_int_equal(err.code, code);
	if (strstr(err.text, says) == NULL)
		fail_msg("'%s' does not say '%s'", err.text, says);
	assert_null(m.map);
	fault_clear();
}

static void
test_pipes_that_are_interrupted(void **state)
{
	(void)state;
	for (int at = 1; at < 4; at++)
		for (size_t spool = 0; spool < 2; spool++) {
			struct fmt_source source = { .spool = spool };

			fault_set(FAULT_READ, at, EINTR, 0);
			assert_read(read_pipe(nbytes, &source));
		}
}

/* At the head, behind it, and at the end; to memory and to a file. */
static void
test_pipes_that_fail(void **state)
{
	int told = 0;

	(void)state;
	for (size_t spool = 0; spool < 2; spool++)
		for (int at = 1;; at++) {
			struct fmt_source source = { .spool = spool };
			int p[2];

			assert_int_equal(pipe(p), 0);
			fault_set(FAULT_READ, at, EIO, 1);
			if (read_stream(p, nbytes, &source) == 0)
				break;
			assert_told(-1, ERR_IO, "cannot read: Input/output");
			told++;
		}
	fmt_close(&m);
	assert_in_range(told, 6, 1000);
}

static void
test_pipes_that_end_early(void **state)
{
	static const struct {
		size_t n;
		const char *says;
	} cases[] = {
		{ 7, "not a model file" },
		{ 47, "cut short" },
		{ 48, "cut short" },
		{ NUMBERS, "cut short" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (size_t spool = 0; spool < 2; spool++) {
			struct fmt_source source = { .spool = spool };

			assert_told(read_pipe(cases[i].n, &source), ERR_MODEL,
			    cases[i].says);
		}
}

/* Bytes 28 to 35 are the end of the file, covered by the sum behind them. */
static void
test_pipes_that_announce_nonsense(void **state)
{
	struct fmt_source source = { 0 };

	(void)state;
	bytes[28] ^= 1;
	assert_told(read_pipe(nbytes, &source), ERR_MODEL, "damaged");
}

static void
test_pipes_that_announce_impossible_lengths(void **state)
{
	static const uint64_t lengths[] = { 0, H5_SUPER_BYTES - 1,
		H5_FILE_MAX + 1, UINT64_MAX };
	struct fmt_source source = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		mend_number(bytes + 28, lengths[i], 8);
		mend_number(bytes + 44, h5_sum(bytes, 44), 4);
		assert_told(read_pipe(nbytes, &source), ERR_MODEL,
		    "an impossible length");
	}
}

static void
test_spooling_to_a_disk_that_fails(void **state)
{
	struct fmt_source source = { .spool = 1, .tmpdir = "/nonexistent" };

	(void)state;
	assert_told(
	    read_pipe(nbytes, &source), ERR_IO, "No such file or directory");
	source.tmpdir = g.folder;
	for (int at = 1; at < 3; at++) {
		fault_set(FAULT_WRITE, at, ENOSPC, 1);
		assert_told(read_pipe(nbytes, &source), ERR_IO, g.folder);
	}
	assert_int_equal(generations_others(&g, 0), 0);
}

static void
test_sockets_are_streams(void **state)
{
	struct fmt_source source = { .name = "socket" };
	int p[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, p), 0);
	assert_read(read_stream(p, nbytes, &source));
}

static void
test_devices(void **state)
{
	struct fmt_source source = { .name = "/dev/null" };

	(void)state;
	source.fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	err_clear(&err);
	assert_told(fmt_read(&m, &source, &arena, &err), ERR_MODEL,
	    "is a device, not a model file");
	/* As standard input it is empty. */
	source.name = NULL;
	err_clear(&err);
	assert_told(fmt_read(&m, &source, &arena, &err), ERR_MODEL,
	    "no model on standard input");
	close(source.fd);
}

static void
test_an_empty_file(void **state)
{
	(void)state;
	assert_int_equal(truncate(g.path, 0), 0);
	assert_told(read_file(FMT_LOAD_AUTO), ERR_MODEL, "the file is empty");
}

static void
test_a_file_that_cannot_be_looked_at(void **state)
{
	(void)state;
	fault_set(FAULT_STAT, 1, EIO, 0);
	assert_told(read_file(FMT_LOAD_AUTO), ERR_IO, "cannot look at it");
	fault_set(FAULT_CONTROL, 1, EMFILE, 0);
	assert_told(read_file(FMT_LOAD_AUTO), ERR_IO, "cannot keep it open");
	fault_set(FAULT_STAT, 2, EIO, 0);
	assert_told(read_file(FMT_LOAD_AUTO), ERR_IO, "cannot keep it open");
}

static void
cut(void)
{
	assert_int_equal(truncate(g.path, (off_t)nbytes / 2), 0);
}

static void
test_a_file_that_is_cut_while_it_is_opened(void **state)
{
	(void)state;
	fault_before(FAULT_CONTROL, 1, cut);
	assert_told(
	    read_file(FMT_LOAD_AUTO), ERR_IO, "was cut while it was opened");
}

/* Numbers on another machine are read, not mapped; here by their type alone. */
static void
test_file_systems_far_away(void **state)
{
	(void)state;
	assert_read(read_file(FMT_LOAD_AUTO));
	assert_int_equal(fault_count(FAULT_PREAD), 0);
	fault_clear();
	fault_set(FAULT_SYSTEM, 1, ENOSYS, 0);
	assert_read(read_file(FMT_LOAD_AUTO));
	assert_int_equal(fault_count(FAULT_PREAD), 0);
	fault_clear();
	fault_file_system(NFS);
	assert_read(read_file(FMT_LOAD_AUTO));
	assert_in_range(fault_count(FAULT_PREAD), 1, 100);
}

static void
test_numbers_that_cannot_be_read(void **state)
{
	static const struct {
		int number;
		const char *says;
	} cases[] = { { EIO, "Input/output error" }, { 0, "No data" } };

	(void)state;
	fault_set(FAULT_PREAD, 1, EINTR, 0);
	assert_read(read_file(FMT_LOAD_READ));
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fault_set(FAULT_PREAD, 1, cases[i].number, 1);
		assert_told(read_file(FMT_LOAD_READ), ERR_IO, cases[i].says);
		fault_clear();
	}
}

/* Refuses memory, mappings of files too, request by request, while another
   call fails; how often the error says so. */
static int
without_mapping(enum fault_call call, int number, const char *says)
{
	int told = 0;
	long n;

	scarce_set(0, 0);
	assert_read(read_file(FMT_LOAD_AUTO));
	n = scarce_count();
	for (long at = 1; at <= n; at++) {
		fault_clear();
		fault_set(call, 1, number, 1);
		scarce_set(at, 0);
		if (read_file(FMT_LOAD_AUTO) == 0)
			fmt_close(&m);
		else
			told += strstr(err.text, says) != NULL;
		scarce_set(0, 0);
	}
	return told;
}

static void
test_where_files_cannot_be_mapped(void **state)
{
	(void)state;
	/* Nothing fails but the mapping: it is read. */
	fault_clear();
	assert_int_equal(without_mapping(FAULT_LINK, EIO, "linkat"), 0);
	assert_int_equal(without_mapping(FAULT_READ, EIO, "cannot read"), 1);
	assert_int_equal(without_mapping(FAULT_SEEK, EIO, "cannot read"), 1);
	assert_int_equal(without_mapping(FAULT_READ, 0, "shrank"), 1);
}

static void
test_a_change_that_cannot_be_looked_for(void **state)
{
	(void)state;
	assert_int_equal(read_file(FMT_LOAD_AUTO), 0);
	fault_clear();
	fault_set(FAULT_STAT, 1, EIO, 0);
	assert_int_equal(fmt_unchanged(&m, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text, "cannot look at it"));
	fmt_close(&m);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_pipes_that_are_interrupted),
		TEST(test_pipes_that_fail),
		TEST(test_pipes_that_end_early),
		TEST(test_pipes_that_announce_nonsense),
		TEST(test_pipes_that_announce_impossible_lengths),
		TEST(test_spooling_to_a_disk_that_fails),
		TEST(test_sockets_are_streams),
		TEST(test_devices),
		TEST(test_an_empty_file),
		TEST(test_a_file_that_cannot_be_looked_at),
		TEST(test_a_file_that_is_cut_while_it_is_opened),
		TEST(test_file_systems_far_away),
		TEST(test_numbers_that_cannot_be_read),
		TEST(test_where_files_cannot_be_mapped),
		TEST(test_a_change_that_cannot_be_looked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
