/* The schemas and the text of the format against what is written.

   Without arguments a test; with them, judges the documents of those model
   files: test-schemas FILE... */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fmt-sample.h"
#include "rule.h"
#include "model.h"
#include "schema.h"

static struct arena arena;
static struct err err;

/* The documents: schema, and where the text is. */
static const char *const documents[] = { "about", "architecture", "frozen",
	"lineage", "preprocessing", "training" };
enum { DOCUMENTS = sizeof(documents) / sizeof(documents[0]) };

static int
judge(const char *name, const char *text, size_t n)
{
	const struct json *schema = schema_open(name, &arena, &err);
	const struct json *j =
	    schema == NULL ? NULL : document_parse(text, n, &arena, &err);

	if (j == NULL || schema_judge(schema, j, &err) < 0)
		return err_in(&err, "/%s", name);
	return 0;
}

static int
judge_optimizer(const struct h5_object *root)
{
	const struct h5_object *o = h5_find(root, "optimizer");
	const struct h5_attr *a = o != NULL ? h5_get(o, "settings") : NULL;

	return a != NULL ? judge("optimizer", a->value, a->type.text) : 0;
}

static int
judge_delta(const struct h5_object *root)
{
	const struct h5_object *d = h5_find(root, "delta");

	return d != NULL ? judge("delta", d->data, d->bytes) : 0;
}

/* Judges every document that a file has; how many, or -1. */
static int
judge_file(const char *path)
{
	struct fmt_model m;
	int i, n = 0;

	if (fmt_open(&m, path, &arena, &err) < 0)
		return -1;
	for (i = 0; i < DOCUMENTS; i++) {
		const struct h5_object *d = h5_find(m.map->root, documents[i]);

		if (d != NULL && judge(documents[i], d->data, d->bytes) < 0)
			return err_in(&err, "%s", path);
		n += d != NULL;
	}
	if (judge_optimizer(m.map->root) < 0 || judge_delta(m.map->root) < 0)
		return err_in(&err, "%s", path);
	fmt_close(&m);
	return n;
}

static struct sample s;

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
	arena_free(&arena);
	arena_free(&s.arena);
	return 0;
}

static struct h5_object *
tree(void)
{
	uint64_t bytes;
	struct h5_object *root =
	    tree_of_model(&s.m, NULL, &bytes, &arena, &err);

	if (root == NULL)
		fail_msg("%s", err.text);
	return root;
}

static void
test_what_is_written_keeps_to_the_schemas(void **state)
{
	const struct h5_object *root = tree();
	int i;

	(void)state;
	for (i = 0; i < DOCUMENTS; i++) {
		const struct h5_object *d = h5_find(root, documents[i]);

		assert_non_null(d);
		if (judge(documents[i], d->data, d->bytes) < 0)
			fail_msg("%s", err.text);
	}
	if (judge_optimizer(root) < 0)
		fail_msg("%s", err.text);
}

static void
test_a_delta_keeps_to_its_schema(void **state)
{
	struct graph base;
	char id[FMT_HEX];

	(void)state;
	tree();
	memcpy(id, s.m.weights_id, sizeof(id));
	assert_int_equal(graph_copy(&base, &s.m.graph, &arena, &err), 0);
	fmt_leave_out(&s.m, &base, id);
	assert_non_null(h5_find(tree(), "delta"));
	if (judge_delta(tree()) < 0)
		fail_msg("%s", err.text);
}

static void
test_schemas_refuse(void **state)
{
	static const struct {
		const char *name, *text, *says;
	} cases[] = {
		{ "about", "{\"version\":1}", "minProperties" },
		{ "about", "{\"title\":\"a\\nb\",\"version\":1}", "$.title" },
		{ "about", "{\"motto\":\"x\",\"version\":1}",
		    "additionalProperties" },
		{ "architecture",
		    "{\"inputs\":[],\"layers\":[],\"outputs\":[\"a\"],"
		    "\"version\":1}",
		    "minItems" },
		{ "architecture",
		    "{\"inputs\":[\"a\"],\"layers\":[{\"inputs\":[],\"kind\":"
		    "\"Dense\",\"name\":\"a\",\"settings\":{}}],\"outputs\":["
		    "\"a\"],\"version\":1}",
		    "$.layers[0].kind" },
		{ "architecture",
		    "{\"inputs\":[\"a\"],\"layers\":[{\"inputs\":[],\"kind\":"
		    "\"x\",\"name\":\"a\",\"settings\":{\"k\":[\"a\"]}}],"
		    "\"outputs\":[\"a\"],\"version\":1}",
		    "$.layers[0].settings.k" },
		{ "architecture",
		    "{\"inputs\":[\".a\"],\"layers\":[],\"outputs\":[\"a\"],"
		    "\"version\":1}",
		    "$.inputs[0]" },
		{ "delta", "{\"base\":\"12\",\"tensors\":[],\"version\":1}",
		    "$.base" },
		{ "frozen", "{\"layers\":[],\"version\":1}", "'tensors'" },
		{ "frozen",
		    "{\"layers\":[\"a\",\"a\"],\"tensors\":[],\"version\":1}",
		    "uniqueItems" },
		{ "lineage",
		    "{\"records\":[{\"data\":\"12\",\"options\":{},\"tool\":"
		    "\"x\",\"version\":\"1\"}],\"version\":1}",
		    "$.records[0].data" },
		{ "lineage",
		    "{\"records\":[{\"options\":{},\"path\":\"/home\",\"tool\""
		    ":\"x\",\"version\":\"1\"}],\"version\":1}",
		    "additionalProperties" },
		{ "optimizer", "{\"beta\":{},\"version\":1}", "$.beta" },
		{ "preprocessing", "{\"steps\":[{}],\"version\":1}",
		    "'step' is required" },
		{ "training",
		    "{\"epoch\":-1,\"lr\":0,\"seed\":0,\"threads\":1,"
		    "\"version\":1}",
		    "minimum" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		err_clear(&err);
		if (judge(cases[i].name, cases[i].text,
			strlen(cases[i].text)) == 0)
			fail_msg("accepted: %s", cases[i].text);
		if (strstr(err.text, cases[i].says) == NULL)
			fail_msg(
			    "'%s' does not say '%s'", err.text, cases[i].says);
	}
}

/* The list of a document as the reader finds it: 1 when it takes it. */
static int
reader_takes(const char *document, const struct json *list)
{
	struct fmt_model with = s.m, read;
	const uint8_t *bytes;
	size_t n = 0;

	err_clear(&err);
	if (strcmp(document, "lineage") == 0)
		with.lineage = list;
	else
		with.preprocessing = list;
	bytes = sample_bytes(&with, &n, &arena, &err);
	if (bytes == NULL)
		fail_msg("%s", err.text);
	if (fmt_parse(&read, bytes, n, &arena, &err) == 0)
		return 1;
	assert_int_equal(err.code, ERR_MODEL);
	if (strstr(err.text, "[format 1: 7.5]") == NULL)
		fail_msg("'%s' names no clause", err.text);
	return 0;
}

/* The element is in a list that is all of a document: are schema and reader
   of one mind? */
static void
both_say(const char *document, const char *key, const char *element, int good)
{
	const char *text = arena_printf(
	    &arena, &err, "{\"%s\":[%s],\"version\":1}", key, element);
	const struct json *j;
	int schema;

	err_clear(&err);
	j = json_parse(text, strlen(text), &arena, ERR_MODEL, &err);
	if (j == NULL)
		fail_msg("%s", err.text);
	schema =
	    schema_judge(schema_open(document, &arena, &err), j, &err) == 0;
	if (schema != good || reader_takes(document, json_get(j, key)) != good)
		fail_msg("%s: schema %d, reader %d: %s", element, schema,
		    !schema, err.text);
}

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define NO_HEX64 \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeF"

/* A member beside those that must be there. */
static void
test_records_are_what_their_schema_says(void **state)
{
	static const struct {
		const char *member;
		int good;
	} cases[] = {
		{ "\"base\":\"" HEX64 "\"", 1 },
		{ "\"base\":\"" NO_HEX64 "\"", 0 },
		{ "\"data\":\"12\"", 0 },
		{ "\"data\":1", 0 },
		{ "\"elsewhere\":[\"a\",\"b\"]", 1 },
		{ "\"elsewhere\":[]", 0 },
		{ "\"elsewhere\":[\"a\",\"\"]", 0 },
		{ "\"elsewhere\":[1]", 0 },
		{ "\"layers\":[]", 1 },
		{ "\"layers\":[1]", 0 },
		{ "\"members\":[\"" HEX64 "\"]", 1 },
		{ "\"members\":[]", 0 },
		{ "\"members\":[\"" HEX64 "\",\"12\"]", 0 },
		{ "\"metrics\":{\"acc\":null,\"loss\":1.5}", 1 },
		{ "\"metrics\":{\"loss\":\"1.5\"}", 0 },
		{ "\"metrics\":[1.5]", 0 },
		{ "\"numerics\":\"\"", 0 },
		{ "\"operands\":2", 1 },
		{ "\"operands\":1", 0 },
		{ "\"order\":[\"freeze\",\"train\"]", 1 },
		{ "\"path\":\"/home\"", 0 },
		{ "\"seed\":-1", 1 },
		{ "\"seed\":0.5", 0 },
		{ "\"threads\":1", 1 },
		{ "\"threads\":0", 0 },
		{ "\"time\":0", 1 },
		{ "\"time\":-1", 0 },
		{ "\"val_operands\":2", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		both_say("lineage", "records",
		    arena_printf(&arena, &err,
			"{%s,\"options\":{},\"tool\":\"x\",\"version\":\"1\"}",
			cases[i].member),
		    cases[i].good);
}

static void
test_elements_are_what_their_schemas_say(void **state)
{
	static const struct {
		const char *element;
		int good;
	} records[] = {
		{ "1", 0 },
		{ "[]", 0 },
		{ "{\"options\":{},\"tool\":\"x\"}", 0 },
		{ "{\"options\":{},\"tool\":\"\",\"version\":\"1\"}", 0 },
		{ "{\"options\":[],\"tool\":\"x\",\"version\":\"1\"}", 0 },
		{ "{\"options\":{\"a\":[1,\"x\",true],\"b\":1,\"c\":[]},"
		  "\"tool\":\"x\",\"version\":\"1\"}",
		    1 },
		{ "{\"options\":{\"a\":[[1]]},\"tool\":\"x\",\"version\":"
		  "\"1\"}",
		    0 },
		{ "{\"options\":{\"a\":null},\"tool\":\"x\",\"version\":"
		  "\"1\"}",
		    0 },
	}, steps[] = {
		{ "1", 0 },
		{ "{}", 0 },
		{ "{\"step\":\"scale_2\"}", 1 },
		{ "{\"step\":\"Scale\"}", 0 },
		{ "{\"step\":\"~\"}", 0 },
		{ "{\"step\":\"a-b\"}", 0 },
		{ "{\"step\":\"\"}", 0 },
		{ "{\"step\":1}", 0 },
		{ "{\"mean\":[1,0.5],\"step\":\"x\",\"to\":\"\"}", 1 },
		{ "{\"mean\":[],\"step\":\"x\"}", 0 },
		{ "{\"mean\":[\"1\"],\"step\":\"x\"}", 0 },
		{ "{\"mean\":{},\"step\":\"x\"}", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		both_say(
		    "lineage", "records", records[i].element, records[i].good);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		both_say(
		    "preprocessing", "steps", steps[i].element, steps[i].good);
}

/* The text of the format. */

static char layout[32768];

static const char *
layout_open(void)
{
	const char *source = getenv("srcdir");
	char path[1024];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/schemas/format-1.md",
	    source != NULL ? source : ".");
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(layout, 1, sizeof(layout) - 1, f);
	fclose(f);
	layout[n] = '\0';
	return layout;
}

/* Is `name` in the text, in backquotes and followed by one of ends? */
static int
says(const char *name, const char *ends)
{
	size_t n = strlen(name);
	const char *at = layout;

	while ((at = strstr(at, name)) != NULL) {
		if (at > layout && at[-1] == '`' && strchr(ends, at[n]) != NULL)
			return 1;
		at += n;
	}
	return 0;
}

static int
says_attrs(struct h5_object *o, void *ctx)
{
	int i;

	(void)ctx;
	for (i = 0; i < o->nattrs; i++)
		if (!says(o->attrs[i].name, "`"))
			fail_msg(
			    "format-1.md does not say '%s'", o->attrs[i].name);
	return 0;
}

static void
test_text_says_all_that_is_written(void **state)
{
	struct h5_object *root = tree();
	char path[128];
	int i;

	(void)state;
	layout_open();
	for (i = 0; i < root->nlinks; i++) {
		snprintf(path, sizeof(path), "/%s", root->links[i]->name);
		if (!says(path, "`/"))
			fail_msg("format-1.md does not say '%s'", path);
		if (strcmp(root->links[i]->name, "ext") != 0)
			h5_walk(root->links[i], says_attrs, NULL);
	}
	for (i = 0; i < root->nattrs; i++)
		if (!says(root->attrs[i].name, "`"))
			fail_msg("format-1.md does not say '%s'",
			    root->attrs[i].name);
}

static int
has_attr(struct h5_object *o, void *ctx)
{
	return h5_get(o, ctx) != NULL;
}

/* Every first cell of a table of sections 4 to 6 is something that the full
   sample has. */
static void
test_text_says_nothing_else(void **state)
{
	struct h5_object *root = tree();
	char *line, *rest = NULL;
	char name[128];
	int rows = 0;

	(void)state;
	layout_open();
	*strstr(layout, "## 7.") = '\0';
	for (line = strtok_r(strstr(layout, "## 4."), "\n", &rest);
	     line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		if (strncmp(line, "| `", 3) != 0)
			continue;
		line += 3;
		while (line != NULL) {
			size_t n = strcspn(line, "`");

			snprintf(name, sizeof(name), "%.*s", (int)n, line);
			rows++;
			if (name[0] == '/') {
				name[1 + strcspn(name + 1, "/")] = '\0';
				if (name[1] != '\0' &&
				    h5_find(root, name + 1) == NULL)
					fail_msg("no model has '%s'", name);
			} else if (h5_walk(root, has_attr, name) == 0)
				fail_msg("no object has '%s'", name);
			line += n;
			line = strncmp(line, "`, `", 4) == 0 ? line + 4 : NULL;
		}
	}
	assert_in_range(rows, 25, 40);
}

/* Every clause of the text has a name in the code, and the other way round. */
static void
test_clauses_are_those_of_the_code(void **state)
{
	static const char *const clauses[] = {
#define RULE(NAME, CLAUSE, TEXT) CLAUSE,
#include "rules.def"
#undef RULE
	};
	const char *line = layout_open(), *next;
	char start[32];
	int i;

	(void)state;
	for (i = 0; i < RULE_N; i++) {
		snprintf(start, sizeof(start), "\n%s  ", clauses[i]);
		next = strstr(line, start);
		if (next == NULL)
			fail_msg("format-1.md has no clause %s behind the "
				 "one before it",
			    clauses[i]);
		else
			line = next;
	}
	for (i = 0, line = layout; line != NULL; line = strchr(line + 1, '\n'))
		i += line[1] >= '1' && line[1] <= '9' && line[2] == '.' &&
		    strstr(line, "  ") != NULL &&
		    strstr(line, "  ") - line <= 5;
	assert_int_equal(i, RULE_N);
}

/* The numbers of the messages, and the limits. */
static void
test_text_says_the_numbers(void **state)
{
	static const struct {
		const char *row;
		int number;
	} cases[] = {
		{ "| link info | %d |", H5_MSG_LINK_INFO },
		{ "| group info | %d |", H5_MSG_GROUP_INFO },
		{ "| dataspace | %d |", H5_MSG_DATASPACE },
		{ "| datatype | %d |", H5_MSG_DATATYPE },
		{ "| fill value | %d |", H5_MSG_FILL },
		{ "| layout | %d |", H5_MSG_LAYOUT },
		{ "| reference count | %d |", H5_MSG_LINKS },
		{ "| attribute info | %d |", H5_MSG_ATTR_INFO },
		{ "| attribute | %d |", H5_MSG_ATTRIBUTE },
		{ "| link | %d |", H5_MSG_LINK },
		{ "At most %d links lie", H5_DEPTH_MAX },
		{ "at most %d objects", H5_OBJECTS_MAX },
		{ "at most %d bytes |", H5_TEXT_MAX },
		{ "at most %d of at most", H5_ATTRS_MAX },
		{ "of at most %d bytes", H5_ATTR_BYTES_MAX },
		{ "multiple of %d;", H5_ALIGN },
		{ "u64 %d, the address of the root's", H5_SUPER_BYTES },
		{ "now %d,", DOCUMENT_VERSION },
		{ "%d levels", JSON_DEPTH_MAX },
	};
	char text[128];
	size_t i;

	(void)state;
	layout_open();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof(text), cases[i].row, cases[i].number);
#pragma GCC diagnostic pop
		if (strstr(layout, text) == NULL)
			fail_msg("format-1.md does not say '%s'", text);
	}
}

int
main(int argc, char **argv)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_written_keeps_to_the_schemas),
		TEST(test_a_delta_keeps_to_its_schema),
		TEST(test_schemas_refuse),
		TEST(test_records_are_what_their_schema_says),
		TEST(test_elements_are_what_their_schemas_say),
		TEST(test_text_says_all_that_is_written),
		TEST(test_text_says_nothing_else),
		TEST(test_text_says_the_numbers),
		TEST(test_clauses_are_those_of_the_code),
	};
	int i, n;

	for (i = 1; i < argc; i++) {
		n = judge_file(argv[i]);
		if (n < 0) {
			fprintf(stderr, "%s\n", err.text);
			return 1;
		}
		printf("%s: %d documents keep to their schemas\n", argv[i], n);
	}
	return argc > 1 ? 0 : cmocka_run_group_tests(tests, NULL, NULL);
}
