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
#include "spoilt.h"

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
	size_t n = 0;
	uint8_t *file = spoilt_bytes(root, &n, &arena, &err);

	assert_non_null(file);
	err_clear(&err);
	if (fmt_parse(&m, file, n, &arena, &err) == 0)
		return "accepted";
	assert_int_equal(err.code, ERR_MODEL);
	return err.text;
}

static inline const char *
refusal(struct h5_object *root)
{
	assert_int_equal(spoilt_sign(root, &arena, &err), 0);
	return refusal_of(root);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
