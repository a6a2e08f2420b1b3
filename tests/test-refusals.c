/* Trees that are files in every other way: what does not belong is refused with
   a text that names it. */
#include <config.h>

#include "fmt-fixture.h"

/* Replaces a document by a text; its digests follow. */
static void
set_text(struct h5_object *d, const char *text)
{
	d->data = text;
	d->bytes = strlen(text);
	d->shape = (struct shape){ 1, { (int64_t)d->bytes } };
}

static void
test_tree_alone_is_accepted(void **state)
{
	(void)state;
	assert_string_equal(refusal(tree()), "accepted");
}

static void
test_versions_and_features_are_judged_first(void **state)
{
	struct h5_object *root = tree();

	(void)state;
	h5_put_int(root, "format_major", 7, &arena, &err);
	assert_says(refusal(root), "model format 7.0");
	assert_says(err.text, "update");
	root = tree();
	h5_put_int(root, "format_major", 0, &arena, &err);
	assert_says(refusal(root), "model format 0.0");
	assert_says(err.text, "no such version [format 1: 5.2]");
	root = tree();
	h5_put_int(root, "format_minor", 9, &arena, &err);
	assert_string_equal(refusal(root), "accepted");
	root = tree();
	h5_put_int(root, "format_minor", 9, &arena, &err);
	h5_put_text(root, "features_required", "warp-drive", &arena, &err);
	assert_says(refusal(root), "format 1.9 needs the feature 'warp-drive'");
	root = tree();
	h5_put_text(root, "features_optional", "b,a", &arena, &err);
	assert_says(refusal(root), "list of names in order [format 1: 5.3]");
	root = tree();
	h5_put_text(root, "features_optional", "a,b", &arena, &err);
	assert_string_equal(refusal(root), "accepted");
	root = tree();
	h5_put_text(root, "format", "other", &arena, &err);
	assert_says(refusal(root), "'other'");
	root = tree();
	h5_put_int(root, "more", 1, &arena, &err);
	assert_says(refusal(root), "attribute");
}

static void
test_unknown_members_are_refused(void **state)
{
	struct h5_object *root = tree();
	struct h5_object *weights;
	struct shape four = { 1, { 4 } };
	struct h5_type f32 = { .dtype = DTYPE_F32 };

	(void)state;
	h5_dataset(root, "notes", f32, &four, s.bias, &arena, &err);
	assert_says(refusal(root), "/notes: unknown; additions belong under");
	root = tree();
	weights = h5_find(root, "weights");
	h5_dataset(h5_group(weights, "dense_9", &arena, &err), "bias", f32,
	    &four, s.bias, &arena, &err);
	h5_put_text(h5_find(h5_find(weights, "dense_9"), "bias"), "role",
	    "parameter", &arena, &err);
	assert_says(refusal(root), "/weights/dense_9/bias");
	assert_says(err.text, "no layer 'dense_9'");
	root = tree();
	h5_group(h5_find(root, "weights"), "void", &arena, &err);
	assert_says(refusal(root), "/weights/void: group holds nothing");
	root = tree();
	h5_put_int(h5_find(root, "weights"), "x", 1, &arena, &err);
	assert_says(refusal(root), "/weights: group has attributes");
	root = tree();
	spoilt_drop(root, "architecture");
	assert_says(refusal(root), "/architecture: is missing");
	root = tree();
	h5_put_text(
	    h5_find(h5_find(h5_find(root, "weights"), "enc-2"), "scale"),
	    "role", "decoration", &arena, &err);
	assert_says(refusal(root), "/weights/enc-2/scale: unknown role");
	root = tree();
	spoilt_drop(h5_find(h5_find(root, "weights"), "enc-2"), "scale");
	assert_string_equal(refusal(root), "accepted");
}

static void
test_slots_need_their_tensor(void **state)
{
	struct h5_object *root = tree();
	struct h5_object *layer;

	(void)state;
	layer = h5_find(h5_find(h5_find(root, "optimizer"), "enc"), "dense_1");
	h5_find(layer, "bias")->name = "gamma";
	assert_says(refusal(root), "has no 'gamma'");
	root = tree();
	h5_put_text(h5_find(root, "optimizer"), "settings", "{}", &arena, &err);
	assert_says(refusal(root), "/optimizer: version: is missing");
}

static void
test_ids_are_compared(void **state)
{
	static const char zeros[] = "00000000000000000000000000000000"
				    "00000000000000000000000000000000";
	char says[64];
	int i;

	(void)state;
	for (i = 0; i < ID_N; i++) {
		struct h5_object *root = tree();

		h5_put_text(root, id_names[i], zeros, &arena, &err);
		snprintf(says, sizeof(says), "%s differs", id_names[i]);
		assert_says(refusal_of(root), says);
	}
}

static void
test_members_are_what_they_should_be(void **state)
{
	struct shape one = { 1, { 4 } };
	struct h5_type f32 = { .dtype = DTYPE_F32 };
	struct h5_object *root = tree();
	struct h5_object *d;
	char name[101];

	(void)state;
	spoilt_drop(root, "frozen");
	h5_group(root, "frozen", &arena, &err);
	assert_says(refusal(root), "/frozen: is a group");
	root = tree();
	spoilt_drop(root, "history");
	h5_dataset(root, "history", f32, &one, s.bias, &arena, &err);
	assert_says(refusal(root), "/history: is no group");
	root = tree();
	h5_find(h5_find(root, "history"), "loss")->type.dtype = DTYPE_I64;
	assert_says(refusal(root), "/history/loss: is no column");
	root = tree();
	d = h5_find(root, "training");
	h5_put_int(d, "more", 1, &arena, &err);
	assert_says(refusal(root), "/training: unexpected attribute 'more'");
	root = tree();
	d = h5_find(root, "lineage");
	d->type.dtype = DTYPE_F32;
	d->bytes = 4 * (size_t)d->shape.dim[0];
	d->data = arena_slab(&arena, d->bytes, &err);
	assert_says(refusal(root), "/lineage: is not a document");
	root = tree();
	memset(name, 'w', 100);
	name[100] = '\0';
	h5_put_text(root, "writer", name, &arena, &err);
	assert_says(refusal(root), "writer: name is too long");
}

static void
test_documents_must_be_canonical(void **state)
{
	static const struct {
		const char *name, *text, *says;
	} cases[] = {
		{ "about", "{\"version\":1}", "/about: says nothing" },
		{ "about", "{\"motto\":\"x\",\"version\":1}",
		    "/about: unknown member 'motto'" },
		{ "architecture", "{}", "version: is missing" },
		{ "architecture", "[1]", "not an object" },
		{ "architecture", "{\"version\":2}", "document version 2" },
		{ "architecture", "{\"version\":1 }", "canonical" },
		{ "architecture", "{\"version\":1}", "layers: is missing" },
		{ "architecture", "{\"layers\":[],\"version\":1}",
		    "inputs: is missing" },
		{ "architecture",
		    "{\"layers\":[{\"inputs\":[\"b\"],\"kind\":\"x\",\"name\":"
		    "\"a\",\"settings\":{}},{\"inputs\":[\"a\"],\"kind\":\"x\","
		    "\"name\":\"b\",\"settings\":{}}],\"version\":1}",
		    "layer 1 ('a'): inputs: no layer 'b' before it (a cycle" },
		{ "architecture",
		    "{\"layers\":[{\"extra\":1,\"inputs\":[],\"kind\":\"x\","
		    "\"name\":\"a\",\"settings\":{}}],\"version\":1}",
		    "unknown member 'extra'" },
		{ "architecture",
		    "{\"layers\":[{\"inputs\":[],\"kind\":\"x\",\"name\":"
		    "\"../a\",\"settings\":{}}],\"version\":1}",
		    "'../a'" },
		{ "architecture",
		    "{\"inputs\":[\"q\"],\"layers\":[{\"inputs\":[],\"kind\":"
		    "\"x\",\"name\":\"a\",\"settings\":{}}],\"version\":1}",
		    "inputs: no layer 'q'" },
		{ "frozen",
		    "{\"layers\":[\"zzz\"],\"tensors\":[],\"version\":1}",
		    "/frozen: layers: no 'zzz'" },
		{ "frozen",
		    "{\"layers\":[],\"tensors\":[\"enc-2/scale\",\"enc-2/"
		    "kernel\"],\"version\":1}",
		    "in order" },
		{ "lineage", "{\"records\":[],\"version\":1}", "/lineage" },
		{ "preprocessing", "{\"steps\":{},\"version\":1}",
		    "/preprocessing" },
		{ "training", "{\"version\":true}", "/training" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct h5_object *root = tree();

		set_text(h5_find(root, cases[i].name), cases[i].text);
		assert_says(refusal(root), cases[i].says);
	}
}

static void
test_labels_are_single_names(void **state)
{
	static const char *twice[] = { "a", "b", "a" };
	static const char *bad[] = { "a", "\xff", "c" };
	struct h5_object *root = tree();
	size_t n = 0;

	(void)state;
	h5_find(root, "labels")->data = "aaaaabbbbbaaaaa";
	h5_find(root, "labels")->type.text = 5;
	h5_find(root, "labels")->bytes = 15;
	assert_says(refusal(root), "class name 'aaaaa' is there twice");
	err_clear(&err);
	s.m.labels = twice;
	assert_null(sample_bytes(&s.m, &n, &arena, &err));
	assert_says(err.text, "class name 'a' is there twice");
	err_clear(&err);
	s.m.labels = bad;
	assert_null(sample_bytes(&s.m, &n, &arena, &err));
	assert_says(err.text, "UTF-8");
}

static void
test_names_that_collide_are_refused(void **state)
{
	size_t n = 0;

	(void)state;
	sample_param(&s, sample_layer(&s, "enc/dense_1/kernel", "dense", 0),
	    "x", ROLE_PARAMETER, DTYPE_F32, (struct shape){ 1, { 4 } }, s.bias);
	assert_null(sample_bytes(&s.m, &n, &arena, &err));
	assert_says(err.text, "two things named 'kernel'");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tree_alone_is_accepted),
		TEST(test_versions_and_features_are_judged_first),
		TEST(test_unknown_members_are_refused),
		TEST(test_slots_need_their_tensor),
		TEST(test_ids_are_compared),
		TEST(test_members_are_what_they_should_be),
		TEST(test_documents_must_be_canonical),
		TEST(test_labels_are_single_names),
		TEST(test_names_that_collide_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
