/* Shapes: text there and back, counts that cannot overflow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/tensor.h"

static void
test_shapes_print_and_parse(void **state)
{
	static const char *const texts[] = { "scalar", "7", "28x28x1", "0x3",
		"1x2x3x4x5x6x7x8", "9223372036854775807" };
	char out[SHAPE_TEXT];
	struct shape s;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		assert_int_equal(shape_parse(&s, texts[i]), 0);
		assert_string_equal(shape_print(out, &s), texts[i]);
	}
}

static void
test_what_is_not_a_shape_is_refused(void **state)
{
	static const char *const texts[] = { "", "x", "3x", "x3", "3xx3", "3X3",
		"-1", "3x-1", "3.5", " 3", "3 ", "1x2x3x4x5x6x7x8x9",
		"9223372036854775808" };
	struct shape s;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(shape_parse(&s, texts[i]), -1);
}

static void
test_counts_do_not_overflow(void **state)
{
	struct shape huge = { 2, { INT64_MAX, 2 } };
	struct shape negative = { 2, { 3, -1 } };
	struct shape fine = { 3, { 2, 3, 4 } };
	struct shape scalar = { 0 };

	(void)state;
	assert_int_equal(shape_count(&huge), -1);
	assert_int_equal(shape_count(&negative), -1);
	assert_int_equal(shape_count(&fine), 24);
	assert_int_equal(shape_count(&scalar), 1);
}

static void
test_a_tensor_too_large_for_memory_is_an_error(void **state)
{
	struct tensor t = { DTYPE_F32, { 1, { INT64_MAX / 4 } }, NULL };
	struct err err = { 0 };
	size_t bytes;

	(void)state;
	assert_int_equal(tensor_bytes(&t, &bytes, &err), -1);
	assert_int_equal(err.code, ERR_MODEL);
	t.shape.dim[0] = 10;
	assert_int_equal(tensor_bytes(&t, &bytes, &err), 0);
	assert_int_equal(bytes, 40);
}

static void
test_a_batch_of_a_sample_and_back(void **state)
{
	struct shape sample = { 2, { 28, 28 } };
	struct shape batch = shape_batch(32, &sample), back;

	(void)state;
	assert_int_equal(batch.rank, 3);
	assert_int_equal(batch.dim[0], 32);
	back = shape_sample(&batch);
	assert_true(shape_equal(&back, &sample));
	assert_false(shape_equal(&batch, &sample));
}

static void
test_types_are_known_by_name(void **state)
{
	enum dtype dtype;

	(void)state;
	for (int i = 0; i < DTYPE_N; i++) {
		assert_int_equal(
		    dtype_from_name(dtype_name((enum dtype)i), &dtype), 0);
		assert_int_equal(dtype, i);
	}
	assert_int_equal(dtype_from_name("f8", &dtype), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes_print_and_parse),
		cmocka_unit_test(test_what_is_not_a_shape_is_refused),
		cmocka_unit_test(test_counts_do_not_overflow),
		cmocka_unit_test(
		    test_a_tensor_too_large_for_memory_is_an_error),
		cmocka_unit_test(test_a_batch_of_a_sample_and_back),
		cmocka_unit_test(test_types_are_known_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
