/* Every request for memory of libfmt is refused, once and for ever: an error
   that says so, no crash, nothing kept, and what the caller has is still
   there for another try. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/wait.h>

#include "base/replace.h"
#include "faults.h"
#include "fmt-sample.h"
#include "scarce.h"
#include "torture.h"

enum {
	LARGE = 300 * 1000 /* numbers of a tensor that gets pages of its own */
};

static struct sample s;
static float large[LARGE];
static struct err err;
static char folder[32], path[64], second[64];
static const uint8_t *bytes;
static size_t nbytes;

static struct sample delta;
static char delta_path[64];

static int
make_delta(void)
{
	struct arena a = { 0 };
	struct fmt_model base;
	int rc = fmt_open(&base, path, &a, &err);

	if (rc < 0)
		return -1;
	sample_full(&delta);
	delta.bias[1] = 7;
	fmt_leave_out(&delta.m, &base.graph, base.weights_id);
	rc = fmt_save(&delta.m, delta_path, &err);
	fmt_close(&base);
	arena_free(&a);
	return rc;
}

static int
setup(void **state)
{
	struct node *n;

	(void)state;
	fault_pretend_sync(1);
	strcpy(folder, "test-scarce.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/model.h5nn", folder);
	snprintf(second, sizeof(second), "%s/second.h5nn", folder);
	snprintf(delta_path, sizeof(delta_path), "%s/delta.h5nn", folder);
	sample_full(&s);
	if (fmt_save(&s.m, path, &err) < 0 || make_delta() < 0)
		return -1;
	n = sample_layer(&s, "dense_9", "dense", 2);
	sample_param(&s, n, "kernel", ROLE_PARAMETER, DTYPE_F32,
	    (struct shape){ 1, { LARGE } }, large);
	s.m.graph.outputs[0] = 3;
	if (fmt_save(&s.m, second, &err) < 0)
		return -1;
	bytes = sample_bytes(&s.m, &nbytes, &s.arena, &err);
	return bytes != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(path);
	unlink(second);
	unlink(delta_path);
	rmdir(folder);
	arena_free(&s.arena);
	arena_free(&delta.arena);
	return 0;
}

/* A model that was read, with everything looked at. */
static int
looked_at(struct fmt_model *m, struct arena *arena, int rc, struct err *e)
{
	if (rc == 0)
		rc = fmt_check(m, NULL, NULL, e) == 0 ? 0 : -1;
	fmt_close(m);
	arena_free(arena);
	return rc;
}

static int
from_bytes(struct err *e)
{
	struct arena a = { 0 };
	struct fmt_model m;

	return looked_at(&m, &a, fmt_parse(&m, bytes, nbytes, &a, e), e);
}

static int
from_file(struct err *e)
{
	struct arena a = { 0 };
	struct fmt_model m;

	return looked_at(&m, &a, fmt_open(&m, second, &a, e), e);
}

/* Its numbers read, not mapped; under a name that needs room. */
static int
from_far_away(struct err *e)
{
	static char name[20000];
	struct fmt_source source = { .name = name, .load = FMT_LOAD_READ };
	struct arena a = { 0 };
	struct fmt_model m;
	int rc;

	memset(name, 'n', sizeof(name) - 1);
	source.fd = open(second, O_RDONLY | O_CLOEXEC);
	rc = fmt_read(&m, &source, &a, e);
	close(source.fd);
	return looked_at(&m, &a, rc, e);
}

static void
feed(int fd)
{
	const uint8_t *at = bytes;
	size_t left = nbytes;

	while (left > 0) {
		ssize_t k = write(fd, at, left);

		if (k <= 0)
			_exit(0); /* the reader gave up */
		at += k;
		left -= (size_t)k;
	}
	_exit(0);
}

static int
from_pipe_up_to(size_t spool, struct err *e)
{
	struct fmt_source source = { .spool = spool, .tmpdir = folder };
	struct arena a = { 0 };
	struct fmt_model m;
	int p[2], rc;
	pid_t child;

	if (pipe(p) < 0 || (child = fork()) < 0)
		return -1;
	if (child == 0) {
		close(p[0]);
		feed(p[1]);
	}
	close(p[1]);
	source.fd = p[0];
	rc = fmt_read(&m, &source, &a, e);
	close(p[0]);
	waitpid(child, NULL, 0);
	return looked_at(&m, &a, rc, e);
}

static int
from_pipe(struct err *e)
{
	return from_pipe_up_to(0, e);
}

static int
from_pipe_to_disk(struct err *e)
{
	return from_pipe_up_to(1, e);
}

static int
to_fd(struct err *e)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int rc = fmt_write(&s.m, fd, e);

	close(fd);
	return rc;
}

static int
to_file(struct err *e)
{
	return fmt_save(&s.m, second, e);
}

static int
to_named_file(struct err *e)
{
	int rc;

	fault_no_tmpfile(1);
	rc = fmt_save(&s.m, second, e);
	fault_clear();
	return rc;
}

static int
to_be_saved(struct err *e)
{
	return replace_check(second, e);
}

static int
with_base(struct err *e)
{
	struct arena a = { 0 }, b = { 0 };
	struct fmt_model base, m = { 0 };
	int rc = fmt_open(&base, path, &a, e);

	if (rc == 0)
		rc = fmt_open(&m, delta_path, &b, e);
	if (rc == 0 && fmt_check(&m, NULL, NULL, e) != 0)
		rc = -1;
	if (rc == 0)
		rc = fmt_complete(&m, &base, e);
	fmt_close(&m);
	arena_free(&b);
	fmt_close(&base);
	arena_free(&a);
	return rc;
}

/* A file whose numbers are left for later, and one tensor of it. */
static int
one_tensor(struct err *e)
{
	struct fmt_source source = { .name = second, .later = FMT_ALL };
	struct arena a = { 0 };
	struct fmt_model m;
	int rc;

	source.fd = open(second, O_RDONLY | O_CLOEXEC);
	rc = fmt_read(&m, &source, &a, e);
	close(source.fd);
	if (rc == 0)
		rc = fmt_verify_tensor(&m, "dense_9", "kernel", e);
	return looked_at(&m, &a, rc, e);
}

static const struct way {
	const char *name;
	int (*run)(struct err *e);
} ways[] = {
	{ "parse bytes", from_bytes },
	{ "open a file", from_file },
	{ "read a file", from_far_away },
	{ "verify one tensor", one_tensor },
	{ "read a pipe", from_pipe },
	{ "read a pipe to disk", from_pipe_to_disk },
	{ "write", to_fd },
	{ "look whether it can be saved", to_be_saved },
	{ "save", to_file },
	{ "save without unnamed files", to_named_file },
	{ "complete a delta", with_base },
};
enum { WAYS = sizeof(ways) / sizeof(*ways) };

/* 1: it went well all the same. */
static int
refuse_one(const struct way *w, long at, int for_ever)
{
	long before = scarce_held();
	struct err e = { 0 };
	int rc;

	scarce_set(at, for_ever);
	rc = w->run(&e);
	scarce_set(0, 0);
	if (scarce_held() != before)
		fail_msg("%s: request %ld: %ld are not given back", w->name, at,
		    scarce_held() - before);
	if (rc == 0)
		return 1;
	if (e.code != ERR_IO || strstr(e.text, "emory") == NULL)
		fail_msg("%s: request %ld: '%s'", w->name, at, e.text);
	return 0;
}

static void
test_every_refusal_is_an_error(void **state)
{
	long points = 0, without = 0;

	(void)state;
	for (int i = 0; i < WAYS; i++) {
		struct err e = { 0 };
		long n;

		scarce_set(0, 0);
		if (ways[i].run(&e) < 0)
			fail_msg("%s: %s", ways[i].name, e.text);
		n = scarce_count();
		assert_in_range(n, 1, 100000);
		for (long at = 1; at <= n; at++)
			without += refuse_one(&ways[i], at, 0) +
			    refuse_one(&ways[i], at, 1);
		points += n;
		assert_int_equal(ways[i].run(&e), 0);
		assert_int_equal(from_file(&e), 0);
	}
	FIGURE("memory refused to libfmt: %ld points x 2, 0 crashes, 0 leaks, "
	       "%ld did without\n",
	    points, without);
	assert_in_range(without, 0, points / 2);
}

/* The control: what is kept is noticed. */
static void
test_a_leak_would_be_noticed(void **state)
{
	long before = scarce_held();
	struct arena a = { 0 };

	(void)state;
	assert_non_null(arena_alloc(&a, 1, &err));
	assert_int_equal(scarce_held(), before + 1);
	assert_non_null(arena_slab(&a, 1 << 19, &err));
	assert_in_range(scarce_held(), before + (1 << 19), before + (1 << 20));
	arena_free(&a);
	assert_int_equal(scarce_held(), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_refusal_is_an_error),
		cmocka_unit_test(test_a_leak_would_be_noticed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
