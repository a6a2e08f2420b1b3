/* The sample of fmt-sample.h, made for each test; and as a tree that a test may
   spoil. */
#ifndef TESTS_FMT_FIXTURE_H
#define TESTS_FMT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fmt-sample.h"
#include "model.h"

static struct sample s;
static struct arena arena;
static struct err err;
static struct fmt_model m;

static inline int
setup(void **state)
{
	(void)state;
	err_clear(&err);
	sample_full(&s);
	return s.err.code;
}

static inline int
teardown(void **state)
{
	(void)state;
	fmt_close(&m);
	arena_free(&arena);
	arena_free(&s.arena);
	return 0;
}

static inline void
assert_says(const char *text, const char *what)
{
	if (strstr(text, what) == NULL)
		fail_msg("'%s' does not say '%s'", text, what);
}

/* The sample as a tree that a test may spoil, laid out again with digests and
   ids that fit: only what was spoilt can be refused. */
static inline struct h5_object *
tree(void)
{
	struct h5_object *root;
	uint64_t bytes;

	err_clear(&err);
	root = tree_of_model(&s.m, NULL, &bytes, &arena, &err);
	if (root == NULL)
		fail_msg("%s", err.text);
	return root;
}

static inline const char *
refusal_of(struct h5_object *root)
{
	uint64_t bytes;
	size_t n = 0;
	uint8_t *file;
	FILE *f = tmpfile();

	assert_int_equal(h5_layout(root, &bytes, &err), 0);
	assert_int_equal(tree_write(root, bytes, fileno(f), &arena, &err), 0);
	n = (size_t)bytes;
	file = arena_slab(&arena, n, &err);
	assert_int_equal(pread(fileno(f), file, n, 0), n);
	fclose(f);
	err_clear(&err);
	if (fmt_parse(&m, file, n, &arena, &err) == 0)
		return "accepted";
	assert_int_equal(err.code, ERR_MODEL);
	return err.text;
}

static inline const char *
refusal(struct h5_object *root)
{
	char hex[FMT_HEX];
	int i;

	assert_int_equal(digests_put(root, &arena, &err), 0);
	for (i = 0; i < ID_N; i++) {
		assert_int_equal(
		    id_compute(root, (enum fmt_id)i, hex, &err), 0);
		h5_put_text(root, id_names[i], hex, &arena, &err);
	}
	return refusal_of(root);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
