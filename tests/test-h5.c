/* The strict reader against every spoilt byte and every cut: refused, or the
   same model.  NN_LONG=1: all 255 other values of every byte, not a few. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>

#include "fmt-sample.h"
#include "mend.h"

static struct sample s;
static struct arena arena;
static struct err err;
static uint8_t *bytes;
static size_t size;

static int
setup(void **state)
{
	(void)state;
	sample_full(&s);
	bytes = sample_bytes(&s.m, &size, &arena, &err);
	return bytes == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	arena_free(&s.arena);
	return 0;
}

/* 0 when n bytes are refused; 1 when they are a model. */
static int
accepted(const uint8_t *at, size_t n)
{
	struct arena a = { 0 };
	struct fmt_model m;
	struct err e = { 0 };
	int rc = fmt_parse(&m, at, n, &a, &e);

	if (rc < 0 && (e.code != ERR_MODEL || e.text[0] == '\0'))
		fail_msg("code %d: %s", e.code, e.text);
	arena_free(&a);
	return rc == 0;
}

/* One model has one form in bytes, so a mutant that is taken is another model:
   none may be. */
static size_t
spoil_bytes(uint8_t *file, size_t n)
{
	static const uint8_t flips[] = { 1, 0x80, 0xff, 0x20 };
	int all = getenv("NN_LONG") != NULL;
	int values = all ? 255 : (int)sizeof(flips);
	size_t at;
	int i;

	assert_int_equal(accepted(file, n), 1);
	for (at = 0; at < n; at++) {
		uint8_t was = file[at];

		for (i = 0; i < values; i++) {
			file[at] =
			    all ? (uint8_t)(was + i + 1) : was ^ flips[i];
			if (accepted(file, n))
				fail_msg("byte %zu of %zu may change", at, n);
		}
		file[at] = was;
	}
	return n * (size_t)values;
}

static void
test_no_changed_byte_passes(void **state)
{
	(void)state;
	print_message("%zu mutants of the sample, none accepted\n",
	    spoil_bytes(bytes, size));
}

/* Calls visit for every model file below tests/golden. */
static void
each_golden(const char *folder, void (*visit)(const char *path))
{
	const struct dirent *e;
	DIR *d = opendir(folder);
	char path[4096];

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		const char *dot = strrchr(e->d_name, '.');

		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (e->d_name[0] != '.' && e->d_type == DT_DIR)
			each_golden(path, visit);
		else if (dot != NULL && strcmp(dot, ".h5nn") == 0)
			visit(path);
	}
	closedir(d);
}

/* The smallest, for there are millions of mutants of each; one for make check. */
enum { GOLDEN_MAX = 3000 };
static size_t golden_mutants, golden_files;

static void
spoil_golden(const char *path)
{
	struct stat st;
	FILE *f = fopen(path, "rb");
	uint8_t *file;

	assert_non_null(f);
	assert_int_equal(fstat(fileno(f), &st), 0);
	if (st.st_size <= GOLDEN_MAX &&
	    (golden_files == 0 || getenv("NN_LONG") != NULL)) {
		file = arena_slab(&arena, (size_t)st.st_size, &err);
		assert_int_equal(
		    fread(file, 1, (size_t)st.st_size, f), st.st_size);
		golden_mutants += spoil_bytes(file, (size_t)st.st_size);
		golden_files++;
	}
	fclose(f);
}

static void
test_no_changed_byte_of_golden_files_passes(void **state)
{
	const char *source = getenv("srcdir");
	char folder[4096];

	(void)state;
	snprintf(folder, sizeof(folder), "%s/tests/golden",
	    source != NULL ? source : ".");
	each_golden(folder, spoil_golden);
	assert_true(golden_files > 0);
	print_message("%zu mutants of %zu golden files, none accepted\n",
	    golden_mutants, golden_files);
}

/* A file of a megabyte, one bit of it flipped; where is drawn. */
static void
test_no_flipped_bit_of_a_larger_file_passes(void **state)
{
	static float numbers[1 << 18];
	int64_t i, flips = getenv("NN_LONG") != NULL ? 100000 : 200;
	uint64_t draw = 1;
	struct sample big;
	uint8_t *file;
	size_t n = 0;

	(void)state;
	sample_bare(&big);
	sample_param(&big, sample_layer(&big, "wide", "dense", 0), "kernel",
	    ROLE_PARAMETER, DTYPE_F32, (struct shape){ 2, { 512, 512 } },
	    numbers);
	file = sample_bytes(&big.m, &n, &arena, &err);
	assert_int_equal(accepted(file, n), 1);
	for (i = 0; i < flips; i++) {
		size_t at;

		draw = draw * 6364136223846793005U + 1442695040888963407U;
		at = (size_t)(draw >> 16) % n;
		file[at] ^= 1 << (draw >> 61);
		if (accepted(file, n))
			fail_msg("a bit of byte %zu may change", at);
		file[at] ^= 1 << (draw >> 61);
	}
	print_message("%lld flipped bits in %zu bytes, none accepted\n",
	    (long long)flips, n);
	arena_free(&big.arena);
}

/* The control, with checksums, digests and ids that fit: much is taken then, and
   it is another model, one that would be written like that. */
static int others; /* models that are not the sample */

static int
accepted_mended(uint8_t *copy)
{
	struct arena a = { 0 };
	struct fmt_model m;
	struct err e = { 0 };
	int rc;

	mend_model(copy, size);
	rc = fmt_parse(&m, copy, size, &a, &e);
	if (rc < 0 && (e.code != ERR_MODEL || e.text[0] == '\0'))
		fail_msg("code %d: %s", e.code, e.text);
	if (rc == 0 && fmt_check(&m, NULL, NULL, &e) != 0)
		fail_msg("accepted, but not canonical: %s", e.text);
	others += rc == 0 && strcmp(m.state_id, s.m.state_id) != 0;
	arena_free(&a);
	return rc == 0;
}

static void
test_what_passes_mended_is_canonical(void **state)
{
	static const uint8_t flips[] = { 1, 0x40, 0xff };
	uint8_t *copy = arena_slab(&arena, size, &err);
	int passed = 0, tried = 0;
	size_t at, i;

	(void)state;
	for (at = 0; at < size; at++)
		for (i = 0; i < sizeof(flips); i++) {
			memcpy(copy, bytes, size);
			copy[at] ^= flips[i];
			passed += accepted_mended(copy);
			tried++;
		}
	print_message("%d of %d mended mutants are models, %d of them others\n",
	    passed, tried, others);
	assert_in_range(passed, tried / 100, tried);
	assert_in_range(others, tried / 100, passed);
}

static void
test_no_cut_passes(void **state)
{
	uint8_t *more = arena_slab(&arena, size + 4096, &err);
	size_t n;

	(void)state;
	memcpy(more, bytes, size);
	for (n = 0; n < size; n++)
		assert_int_equal(accepted(more, n), 0);
	assert_int_equal(accepted(more, size), 1);
	for (n = size + 1; n <= size + 4096; n++)
		assert_int_equal(accepted(more, n), 0);
	print_message("%zu cuts and 4096 extensions, none accepted\n", size);
}

/* Spoilt trees of the profile, below the model: laid out with checksums that
   fit, so that only the structure can be refused. */

static struct h5_object *
two(void)
{
	static const float numbers[4] = { 1, 2, 3, 4 };
	struct h5_type f32 = { .dtype = DTYPE_F32 };
	struct shape four = { 1, { 4 } };
	struct h5_object *root = h5_root(&arena, &err);
	struct h5_object *g = h5_group(root, "weights", &arena, &err);

	h5_dataset(g, "a", f32, &four, numbers, &arena, &err);
	h5_dataset(g, "b", f32, &four, numbers, &arena, &err);
	h5_dataset(root, "z", f32, &four, numbers, &arena, &err);
	return root;
}

/* The bytes of a tree, data and all. */
static uint8_t *
laid_out(struct h5_object *root, size_t *n)
{
	FILE *f = tmpfile();
	uint64_t total;
	uint8_t *file;

	assert_int_equal(h5_layout(root, &total, &err), 0);
	assert_int_equal(tree_write(root, total, fileno(f), &arena, &err), 0);
	*n = (size_t)total;
	file = arena_slab(&arena, *n, &err);
	assert_int_equal(pread(fileno(f), file, *n, 0), *n);
	fclose(f);
	return file;
}

static void
put_number(uint8_t *at, uint64_t v, int n)
{
	int i;

	for (i = 0; i < n; i++)
		at[i] = (uint8_t)(v >> 8 * i);
}

/* The checksum of the header of o is made to fit again. */
static void
mend(uint8_t *file, const struct h5_object *o)
{
	size_t n = (size_t)o->header_bytes - 4;

	put_number(file + o->header + n, h5_sum(file + o->header, n), 4);
}

static void
assert_refusal(const uint8_t *file, size_t n, const char *says)
{
	err_clear(&err);
	assert_null(h5_parse(file, n, &arena, &err));
	assert_int_equal(err.code, ERR_MODEL);
	if (strstr(err.text, says) == NULL)
		fail_msg("'%s' does not say '%s'", err.text, says);
	err_clear(&err);
}

/* Where the link to o keeps its address, searched in its group's header. */
static uint8_t *
link_to(uint8_t *file, const struct h5_object *o)
{
	uint8_t want[8];
	uint64_t at = o->parent->header;
	uint64_t end = at + o->parent->header_bytes;

	put_number(want, o->header, 8);
	for (; at + 8 <= end; at++)
		if (memcmp(file + at, want, 8) == 0)
			return file + at;
	return NULL;
}

static void
test_links_lead_forward(void **state)
{
	struct h5_object *root = two();
	struct h5_object *weights = h5_find(root, "weights");
	struct h5_object *a = h5_find(weights, "a");
	struct h5_object *z = h5_find(root, "z");
	size_t n;
	uint8_t *file = laid_out(root, &n);
	uint8_t *to;

	(void)state;
	assert_non_null(h5_parse(file, n, &arena, &err));

	to = link_to(file, a);
	put_number(to, weights->header, 8);
	mend(file, weights);
	assert_refusal(file, n, "/weights/a: a link back to another object");
	put_number(to, root->header, 8);
	mend(file, weights);
	assert_refusal(file, n, "/weights/a: a link back");
	put_number(to, UINT64_MAX, 8);
	mend(file, weights);
	assert_refusal(file, n, "/weights/a: a link to nowhere");
	put_number(to, a->header, 8);
	mend(file, weights);

	/* Outside /weights nothing may be reached twice. */
	to = link_to(file, z);
	put_number(to, a->header, 8);
	mend(file, root);
	assert_refusal(file, n, "/z: a link back");
}

static void
test_tied_tensors_leave_no_hole(void **state)
{
	struct h5_object *root = two();
	struct h5_object *weights = h5_find(root, "weights");
	size_t n;
	uint8_t *file = laid_out(root, &n);

	(void)state;
	/* b's own header would belong to nothing. */
	put_number(link_to(file, h5_find(weights, "b")),
	    h5_find(weights, "a")->header, 8);
	mend(file, weights);
	assert_refusal(file, n, "/z: a link to nowhere");
}

static void
test_data_are_where_they_belong(void **state)
{
	struct h5_object *root = two();
	struct h5_object *a = h5_find(h5_find(root, "weights"), "a");
	size_t n;
	uint8_t *file = laid_out(root, &n);
	uint8_t *dims = file + a->header + 10 + 4 + 4;
	uint8_t *layout = file + a->header + a->header_bytes - 4 - 16;

	(void)state;
	put_number(layout, a->at + 64, 8);
	mend(file, a);
	assert_refusal(file, n, "/weights/a: data are not where they belong");
	put_number(layout, a->at - 64, 8);
	mend(file, a);
	assert_refusal(file, n, "not where they belong");
	put_number(layout, a->at, 8);

	put_number(dims, 5, 8);
	mend(file, a);
	assert_refusal(file, n, "does not agree with its shape");
	put_number(dims, (uint64_t)1 << 62, 8);
	put_number(layout + 8, 0, 8);
	mend(file, a);
	assert_refusal(file, n, "does not agree with its shape");
	put_number(dims, UINT64_MAX, 8);
	mend(file, a);
	assert_refusal(file, n, "a shape that no model has");
	put_number(dims, 4, 8);
	put_number(layout + 8, 16, 8);
	mend(file, a);
	assert_non_null(h5_parse(file, n, &arena, &err));

	file[a->at + 16] = 1;
	assert_refusal(file, n, "/weights/b: data are not where they belong");
}

/* What says it has more than the file holds, in agreement with itself. */
static void
test_data_are_within_the_file(void **state)
{
	struct h5_object *root = two();
	struct h5_object *a = h5_find(h5_find(root, "weights"), "a");
	const struct h5_object *z = h5_find(root, "z");
	size_t n;
	uint8_t *file = laid_out(root, &n);
	uint8_t *layout = file + a->header + a->header_bytes - 4 - 16;

	(void)state;
	put_number(file + a->header + 10 + 4 + 4, (uint64_t)1 << 40, 8);
	put_number(layout + 8, (uint64_t)4 << 40, 8);
	mend(file, a);
	assert_refusal(file, n, "does not agree with its shape");

	/* Headers alone: the data would begin behind the end. */
	file = laid_out(two(), &n);
	n = (size_t)(z->header + z->header_bytes);
	mend_sums(file, n);
	assert_refusal(file, n, "data are not where they belong");
}

/* More than there was room for at first, one of them tied. */
static void
test_many_tensors_are_remembered(void **state)
{
	static const float number = 1;
	struct h5_type f32 = { .dtype = DTYPE_F32 };
	struct shape one = { 1, { 1 } };
	struct h5_object *root = h5_root(&arena, &err);
	struct h5_object *w = h5_group(root, "weights", &arena, &err);
	struct h5_object *o = NULL;
	const uint8_t *file;
	char name[16];
	size_t n = 0;
	int i;

	(void)state;
	for (i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "t%03d", i);
		o = h5_dataset(w, name, f32, &one, &number, &arena, &err);
	}
	o->same = h5_find(w, "t100");
	file = laid_out(root, &n);
	root = h5_parse(file, n, &arena, &err);
	assert_non_null(root);
	w = h5_find(root, "weights");
	assert_ptr_equal(h5_find(w, "t199")->same, h5_find(w, "t100"));
}

/* A tree is built by us, out of what others ask for. */
static void
test_trees_are_guarded(void **state)
{
	struct h5_type f64 = { .dtype = DTYPE_F64 };
	struct shape wide = { 2, { (int64_t)1 << 40, (int64_t)1 << 21 } };
	struct shape none = { 1, { -1 } };
	struct h5_object *root = two();
	struct h5_object *z = h5_find(root, "z");
	char *long_text = arena_slab(&arena, H5_ATTR_BYTES_MAX + 2, &err);
	int64_t v;

	(void)state;
	memset(long_text, 'x', H5_ATTR_BYTES_MAX + 1);
#define REFUSED(CALL, SAYS) \
	do { \
		err_clear(&err); \
		(void)(CALL); \
		assert_int_equal(err.code, ERR_MODEL); \
		assert_non_null(strstr(err.text, SAYS)); \
	} while (0)
	REFUSED(h5_group(root, "z", &arena, &err), "two things named 'z'");
	REFUSED(h5_group(root, "a/b", &arena, &err), "impossible name 'a/b'");
	REFUSED(h5_group(z, "a", &arena, &err), "two things named 'a'");
	REFUSED(h5_dataset(root, "w", f64, &wide, NULL, &arena, &err),
	    "impossible shape");
	REFUSED(h5_dataset(root, "w", f64, &none, NULL, &arena, &err),
	    "impossible shape");
	REFUSED(h5_put_text(z, "t", long_text, &arena, &err), "longer than");
	REFUSED(h5_put_text(z, "t", "\xff", &arena, &err), "not valid UTF-8");
	err_clear(&err);
	assert_int_equal(h5_put_text(z, "t", "text", &arena, &err), 0);
	REFUSED(h5_need_int(z, "t", &v, &err), "not an integer");
	REFUSED(h5_need_int(z, "u", &v, &err), "missing");
	z->attrs[0].type = f64;
	REFUSED(h5_need_int(z, "t", &v, &err), "not an integer");
	REFUSED(h5_need_text(z, "t", &arena, &err), "not a string");
#undef REFUSED
	err_clear(&err);
}

/* What was not read cannot be checked, nor what is no model written. */
static void
test_what_was_built_is_not_checked(void **state)
{
	struct fmt_model m = s.m;
	int fd = open("/dev/null", O_WRONLY);

	(void)state;
	assert_int_equal(fmt_check(&m, NULL, NULL, &err), -1);
	assert_int_equal(err.code, ERR_BUG);
	err_clear(&err);
	m.graph.nodes[1].params[0].value.data = NULL;
	assert_int_equal(fmt_write(&m, fd, &err), -1);
	assert_non_null(strstr(err.text, "has no numbers yet"));
	err_clear(&err);
	m.graph.nodes[1].params[0].value.data = s.kernel;
	m.nlabels = FMT_LABELS_MAX + 1;
	assert_int_equal(fmt_write(&m, fd, &err), -1);
	assert_non_null(strstr(err.text, "more than 1048576 class names"));
	err_clear(&err);
	close(fd);
}

/* The clause stands behind a text of whatever length. */
static void
test_long_refusals_keep_their_clause(void **state)
{
	char text[2 * ERR_TEXT];
	const char *end = " [format 1: 2.9]";

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_clear(&err);
	assert_int_equal(fmt_refuse(&err, RULE_NAME, "%s", text), -1);
	assert_string_equal(err.text + strlen(err.text) - strlen(end), end);
	/* The first clause stays; other errors have none. */
	fmt_clause(&err, RULE_DEPTH);
	assert_null(strstr(err.text, "2.10"));
	err_clear(&err);
	err_set(&err, ERR_IO, "disk");
	fmt_clause(&err, RULE_DEPTH);
	assert_string_equal(err.text, "disk");
	err_clear(&err);
}

static void
test_a_file_that_is_not_there_is_named(void **state)
{
	struct fmt_model m;

	(void)state;
	assert_int_equal(fmt_open(&m, "no/such/file", &arena, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text, "no/such/file"));
	err_clear(&err);
	assert_false(fmt_maps(&m, &m));
	fmt_close(&m);
}

static void
test_depth_is_bounded(void **state)
{
	struct h5_object *root = h5_root(&arena, &err);
	struct h5_object *g = root;
	uint64_t total;
	int i;

	(void)state;
	for (i = 0; i < H5_DEPTH_MAX; i++)
		g = h5_group(g, "g", &arena, &err);
	assert_int_equal(h5_layout(root, &total, &err), 0);
	h5_group(g, "g", &arena, &err);
	assert_int_equal(h5_layout(root, &total, &err), -1);
	assert_non_null(strstr(err.text, "17 deep; at most 16"));
}

static void
test_names_are_checked(void **state)
{
	static const char *const bad[] = { "", ".", "..", ".a", "a/b", "a b",
		"\xc3\xa4", "a\n" };
	char long_name[102];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(h5_name_ok(bad[i], strlen(bad[i])));
	memset(long_name, 'x', 101);
	assert_true(h5_name_ok(long_name, 100));
	assert_false(h5_name_ok(long_name, 101));
	assert_true(h5_name_ok("A-z_0.9", 7));
}

static void
test_utf8_is_judged(void **state)
{
	static const struct {
		const char *s;
		int ok;
	} cases[] = {
		{ "", 1 },
		{ "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 1 },
		{ "\x80", 0 },
		{ "\xc0\x80", 0 },
		{ "\xe0\x80\x80", 0 },
		{ "\xed\xa0\x80", 0 },
		{ "\xf4\x90\x80\x80", 0 },
		{ "\xf8\x88\x80\x80\x80", 0 },
		{ "\xc3", 0 },
		{ "\xc3(", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    h5_utf8_ok(cases[i].s, strlen(cases[i].s)), cases[i].ok);
	assert_false(h5_utf8_ok("a\0b", 3));
}

/* Cut behind the headers, wherever the data would have begun. */
static void
test_data_behind_the_end_are_refused(void **state)
{
	struct h5_type f32 = { .dtype = DTYPE_F32 };
	struct shape one = { 1, { 1 } };
	char name[H5_ALIGN + 1] = "";
	size_t n, i;

	(void)state;
	for (i = 0; i < H5_ALIGN; i++) {
		struct h5_object *root = h5_root(&arena, &err);
		const struct h5_object *d;
		uint8_t *file;

		name[i] = 'x';
		d = h5_dataset(root, name, f32, &one, name, &arena, &err);
		file = laid_out(root, &n);
		assert_non_null(h5_parse(file, n, &arena, &err));
		n = (size_t)(d->header + d->header_bytes);
		mend_sums(file, n);
		assert_refusal(file, n, "data are not where they belong");
	}
}

static void
test_a_clause_is_cut_to_its_room(void **state)
{
	char clause[8];

	(void)state;
	fmt_refuse(&err, RULE_DEPTH, "deep");
	fmt_clause_of(&err, clause, sizeof(clause));
	assert_string_equal(clause, "2.10");
	fmt_clause_of(&err, clause, 5);
	assert_string_equal(clause, "2.10");
	fmt_clause_of(&err, clause, 4);
	assert_string_equal(clause, "2.1");
	fmt_clause_of(&err, clause, 1);
	assert_string_equal(clause, "");
	err_clear(&err);
	err_set(&err, ERR_IO, "disk");
	fmt_clause_of(&err, clause, sizeof(clause));
	assert_string_equal(clause, "");
	err_clear(&err);
}

/* Nor given back, nor changed behind our back. */
static void
test_what_was_built_has_no_file(void **state)
{
	const struct fmt_model m = s.m;

	(void)state;
	fmt_unload(&m);
	assert_int_equal(fmt_unchanged(&m, &err), 0);
	assert_false(fmt_maps(&m, s.kernel));
	assert_true(s.kernel[1] == -1.5f);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_no_changed_byte_passes),
		TEST(test_no_changed_byte_of_golden_files_passes),
		TEST(test_no_flipped_bit_of_a_larger_file_passes),
		TEST(test_what_passes_mended_is_canonical),
		TEST(test_no_cut_passes),
		TEST(test_links_lead_forward),
		TEST(test_tied_tensors_leave_no_hole),
		TEST(test_data_are_where_they_belong),
		TEST(test_data_are_within_the_file),
		TEST(test_many_tensors_are_remembered),
		TEST(test_trees_are_guarded),
		TEST(test_what_was_built_is_not_checked),
		TEST(test_long_refusals_keep_their_clause),
		TEST(test_a_file_that_is_not_there_is_named),
		TEST(test_depth_is_bounded),
		TEST(test_names_are_checked),
		TEST(test_utf8_is_judged),
		TEST(test_data_behind_the_end_are_refused),
		TEST(test_a_clause_is_cut_to_its_room),
		TEST(test_what_was_built_has_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
