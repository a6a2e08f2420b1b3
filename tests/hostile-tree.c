/* Hostile files, by what they say: attributes, documents and trees that no
   model has, in bytes that are right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile.h"
#include "model.h"

/* Changes of one attribute: dropped, or set to a text or a number. */
struct attr_change {
	enum { CHANGE_DROP, CHANGE_TEXT, CHANGE_INT } how;
	const char *path, *name, *text;
	int64_t number;
};

/* Changes of a document: the first `from` becomes `to`, NULL: all of it;
   `to` NULL: made of by make. */
struct text_change {
	const char *path, *from, *to;
	char *(*make)(struct arena *arena);
};

struct tree_way {
	struct hostile way;
	enum hostile_stage stage;
	struct attr_change attr;
	struct text_change text;
	void (*go)(struct h5_object *root, struct arena *arena);
	int is_delta;
};

static struct err err;

static void
must(int right, const char *what)
{
	if (right)
		return;
	fprintf(stderr, "hostile: cannot be made: %s: %s\n", what, err.text);
	exit(1);
}

/* Texts that are too long to be written down. */

static char *
repeated(const char *begin, char c, int n, const char *end, struct arena *a)
{
	char *s =
	    arena_alloc(a, strlen(begin) + (size_t)n + strlen(end) + 1, &err);

	must(s != NULL, "memory");
	strcpy(s, begin);
	memset(s + strlen(begin), c, (size_t)n);
	strcpy(s + strlen(begin) + n, end);
	return s;
}

static char *
deep(struct arena *a)
{
	char *s = repeated("{\"records\":", '[', 70, "", a);

	return arena_printf(
	    a, &err, "%s%s", s, repeated("", ']', 70, ",\"version\":1}", a));
}

static char *
long_number(struct arena *a)
{
	return repeated("{\"epoch\":0.", '1', 127, ",\"version\":1}", a);
}

/* A million small values. */
static char *
many(struct arena *a)
{
	char *s =
	    repeated("{\"records\":[", '1', 2000001, "],\"version\":1}", a);
	size_t from = strlen("{\"records\":[");
	size_t i;

	for (i = 1; i < 2000001; i += 2)
		s[from + i] = ',';
	return s;
}

static char *
huge(struct arena *a)
{
	return repeated(
	    "{\"a\":\"", 'x', JSON_BYTES_MAX, "\",\"version\":1}", a);
}

static char *
long_name(struct arena *a)
{
	return repeated("{\"inputs\":[],\"layers\":[{\"inputs\":[],\"kind\":"
			"\"input\",\"name\":\"",
	    'x', 101, "\",\"settings\":{}}],\"outputs\":[],\"version\":1}", a);
}

static char *
long_title(struct arena *a)
{
	return repeated("{\"title\":\"", 'x', 201, "\",\"version\":1}", a);
}

static char *
long_frozen(struct arena *a)
{
	return repeated("{\"layers\":[\"", 'x', 500,
	    "\"],\"tensors\":[],\"version\":1}", a);
}

/* Layers that are one too many for something. */
static char *
layers(int n, const char *each, const char *last, struct arena *a)
{
	char *s = arena_printf(a, &err, "%s", "");
	int i;

	for (i = 0; i < n; i++)
		s = arena_printf(a, &err, "%s%s%s%02d%s", s, i > 0 ? "," : "",
		    each, i, last);
	return s;
}

static char *
many_wires(struct arena *a)
{
	return arena_printf(a, &err,
	    "{\"inputs\":[\"a\"],\"layers\":[{\"inputs\":[],\"kind\":\"input\","
	    "\"name\":\"a\",\"settings\":{}},%s,{\"inputs\":[%s],\"kind\":"
	    "\"add\",\"name\":\"z\",\"settings\":{}}],\"outputs\":[\"z\"],"
	    "\"version\":1}",
	    layers(33, "{\"inputs\":[\"a\"],\"kind\":\"relu\",\"name\":\"b",
		"\",\"settings\":{}}", a),
	    layers(33, "\"b", "\"", a));
}

static char *
many_ends(struct arena *a)
{
	return arena_printf(a, &err,
	    "{\"inputs\":[\"a\"],\"layers\":[{\"inputs\":[],\"kind\":\"input\","
	    "\"name\":\"a\",\"settings\":{}},%s],\"outputs\":[%s],"
	    "\"version\":1}",
	    layers(33, "{\"inputs\":[\"a\"],\"kind\":\"relu\",\"name\":\"b",
		"\",\"settings\":{}}", a),
	    layers(33, "\"b", "\"", a));
}

/* Changes of the tree. */

static const int8_t zeros[4096];

static struct h5_object *
put(struct h5_object *group, const char *name, struct h5_type type, int rank,
    int64_t dim, const void *data, struct arena *a)
{
	struct shape shape = { rank, { dim, 1, 1, 1 } };
	struct h5_object *o =
	    h5_dataset(group, name, type, &shape, data, a, &err);

	must(o != NULL, name);
	return o;
}

static void
drop(struct h5_object *group, const char *name)
{
	int i = 0;

	while (i < group->nlinks && strcmp(group->links[i]->name, name) != 0)
		i++;
	must(i < group->nlinks, name);
	group->nlinks--;
	for (; i < group->nlinks; i++)
		group->links[i] = group->links[i + 1];
}

static const struct h5_type f32 = { .dtype = DTYPE_F32 };
static const struct h5_type u8 = { .dtype = DTYPE_U8 };

static void
too_deep(struct h5_object *root, struct arena *a)
{
	struct h5_object *g = hostile_find(root, "/ext/org.example");
	int i;

	for (i = 0; i < H5_DEPTH_MAX - 1; i++)
		g = h5_group(g, "deeper", a, &err);
}

static void
too_many(struct h5_object *root, struct arena *a)
{
	struct h5_object *g = hostile_find(root, "/ext/org.example");
	char name[16];
	int i;

	/* One behind the other: names that ascend are added at once. */
	for (i = 0; i < H5_OBJECTS_MAX; i++) {
		snprintf(name, sizeof(name), "o%07d", i);
		must(h5_group(g, name, a, &err) != NULL, name);
	}
}

static void
wide(struct h5_object *root, struct arena *a)
{
	static const int64_t one = 1;
	struct h5_object *o = hostile_find(root, "/ext/org.example");
	int i;

	o->nattrs = H5_ATTRS_MAX + 1;
	o->attrs = arena_array(a, (size_t)o->nattrs, sizeof(*o->attrs), &err);
	for (i = 0; i < o->nattrs; i++)
		o->attrs[i] =
		    (struct h5_attr){ arena_printf(a, &err, "a%02d", i),
			    { .dtype = DTYPE_I64 }, &one };
}

static void
long_attr(struct h5_object *root, struct arena *a)
{
	struct h5_object *o = hostile_find(root, "/ext/org.example");
	struct h5_attr v = { .name = "long" };

	v.type.text = H5_ATTR_BYTES_MAX + 1;
	v.value = repeated("", 'x', H5_ATTR_BYTES_MAX + 1, "", a);
	must(h5_put(o, &v, a, &err) == 0, "long");
}

/* Strings that do not fill their bytes. */
static void
text_attr(
    struct h5_object *root, const char *value, uint32_t n, struct arena *a)
{
	struct h5_object *o = hostile_find(root, "/ext/org.example");
	struct h5_attr v = { .name = "text", .value = value };

	v.type.text = n;
	must(h5_put(o, &v, a, &err) == 0, "text");
}

static void
nul_attr(struct h5_object *root, struct arena *a)
{
	text_attr(root, "\0\0", 2, a);
}

static void
padded_attr(struct h5_object *root, struct arena *a)
{
	text_attr(root, "ab\0", 3, a);
}

/* The root as a dataset: nothing is below it then. */
static void
no_group(struct h5_object *root, struct arena *a)
{
	(void)a;
	root->is_group = 0;
	root->nlinks = 0;
	root->type = u8;
	root->shape = (struct shape){ 1, { 0 } };
}

static void
no_group_but_numbers(struct h5_object *root, struct arena *a)
{
	no_group(root, a);
	root->shape.dim[0] = root->bytes = 1;
	root->data = zeros;
}

static void
tail(struct h5_object *root, struct arena *a)
{
	struct h5_object *o = hostile_find(root, "/weights/enc-2/scale");

	(void)a;
	/* What is written follows the shape, what is said does not. */
	o->bytes += 64;
	o->data = zeros;
}

/* Strings: cells of the labels. */
static void
cells(struct h5_object *root, const char *text, size_t width, int64_t n)
{
	struct h5_object *o = hostile_find(root, "/labels");

	o->data = text;
	o->type.text = (uint32_t)width;
	o->shape = (struct shape){ 1, { n } };
	o->bytes = width * (size_t)n;
}

#define CELLS(NAME, TEXT, WIDTH, N) \
	static void NAME(struct h5_object *root, struct arena *a) \
	{ \
		(void)a; \
		cells(root, TEXT, WIDTH, N); \
	}
CELLS(cells_high, "abcd\xff_", 3, 2)
CELLS(cells_nul, "a\0bcde", 3, 2)
CELLS(cells_surrogate, "\xed\xa0\x80", 3, 1)
CELLS(cells_overlong, "\xc0\xaf", 2, 1)
CELLS(cells_beyond, "\xf4\x90\x80\x80", 4, 1)
CELLS(cells_cut, "ab\xe2\x82", 4, 1)
CELLS(cells_twice, "abab", 2, 2)
CELLS(cells_two_empty, "\0\0", 1, 2)
CELLS(cells_wide, "a\0b\0", 2, 2)
CELLS(cells_none, "", 1, 0)

static void
label_long(struct h5_object *root, struct arena *a)
{
	cells(root, repeated("", 'x', 1001, "", a), 1001, 1);
}

static void
labels_scalar(struct h5_object *root, struct arena *a)
{
	(void)a;
	cells(root, "abc", 3, 1);
	hostile_find(root, "/labels")->shape.rank = 0;
}

static void
labels_square(struct h5_object *root, struct arena *a)
{
	(void)a;
	cells(root, "abc", 1, 3);
	hostile_find(root, "/labels")->shape = (struct shape){ 2, { 3, 1 } };
}

/* A dataset of numbers in the place of another object. */
static void
exchange(struct h5_object *root, const char *name, struct h5_type type,
    int rank, int64_t n, struct arena *a)
{
	drop(root, name);
	put(root, name, type, rank, n, zeros, a);
}

#define EXCHANGE(FUNCTION, NAME, TYPE, RANK, N) \
	static void FUNCTION(struct h5_object *root, struct arena *a) \
	{ \
		exchange(root, NAME, (struct h5_type){ TYPE }, RANK, N, a); \
	}
EXCHANGE(labels_numbers, "labels", DTYPE_I64, 1, 3)
EXCHANGE(weights_data, "weights", DTYPE_F32, 1, 3)
EXCHANGE(ext_data, "ext", DTYPE_F32, 1, 3)
EXCHANGE(history_data, "history", DTYPE_F64, 1, 3)
EXCHANGE(optimizer_data, "optimizer", DTYPE_F64, 1, 3)
EXCHANGE(alternate_data, "alternate", DTYPE_F32, 1, 3)
EXCHANGE(document_wide, "training", DTYPE_I32, 1, 3)
EXCHANGE(document_signed, "training", DTYPE_I8, 1, 3)
EXCHANGE(document_square, "frozen", DTYPE_U8, 2, 3)
EXCHANGE(document_scalar, "lineage", DTYPE_U8, 0, 1)
EXCHANGE(document_empty, "preprocessing", DTYPE_U8, 1, 0)

static void
document_strings(struct h5_object *root, struct arena *a)
{
	exchange(root, "training", (struct h5_type){ .text = 1 }, 1, 3, a);
}

#define GROUP_AT(FUNCTION, NAME) \
	static void FUNCTION(struct h5_object *root, struct arena *a) \
	{ \
		drop(root, NAME); \
		must(h5_group(root, NAME, a, &err) != NULL, NAME); \
	}
GROUP_AT(architecture_group, "architecture")
GROUP_AT(labels_group, "labels")
GROUP_AT(lineage_group, "lineage")
GROUP_AT(empty_weights, "weights")
GROUP_AT(empty_history, "history")
GROUP_AT(empty_alternate, "alternate")

static void
empty_layer(struct h5_object *root, struct arena *a)
{
	must(h5_group(hostile_find(root, "/weights"), "x", a, &err) != NULL,
	    "x");
}

#define DROP(FUNCTION, NAME) \
	static void FUNCTION(struct h5_object *root, struct arena *a) \
	{ \
		(void)a; \
		drop(root, NAME); \
	}
DROP(no_architecture, "architecture")
DROP(no_delta, "delta")

#define STRANGER(FUNCTION, NAME) \
	static void FUNCTION(struct h5_object *root, struct arena *a) \
	{ \
		put(root, NAME, u8, 1, 3, zeros, a); \
	}
STRANGER(stranger, "payload")
STRANGER(tokenizer, "tokenizer")
STRANGER(upper, "Weights")

/* A tensor more, at a path below the root. */
static void
tensor(struct h5_object *root, const char *path, const char *name, int64_t n,
    struct h5_type type, struct arena *a)
{
	struct h5_object *g = h5_groups(root, path, a, &err);
	struct h5_object *o = put(g, name, type, 1, n, zeros, a);

	if (strncmp(path, "weights", 7) == 0)
		must(h5_put_text(o, "role", "parameter", a, &err) == 0, "role");
}

#define TENSOR(FUNCTION, PATH, NAME) \
	static void FUNCTION(struct h5_object *root, struct arena *a) \
	{ \
		tensor(root, PATH, NAME, 4, f32, a); \
	}
TENSOR(tensor_stranger, "weights/nobody", "kernel")
TENSOR(tensor_above, "weights/enc", "kernel")
TENSOR(tensor_bare, "weights", "kernel")
TENSOR(slot_stranger, "optimizer/nobody/kernel", "m")
TENSOR(slot_new, "optimizer/enc/dense_1/gamma", "m")
TENSOR(slot_bare, "optimizer", "m")
TENSOR(slot_since, "optimizer/enc/dense_1/bias", "since")
TENSOR(alternate_stranger, "alternate/best/nobody", "kernel")
TENSOR(alternate_new, "alternate/best/enc/dense_1", "gamma")
TENSOR(alternate_bare, "alternate", "best2")

static void
tensor_text(struct h5_object *root, struct arena *a)
{
	tensor(root, "weights/enc-2", "words", 2, (struct h5_type){ .text = 4 },
	    a);
}

static void
slot_text(struct h5_object *root, struct arena *a)
{
	tensor(root, "optimizer/enc/dense_1/bias", "words", 2,
	    (struct h5_type){ .text = 4 }, a);
}

static void
slot_since_list(struct h5_object *root, struct arena *a)
{
	tensor(root, "optimizer/enc/dense_1/bias", "since", 1,
	    (struct h5_type){ DTYPE_I64, 0 }, a);
}

static void
tensors_nine(struct h5_object *root, struct arena *a)
{
	char name[8];
	int i;

	for (i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "t%d", i);
		tensor(root, "weights/enc-2", name, 1, f32, a);
	}
}

static void
tensor_in_both(struct h5_object *root, struct arena *a)
{
	tensor(root, "weights/enc-2", "moving_mean", 4, f32, a);
}

static void
metric_single(struct h5_object *root, struct arena *a)
{
	put(hostile_find(root, "/history"), "x", f32, 1, 3, zeros, a);
}

static void
metric_square(struct h5_object *root, struct arena *a)
{
	put(hostile_find(root, "/history"), "x",
	    (struct h5_type){ DTYPE_F64, 0 }, 2, 3, zeros, a);
}

static void
metric_text(struct h5_object *root, struct arena *a)
{
	put(hostile_find(root, "/history"), "x", (struct h5_type){ .text = 2 },
	    1, 3, zeros, a);
}

static void
metric_group(struct h5_object *root, struct arena *a)
{
	struct h5_object *h = hostile_find(root, "/history");

	put(h5_group(h, "g", a, &err), "x", (struct h5_type){ DTYPE_F64, 0 }, 1,
	    3, zeros, a);
}

/* Data that are not those of the digests. */
static void
other_data(struct h5_object *root, struct arena *a)
{
	(void)a;
	hostile_find(root, "/weights/enc/dense_1/bias")->data = zeros;
}

/* Data and XXH3 of a stranger: only SHA-256 can tell. */
static void
other_sum(struct h5_object *root, struct arena *a)
{
	struct h5_object *o = hostile_find(root, "/weights/enc/dense_1/bias");
	uint8_t raw[XXH3_BYTES];
	char hex[2 * XXH3_BYTES + 1];

	o->data = zeros;
	xxh3(raw, o->data, o->bytes);
	digest_hex(hex, raw, sizeof(raw));
	must(h5_put_text(o, "xxh3", hex, a, &err) == 0, "xxh3");
}

/* A tensor's second link, outside /weights. */
static void
tie(struct h5_object *root, const char *path, const char *name, const char *to,
    struct arena *a)
{
	struct h5_object *o =
	    put(h5_groups(root, path, a, &err), name, f32, 1, 4, zeros, a);

	o->same = hostile_find(root, to);
}

static void
tied_slot(struct h5_object *root, struct arena *a)
{
	tie(root, "ext/org.example", "tied", "/alternate/best/enc/dense_1/bias",
	    a);
}

static void
tied_ext(struct h5_object *root, struct arena *a)
{
	tie(root, "ext/org.example", "own", "/ext/org.example/numbers", a);
}

static void
tied_empty(struct h5_object *root, struct arena *a)
{
	put(h5_groups(root, "weights/enc", a, &err), "none_1", f32, 1, 0, zeros,
	    a);
	tie(root, "weights/enc", "none_2", "/weights/enc/none_1", a);
}

#define DROP_ATTR(NAME, R, STAGE, PATH, ATTR_) \
	{ \
		{ NAME, RULE_##R }, HOSTILE_##STAGE, \
		{ \
			CHANGE_DROP, PATH, ATTR_ \
		} \
	}
#define SET_ATTR(NAME, R, STAGE, PATH, ATTR_, TEXT) \
	{ \
		{ NAME, RULE_##R }, HOSTILE_##STAGE, \
		{ \
			CHANGE_TEXT, PATH, ATTR_, TEXT \
		} \
	}
#define SET_NUMBER(NAME, R, PATH, ATTR_, NUMBER) \
	{ \
		{ NAME, RULE_##R }, HOSTILE_BUILT, \
		{ \
			CHANGE_INT, PATH, ATTR_, NULL, NUMBER \
		} \
	}
#define EDIT(NAME, R, PATH, FROM, TO) \
	{ \
		{ NAME, RULE_##R }, HOSTILE_BUILT, .text = { PATH, FROM, TO } \
	}
#define MAKE(NAME, R, PATH, FUNCTION) \
	{ \
		{ NAME, RULE_##R }, HOSTILE_BUILT, .text = { \
			PATH, \
			NULL, \
			NULL, \
			FUNCTION \
		} \
	}
#define TREE(NAME, R, STAGE, FUNCTION) \
	{ \
		{ NAME, RULE_##R }, HOSTILE_##STAGE, .go = FUNCTION \
	}
#define DELTA(NAME, FROM, TO) \
	{ \
		{ NAME, RULE_DELTA }, HOSTILE_BUILT, \
		    .text = { "/delta", FROM, TO }, .is_delta = 1 \
	}

#define A "/architecture"
#define K "/weights/enc/dense_1/kernel"

static const struct tree_way ways[] = {
	TREE("deep-groups", DEPTH, BUILT, too_deep),
	TREE("many-objects", OBJECTS, BUILT, too_many),
	TREE("root-dataset", ROOT, IDENTIFIED, no_group),
	TREE("root-numbers", ROOT, IDENTIFIED, no_group_but_numbers),
	TREE("tied-outside-weights", LINK_TARGET, BUILT, tied_slot),
	TREE("tied-in-ext", LINK_TARGET, BUILT, tied_ext),
	TREE("tied-empty", LINK_TARGET, BUILT, tied_empty),
	TREE("hidden-tail", SIZE, LAID_OUT, tail),
	TREE("string-high", STRINGS, BUILT, cells_high),
	TREE("string-nul", STRINGS, BUILT, cells_nul),
	TREE("string-surrogate", STRINGS, BUILT, cells_surrogate),
	TREE("string-overlong", STRINGS, BUILT, cells_overlong),
	TREE("string-beyond-unicode", STRINGS, BUILT, cells_beyond),
	TREE("string-cut", STRINGS, BUILT, cells_cut),
	TREE("attributes-65", ATTRIBUTE_LIMITS, BUILT, wide),
	TREE("attribute-60001", ATTRIBUTE_LIMITS, BUILT, long_attr),

	SET_ATTR(
	    "attribute-extra", ATTRIBUTES, BUILT, "/training", "note", "x"),
	SET_ATTR("attribute-last", ATTRIBUTES, BUILT, "/training", "zeal", "x"),
	SET_ATTR("attribute-of-tensor", ATTRIBUTES, BUILT, K, "note", "x"),
	SET_ATTR("attribute-of-labels", ATTRIBUTES, BUILT, "/labels", "a", "x"),
	SET_ATTR("attribute-of-metric", ATTRIBUTES, BUILT, "/history/loss", "a",
	    "x"),
	TREE("attribute-nuls", ATTRIBUTE_TEXT, BUILT, nul_attr),
	TREE("attribute-padded", ATTRIBUTE_TEXT, BUILT, padded_attr),
	SET_ATTR("attribute-of-group", ATTRIBUTES, BUILT, "/weights", "a", "x"),
	SET_ATTR(
	    "attribute-of-layer", ATTRIBUTES, BUILT, "/weights/enc", "a", "x"),
	SET_ATTR(
	    "attribute-of-history", ATTRIBUTES, BUILT, "/history", "a", "x"),
	SET_ATTR("attribute-role-of-slot", ATTRIBUTES, BUILT,
	    "/alternate/best/enc/dense_1/bias", "role", "parameter"),
	DROP_ATTR("no-role", ATTRIBUTES, BUILT, K, "role"),
	DROP_ATTR("no-sha256", DIGESTS, DIGESTED, K, "sha256"),
	SET_ATTR("short-sha256", DIGESTS, DIGESTED, K, "sha256", "0123"),
	SET_ATTR("sha256-of-letters", DIGESTS, DIGESTED, K, "sha256",
	    "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
	DROP_ATTR("no-xxh3", DIGESTS, DIGESTED, K, "xxh3"),
	SET_ATTR("other-xxh3", XXH3, DIGESTED, K, "xxh3",
	    "00000000000000000000000000000000"),
	SET_ATTR("short-xxh3", DIGESTS, DIGESTED, K, "xxh3", "0"),
	SET_ATTR("xxh3-of-letters", DIGESTS, DIGESTED, K, "xxh3",
	    "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
	TREE("other-data", XXH3, IDENTIFIED, other_data),
	TREE("other-data-and-sum", SHA256, IDENTIFIED, other_sum),

	SET_ATTR("format-other", FORMAT, BUILT, "/", "format", "keras"),
	SET_ATTR("format-longer", FORMAT, BUILT, "/", "format", "nn-models"),
	DROP_ATTR("format-none", FORMAT, BUILT, "/", "format"),
	SET_NUMBER("major-2", VERSION, "/", "format_major", 2),
	SET_NUMBER("major-negative", VERSION, "/", "format_major", -1),
	SET_NUMBER("major-huge", VERSION, "/", "format_major", INT64_MAX),
	SET_NUMBER("minor-negative", VERSION, "/", "format_minor", -1),
	SET_ATTR("major-text", ATTRIBUTES, BUILT, "/", "format_major", "1"),
	SET_ATTR("feature-unknown", FEATURES, BUILT, "/", "features_required",
	    "telepathy"),
	SET_ATTR("feature-same-length", FEATURES, BUILT, "/",
	    "features_required", "dElta"),
	SET_ATTR(
	    "feature-half", FEATURES, BUILT, "/", "features_required", "delt"),
	SET_ATTR("feature-among", FEATURES, BUILT, "/", "features_required",
	    "delta,quantized"),
	SET_ATTR("feature-not-used", FEATURES_USED, BUILT, "/",
	    "features_required", "delta"),
	{ { "feature-not-said", RULE_FEATURES_USED }, HOSTILE_BUILT,
	    { CHANGE_TEXT, "/", "features_required", "" }, .is_delta = 1 },
	{ { "feature-without-delta", RULE_FEATURES_USED }, HOSTILE_BUILT,
	    .go = no_delta, .is_delta = 1 },
	SET_ATTR(
	    "optional-order", FEATURES, BUILT, "/", "features_optional", "b,a"),
	SET_ATTR(
	    "optional-twice", FEATURES, BUILT, "/", "features_optional", "a,a"),
	SET_ATTR(
	    "optional-comma", FEATURES, BUILT, "/", "features_optional", "a,"),
	SET_ATTR(
	    "optional-name", FEATURES, BUILT, "/", "features_optional", "a b"),
	DROP_ATTR("no-writer", ROOT_ATTRIBUTES, BUILT, "/", "writer"),
	DROP_ATTR(
	    "no-optional", ROOT_ATTRIBUTES, BUILT, "/", "features_optional"),
	SET_ATTR("root-attribute", ROOT_ATTRIBUTES, BUILT, "/", "zeal", "x"),
	SET_ATTR("root-attribute-first", ROOT_ATTRIBUTES, BUILT, "/", "a", "x"),
	SET_ATTR("writer-long", WRITER, BUILT, "/", "writer",
	    "0123456789012345678901234567890123456789012345678901234567890123"),
	SET_ATTR("content-id", IDS, IDENTIFIED, "/", "content_id", "0"),
	SET_ATTR("weights-id", IDS, IDENTIFIED, "/", "weights_id",
	    "0000000000000000000000000000000000000000000000000000000000000000"),
	SET_ATTR("state-id", IDS, IDENTIFIED, "/", "state_id",
	    "0000000000000000000000000000000000000000000000000000000000000000"),

	TREE("member-stranger", MEMBERS, BUILT, stranger),
	TREE("member-reserved", MEMBERS, BUILT, tokenizer),
	TREE("member-capital", MEMBERS, BUILT, upper),
	TREE("no-architecture", NEEDED, BUILT, no_architecture),
	TREE("architecture-group", MEMBER_KIND, BUILT, architecture_group),
	TREE("labels-group", MEMBER_KIND, BUILT, labels_group),
	TREE("lineage-group", MEMBER_KIND, BUILT, lineage_group),
	TREE("weights-dataset", MEMBER_KIND, BUILT, weights_data),
	TREE("ext-dataset", MEMBER_KIND, BUILT, ext_data),
	TREE("history-dataset", MEMBER_KIND, BUILT, history_data),
	TREE("optimizer-dataset", MEMBER_KIND, BUILT, optimizer_data),
	TREE("alternate-dataset", MEMBER_KIND, BUILT, alternate_data),
	TREE("empty-weights", EMPTY, BUILT, empty_weights),
	TREE("empty-history", EMPTY, BUILT, empty_history),
	TREE("empty-alternate", EMPTY, BUILT, empty_alternate),
	TREE("empty-layer", EMPTY, BUILT, empty_layer),
	EDIT("empty-steps", EMPTY, "/preprocessing", NULL,
	    "{\"steps\":[],\"version\":1}"),
	EDIT("empty-frozen", EMPTY, "/frozen", NULL,
	    "{\"layers\":[],\"tensors\":[],\"version\":1}"),
	EDIT("empty-records", EMPTY, "/lineage", NULL,
	    "{\"records\":[],\"version\":1}"),

	TREE("document-wide", DOCUMENT, BUILT, document_wide),
	TREE("document-signed", DOCUMENT, BUILT, document_signed),
	TREE("document-strings", DOCUMENT, BUILT, document_strings),
	TREE("document-square", DOCUMENT, BUILT, document_square),
	TREE("document-scalar", DOCUMENT, BUILT, document_scalar),
	TREE("json-nothing", JSON, BUILT, document_empty),
	EDIT("json-cut", JSON, A, "}", ""),
	EDIT("json-text-behind", JSON, "/frozen", NULL, "{\"version\":1}x"),
	EDIT("json-control-behind", JSON, "/training", "}", "}\1"),
	EDIT("json-mark", JSON, "/training", "{", "\xef\xbb\xbf{"),
	EDIT("json-comma", JSON, "/training", "}", ",}"),
	EDIT("json-comment", JSON, "/training", "{", "{/**/"),
	EDIT("json-quotes", JSON, "/training", NULL, "{'version':1}"),
	EDIT("json-nan", JSON, "/training", "0.001", "NaN"),
	EDIT("json-infinity", JSON, "/training", "0.001", "-Infinity"),
	EDIT("json-overflow", JSON, "/training", "0.001", "1e999"),
	EDIT("json-hex", JSON, "/training", "0.001", "0x1"),
	EDIT("json-plus", JSON, "/training", "0.001", "+1"),
	EDIT("json-zeros", JSON, "/training", "0.001", "007"),
	EDIT("json-wide-integer", JSON, "/training", "0.001",
	    "9223372036854775808"),
	EDIT("json-twice", JSON, "/training", "\"lr\"", "\"seed\":1,\"lr\""),
	EDIT("json-high", JSON, A, "classify", "cl\xff"),
	EDIT("json-surrogate", JSON, A, "classify", "\\ud800"),
	EDIT("json-escaped-nul", JSON, A, "classify", "\\u0000"),
	EDIT("json-control", JSON, A, "classify", "a\nb"),
	EDIT("json-escape", JSON, A, "classify", "\\x41"),
	MAKE("json-deep", JSON, "/lineage", deep),
	MAKE("json-long-number", JSON, "/training", long_number),
	MAKE("json-many-values", JSON, "/lineage", many),
	MAKE("json-huge", JSON, "/training", huge),
	EDIT("canonical-space", CANONICAL, A, ":", ": "),
	EDIT("canonical-line", CANONICAL, A, "{", "{\n"),
	EDIT("canonical-order", CANONICAL, "/training", NULL,
	    "{\"version\":1,\"epoch\":1}"),
	EDIT("canonical-solidus", CANONICAL, A, "classify", "a\\/b"),
	EDIT("canonical-escape", CANONICAL, A, "classify", "\\u0061"),
	EDIT("canonical-real", CANONICAL, "/training", "0.001", "1.0e-3"),
	EDIT("canonical-zeros", CANONICAL, "/training", "0.001", "0.0010"),
	EDIT("canonical-exponent", CANONICAL, "/training", "0.001", "1E-3"),
	EDIT("canonical-integer", CANONICAL, "/training", "0.001", "-0"),
	EDIT("canonical-digits", CANONICAL, "/training", "0.001",
	    "0.00100000000000000002"),
	EDIT("version-none", DOCUMENT_VERSION, "/frozen", ",\"version\":1", ""),
	EDIT("version-0", DOCUMENT_VERSION, "/frozen", "\"version\":1",
	    "\"version\":0"),
	EDIT(
	    "version-2", DOCUMENT_VERSION, A, "\"version\":1", "\"version\":2"),
	EDIT("version-text", DOCUMENT_VERSION, A, "\"version\":1",
	    "\"version\":\"1\""),
	EDIT("version-real", DOCUMENT_VERSION, A, "\"version\":1",
	    "\"version\":1.5"),
	EDIT("version-of-list", DOCUMENT_VERSION, "/lineage", NULL, "[]"),
	EDIT("version-of-text", DOCUMENT_VERSION, "/lineage", NULL, "\"v\""),
	EDIT("version-of-null", DOCUMENT_VERSION, "/lineage", NULL, "null"),

	EDIT("schema-member", SCHEMA, A, "\"task\"", "\"tasks\""),
	EDIT("schema-no-layers", SCHEMA, A, NULL,
	    "{\"inputs\":[],\"outputs\":[],\"version\":1}"),
	EDIT("schema-layers-object", SCHEMA, A, NULL,
	    "{\"inputs\":[],\"layers\":{},\"outputs\":[],\"version\":1}"),
	EDIT("schema-task-number", SCHEMA, A, "\"classify\"", "1"),
	EDIT("schema-steps-object", EMPTY, "/preprocessing", NULL,
	    "{\"steps\":{},\"version\":1}"),
	EDIT("schema-no-steps", EMPTY, "/preprocessing", NULL,
	    "{\"version\":1}"),
	EDIT("schema-steps-member", SCHEMA, "/preprocessing", "\"steps\"",
	    "\"step\""),
	EDIT("schema-records-number", EMPTY, "/lineage", NULL,
	    "{\"records\":1,\"version\":1}"),
	EDIT("schema-frozen-member", SCHEMA, "/frozen", "\"layers\"",
	    "\"layer\""),
	EDIT("layer-no-kind", SCHEMA, A, "\"kind\":\"input\",", ""),
	EDIT("layer-no-settings", SCHEMA, A, ",\"settings\":{}", ""),
	EDIT("layer-settings-list", SCHEMA, A, "\"settings\":{}",
	    "\"settings\":[]"),
	EDIT("layer-settings-deep", SCHEMA, A, "\"settings\":{}",
	    "\"settings\":{\"a\":{}}"),
	EDIT("layer-member", SCHEMA, A, "\"settings\":{}",
	    "\"path\":\"/etc/passwd\",\"settings\":{}"),
	EDIT("layer-wires-text", SCHEMA, A, "[\"input_1\"]", "\"input_1\""),
	EDIT("layer-wires-numbers", SCHEMA, A, "[\"input_1\"]", "[0]"),
	EDIT("layer-tag-number", SCHEMA, A, "\"tag\":\"head\"", "\"tag\":1"),

	EDIT("layer-no-name", SCHEMA, A, ",\"name\":\"input_1\"", ""),
	EDIT("layer-name-number", SCHEMA, A, "\"name\":\"input_1\"",
	    "\"name\":1"),
	EDIT("record-number", SCHEMA, "/lineage",
	    "{\"options\":{},\"tool\":\"nn-init\",\"version\":\"0.1.0\"}", "1"),
	EDIT("record-member", SCHEMA, "/lineage", "\"options\":{}",
	    "\"options\":{},\"path\":\"/home\""),
	EDIT("record-no-tool", SCHEMA, "/lineage", "\"tool\":\"nn-init\",", ""),
	EDIT("record-tool-empty", SCHEMA, "/lineage", "nn-init", ""),
	EDIT("record-options-deep", SCHEMA, "/lineage", "\"options\":{}",
	    "\"options\":{\"a\":[[1]]}"),
	EDIT("record-data", SCHEMA, "/lineage", "\"options\"",
	    "\"data\":\"12\",\"options\""),
	EDIT("record-members", SCHEMA, "/lineage", "\"options\"",
	    "\"members\":[\"12\"],\"options\""),
	EDIT("record-threads", SCHEMA, "/lineage", ",\"tool\"",
	    ",\"threads\":0,\"tool\""),
	EDIT("step-number", SCHEMA, "/preprocessing", NULL,
	    "{\"steps\":[1],\"version\":1}"),
	EDIT("step-name", SCHEMA, "/preprocessing", "\"scale\"", "\"Scale\""),
	EDIT("step-setting-deep", SCHEMA, "/preprocessing", "\"step\"",
	    "\"size\":[[1]],\"step\""),
	EDIT("step-setting-none", SCHEMA, "/preprocessing", "\"step\"",
	    "\"size\":[],\"step\""),
	EDIT("about-nothing", SCHEMA, "/about", NULL, "{\"version\":1}"),
	EDIT("about-member", SCHEMA, "/about", "\"title\"", "\"titles\""),
	EDIT("about-number", SCHEMA, "/about", "\"Zahlen\"", "1"),
	EDIT("about-empty", SCHEMA, "/about", "Zahlen", ""),
	EDIT("about-escape", SCHEMA, "/about", "Zahlen", "\\u001b[31m"),
	EDIT("about-lines", SCHEMA, "/about", "Zahlen", "a\\nb"),
	MAKE("about-long", SCHEMA, "/about", long_title),
	EDIT("about-authors-text", SCHEMA, "/about", "[\"Ada L\xc3\xb6we\"]",
	    "\"Ada\""),
	EDIT("about-authors-none", SCHEMA, "/about", "[\"Ada L\xc3\xb6we\"]",
	    "[]"),
	EDIT("about-authors-twice", SCHEMA, "/about", "[\"Ada L\xc3\xb6we\"]",
	    "[\"a\",\"a\"]"),
	EDIT("about-license", SCHEMA, "/about", "Apache-2.0 OR MIT",
	    "Apache-2.0 OR"),
	EDIT("about-license-brackets", SCHEMA, "/about", "Apache-2.0 OR MIT",
	    "((MIT)"),
	EDIT("about-url", SCHEMA, "/about", "\"title\":\"Zahlen\"",
	    "\"url\":\"javascript:alert(1)\""),
	EDIT("about-url-file", SCHEMA, "/about", "\"title\":\"Zahlen\"",
	    "\"url\":\"file:///etc/passwd\""),

	EDIT("graph-cycle", GRAPH, A, "[\"input_1\"],\"kind\"",
	    "[\"enc-2\"],\"kind\""),
	EDIT("graph-itself", GRAPH, A, "[\"input_1\"],\"kind\"",
	    "[\"enc/dense_1\"],\"kind\""),
	EDIT("graph-nowhere", GRAPH, A, "[\"input_1\"],\"kind\"",
	    "[\"../input\"],\"kind\""),
	EDIT(
	    "graph-no-wire", GRAPH, A, "[\"input_1\"],\"kind\"", "[],\"kind\""),
	EDIT("graph-input-wired", GRAPH, A, "\"kind\":\"dense\"",
	    "\"kind\":\"input\""),
	EDIT("graph-same-name", GRAPH, A, "\"name\":\"enc-2\"",
	    "\"name\":\"enc/dense_1\""),
	EDIT("graph-parent-name", GRAPH, A, "\"name\":\"enc-2\"",
	    "\"name\":\"../enc\""),
	EDIT("graph-absolute-name", GRAPH, A, "\"name\":\"enc-2\"",
	    "\"name\":\"/enc\""),
	EDIT("graph-open-name", GRAPH, A, "\"name\":\"enc-2\"",
	    "\"name\":\"enc/\""),
	EDIT("graph-empty-name", GRAPH, A, "\"name\":\"enc-2\"",
	    "\"name\":\"\""),
	EDIT("graph-star-name", GRAPH, A, "\"name\":\"enc-2\"",
	    "\"name\":\"enc*\""),
	EDIT("graph-no-output", GRAPH, A, "\"outputs\":[\"enc-2\"]",
	    "\"outputs\":[]"),
	EDIT("graph-other-output", GRAPH, A, "\"outputs\":[\"enc-2\"]",
	    "\"outputs\":[\"nobody\"]"),
	EDIT("graph-output-twice", GRAPH, A, "\"outputs\":[\"enc-2\"]",
	    "\"outputs\":[\"enc-2\",\"enc-2\"]"),
	EDIT("graph-input-unlisted", GRAPH, A, "{\"inputs\":[\"input_1\"]",
	    "{\"inputs\":[]"),
	EDIT("graph-input-other", GRAPH, A, "{\"inputs\":[\"input_1\"]",
	    "{\"inputs\":[\"enc-2\"]"),
	EDIT("graph-no-layer", GRAPH, A, NULL,
	    "{\"inputs\":[],\"layers\":[],\"outputs\":[],\"version\":1}"),
	MAKE("graph-long-name", GRAPH, A, long_name),
	MAKE("graph-33-wires", GRAPH, A, many_wires),
	MAKE("graph-33-outputs", GRAPH, A, many_ends),
	EDIT("kind-unknown", KIND_VERSION, A, "\"kind\":\"dense\"",
	    "\"kind\":\"lambda\""),
	EDIT("kind-version-1", KIND_VERSION, A, "\"kind\":\"dense\"",
	    "\"kind\":\"dense\",\"kind_version\":1"),
	EDIT("kind-version-9", KIND_VERSION, A, "\"kind\":\"dense\"",
	    "\"kind\":\"dense\",\"kind_version\":9"),
	EDIT("kind-version-text", KIND_VERSION, A, "\"kind\":\"dense\"",
	    "\"kind\":\"dense\",\"kind_version\":\"2\""),

	TREE("labels-numbers", LABELS, BUILT, labels_numbers),
	TREE("labels-scalar", LABELS, BUILT, labels_scalar),
	TREE("labels-square", LABELS, BUILT, labels_square),
	TREE("labels-none", LABELS, BUILT, cells_none),
	TREE("label-twice", LABEL, BUILT, cells_twice),
	TREE("label-two-empty", LABEL, BUILT, cells_two_empty),
	TREE("label-long", LABEL, BUILT, label_long),
	TREE("label-wide", LABEL_WIDTH, BUILT, cells_wide),

	TREE("tensor-stranger", TENSOR, BUILT, tensor_stranger),
	TREE("tensor-above", TENSOR, BUILT, tensor_above),
	TREE("tensor-bare", TENSOR, BUILT, tensor_bare),
	TREE("tensor-text", TENSOR, BUILT, tensor_text),
	TREE("tensors-nine", TENSOR, BUILT, tensors_nine),
	TREE("slot-stranger", TENSOR, BUILT, slot_stranger),
	TREE("slot-bare", TENSOR, BUILT, slot_bare),
	TREE("slot-text", TENSOR, BUILT, slot_text),
	TREE("slot-since", OPTIMIZER, BUILT, slot_since),
	TREE("slot-since-list", OPTIMIZER, BUILT, slot_since_list),
	TREE("alternate-stranger", TENSOR, BUILT, alternate_stranger),
	TREE("alternate-bare", TENSOR, BUILT, alternate_bare),
	TREE("slot-new", NAMESAKE, BUILT, slot_new),
	TREE("alternate-new", NAMESAKE, BUILT, alternate_new),
	SET_ATTR("role-other", ROLE, BUILT, K, "role", "payload"),
	SET_ATTR("role-half", ROLE, BUILT, K, "role", "param"),
	SET_ATTR("role-empty", ROLE, BUILT, K, "role", ""),
	SET_NUMBER("role-number", ROLE, K, "role", 0),

	EDIT("frozen-stranger", FROZEN, "/frozen", "[\"enc/dense_1\"]",
	    "[\"nobody\"]"),
	MAKE("frozen-long", FROZEN, "/frozen", long_frozen),
	EDIT("frozen-no-tensors", FROZEN, "/frozen", NULL,
	    "{\"layers\":[\"enc/dense_1\"],\"version\":1}"),
	EDIT("frozen-order", FROZEN, "/frozen", "[\"enc/dense_1\"]",
	    "[\"enc/dense_1\",\"enc-2\"]"),
	EDIT("frozen-twice", FROZEN, "/frozen", "[\"enc/dense_1\"]",
	    "[\"enc/dense_1\",\"enc/dense_1\"]"),
	EDIT("frozen-number", FROZEN, "/frozen", "[\"enc/dense_1\"]", "[1]"),
	EDIT("frozen-object", FROZEN, "/frozen", "[\"enc/dense_1\"]", "{}"),
	EDIT("frozen-tensor", FROZEN, "/frozen", "enc/dense_1/kernel",
	    "enc/dense_1/gamma"),
	EDIT("frozen-bare-tensor", FROZEN, "/frozen", "enc/dense_1/kernel",
	    "kernel"),

	DROP_ATTR("optimizer-no-name", ATTRIBUTES, BUILT, "/optimizer", "name"),
	DROP_ATTR("optimizer-no-step", ATTRIBUTES, BUILT, "/optimizer", "step"),
	SET_ATTR(
	    "optimizer-attribute", ATTRIBUTES, BUILT, "/optimizer", "a", "x"),
	SET_ATTR("optimizer-step-text", ATTRIBUTES, BUILT, "/optimizer", "step",
	    "1"),
	SET_NUMBER(
	    "optimizer-name-number", ATTRIBUTES, "/optimizer", "name", 1),
	SET_ATTR(
	    "optimizer-settings", JSON, BUILT, "/optimizer", "settings", "{"),
	SET_ATTR("optimizer-not-canonical", CANONICAL, BUILT, "/optimizer",
	    "settings", "{ \"version\":1}"),
	SET_ATTR("optimizer-deep-setting", OPTIMIZER, BUILT, "/optimizer",
	    "settings", "{\"a\":{},\"version\":1}"),
	SET_ATTR("optimizer-null-setting", OPTIMIZER, BUILT, "/optimizer",
	    "settings", "{\"a\":[\"x\"],\"version\":1}"),

	TREE("metric-single", HISTORY, BUILT, metric_single),
	TREE("metric-square", HISTORY, BUILT, metric_square),
	TREE("metric-text", HISTORY, BUILT, metric_text),
	TREE("metric-group", HISTORY, BUILT, metric_group),

	DELTA("delta-base", "\"aaa", "\"aa"),
	DELTA("delta-base-capital", "\"aaa", "\"AAA"),
	DELTA("delta-base-path", NULL,
	    "{\"base\":\"/etc/passwd\",\"tensors\":[],\"version\":1}"),
	DELTA("delta-tensors", "[\"enc-2/moving_mean\"]", "{}"),
	DELTA("delta-no-tensors", NULL,
	    "{\"base\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaa\",\"version\":1}"),
	{ { "delta-member", RULE_SCHEMA }, HOSTILE_BUILT,
	    .text = { "/delta", "\"base\"", "\"anchor\":1,\"base\"" },
	    .is_delta = 1 },
	{ { "delta-base-number", RULE_SCHEMA }, HOSTILE_BUILT,
	    .text = { "/delta", NULL,
		"{\"base\":1,\"tensors\":[],\"version\":1}" },
	    .is_delta = 1 },
	{ { "delta-document", RULE_CANONICAL }, HOSTILE_BUILT,
	    .text = { "/delta", "{", "{ " }, .is_delta = 1 },
	DELTA("delta-stranger", "enc-2/moving_mean", "nobody/kernel"),
	DELTA("delta-bare", "enc-2/moving_mean", "kernel"),
	DELTA("delta-order", "[\"enc-2/moving_mean\"]",
	    "[\"enc-2/moving_mean\",\"enc-2/gamma\"]"),
	DELTA("delta-twice", "[\"enc-2/moving_mean\"]",
	    "[\"enc-2/moving_mean\",\"enc-2/moving_mean\"]"),
	DELTA("delta-number", "[\"enc-2/moving_mean\"]", "[1]"),
	{ { "delta-in-both", RULE_DELTA }, HOSTILE_BUILT, .go = tensor_in_both,
	    .is_delta = 1 },
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

const struct hostile *
hostile_tree_at(int i)
{
	return i < WAYS ? &ways[i].way : NULL;
}

int
hostile_tree_is_delta(int i)
{
	return ways[i].is_delta;
}

static void
change_attr(
    const struct attr_change *c, struct h5_object *root, struct arena *arena)
{
	struct h5_object *o = hostile_find(root, c->path);
	int i = 0;

	if (c->how == CHANGE_TEXT)
		must(h5_put_text(o, c->name, c->text, arena, &err) == 0,
		    c->name);
	if (c->how == CHANGE_INT)
		must(h5_put_int(o, c->name, c->number, arena, &err) == 0,
		    c->name);
	if (c->how != CHANGE_DROP)
		return;
	while (i < o->nattrs && strcmp(o->attrs[i].name, c->name) != 0)
		i++;
	must(i < o->nattrs, c->name);
	o->nattrs--;
	for (; i < o->nattrs; i++)
		o->attrs[i] = o->attrs[i + 1];
}

static void
change_text(
    const struct text_change *c, struct h5_object *root, struct arena *arena)
{
	struct h5_object *d = hostile_find(root, c->path);
	const char *old = arena_text_n(arena, d->data, d->bytes, &err);
	const char *at = c->from == NULL ? old : strstr(old, c->from);
	size_t gone = c->from == NULL ? d->bytes : strlen(c->from);

	must(at != NULL, c->from);
	d->data = c->make != NULL ? c->make(arena)
				  : arena_printf(arena, &err, "%.*s%s%s",
					(int)(at - old), old, c->to, at + gone);
	d->bytes = strlen(d->data);
	d->shape.dim[0] = (int64_t)d->bytes;
}

void
hostile_tree_spoil(
    int i, enum hostile_stage stage, struct h5_object *root, struct arena *a)
{
	const struct tree_way *w = &ways[i];

	err_clear(&err);
	if (w->stage != stage)
		return;
	if (w->attr.path != NULL)
		change_attr(&w->attr, root, a);
	if (w->text.path != NULL)
		change_text(&w->text, root, a);
	if (w->go != NULL)
		w->go(root, a);
}
