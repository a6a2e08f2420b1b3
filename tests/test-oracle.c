/* libhdf5 as a judge of what is written: it reads the same names, shapes and
   values, and its own tools read every file without a complaint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <hdf5.h>

#include "fmt-sample.h"
#include "mend.h"
#include "model.h"

static struct sample s;
static struct arena arena;
static struct err err;
static const char path[] = "test-oracle.h5nn";

/* Saves m and opens it with libhdf5. */
static hid_t
saved(struct fmt_model *m)
{
	hid_t f;

	if (fmt_save(m, path, &err) < 0)
		fail_msg("%s", err.text);
	f = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
	assert_true(f >= 0);
	return f;
}

static int
setup(void **state)
{
	(void)state;
	err_clear(&err);
	sample_full(&s);
	return s.err.code;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(path);
	arena_free(&arena);
	arena_free(&s.arena);
	return 0;
}

/* A float of two bytes, as its parts say. */
static hid_t
half_type(size_t exponent_at, size_t exponent_bits, size_t bias)
{
	hid_t t = H5Tcopy(H5T_IEEE_F32LE);

	H5Tset_fields(t, 15, exponent_at, exponent_bits, 0, exponent_at);
	H5Tset_precision(t, 16);
	H5Tset_size(t, 2);
	H5Tset_ebias(t, bias);
	return t;
}

/* The type in which libhdf5 is to give the numbers of ours: the same. */
static hid_t
memory_type(struct h5_type type)
{
	const hid_t numbers[DTYPE_N] = {
		[DTYPE_F32] = H5T_NATIVE_FLOAT,
		[DTYPE_F64] = H5T_NATIVE_DOUBLE,
		[DTYPE_I64] = H5T_NATIVE_INT64,
		[DTYPE_I32] = H5T_NATIVE_INT32,
		[DTYPE_U8] = H5T_NATIVE_UINT8,
		[DTYPE_I8] = H5T_NATIVE_INT8,
	};
	hid_t t;

	if (type.text == 0 && type.dtype == DTYPE_F16)
		return half_type(10, 5, 15);
	if (type.text == 0 && type.dtype == DTYPE_BF16)
		return half_type(7, 8, 127);
	if (type.text == 0)
		return H5Tcopy(numbers[type.dtype]);
	t = H5Tcopy(H5T_C_S1);
	H5Tset_size(t, type.text);
	H5Tset_strpad(t, H5T_STR_NULLPAD);
	H5Tset_cset(t, H5T_CSET_UTF8);
	return t;
}

static void
compare_attrs(hid_t o, const struct h5_object *x)
{
	uint8_t value[H5_ATTR_BYTES_MAX];
	H5O_info_t info;
	int i;

	assert_true(H5Oget_info(o, &info) >= 0);
	assert_int_equal(info.num_attrs, x->nattrs);
	for (i = 0; i < x->nattrs; i++) {
		const struct h5_attr *a = &x->attrs[i];
		hid_t type = memory_type(a->type);
		hid_t h = H5Aopen(o, a->name, H5P_DEFAULT);

		assert_true(h >= 0);
		assert_true(H5Aread(h, type, value) >= 0);
		assert_memory_equal(value, a->value, h5_type_size(a->type));
		H5Aclose(h);
		H5Tclose(type);
	}
}

static void
compare_dataset(hid_t o, const struct h5_object *x)
{
	hsize_t dims[H5S_MAX_RANK], most[H5S_MAX_RANK];
	hid_t space = H5Dget_space(o);
	hid_t type = memory_type(x->type);
	hid_t file_type = H5Dget_type(o);
	uint8_t *data = arena_slab(&arena, x->bytes + 1, &err);
	int i;

	assert_int_equal(H5Sget_simple_extent_ndims(space), x->shape.rank);
	H5Sget_simple_extent_dims(space, dims, most);
	for (i = 0; i < x->shape.rank; i++) {
		assert_int_equal(dims[i], x->shape.dim[i]);
		assert_int_equal(most[i], x->shape.dim[i]);
	}
	/* Stored as it is on this machine: nothing is converted. */
	assert_true(H5Tequal(type, file_type) > 0);
	assert_true(H5Dread(o, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
	assert_memory_equal(data, x->data, x->bytes);
	if (x->bytes > 0)
		assert_int_equal(H5Dget_offset(o) % 64, 0);
	H5Tclose(type);
	H5Tclose(file_type);
	H5Sclose(space);
}

static int
compare(struct h5_object *x, void *ctx)
{
	const hid_t *file = ctx;
	const struct h5_object *d = x->same != NULL ? x->same : x;
	hid_t o = H5Oopen(*file, h5_path(x, &arena, &err), H5P_DEFAULT);
	H5G_info_t info;

	assert_true(o >= 0);
	compare_attrs(o, d);
	if (d->is_group) {
		assert_true(H5Gget_info(o, &info) >= 0);
		assert_int_equal(info.nlinks, x->nlinks);
		assert_int_equal(info.storage_type, H5G_STORAGE_TYPE_COMPACT);
	} else
		compare_dataset(o, d);
	H5Oclose(o);
	return 0;
}

static void
compare_file(hid_t file, const char *name)
{
	struct fmt_model m;

	if (fmt_open(&m, name, &arena, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(h5_walk(m.map->root, compare, &file), 0);
	fmt_close(&m);
}

static void
compare_all(hid_t file)
{
	compare_file(file, path);
}

static void
test_libhdf5_reads_the_same(void **state)
{
	hid_t file = saved(&s.m);

	(void)state;
	compare_all(file);
	H5Fclose(file);
}

static void
test_tied_weights_are_one_object(void **state)
{
	hid_t file = saved(&s.m);
	H5O_info_t a, b;

	(void)state;
	assert_true(H5Oget_info_by_name(
			file, "/weights/enc-2/kernel", &a, H5P_DEFAULT) >= 0);
	assert_true(H5Oget_info_by_name(file, "/weights/enc/dense_1/kernel", &b,
			H5P_DEFAULT) >= 0);
	assert_int_equal(a.addr, b.addr);
	H5Fclose(file);
}

static void
test_bare_model_is_read(void **state)
{
	struct sample bare;
	hid_t file;

	(void)state;
	sample_bare(&bare);
	file = saved(&bare.m);
	compare_all(file);
	H5Fclose(file);
	arena_free(&bare.arena);
}

static void
test_golden_files_are_read(void **state)
{
	const char *source = getenv("srcdir");
	char pattern[1024];
	glob_t found;
	size_t i;

	(void)state;
	snprintf(pattern, sizeof(pattern), "%s/tests/golden/[01].*/*.h5nn",
	    source != NULL ? source : ".");
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_true(found.gl_pathc > 30);
	for (i = 0; i < found.gl_pathc; i++) {
		hid_t file =
		    H5Fopen(found.gl_pathv[i], H5F_ACC_RDONLY, H5P_DEFAULT);

		assert_true(file >= 0);
		compare_file(file, found.gl_pathv[i]);
		H5Fclose(file);
		arena_free(&arena);
	}
	globfree(&found);
}

/* A tensor of each type there is. */
static void
add_every_type(int64_t data[DTYPE_N][4])
{
	struct node *n = sample_layer(&s, "types", "dense", 0);
	int d;

	for (d = 0; d < DTYPE_N; d++)
		sample_param(&s, n, dtype_name((enum dtype)d), ROLE_STATISTIC,
		    (enum dtype)d, (struct shape){ 1, { 4 } }, data[d]);
}

static void
read_floats(hid_t file, const char *name, float to[4])
{
	hid_t d = H5Dopen2(file, name, H5P_DEFAULT);

	assert_true(H5Dread(d, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT,
			to) >= 0);
	H5Dclose(d);
}

/* 1, -2, infinity, and the smallest that is not 0. */
static void
test_every_type_is_read(void **state)
{
	static const uint16_t f16[4] = { 0x3c00, 0xc000, 0x7c00, 1 };
	static const uint16_t bf16[4] = { 0x3f80, 0xc000, 0x7f80, 1 };
	static const int8_t i8[4] = { 1, -2, 127, -128 };
	int64_t data[DTYPE_N][4] = { { 0 } };
	hid_t file;
	float v[4];

	(void)state;
	memcpy(data[DTYPE_F16], f16, sizeof(f16));
	memcpy(data[DTYPE_BF16], bf16, sizeof(bf16));
	memcpy(data[DTYPE_I8], i8, sizeof(i8));
	add_every_type(data);
	file = saved(&s.m);
	compare_all(file);
	read_floats(file, "/weights/types/f16", v);
	assert_true(
	    v[0] == 1 && v[1] == -2 && v[2] == INFINITY && v[3] == 0x1p-24F);
	read_floats(file, "/weights/types/bf16", v);
	assert_true(
	    v[0] == 1 && v[1] == -2 && v[2] == INFINITY && v[3] == 0x1p-133F);
	read_floats(file, "/weights/types/i8", v);
	assert_true(v[0] == 1 && v[1] == -2 && v[2] == 127 && v[3] == -128);
	H5Fclose(file);
}

/* Far beyond the thousand links up to which libhdf5 itself would go. */
static void
test_many_layers_are_read(void **state)
{
	char name[32];
	hid_t file;
	int i;

	(void)state;
	for (i = 0; i < 3000; i++) {
		struct node *n;

		snprintf(name, sizeof(name), "layer-with-a-name-%d", i);
		n = sample_layer(&s, name, "dense", 0);
		sample_param(&s, n, "bias", ROLE_PARAMETER, DTYPE_F32,
		    (struct shape){ 1, { 1 + i % 4 } }, s.mean);
	}
	file = saved(&s.m);
	compare_all(file);
	H5Fclose(file);
}

/* What libhdf5 writes itself has the same checksum of the same bytes. */
static void
test_checksum_is_libhdf5s(void **state)
{
	hid_t fapl = H5Pcreate(H5P_FILE_ACCESS);
	uint8_t super[48];
	hid_t file;
	uint32_t sum;
	FILE *f;

	(void)state;
	H5Pset_libver_bounds(fapl, H5F_LIBVER_V18, H5F_LIBVER_V18);
	file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
	assert_true(file >= 0);
	H5Fclose(file);
	H5Pclose(fapl);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_int_equal(fread(super, 1, sizeof(super), f), sizeof(super));
	fclose(f);
	memcpy(&sum, super + 44, 4);
	assert_int_equal(h5_sum(super, 44), sum);
}

/* A tree of two tensors of five gigabytes each as a sparse file, the last number
   of the second not 0; its length, 0 where such a file cannot be. */
static size_t
save_sparse(struct h5_object *root)
{
	static const float last = 42;
	struct h5_type f32 = { .dtype = DTYPE_F32 };
	struct shape shape = { 2, { 5, 250000000 } };
	struct h5_object *w = h5_group(root, "weights", &arena, &err);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	const uint8_t *index;
	uint64_t total;
	size_t n;

	h5_dataset(w, "a", f32, &shape, NULL, &arena, &err);
	h5_dataset(w, "b", f32, &shape, NULL, &arena, &err);
	assert_int_equal(h5_layout(root, &total, &err), 0);
	index = h5_index(root, total, &n, &arena, &err);
	assert_int_equal(pwrite(fd, index, n, 0), n);
	if (ftruncate(fd, (off_t)total) < 0)
		total = 0;
	else
		assert_int_equal(pwrite(fd, &last, 4, (off_t)total - 4), 4);
	close(fd);
	return (size_t)total;
}

static float
last_of(const char *name)
{
	hid_t f = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
	hid_t d = H5Dopen2(f, name, H5P_DEFAULT);
	hid_t space = H5Dget_space(d), one = H5Screate(H5S_SCALAR);
	const hsize_t at[2] = { 4, 249999999 };
	float v = -1;

	H5Sselect_elements(space, H5S_SELECT_SET, 1, at);
	assert_true(
	    H5Dread(d, H5T_NATIVE_FLOAT, one, space, H5P_DEFAULT, &v) >= 0);
	H5Sclose(one);
	H5Sclose(space);
	H5Dclose(d);
	H5Fclose(f);
	return v;
}

static void
test_sizes_have_64_bits(void **state)
{
	struct h5_object *root = h5_root(&arena, &err);
	size_t n = save_sparse(root);
	const struct h5_object *b;
	const float *v;
	void *map;
	int fd;

	(void)state;
	if (n == 0) {
		print_message("skipped: no file can be so large here\n");
		skip();
	}
	assert_true(n > (size_t)10000000000);
	fd = open(path, O_RDONLY);
	map = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	assert_ptr_not_equal(map, MAP_FAILED);
	root = h5_parse(map, n, &arena, &err);
	if (root == NULL)
		fail_msg("%s", err.text);
	b = h5_find(h5_find(root, "weights"), "b");
	v = b->data;
	assert_int_equal(b->bytes, 5000000000);
	assert_true(v[0] == 0 && v[1249999999] == 42);
	munmap(map, n);
	assert_true(last_of("/weights/b") == 42 && last_of("/weights/a") == 0);
}

static void
write_bytes(const uint8_t *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* 1 when the bytes are a model: then libhdf5 reads it to the same values. */
static int
same_to_both(const uint8_t *bytes, size_t n)
{
	struct arena scratch = { 0 };
	struct fmt_model m;
	struct err quiet = { 0 };
	int taken = fmt_parse(&m, bytes, n, &scratch, &quiet) == 0;
	hid_t file;

	arena_free(&scratch);
	if (!taken)
		return 0;
	write_bytes(bytes, n);
	file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
	assert_true(file >= 0);
	compare_all(file);
	H5Fclose(file);
	return 1;
}

/* Spoilt bytes with checksums and digests that fit: what is taken nevertheless
   is no invention of the reader's.  NN_LONG: more of them. */
static void
test_what_is_taken_is_read_the_same(void **state)
{
	static const uint8_t flips[] = { 1, 0x40, 0xff, 0x80, 2, 0x10 };
	size_t n = 0, at, i, step = getenv("NN_LONG") != NULL ? 1 : 41;
	struct arena kept = { 0 };
	uint8_t *bytes = sample_bytes(&s.m, &n, &kept, &err);
	uint8_t *copy = arena_slab(&kept, n, &err);
	int taken = 0, tried = 0;

	(void)state;
	for (at = 0; at < n; at += step)
		for (i = 0; i < sizeof(flips); i++, tried++) {
			memcpy(copy, bytes, n);
			copy[at] ^= flips[i];
			mend_model(copy, n);
			taken += same_to_both(copy, n);
			arena_free(&arena);
		}
	arena_free(&kept);
	print_message("%d of %d mended mutants are models, and libhdf5 reads "
		      "the same\n",
	    taken, tried);
	assert_in_range(taken, 10, tried);
}

/* Files of libhdf5's own are told apart, and say so. */
static void
test_other_hdf5_files_are_refused(void **state)
{
	static const H5F_libver_t bounds[] = { H5F_LIBVER_EARLIEST,
		H5F_LIBVER_V18, H5F_LIBVER_LATEST };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		hid_t fapl = H5Pcreate(H5P_FILE_ACCESS);
		struct fmt_model m;
		hid_t file;

		H5Pset_libver_bounds(fapl, bounds[i], H5F_LIBVER_LATEST);
		file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
		H5Fclose(file);
		H5Pclose(fapl);
		err_clear(&err);
		assert_int_equal(fmt_open(&m, path, &arena, &err), -1);
		assert_int_equal(err.code, ERR_MODEL);
		assert_non_null(strstr(err.text, "another program"));
	}
}

static int
runs(const char *command)
{
	return system(command) == 0;
}

static void
test_hdf5_tools_read_it(void **state)
{
	hid_t file = saved(&s.m);

	(void)state;
	H5Fclose(file);
	if (!runs("command -v h5dump h5ls >/dev/null 2>&1")) {
		print_message("skipped: h5dump and h5ls are not installed\n");
		skip();
	}
	assert_true(runs("h5ls -r -v test-oracle.h5nn >test-oracle.out 2>&1"));
	assert_false(runs("grep -i error test-oracle.out"));
	assert_true(runs("grep -q 'same as' test-oracle.out"));
	assert_true(runs("h5dump test-oracle.h5nn >test-oracle.out 2>&1"));
	assert_false(runs("grep -i 'error\\|unable' test-oracle.out"));
	assert_true(runs("grep -q HARDLINK test-oracle.out"));
	unlink("test-oracle.out");
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_libhdf5_reads_the_same),
		TEST(test_tied_weights_are_one_object),
		TEST(test_bare_model_is_read),
		TEST(test_golden_files_are_read),
		TEST(test_every_type_is_read),
		TEST(test_many_layers_are_read),
		TEST(test_sizes_have_64_bits),
		TEST(test_checksum_is_libhdf5s),
		TEST(test_what_is_taken_is_read_the_same),
		TEST(test_other_hdf5_files_are_refused),
		TEST(test_hdf5_tools_read_it),
	};

	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
