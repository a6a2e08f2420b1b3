/* What the tests of nnfmt.h share: the sample in bytes, a small writer, and
   expectations that say what went wrong.  Behind cmocka.h. */
#ifndef TESTS_NNFMT_TEST_H
#define TESTS_NNFMT_TEST_H

#include "fmt-sample.h"
#include "nnfmt.h"

static struct sample s;
static const uint8_t *full; /* the bytes of s.m, which has everything */
static size_t nfull;
static struct nnfmt_error error;

static const char architecture[] =
    "{\"version\": 1, \"inputs\": [\"x\"], \"outputs\": [\"y\"], \"layers\": ["
    "{\"name\": \"x\", \"kind\": \"input\", \"inputs\": [],"
    " \"settings\": {\"shape\": [3]}},"
    "{\"name\": \"y\", \"kind\": \"dense\", \"inputs\": [\"x\"],"
    " \"settings\": {\"units\": 2}}]}";
static const float kernel[6] = { 1, 2, 3, 4, 5, 6 };
static const int64_t kernel_dims[2] = { 3, 2 };

static inline int
setup(void **state)
{
	(void)state;
	memset(&error, 0, sizeof(error));
	sample_full(&s);
	full = sample_bytes(&s.m, &nfull, &s.arena, &s.err);
	return full != NULL ? 0 : -1;
}

static inline int
teardown(void **state)
{
	(void)state;
	arena_free(&s.arena);
	return 0;
}

static inline struct nnfmt_model *
opened(const void *bytes, size_t n)
{
	struct nnfmt_model *model = nnfmt_open_memory(bytes, n, &error);

	if (model == NULL)
		fail_msg("%s", error.text);
	return model;
}

static inline void
ok(int rc)
{
	if (rc != 0)
		fail_msg("%s", error.text);
}

/* The call failed, with that code and words that have it. */
static inline void
refused(int failed, int code, const char *words)
{
	assert_true(failed);
	if (error.code != code || strstr(error.text, words) == NULL)
		fail_msg("%d, not %d with '%s': %s", error.code, code, words,
		    error.text);
	memset(&error, 0, sizeof(error));
}

/* What the writer writes, in the sample's arena. */
static inline const uint8_t *
written(struct nnfmt_writer *w, size_t *n)
{
	FILE *f = tmpfile();
	uint8_t *bytes;
	struct stat st;

	assert_non_null(f);
	ok(nnfmt_write(w, fileno(f), &error));
	assert_int_equal(fstat(fileno(f), &st), 0);
	*n = (size_t)st.st_size;
	bytes = arena_slab(&s.arena, *n, &s.err);
	assert_non_null(bytes);
	assert_int_equal(pread(fileno(f), bytes, *n, 0), st.st_size);
	fclose(f);
	return bytes;
}

/* As a model again. */
static inline struct nnfmt_model *
read_back(struct nnfmt_writer *w)
{
	size_t n;
	const uint8_t *bytes = written(w, &n);

	return opened(bytes, n);
}

static inline struct nnfmt_writer *
small_writer(void)
{
	struct nnfmt_writer *w = nnfmt_writer_new(&error);

	assert_non_null(w);
	ok(nnfmt_put_document(w, "architecture", architecture, &error));
	ok(nnfmt_put_tensor(w, NNFMT_WEIGHTS, "y/kernel", NNFMT_F32, 2,
	    kernel_dims, kernel, &error));
	return w;
}

#endif
