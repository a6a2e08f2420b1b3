/* Models as other programs read them: every call of nnfmt.h that looks does what
   it says, and what is wrong with a file is said. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mend.h"
#include "nnfmt-inside.h"
#include "nnfmt-test.h"

static void
test_tells_what_a_file_says_of_itself(void **state)
{
	struct nnfmt_model *m = opened(full, nfull);
	char format[16];

	(void)state;
	snprintf(format, sizeof(format), "%d.%d", FMT_MAJOR, FMT_MINOR);
	assert_string_equal(nnfmt_text(m, NNFMT_TEXT_FORMAT), format);
	assert_string_equal(nnfmt_text(m, NNFMT_TEXT_WRITER), PACKAGE_STRING);
	assert_string_equal(
	    nnfmt_text(m, NNFMT_TEXT_CONTENT_ID), s.m.content_id);
	assert_string_equal(
	    nnfmt_text(m, NNFMT_TEXT_WEIGHTS_ID), s.m.weights_id);
	assert_string_equal(nnfmt_text(m, NNFMT_TEXT_STATE_ID), s.m.state_id);
	assert_string_equal(nnfmt_text(m, NNFMT_TEXT_BASE_ID), "");
	assert_string_equal(nnfmt_text(m, NNFMT_TEXT_OPTIMIZER), "adam");
	assert_string_equal(nnfmt_text(m, NNFMT_TEXT_SETTINGS),
	    "{\"amsgrad\":false,\"beta1\":0.9,\"version\":1}");
	assert_int_equal(nnfmt_optimizer_step(m), 1875);
	assert_int_equal(nnfmt_label_count(m), 3);
	assert_string_equal(nnfmt_label(m, 1), "eins");
	assert_string_equal(nnfmt_version(), PACKAGE_VERSION);
	nnfmt_close(m);
}

static void
test_gives_documents_by_name(void **state)
{
	struct nnfmt_model *m = opened(full, nfull);
	const char *text;
	size_t n = 0;
	int i;

	(void)state;
	text = nnfmt_document(m, "preprocessing", &n);
	assert_non_null(text);
	assert_int_equal(n, strlen(text));
	assert_non_null(strstr(text, "\"step\":\"scale\""));
	assert_non_null(nnfmt_document(m, "architecture", NULL));
	assert_null(nnfmt_document(m, "labels", NULL));
	assert_null(nnfmt_document(m, "weights", NULL));
	for (i = 0; i < nnfmt_document_count(m); i++)
		assert_non_null(
		    nnfmt_document(m, nnfmt_document_name(m, i), NULL));
	assert_true(i >= 5);
	assert_string_equal(nnfmt_document_name(m, 0), "about");
	nnfmt_close(m);
}

static void
test_finds_tensors_by_name(void **state)
{
	struct nnfmt_model *m = opened(full, nfull);
	const struct nnfmt_tensor *t =
	    nnfmt_tensor_find(m, NNFMT_WEIGHTS, "enc/dense_1/kernel");
	const void *data;

	(void)state;
	assert_non_null(t);
	assert_string_equal(nnfmt_tensor_name(t), "enc/dense_1/kernel");
	assert_int_equal(nnfmt_tensor_dtype(t), NNFMT_F32);
	assert_int_equal(nnfmt_tensor_rank(t), 2);
	assert_int_equal(nnfmt_tensor_dims(t)[0], 3);
	assert_int_equal(nnfmt_tensor_dims(t)[1], 4);
	assert_int_equal(nnfmt_tensor_length(t), 12);
	assert_int_equal(nnfmt_tensor_bytes(t), 48);
	assert_int_equal(nnfmt_tensor_role(t), NNFMT_PARAMETER);
	assert_int_equal(nnfmt_tensor_frozen(t), 1);
	data = nnfmt_tensor_data(t, &error);
	assert_non_null(data);
	assert_memory_equal(data, s.kernel, sizeof(s.kernel));
	t = nnfmt_tensor_find(m, NNFMT_WEIGHTS, "enc-2/moving_mean");
	assert_int_equal(nnfmt_tensor_role(t), NNFMT_STATISTIC);
	assert_int_equal(nnfmt_tensor_frozen(t), 0);
	t = nnfmt_tensor_find(m, NNFMT_WEIGHTS, "enc-2/scale");
	assert_int_equal(nnfmt_tensor_rank(t), 0);
	assert_int_equal(nnfmt_tensor_length(t), 1);
	nnfmt_close(m);
}

/* "enc/..." is before "enc-2/...", as in the file. */
static void
test_walks_every_set_in_the_order_of_the_file(void **state)
{
	static const char *const names[][6] = {
		[NNFMT_WEIGHTS] = { "enc/dense_1/bias", "enc/dense_1/kernel",
		    "enc-2/kernel", "enc-2/moving_mean", "enc-2/scale" },
		[NNFMT_OPTIMIZER] = { "enc/dense_1/bias/m",
		    "enc/dense_1/bias/v" },
		[NNFMT_ALTERNATE] = { "best/enc/dense_1/bias" },
		[NNFMT_HISTORY] = { "loss", "val_acc" },
		[NNFMT_EXT] = { "org.example/numbers" },
	};
	struct nnfmt_model *m = opened(full, nfull);
	int set, i;

	(void)state;
	for (set = NNFMT_WEIGHTS; set <= NNFMT_EXT; set++) {
		for (i = 0; names[set][i] != NULL; i++) {
			const struct nnfmt_tensor *t =
			    nnfmt_tensor_at(m, set, i);

			assert_non_null(t);
			assert_string_equal(
			    nnfmt_tensor_name(t), names[set][i]);
			assert_ptr_equal(
			    t, nnfmt_tensor_find(m, set, names[set][i]));
			assert_non_null(nnfmt_tensor_data(t, &error));
		}
		assert_int_equal(nnfmt_tensor_count(m, set), i);
	}
	nnfmt_close(m);
}

static void
test_names_the_first_of_tied_tensors(void **state)
{
	struct nnfmt_model *m = opened(full, nfull);
	const struct nnfmt_tensor *first =
	    nnfmt_tensor_find(m, NNFMT_WEIGHTS, "enc/dense_1/kernel");
	const struct nnfmt_tensor *other =
	    nnfmt_tensor_find(m, NNFMT_WEIGHTS, "enc-2/kernel");

	(void)state;
	assert_ptr_equal(nnfmt_tensor_first(other), first);
	assert_ptr_equal(nnfmt_tensor_first(first), first);
	other = nnfmt_tensor_find(m, NNFMT_WEIGHTS, "enc-2/scale");
	assert_ptr_equal(nnfmt_tensor_first(other), other);
	nnfmt_close(m);
}

static void
test_has_nothing_where_nothing_is(void **state)
{
	struct nnfmt_model *m = opened(full, nfull);

	(void)state;
	assert_null(nnfmt_label(m, -1));
	assert_null(nnfmt_label(m, 3));
	assert_null(nnfmt_document_name(m, -1));
	assert_null(nnfmt_document_name(m, nnfmt_document_count(m)));
	assert_int_equal(nnfmt_tensor_count(m, -1), 0);
	assert_int_equal(nnfmt_tensor_count(m, NNFMT_EXT + 1), 0);
	assert_null(nnfmt_tensor_at(m, NNFMT_WEIGHTS, -1));
	assert_null(nnfmt_tensor_at(m, NNFMT_WEIGHTS, 5));
	assert_null(nnfmt_tensor_at(m, 99, 0));
	assert_null(nnfmt_tensor_find(m, NNFMT_WEIGHTS, "enc/dense_1"));
	assert_null(nnfmt_tensor_find(m, NNFMT_WEIGHTS, ""));
	assert_string_equal(nnfmt_text(m, -1), "");
	assert_string_equal(nnfmt_text(m, 1000), "");
	nnfmt_close(m);
	nnfmt_close(NULL);
}

static void
test_types_have_names_and_sizes(void **state)
{
	(void)state;
	assert_string_equal(nnfmt_dtype_name(NNFMT_F32), "f32");
	assert_string_equal(nnfmt_dtype_name(NNFMT_U8), "u8");
	assert_string_equal(nnfmt_dtype_name(NNFMT_STRING), "string");
	assert_null(nnfmt_dtype_name(-1));
	assert_null(nnfmt_dtype_name(1000));
	assert_int_equal(nnfmt_dtype_bytes(NNFMT_F64), 8);
	assert_int_equal(nnfmt_dtype_bytes(NNFMT_STRING), 0);
	assert_int_equal(nnfmt_dtype_bytes(-1), 0);
}

/* A folder for files, removed by its owner. */
static void
folder_new(char path[32])
{
	strcpy(path, "nnfmt-XXXXXX");
	assert_non_null(mkdtemp(path));
}

static void
test_opens_paths_descriptors_and_pipes(void **state)
{
	struct nnfmt_writer *w = small_writer();
	struct nnfmt_model *m;
	char folder[32], path[64];
	int ends[2];
	int fd;

	(void)state;
	folder_new(folder);
	snprintf(path, sizeof(path), "%s/m.h5nn", folder);
	ok(nnfmt_save(w, path, &error));
	m = nnfmt_open(path, &error);
	assert_non_null(m);
	assert_int_equal(
	    nnfmt_maps(m,
		nnfmt_tensor_data(nnfmt_tensor_at(m, NNFMT_WEIGHTS, 0), NULL)),
	    1);
	assert_int_equal(nnfmt_maps(m, &m), 0);
	nnfmt_close(m);
	fd = open(path, O_RDONLY);
	m = nnfmt_open_fd(fd, path, &error);
	close(fd);
	assert_non_null(m);
	nnfmt_close(m);
	assert_int_equal(pipe(ends), 0);
	ok(nnfmt_write(w, ends[1], &error));
	close(ends[1]);
	m = nnfmt_open_fd(ends[0], NULL, &error);
	close(ends[0]);
	assert_non_null(m);
	assert_string_equal(nnfmt_text(m, NNFMT_TEXT_CONTENT_ID),
	    nnfmt_written(w, NNFMT_TEXT_CONTENT_ID));
	nnfmt_close(m);
	nnfmt_writer_free(w);
	unlink(path);
	rmdir(folder);
}

static void
test_refuses_what_is_no_model(void **state)
{
	static const _Alignas(8) char text[64] = "not a model at all\n";
	uint8_t *odd = arena_slab(&s.arena, nfull + 8, &s.err);

	(void)state;
	refused(nnfmt_open("/no/such/file", &error) == NULL, NNFMT_ERROR_SYSTEM,
	    "/no/such/file: No such file");
	refused(nnfmt_open(NULL, &error) == NULL, NNFMT_ERROR_USE, "path");
	refused(nnfmt_open("/", &error) == NULL, NNFMT_ERROR_MODEL, "folder");
	refused(nnfmt_open_fd(-1, "it", &error) == NULL, NNFMT_ERROR_SYSTEM,
	    "it: ");
	refused(nnfmt_open_memory(text, sizeof(text), &error) == NULL,
	    NNFMT_ERROR_MODEL, "");
	refused(nnfmt_open_memory(NULL, 0, &error) == NULL, NNFMT_ERROR_USE,
	    "none");
	memcpy(odd + 4, full, nfull);
	refused(nnfmt_open_memory(odd + 4, nfull, &error) == NULL,
	    NNFMT_ERROR_USE, "aligned");
	assert_null(nnfmt_open_memory(full, nfull - 1, &error));
	assert_string_equal(error.clause, "1.3");
	refused(1, NNFMT_ERROR_MODEL, "");
	assert_null(nnfmt_open("/no/such/file", NULL));
}

/* The numbers of a tensor in a copy of the file, damaged. */
static uint8_t *
damaged(void)
{
	uint8_t *copy = arena_slab(&s.arena, nfull, &s.err);
	struct nnfmt_model *m = opened(full, nfull);
	const uint8_t *at = nnfmt_tensor_data(
	    nnfmt_tensor_find(m, NNFMT_WEIGHTS, "enc/dense_1/kernel"), &error);

	memcpy(copy, full, nfull);
	copy[at - full] ^= 1;
	nnfmt_close(m);
	return copy;
}

/* The damaged file, opened by its path: what is not looked at is not verified,
   and what is looked at is. */
static struct nnfmt_model *
open_damaged(void)
{
	const uint8_t *bytes = damaged();
	char folder[32], path[64];
	struct nnfmt_model *m;
	FILE *f;

	folder_new(folder);
	snprintf(path, sizeof(path), "%s/m.h5nn", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, nfull, f), nfull);
	fclose(f);
	m = nnfmt_open(path, &error);
	unlink(path);
	rmdir(folder);
	if (m == NULL)
		fail_msg("%s", error.text);
	return m;
}

static const void *
data_of(struct nnfmt_model *m, const char *name)
{
	return nnfmt_tensor_data(
	    nnfmt_tensor_find(m, NNFMT_WEIGHTS, name), &error);
}

static void
test_gives_no_damaged_number(void **state)
{
	struct nnfmt_model *m = open_damaged();
	int64_t i;

	(void)state;
	assert_memory_equal(
	    data_of(m, "enc/dense_1/bias"), s.bias, sizeof(s.bias));
	for (i = 0; i < 2; i++) {
		assert_null(data_of(m, "enc/dense_1/kernel"));
		assert_string_equal(error.clause, "4.7");
		refused(1, NNFMT_ERROR_MODEL, "damaged");
	}
	refused(
	    data_of(m, "enc-2/kernel") == NULL, NNFMT_ERROR_MODEL, "damaged");
	for (i = 0; i < nnfmt_tensor_count(m, NNFMT_OPTIMIZER); i++)
		assert_non_null(nnfmt_tensor_data(
		    nnfmt_tensor_at(m, NNFMT_OPTIMIZER, i), &error));
	refused(nnfmt_verify(m, &error) < 0, NNFMT_ERROR_MODEL, "damaged");
	refused(
	    nnfmt_writer_from(m, &error) == NULL, NNFMT_ERROR_MODEL, "damaged");
	nnfmt_close(m);
	refused(nnfmt_open_memory(damaged(), nfull, &error) == NULL,
	    NNFMT_ERROR_MODEL, "damaged");
}

/* Whole, and looked at set by set. */
static void
test_gives_every_number_of_a_mapped_file(void **state)
{
	struct nnfmt_writer *w;
	struct nnfmt_model *m = opened(full, nfull), *mapped;
	char folder[32], path[64];
	int64_t i;
	int set;

	(void)state;
	folder_new(folder);
	snprintf(path, sizeof(path), "%s/m.h5nn", folder);
	w = nnfmt_writer_from(m, &error);
	ok(nnfmt_save(w, path, &error));
	nnfmt_writer_free(w);
	mapped = nnfmt_open(path, &error);
	assert_non_null(mapped);
	for (set = NNFMT_WEIGHTS; set <= NNFMT_EXT; set++)
		for (i = 0; i < nnfmt_tensor_count(m, set); i++) {
			const struct nnfmt_tensor *t =
			    nnfmt_tensor_at(m, set, i);
			const void *data = nnfmt_tensor_data(
			    nnfmt_tensor_at(mapped, set, i), &error);

			assert_non_null(data);
			assert_memory_equal(data, nnfmt_tensor_data(t, &error),
			    nnfmt_tensor_bytes(t));
		}
	nnfmt_close(m);
	nnfmt_close(mapped);
	unlink(path);
	rmdir(folder);
}

static void
count_finding(void *context, const char *where, const char *what)
{
	int *n = context;

	assert_string_equal(where, "/weights/enc/dense_1/kernel");
	assert_non_null(strstr(what, "SHA-256"));
	++*n;
}

/* The file, with another SHA-256 of one tensor than its numbers have, and the
   ids and checksums that fit it. */
static const uint8_t *
with_another_sha256(void)
{
	uint8_t *b = arena_slab(&s.arena, nfull, &s.err);
	struct h5_object *root, *o;
	char *hex, id[FMT_HEX];
	uint8_t raw[SHA256_BYTES];
	int i;

	memcpy(b, full, nfull);
	root = h5_parse(b, nfull, &s.arena, &s.err);
	o = dataset_find(h5_find(root, "weights"), "enc/dense_1/kernel");
	hex = (char *)(uintptr_t)h5_get(o, "sha256")->value;
	hex[0] = hex[0] == '0' ? '1' : '0';
	for (i = 0; i < ID_N; i++) {
		assert_int_equal(
		    id_compute(root, (enum fmt_id)i, id, &s.err), 0);
		digest_unhex(raw, SHA256_BYTES, id);
		mend_hex(root, id_names[i], raw, SHA256_BYTES);
	}
	mend_sums(b, nfull);
	return b;
}

static void
test_verifies_and_checks(void **state)
{
	struct nnfmt_model *m = opened(full, nfull);
	int n = 0;

	(void)state;
	ok(nnfmt_verify(m, &error));
	assert_int_equal(nnfmt_check(m, count_finding, &n, &error), 0);
	assert_int_equal(n, 0);
	nnfmt_close(m);
	m = opened(with_another_sha256(), nfull);
	ok(nnfmt_verify(m, &error));
	assert_int_equal(nnfmt_check(m, count_finding, &n, &error), 1);
	assert_int_equal(n, 1);
	nnfmt_close(m);
}

/* The bytes of the sample as a delta of itself with another bias. */
static const uint8_t *
delta(size_t *n)
{
	static float moved[4] = { 5, 6, 7, 8 };
	struct fmt_model tuned = s.m;

	assert_int_equal(
	    graph_copy(&tuned.graph, &s.m.graph, &s.arena, &s.err), 0);
	tuned.graph.nodes[1].params[1].value.data = moved;
	fmt_leave_out(&tuned, &s.m.graph, s.m.weights_id);
	return sample_bytes(&tuned, n, &s.arena, &s.err);
}

static void
test_completes_a_delta(void **state)
{
	size_t n = 0, k;
	const uint8_t *bytes = delta(&n);
	const uint8_t *again;
	struct nnfmt_model *base = opened(full, nfull);
	struct nnfmt_model *m = opened(bytes, n);
	struct nnfmt_writer *w = nnfmt_writer_from(m, &error);
	const struct nnfmt_tensor *t =
	    nnfmt_tensor_find(m, NNFMT_WEIGHTS, "enc/dense_1/kernel");
	const struct nnfmt_tensor *own =
	    nnfmt_tensor_find(m, NNFMT_WEIGHTS, "enc/dense_1/bias");

	(void)state;
	again = written(w, &k);
	assert_int_equal(n, k);
	assert_memory_equal(again, bytes, n);
	nnfmt_writer_free(w);
	assert_string_equal(nnfmt_text(m, NNFMT_TEXT_BASE_ID), s.m.weights_id);
	refused(nnfmt_tensor_data(t, &error) == NULL, NNFMT_ERROR_MODEL,
	    "the base of this delta");
	assert_int_equal(nnfmt_tensor_bytes(t), 0);
	refused(
	    nnfmt_complete(m, m, &error) < 0, NNFMT_ERROR_MODEL, "belongs to");
	ok(nnfmt_complete(m, base, &error));
	refused(nnfmt_complete(m, base, &error) < 0, NNFMT_ERROR_USE, "whole");
	assert_memory_equal(
	    nnfmt_tensor_data(t, &error), s.kernel, sizeof(s.kernel));
	assert_int_equal(((const float *)nnfmt_tensor_data(own, &error))[0], 5);
	assert_string_equal(nnfmt_text(m, NNFMT_TEXT_BASE_ID), "");
	t = nnfmt_tensor_find(m, NNFMT_WEIGHTS, "enc-2/moving_mean");
	assert_int_equal(nnfmt_tensor_role(t), NNFMT_STATISTIC);
	nnfmt_close(m);
	nnfmt_close(base);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tells_what_a_file_says_of_itself),
		TEST(test_gives_documents_by_name),
		TEST(test_finds_tensors_by_name),
		TEST(test_walks_every_set_in_the_order_of_the_file),
		TEST(test_names_the_first_of_tied_tensors),
		TEST(test_has_nothing_where_nothing_is),
		TEST(test_types_have_names_and_sizes),
		TEST(test_opens_paths_descriptors_and_pipes),
		TEST(test_refuses_what_is_no_model),
		TEST(test_gives_no_damaged_number),
		TEST(test_gives_every_number_of_a_mapped_file),
		TEST(test_verifies_and_checks),
		TEST(test_completes_a_delta),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
