/* Limits of model files: one below, at, one above.  What the writer would not
   make is laid out behind its back, so that the reader is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fmt-sample.h"
#include "limit-tries.h"
#include "mend.h"
#include "h5in.h"

static struct arena arena; /* of one try */

/* A pipe whose superblock announces n bytes. */
static int
try_file(int64_t n, struct err *err)
{
	uint8_t super[H5_SUPER_BYTES] = { 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a,
		'\n', 2, 8, 8 };
	struct fmt_source source = { .spool = 4096 };
	struct fmt_model m;
	int fd[2], rc;

	mend_number(super + 20, H5_NOWHERE, 8);
	mend_number(super + 28, (uint64_t)n, 8);
	mend_number(super + 36, H5_SUPER_BYTES, 8);
	mend_number(super + 44, h5_sum(super, 44), 4);
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], super, sizeof(super)), sizeof(super));
	close(fd[1]);
	source.fd = fd[0];
	rc = fmt_read(&m, &source, &arena, err);
	close(fd[0]);
	return rc;
}

static int
see_end(struct h5_object *o, void *ctx)
{
	uint64_t *end = ctx;

	if (o->header + o->header_bytes > *end)
		*end = o->header + o->header_bytes;
	if (!o->is_group && o->bytes > 0 && o->at + o->bytes > *end)
		*end = o->at + o->bytes;
	return 0;
}

/* Reads the bytes of a tree that the writer may have refused to lay out. */
static int
reread(struct h5_object *root, struct err *err)
{
	struct err quiet = { 0 };
	struct stat st;
	uint64_t total = 0;
	uint8_t *bytes;
	FILE *f = tmpfile();

	(void)h5_layout(root, &total, &quiet);
	total = 0;
	h5_walk(root, see_end, &total);
	err_clear(&quiet);
	assert_int_equal(tree_write(root, total, fileno(f), &arena, &quiet), 0);
	assert_int_equal(fstat(fileno(f), &st), 0);
	bytes = arena_slab(&arena, (size_t)st.st_size, &quiet);
	assert_int_equal(
	    pread(fileno(f), bytes, (size_t)st.st_size, 0), st.st_size);
	fclose(f);
	return h5_parse(bytes, (size_t)st.st_size, &arena, err) != NULL ? 0
									: -1;
}

static int
try_objects(int64_t n, struct err *err)
{
	struct h5_object *root = h5_root(&arena, err);
	struct h5_object *g = root;
	char name[16];
	int64_t i;

	for (i = 1; i < n && g != NULL; i++) {
		snprintf(name, sizeof(name), "%07d", (int)i);
		g = h5_group(root, name, &arena, err);
	}
	return g != NULL ? reread(root, err) : -1;
}

static int
try_depth(int64_t n, struct err *err)
{
	struct h5_object *root = h5_root(&arena, err);
	struct h5_object *g = root;

	while (n-- > 0)
		g = h5_group(g, "g", &arena, err);
	return reread(root, err);
}

static char *
letters(int64_t n, struct err *err)
{
	char *s = arena_alloc(&arena, (size_t)n + 1, err);

	memset(s, 'x', (size_t)n);
	return s;
}

static int
try_name(int64_t n, struct err *err)
{
	struct h5_object *root = h5_root(&arena, err);

	h5_group(root, "g", &arena, err)->name = letters(n, err);
	return reread(root, err);
}

static int
try_attributes(int64_t n, struct err *err)
{
	static const int64_t value = 1;
	struct h5_object *root = h5_root(&arena, err);
	int i;

	root->nattrs = (int)n;
	root->attrs =
	    arena_array(&arena, (size_t)n, sizeof(struct h5_attr), err);
	for (i = 0; i < n; i++)
		root->attrs[i] = (struct h5_attr){
			arena_printf(&arena, err, "a%03d", i),
			{ .dtype = DTYPE_I64 },
			&value,
		};
	return reread(root, err);
}

static int
try_attribute(int64_t n, struct err *err)
{
	struct h5_object *root = h5_root(&arena, err);
	struct h5_attr a = { .name = "a", .value = letters(n, err) };

	a.type.text = (uint32_t)n;
	return h5_put(root, &a, &arena, err) == 0 ? reread(root, err) : -1;
}

static int
try_string(int64_t n, struct err *err)
{
	struct h5_object *root = h5_root(&arena, err);
	struct h5_type type = { .text = (uint32_t)n };
	struct shape one = { 1, { 1 } };

	h5_dataset(root, "s", type, &one, letters(n, err), &arena, err);
	return reread(root, err);
}

/* The message alone: no struct shape holds more. */
static int
try_rank(int64_t n, struct err *err)
{
	uint8_t space[4 + 8 * 16] = { 2, (uint8_t)n, 0, 1 };
	struct in in = { .at = space, .n = 4 + 8 * (size_t)n };
	struct shape shape;

	return in_space(&in, &shape) == 0
	    ? 0
	    : err_set(err, ERR_MODEL, "a shape that no model has");
}

/* An architecture of those layers. */
static int
architecture(const char *layers, const char *ends, struct err *err)
{
	struct graph g;
	const char *text = arena_printf(&arena, err,
	    "{\"inputs\":[%s],\"layers\":[%s],\"outputs\":[%s],"
	    "\"version\":1}",
	    ends, layers, ends);
	const struct json *j =
	    json_parse(text, strlen(text), &arena, ERR_MODEL, err);

	assert_non_null(j);
	return graph_of_architecture(&g, j, &arena, err);
}

/* n numbers between two texts, commas between them all. */
static char *
repeated(const char *before, const char *behind, int64_t n, struct err *err)
{
	size_t each = strlen(before) + strlen(behind) + 8;
	char *s = arena_alloc(&arena, (size_t)n * each + 1, err);
	char *at = s;
	int64_t i;

	for (i = 0; i < n; i++)
		at += sprintf(
		    at, "%s%s%06d%s", i > 0 ? "," : "", before, (int)i, behind);
	return s;
}

#define INPUT "{\"inputs\":[],\"kind\":\"input\",\"name\":\""
#define RELU "{\"inputs\":[\"i\"],\"kind\":\"relu\",\"name\":\""
#define SUM(INPUTS) \
	"{\"inputs\":[" INPUTS "],\"kind\":\"add\",\"name\":\"sum" END
#define END "\",\"settings\":{}}"

static int
try_layers(int64_t n, struct err *err)
{
	return architecture(arena_printf(&arena, err, INPUT "i" END ",%s",
				repeated(RELU, END, n - 1, err)),
	    "\"i\"", err);
}

static int
try_path(int64_t n, struct err *err)
{
	char *name = letters(n, err);
	int64_t i;

	for (i = 50; i < n - 1; i += 51)
		name[i] = '/';
	return architecture(arena_printf(&arena, err, INPUT "%s" END, name),
	    arena_printf(&arena, err, "\"%s\"", name), err);
}

static int
try_inputs(int64_t n, struct err *err)
{
	return architecture(
	    arena_printf(&arena, err, INPUT "i" END ",%s," SUM("%s"),
		repeated(RELU, END, n, err), repeated("\"", "\"", n, err)),
	    "\"i\"", err);
}

static int
try_ends(int64_t n, struct err *err)
{
	return architecture(
	    repeated(INPUT, END, n, err), repeated("\"", "\"", n, err), err);
}

static int
try_tensors(int64_t n, struct err *err)
{
	static const float number = 1;
	struct h5_type f32 = { .dtype = DTYPE_F32 };
	struct shape one = { 1, { 1 } };
	struct h5_object *root = h5_root(&arena, err);
	struct h5_object *w = h5_group(root, "weights", &arena, err);
	struct h5_object *l = h5_group(w, "l", &arena, err);
	struct graph g;
	int i;

	graph_begin(&g, &arena);
	graph_append(&g, "l", "dense", ERR_MODEL, err);
	for (i = 0; i < n; i++)
		h5_put_text(h5_dataset(l, arena_printf(&arena, err, "t%d", i),
				f32, &one, &number, &arena, err),
		    "role", "parameter", &arena, err);
	assert_int_equal(digests_put(root, &arena, err), 0);
	return weights_get(&g, w, &arena, err);
}

/* A list of names of so many bytes each. */
static int
labels(int64_t n, size_t width, const char *cells, struct err *err)
{
	struct h5_type text = { .text = (uint32_t)width };
	struct shape shape = { 1, { n } };
	struct fmt_model m = { 0 };
	struct h5_object *root = h5_root(&arena, err);
	struct h5_object *d =
	    h5_dataset(root, "labels", text, &shape, cells, &arena, err);

	h5_put_text(d, "sha256", "", &arena, err);
	h5_put_text(d, "xxh3", "", &arena, err);
	return labels_get(&m, d, &arena, err);
}

static int
try_labels(int64_t n, struct err *err)
{
	char *cells = arena_slab(&arena, 7 * (size_t)n + 1, err);
	int64_t i;

	for (i = 0; i < n; i++)
		sprintf(cells + 7 * i, "%07d", (int)i);
	return labels(n, 7, cells, err);
}

static int
try_label(int64_t n, struct err *err)
{
	return labels(1, (size_t)n, letters(n, err), err);
}

static int
try_writer(int64_t n, struct err *err)
{
	struct h5_object *root = h5_root(&arena, err);
	struct fmt_model m = { 0 };
	int i;

	assert_int_equal(version_put(&m, root, &arena, err), 0);
	for (i = 0; i < ID_N; i++)
		h5_put_text(root, id_names[i], "", &arena, err);
	h5_put_text(root, "writer", letters(n, err), &arena, err);
	return version_check(&m, root, &arena, err);
}

static int
parse(const char *s, size_t n, struct err *err)
{
	return json_parse(s, n, &arena, ERR_MODEL, err) != NULL ? 0 : -1;
}

static int
try_document(int64_t n, struct err *err)
{
	char *s = arena_slab(&arena, (size_t)n, err);

	memset(s, 'x', (size_t)n);
	s[0] = s[n - 1] = '"';
	return parse(s, (size_t)n, err);
}

static int
try_nesting(int64_t n, struct err *err)
{
	char *s = letters(2 * n, err);

	memset(s, '[', (size_t)n);
	memset(s + n, ']', (size_t)n);
	return parse(s, 2 * (size_t)n, err);
}

/* A list and what is in it. */
static int
try_values(int64_t n, struct err *err)
{
	char *s = arena_slab(&arena, 2 * (size_t)n, err);
	int64_t i;

	for (i = 0; i < n; i++) {
		s[2 * i] = i == 0 ? '[' : '1';
		s[2 * i + 1] = ',';
	}
	s[2 * n - 1] = ']';
	memmove(s + 1, s + 2, 2 * (size_t)n - 2);
	return parse(s, 2 * (size_t)n - 1, err);
}

static int
try_number(int64_t n, struct err *err)
{
	char *s = letters(n, err);

	memset(s, '0', (size_t)n);
	s[1] = '.';
	return parse(s, (size_t)n, err);
}

static const struct limit_try tries[] = {
	{ "file-bytes", try_file, ERR_MODEL, "an impossible length" },
	{ "objects", try_objects, ERR_MODEL, NULL },
	{ "depth", try_depth, ERR_MODEL, NULL },
	{ "name-bytes", try_name, ERR_MODEL, NULL },
	{ "attributes", try_attributes, ERR_MODEL, NULL },
	{ "attribute-bytes", try_attribute, ERR_MODEL, NULL },
	{ "string-bytes", try_string, ERR_MODEL, NULL },
	{ "rank", try_rank, ERR_MODEL, NULL },
	{ "layers", try_layers, ERR_MODEL, NULL },
	{ "layer-path-bytes", try_path, ERR_MODEL, NULL },
	{ "layer-inputs", try_inputs, ERR_MODEL, NULL },
	{ "layer-tensors", try_tensors, ERR_MODEL, NULL },
	{ "model-ends", try_ends, ERR_MODEL, NULL },
	{ "labels", try_labels, ERR_MODEL, NULL },
	{ "label-bytes", try_label, ERR_MODEL, NULL },
	{ "writer-bytes", try_writer, ERR_MODEL, NULL },
	{ "document-bytes", try_document, ERR_MODEL, NULL },
	{ "document-depth", try_nesting, ERR_MODEL, NULL },
	{ "document-values", try_values, ERR_MODEL, NULL },
	{ "number-bytes", try_number, ERR_MODEL, NULL },
};

static void
test_limits_hold_to_the_unit(void **state)
{
	(void)state;
	limits_try(
	    fmt_limits(), tries, sizeof(tries) / sizeof(tries[0]), &arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits_hold_to_the_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
