/* Models as other programs write them: what was given is in the file, and what
   cannot be meant is refused in words and changes nothing. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/thread.h"
#include "nnfmt-test.h"

static void
test_a_copy_has_the_same_bytes(void **state)
{
	struct nnfmt_model *m = opened(full, nfull);
	struct nnfmt_writer *w = nnfmt_writer_from(m, &error);
	const uint8_t *again;
	size_t n;

	(void)state;
	assert_non_null(w);
	assert_string_equal(nnfmt_written(w, NNFMT_TEXT_STATE_ID), "");
	again = written(w, &n);
	assert_int_equal(n, nfull);
	assert_memory_equal(again, full, n);
	assert_string_equal(
	    nnfmt_written(w, NNFMT_TEXT_STATE_ID), s.m.state_id);
	assert_string_equal(
	    nnfmt_written(w, NNFMT_TEXT_WEIGHTS_ID), s.m.weights_id);
	assert_string_equal(nnfmt_written(w, NNFMT_TEXT_WRITER), "");
	nnfmt_writer_free(w);
	nnfmt_writer_free(NULL);
	nnfmt_close(m);
}

static void
test_makes_a_model_from_nothing(void **state)
{
	static const char *const labels[] = { "cat", "dog" };
	static const double loss[2] = { 0.5, 0.25 };
	static const int64_t two = 2;
	struct nnfmt_writer *w = small_writer();
	struct nnfmt_model *m;

	(void)state;
	ok(nnfmt_put_labels(w, 2, labels, &error));
	ok(nnfmt_put_tensor(
	    w, NNFMT_WEIGHTS, "y/bias", NNFMT_F32, 1, &two, kernel, &error));
	ok(nnfmt_put_role(w, "y/bias", NNFMT_STATISTIC, &error));
	ok(nnfmt_put_tensor(
	    w, NNFMT_HISTORY, "loss", NNFMT_F64, 1, &two, loss, &error));
	ok(nnfmt_put_document(
	    w, "about", "{\"version\":1, \"title\":\"small\"}", &error));
	ok(nnfmt_put_document(w, "frozen",
	    "{\"tensors\":[\"y/kernel\"],\"layers\":[],\"version\":1}",
	    &error));
	ok(nnfmt_put_optimizer(
	    w, "sgd", "{\"version\":1,\"momentum\":0.5}", 7, &error));
	ok(nnfmt_put_tensor(w, NNFMT_OPTIMIZER, "y/kernel/v", NNFMT_F32, 2,
	    kernel_dims, kernel, &error));
	ok(nnfmt_put_tensor(w, NNFMT_ALTERNATE, "best/y/kernel", NNFMT_F32, 2,
	    kernel_dims, kernel, &error));
	ok(nnfmt_put_tensor(
	    w, NNFMT_EXT, "org.example/a/b", NNFMT_U8, 1, &two, "hi", &error));
	m = read_back(w);
	nnfmt_writer_free(w);
	assert_string_equal(nnfmt_document(m, "about", NULL),
	    "{\"title\":\"small\",\"version\":1}");
	assert_string_equal(nnfmt_label(m, 1), "dog");
	assert_int_equal(
	    nnfmt_tensor_role(nnfmt_tensor_find(m, NNFMT_WEIGHTS, "y/bias")),
	    NNFMT_STATISTIC);
	assert_int_equal(nnfmt_tensor_frozen(
			     nnfmt_tensor_find(m, NNFMT_WEIGHTS, "y/kernel")),
	    1);
	assert_string_equal(nnfmt_text(m, NNFMT_TEXT_OPTIMIZER), "sgd");
	assert_int_equal(nnfmt_optimizer_step(m), 7);
	assert_non_null(nnfmt_tensor_find(m, NNFMT_OPTIMIZER, "y/kernel/v"));
	assert_non_null(nnfmt_tensor_find(m, NNFMT_ALTERNATE, "best/y/kernel"));
	assert_memory_equal(
	    nnfmt_tensor_data(
		nnfmt_tensor_find(m, NNFMT_EXT, "org.example/a/b"), &error),
	    "hi", 2);
	assert_int_equal(nnfmt_check(m, NULL, NULL, &error), 0);
	nnfmt_close(m);
}

static void
test_takes_every_type_of_numbers(void **state)
{
	static const int64_t none[3] = { 2, 0, 3 };
	struct nnfmt_writer *w = small_writer();
	struct nnfmt_model *m;
	char name[32];
	int i;

	(void)state;
	for (i = NNFMT_F32; i < NNFMT_STRING; i++) {
		snprintf(name, sizeof(name), "org.example/n%d", i);
		ok(nnfmt_put_tensor(
		    w, NNFMT_EXT, name, i, 0, NULL, kernel, &error));
	}
	ok(nnfmt_put_tensor(
	    w, NNFMT_WEIGHTS, "y/empty", NNFMT_BF16, 3, none, NULL, &error));
	m = read_back(w);
	nnfmt_writer_free(w);
	for (i = NNFMT_F32; i < NNFMT_STRING; i++) {
		const struct nnfmt_tensor *t = nnfmt_tensor_at(m, NNFMT_EXT, i);

		assert_int_equal(nnfmt_tensor_dtype(t), i);
		assert_int_equal(nnfmt_tensor_bytes(t), nnfmt_dtype_bytes(i));
		assert_memory_equal(
		    nnfmt_tensor_data(t, &error), kernel, nnfmt_dtype_bytes(i));
	}
	assert_non_null(nnfmt_tensor_data(
	    nnfmt_tensor_find(m, NNFMT_WEIGHTS, "y/empty"), &error));
	nnfmt_close(m);
}

/* The order of the calls, white space and the order of keys do not matter. */
static void
test_the_same_model_gives_the_same_bytes(void **state)
{
	struct nnfmt_writer *a = small_writer();
	struct nnfmt_writer *b = nnfmt_writer_new(&error);
	const uint8_t *x, *y;
	size_t n, k;

	(void)state;
	ok(nnfmt_put_tensor(b, NNFMT_WEIGHTS, "y/kernel", NNFMT_F32, 2,
	    kernel_dims, kernel, &error));
	ok(nnfmt_put_document(b, "architecture",
	    "{\"outputs\":[\"y\"],\"inputs\":[\"x\"],\"layers\":["
	    "{\"settings\":{\"shape\":[3]},\"kind\":\"input\",\"name\":\"x\","
	    "\"inputs\":[]},{\"name\":\"y\",\"inputs\":[\"x\"],"
	    "\"kind\":\"dense\",\"settings\":{\"units\":2}}],\"version\":1}",
	    &error));
	x = written(a, &n);
	y = written(b, &k);
	assert_int_equal(n, k);
	assert_memory_equal(x, y, n);
	nnfmt_writer_free(a);
	nnfmt_writer_free(b);
}

static void
test_replaces_what_a_model_has(void **state)
{
	static const float other[4] = { 9, 8, 7, 6 };
	static const int64_t four = 4;
	struct nnfmt_model *m = opened(full, nfull);
	struct nnfmt_writer *w = nnfmt_writer_from(m, &error);
	struct nnfmt_model *again;

	(void)state;
	ok(nnfmt_put_tensor(w, NNFMT_WEIGHTS, "enc-2/moving_mean", NNFMT_F32, 1,
	    &four, other, &error));
	ok(nnfmt_put_labels(w, 0, NULL, &error));
	ok(nnfmt_put_document(w, "preprocessing", NULL, &error));
	ok(nnfmt_put_document(w, "frozen", NULL, &error));
	ok(nnfmt_put_document(w, "training", "{\"version\":1}", &error));
	ok(nnfmt_put_document(w, "lineage", NULL, &error));
	ok(nnfmt_put_optimizer(w, NULL, NULL, 0, &error));
	ok(nnfmt_drop_tensor(w, NNFMT_ALTERNATE, NULL, &error));
	ok(nnfmt_drop_tensor(w, NNFMT_HISTORY, "loss", &error));
	ok(nnfmt_drop_tensor(w, NNFMT_EXT, "org.example/numbers", &error));
	again = read_back(w);
	assert_memory_equal(
	    nnfmt_tensor_data(
		nnfmt_tensor_find(again, NNFMT_WEIGHTS, "enc-2/moving_mean"),
		&error),
	    other, sizeof(other));
	assert_int_equal(nnfmt_tensor_role(nnfmt_tensor_find(
			     again, NNFMT_WEIGHTS, "enc-2/moving_mean")),
	    NNFMT_STATISTIC);
	assert_int_equal(nnfmt_label_count(again), 0);
	assert_null(nnfmt_document(again, "preprocessing", NULL));
	assert_null(nnfmt_document(again, "frozen", NULL));
	assert_null(nnfmt_document(again, "lineage", NULL));
	assert_string_equal(
	    nnfmt_document(again, "training", NULL), "{\"version\":1}");
	assert_int_equal(nnfmt_tensor_count(again, NNFMT_OPTIMIZER), 0);
	assert_int_equal(nnfmt_tensor_count(again, NNFMT_ALTERNATE), 0);
	assert_int_equal(nnfmt_tensor_count(again, NNFMT_HISTORY), 1);
	assert_int_equal(nnfmt_tensor_count(again, NNFMT_EXT), 0);
	nnfmt_close(again);
	nnfmt_writer_free(w);
	nnfmt_close(m);
}

static void
test_keeps_the_rest_of_ext(void **state)
{
	static const int64_t one = 1;
	struct nnfmt_model *m = opened(full, nfull);
	struct nnfmt_writer *w = nnfmt_writer_from(m, &error);
	struct nnfmt_model *again;
	const struct nnfmt_tensor *t;

	(void)state;
	ok(nnfmt_put_tensor(
	    w, NNFMT_EXT, "org.example/other", NNFMT_U8, 1, &one, "x", &error));
	again = read_back(w);
	assert_int_equal(nnfmt_tensor_count(again, NNFMT_EXT), 2);
	nnfmt_close(again);
	ok(nnfmt_put_tensor(w, NNFMT_EXT, "org.example/numbers", NNFMT_U8, 1,
	    &one, "y", &error));
	ok(nnfmt_drop_tensor(w, NNFMT_EXT, "org.example/other", &error));
	again = read_back(w);
	assert_int_equal(nnfmt_tensor_count(again, NNFMT_EXT), 1);
	t = nnfmt_tensor_find(again, NNFMT_EXT, "org.example/numbers");
	assert_int_equal(nnfmt_tensor_dtype(t), NNFMT_U8);
	nnfmt_close(again);
	nnfmt_writer_free(w);
	nnfmt_close(m);
}

static void
test_the_same_numbers_are_one_tensor(void **state)
{
	struct nnfmt_writer *w = nnfmt_writer_new(&error);
	const struct nnfmt_tensor *t;
	struct nnfmt_model *m;
	size_t apart, tied;

	(void)state;
	ok(nnfmt_put_document(w, "architecture",
	    "{\"version\":1,\"inputs\":[\"x\"],\"outputs\":[\"z\"],"
	    "\"layers\":[{\"name\":\"x\",\"kind\":\"input\",\"inputs\":[],"
	    "\"settings\":{}},{\"name\":\"y\",\"kind\":\"k\",\"inputs\":"
	    "[\"x\"],\"settings\":{}},{\"name\":\"z\",\"kind\":\"k\","
	    "\"inputs\":[\"y\"],\"settings\":{}}]}",
	    &error));
	ok(nnfmt_put_tensor(w, NNFMT_WEIGHTS, "y/k", NNFMT_F32, 2, kernel_dims,
	    kernel, &error));
	ok(nnfmt_put_tensor(w, NNFMT_WEIGHTS, "z/k", NNFMT_F32, 2, kernel_dims,
	    s.kernel, &error));
	written(w, &apart);
	ok(nnfmt_put_tensor(w, NNFMT_WEIGHTS, "z/k", NNFMT_F32, 2, kernel_dims,
	    kernel, &error));
	written(w, &tied);
	assert_true(tied < apart);
	m = read_back(w);
	t = nnfmt_tensor_find(m, NNFMT_WEIGHTS, "z/k");
	assert_string_equal(nnfmt_tensor_name(nnfmt_tensor_first(t)), "y/k");
	nnfmt_close(m);
	nnfmt_writer_free(w);
}

static void
test_the_story_is_added_to(void **state)
{
	struct nnfmt_model *m = opened(full, nfull);
	struct nnfmt_writer *w = nnfmt_writer_from(m, &error);
	const char *text;
	struct nnfmt_model *again;

	(void)state;
	ok(nnfmt_add_lineage(w,
	    "{\"tool\": \"mine\", \"version\": \"2\", \"options\": {}}",
	    &error));
	again = read_back(w);
	text = nnfmt_document(again, "lineage", NULL);
	assert_non_null(strstr(text, "\"nn-init\""));
	assert_non_null(strstr(
	    text, "{\"options\":{},\"tool\":\"mine\",\"version\":\"2\"}"));
	assert_string_equal(nnfmt_text(again, NNFMT_TEXT_STATE_ID),
	    nnfmt_text(m, NNFMT_TEXT_STATE_ID));
	nnfmt_close(again);
	nnfmt_writer_free(w);
	nnfmt_close(m);
}

/* Every one of these is refused, and leaves the writer as it was. */
static void
test_refuses_calls_that_cannot_be_meant(void **state)
{
	static const int64_t two = 2, minus = -1;
	static const int64_t vast[2] = { INT64_MAX, 3 };
	struct nnfmt_writer *w = small_writer();
	const uint8_t *before, *after;
	size_t n, k;

	(void)state;
	before = written(w, &n);
#define PUT(SET, NAME, TYPE, RANK, DIMS, DATA) \
	(nnfmt_put_tensor(w, SET, NAME, TYPE, RANK, DIMS, DATA, &error) < 0)
	refused(PUT(-1, "y/b", NNFMT_F32, 1, &two, kernel), NNFMT_ERROR_USE,
	    "-1 is no set");
	refused(PUT(5, "y/b", NNFMT_F32, 1, &two, kernel), NNFMT_ERROR_USE,
	    "5 is no set");
	refused(PUT(NNFMT_WEIGHTS, "b", NNFMT_F32, 1, &two, kernel),
	    NNFMT_ERROR_USE, "'b' is no name");
	refused(PUT(NNFMT_WEIGHTS, "y//b", NNFMT_F32, 1, &two, kernel),
	    NNFMT_ERROR_USE, "is no name");
	refused(PUT(NNFMT_WEIGHTS, "y/\033b", NNFMT_F32, 1, &two, kernel),
	    NNFMT_ERROR_USE, "\\x1b");
	refused(PUT(NNFMT_OPTIMIZER, "y/kernel", NNFMT_F32, 1, &two, kernel),
	    NNFMT_ERROR_USE, "is no name");
	refused(PUT(NNFMT_HISTORY, "a/b", NNFMT_F64, 1, &two, kernel),
	    NNFMT_ERROR_USE, "is no name");
	refused(PUT(NNFMT_HISTORY, "a", NNFMT_F32, 1, &two, kernel),
	    NNFMT_ERROR_USE, "column");
	refused(PUT(NNFMT_WEIGHTS, "y/b", 99, 1, &two, kernel), NNFMT_ERROR_USE,
	    "99 is no type");
	refused(PUT(NNFMT_WEIGHTS, "y/b", NNFMT_STRING, 1, &two, kernel),
	    NNFMT_ERROR_USE, "is no type");
	refused(PUT(NNFMT_WEIGHTS, "y/b", NNFMT_F32, -1, &two, kernel),
	    NNFMT_ERROR_USE, "rank -1");
	refused(PUT(NNFMT_WEIGHTS, "y/b", NNFMT_F32, 9, &two, kernel),
	    NNFMT_ERROR_USE, "rank 9");
	refused(PUT(NNFMT_WEIGHTS, "y/b", NNFMT_F32, 1, &minus, kernel),
	    NNFMT_ERROR_MODEL, "y/b: ");
	refused(PUT(NNFMT_WEIGHTS, "y/b", NNFMT_F32, 2, vast, kernel),
	    NNFMT_ERROR_MODEL, "too large");
	refused(PUT(NNFMT_WEIGHTS, "y/b", NNFMT_F32, 1, &two, NULL),
	    NNFMT_ERROR_USE, "no numbers");
#undef PUT
	refused(nnfmt_put_role(w, "y/no", NNFMT_PARAMETER, &error) < 0,
	    NNFMT_ERROR_USE, "no weight 'y/no'");
	refused(nnfmt_put_role(w, "y/kernel", 2, &error) < 0, NNFMT_ERROR_USE,
	    "no such role");
	refused(nnfmt_drop_tensor(w, NNFMT_WEIGHTS, "y/no", &error) < 0,
	    NNFMT_ERROR_USE, "no tensor 'y/no'");
	refused(nnfmt_drop_tensor(w, 9, NULL, &error) < 0, NNFMT_ERROR_USE,
	    "no set");
	refused(nnfmt_put_labels(w, -1, NULL, &error) < 0, NNFMT_ERROR_USE,
	    "-1 class names");
	refused(nnfmt_put_optimizer(w, "sgd", NULL, 0, &error) < 0,
	    NNFMT_ERROR_USE, "no settings");
	refused(
	    nnfmt_put_optimizer(w, "sgd", "{\"version\":1}", -1, &error) < 0,
	    NNFMT_ERROR_USE, "step");
	after = written(w, &k);
	assert_int_equal(n, k);
	assert_memory_equal(before, after, n);
	nnfmt_writer_free(w);
}

static void
test_refuses_bad_documents(void **state)
{
	static const struct {
		const char *name, *json;
		int code;
		const char *words;
	} bad[] = {
		{ "architecture", NULL, NNFMT_ERROR_USE,
		    "no model is without" },
		{ "architecture", "{", NNFMT_ERROR_MODEL, "architecture: " },
		{ "architecture", "[]", NNFMT_ERROR_MODEL, "not an object" },
		{ "architecture", "{\"version\":1}", NNFMT_ERROR_MODEL,
		    "missing" },
		{ "architecture", "{\"version\":2}", NNFMT_ERROR_MODEL,
		    "version 2" },
		{ "preprocessing", "{\"version\":1}", NNFMT_ERROR_MODEL,
		    "steps" },
		{ "preprocessing", "{\"version\":1,\"steps\":[]}",
		    NNFMT_ERROR_MODEL, "empty" },
		{ "about", "{\"version\":1,\"title\":1}", NNFMT_ERROR_MODEL,
		    "about: title" },
		{ "training", "{}", NNFMT_ERROR_MODEL, "version" },
		{ "frozen", "null", NNFMT_ERROR_MODEL, "frozen: " },
		{ "lineage", "{\"version\":1,\"records\":[]}", NNFMT_ERROR_USE,
		    "nnfmt_add_lineage" },
		{ "weights", "{\"version\":1}", NNFMT_ERROR_USE,
		    "no document 'weights'" },
		{ "\033[1m", NULL, NNFMT_ERROR_USE, "\\x1b" },
	};
	struct nnfmt_writer *w = small_writer();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(
		    nnfmt_put_document(w, bad[i].name, bad[i].json, &error) < 0,
		    bad[i].code, bad[i].words);
	refused(nnfmt_add_lineage(w, "[]", &error) < 0, NNFMT_ERROR_MODEL,
	    "not an object");
	refused(nnfmt_add_lineage(w, "{\"tool\":\"a\"}", &error) < 0,
	    NNFMT_ERROR_MODEL, "version");
	refused(nnfmt_put_optimizer(w, "sgd", "{}", 0, &error) < 0,
	    NNFMT_ERROR_MODEL, "optimizer: ");
	nnfmt_writer_free(w);
}

/* What only the whole can tell is told when it is written. */
static void
test_refuses_to_write_what_does_not_fit(void **state)
{
	static const char *const twice[] = { "a", "a" };
	struct nnfmt_writer *w = nnfmt_writer_new(&error);

	(void)state;
	refused(nnfmt_write(w, -1, &error) < 0, NNFMT_ERROR_USE,
	    "put the document 'architecture'");
	nnfmt_writer_free(w);
	w = small_writer();
#define FITS_NOT(SET, NAME, WORDS) \
	ok(nnfmt_put_tensor( \
	    w, SET, NAME, NNFMT_F32, 2, kernel_dims, kernel, &error)); \
	refused(nnfmt_write(w, -1, &error) < 0, NNFMT_ERROR_MODEL, WORDS); \
	ok(nnfmt_drop_tensor(w, SET, NAME, &error))
	FITS_NOT(NNFMT_WEIGHTS, "no/kernel", "no/kernel: ");
	ok(nnfmt_put_optimizer(w, "sgd", "{\"version\":1}", 0, &error));
	FITS_NOT(NNFMT_OPTIMIZER, "y/no/v", "layer 'y' has no 'no'");
	FITS_NOT(NNFMT_ALTERNATE, "best/n/kernel", "no layer 'n'");
#undef FITS_NOT
	ok(nnfmt_put_document(w, "frozen",
	    "{\"version\":1,\"layers\":[\"n\"],\"tensors\":[]}", &error));
	refused(nnfmt_write(w, -1, &error) < 0, NNFMT_ERROR_MODEL, "/frozen");
	ok(nnfmt_put_document(w, "frozen", NULL, &error));
	ok(nnfmt_put_labels(w, 2, twice, &error));
	refused(nnfmt_write(w, -1, &error) < 0, NNFMT_ERROR_MODEL, "twice");
	ok(nnfmt_put_labels(w, 0, NULL, &error));
	refused(
	    nnfmt_write(w, -1, &error) < 0, NNFMT_ERROR_SYSTEM, "cannot write");
	refused(nnfmt_save(w, "/no/such/folder/m", &error) < 0,
	    NNFMT_ERROR_SYSTEM, "/no/such/folder/m");
	assert_string_equal(nnfmt_written(w, NNFMT_TEXT_CONTENT_ID), "");
	nnfmt_writer_free(w);
}

/* Reads a model, changes it and writes it, over and over; the id last seen. */
struct job {
	const uint8_t *bytes;
	size_t n;
	int fd, failed;
	char id[65];
};

static void
work(void *arg)
{
	struct job *job = arg;
	int i;

	for (i = 0; i < 50 && !job->failed; i++) {
		struct nnfmt_error e;
		struct nnfmt_model *m =
		    nnfmt_open_memory(job->bytes, job->n, &e);
		struct nnfmt_writer *w =
		    m != NULL ? nnfmt_writer_from(m, &e) : NULL;

		job->failed = w == NULL ||
		    nnfmt_add_lineage(w,
			"{\"options\":{},\"tool\":\"mine\",\"version\":\"2\"}",
			&e) < 0 ||
		    nnfmt_write(w, job->fd, &e) < 0;
		if (!job->failed)
			strcpy(
			    job->id, nnfmt_written(w, NNFMT_TEXT_CONTENT_ID));
		nnfmt_writer_free(w);
		nnfmt_close(m);
	}
}

static void
test_threads_use_different_models(void **state)
{
	struct nnfmt_writer *w = small_writer();
	struct job jobs[2] = { { .bytes = full, .n = nfull } };
	struct worker *beside = worker_new(work, &jobs[1], &s.err);
	int i;

	(void)state;
	assert_non_null(beside);
	jobs[1].bytes = written(w, &jobs[1].n);
	for (i = 0; i < 2; i++)
		jobs[i].fd = open("/dev/null", O_WRONLY);
	worker_start(beside);
	work(&jobs[0]);
	worker_wait(beside);
	worker_free(beside);
	for (i = 0; i < 2; i++) {
		close(jobs[i].fd);
		assert_int_equal(jobs[i].failed, 0);
	}
	assert_string_equal(jobs[0].id, s.m.content_id);
	assert_string_equal(
	    jobs[1].id, nnfmt_written(w, NNFMT_TEXT_CONTENT_ID));
	nnfmt_writer_free(w);
}

/* Everything that asks for memory, once: 0, or -1 with error. */
static int
use_everything(int fd)
{
	static const char *const labels[] = { "cat", "dog" };
	static const int64_t one = 1;
	struct nnfmt_model *m = nnfmt_open_memory(full, nfull, &error);
	struct nnfmt_writer *w =
	    m != NULL ? nnfmt_writer_from(m, &error) : NULL;
	int rc = -1;

	if (w != NULL && nnfmt_put_labels(w, 2, labels, &error) == 0 &&
	    nnfmt_put_document(w, "training", "{\"version\":1}", &error) == 0 &&
	    nnfmt_add_lineage(w,
		"{\"options\":{},\"tool\":\"m\",\"version\":\"2\"}",
		&error) == 0 &&
	    nnfmt_put_optimizer(w, "adam", "{\"version\":1}", 1, &error) == 0 &&
	    nnfmt_drop_tensor(w, NNFMT_EXT, "org.example/numbers", &error) ==
		0 &&
	    nnfmt_put_tensor(w, NNFMT_EXT, "org.example/x", NNFMT_U8, 1, &one,
		"x", &error) == 0)
		rc = nnfmt_write(w, fd, &error);
	nnfmt_writer_free(w);
	nnfmt_close(m);
	return rc;
}

static void
test_says_when_memory_runs_out(void **state)
{
	int fd = open("/dev/null", O_WRONLY);
	long n = 0;
	int rc;

	(void)state;
	do {
		memory_fail_after(++n);
		rc = use_everything(fd);
		memory_fail_after(0);
		if (rc < 0)
			refused(1, NNFMT_ERROR_SYSTEM, "out of memory");
	} while (rc < 0 && n < 10000);
	assert_int_equal(rc, 0);
	assert_true(n > 3);
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_copy_has_the_same_bytes),
		TEST(test_makes_a_model_from_nothing),
		TEST(test_takes_every_type_of_numbers),
		TEST(test_the_same_model_gives_the_same_bytes),
		TEST(test_replaces_what_a_model_has),
		TEST(test_keeps_the_rest_of_ext),
		TEST(test_the_same_numbers_are_one_tensor),
		TEST(test_the_story_is_added_to),
		TEST(test_refuses_calls_that_cannot_be_meant),
		TEST(test_refuses_bad_documents),
		TEST(test_refuses_to_write_what_does_not_fit),
		TEST(test_threads_use_different_models),
		TEST(test_says_when_memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
