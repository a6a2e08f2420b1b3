/* A judge of documents by the part of JSON Schema that our schemas use. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema.h"

struct judge {
	const struct json *root;
	struct err *err;
};

static int judge(const struct judge *g, const struct json *schema,
    const struct json *x, const char *where);

static int
broken(const struct judge *g, const char *where, const char *rule)
{
	return err_set(g->err, ERR_MODEL, "%s: breaks '%s'", where, rule);
}

static int
is_number(const struct json *x)
{
	return x->type == JSON_IS_INT || x->type == JSON_IS_REAL;
}

static int
is_type(const struct json *x, const char *type)
{
	static const struct {
		const char *name;
		enum json_type type;
	} rows[] = { { "object", JSON_IS_OBJECT }, { "array", JSON_IS_ARRAY },
		{ "string", JSON_IS_TEXT }, { "integer", JSON_IS_INT },
		{ "boolean", JSON_IS_BOOL }, { "null", JSON_IS_NULL } };
	size_t i;

	if (strcmp(type, "number") == 0)
		return is_number(x);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].name, type) == 0)
			return rows[i].type == x->type;
	return 0;
}

static int
same(const struct json *a, const struct json *b)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	const char *x = json_print(a, &arena, &err);
	const char *y = json_print(b, &arena, &err);
	int rc = x != NULL && y != NULL && strcmp(x, y) == 0;

	arena_free(&arena);
	return rc;
}

static int
rule_type(const struct judge *g, const struct json *rule, const struct json *x,
    const char *where)
{
	const struct json *t;

	if (rule->type == JSON_IS_TEXT)
		return is_type(x, rule->s) ? 0 : broken(g, where, rule->s);
	for (t = rule->child; t != NULL; t = t->next)
		if (is_type(x, t->s))
			return 0;
	return broken(g, where, "type");
}

static int
rule_const(const struct judge *g, const struct json *rule, const struct json *x,
    const char *where)
{
	return same(rule, x) ? 0 : broken(g, where, "const");
}

static int
rule_enum(const struct judge *g, const struct json *rule, const struct json *x,
    const char *where)
{
	const struct json *e;

	for (e = rule->child; e != NULL; e = e->next)
		if (same(e, x))
			return 0;
	return broken(g, where, "enum");
}

static int
rule_pattern(const struct judge *g, const struct json *rule,
    const struct json *x, const char *where)
{
	regex_t re;
	int rc;

	if (x->type != JSON_IS_TEXT)
		return 0;
	if (regcomp(&re, rule->s, REG_EXTENDED | REG_NOSUB) != 0)
		return broken(g, where, "a pattern that is none");
	rc = regexec(&re, x->s, 0, NULL, 0);
	regfree(&re);
	return rc == 0 ? 0 : broken(g, where, rule->s);
}

static int
rule_min_length(const struct judge *g, const struct json *rule,
    const struct json *x, const char *where)
{
	return x->type != JSON_IS_TEXT || (int64_t)strlen(x->s) >= rule->i
	    ? 0
	    : broken(g, where, "minLength");
}

/* Characters, as the specification has it. */
static int64_t
length_of(const char *s)
{
	int64_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static int
rule_max_length(const struct judge *g, const struct json *rule,
    const struct json *x, const char *where)
{
	return x->type != JSON_IS_TEXT || length_of(x->s) <= rule->i
	    ? 0
	    : broken(g, where, "maxLength");
}

static int
rule_minimum(const struct judge *g, const struct json *rule,
    const struct json *x, const char *where)
{
	double v = x->type == JSON_IS_INT ? (double)x->i : x->r;

	return !is_number(x) || v >= (double)rule->i
	    ? 0
	    : broken(g, where, "minimum");
}

static int
rule_min_items(const struct judge *g, const struct json *rule,
    const struct json *x, const char *where)
{
	return x->type != JSON_IS_ARRAY || json_length(x) >= rule->i
	    ? 0
	    : broken(g, where, "minItems");
}

static int
rule_max_items(const struct judge *g, const struct json *rule,
    const struct json *x, const char *where)
{
	return x->type != JSON_IS_ARRAY || json_length(x) <= rule->i
	    ? 0
	    : broken(g, where, "maxItems");
}

static int
rule_min_properties(const struct judge *g, const struct json *rule,
    const struct json *x, const char *where)
{
	return x->type != JSON_IS_OBJECT || json_length(x) >= rule->i
	    ? 0
	    : broken(g, where, "minProperties");
}

static int
rule_unique(const struct judge *g, const struct json *rule,
    const struct json *x, const char *where)
{
	const struct json *a, *b;

	(void)rule;
	for (a = x->child; x->type == JSON_IS_ARRAY && a != NULL; a = a->next)
		for (b = a->next; b != NULL; b = b->next)
			if (same(a, b))
				return broken(g, where, "uniqueItems");
	return 0;
}

static int
rule_items(const struct judge *g, const struct json *rule, const struct json *x,
    const char *where)
{
	char at[512];
	const struct json *e;
	int i = 0;

	if (x->type != JSON_IS_ARRAY)
		return 0;
	for (e = x->child; e != NULL; e = e->next) {
		snprintf(at, sizeof(at), "%.400s[%d]", where, i++);
		if (judge(g, rule, e, at) < 0)
			return -1;
	}
	return 0;
}

static int
rule_required(const struct judge *g, const struct json *rule,
    const struct json *x, const char *where)
{
	const struct json *k;

	for (k = rule->child; x->type == JSON_IS_OBJECT && k != NULL;
	     k = k->next)
		if (json_get(x, k->s) == NULL)
			return err_set(g->err, ERR_MODEL,
			    "%s: '%s' is required", where, k->s);
	return 0;
}

/* Members that are there only together with others. */
static int
rule_dependent(const struct judge *g, const struct json *rule,
    const struct json *x, const char *where)
{
	const struct json *m;

	for (m = rule->child; x->type == JSON_IS_OBJECT && m != NULL;
	     m = m->next)
		if (json_get(x, m->key) != NULL &&
		    rule_required(g, m, x, where) < 0)
			return -1;
	return 0;
}

static int
rule_properties(const struct judge *g, const struct json *rule,
    const struct json *x, const char *where)
{
	char at[512];
	const struct json *p, *m;

	for (p = rule->child; p != NULL; p = p->next) {
		m = json_get(x, p->key);
		snprintf(at, sizeof(at), "%.300s.%.100s", where, p->key);
		if (m != NULL && judge(g, p, m, at) < 0)
			return -1;
	}
	return 0;
}

/* Needs to know its sibling: which members have a schema of their own. */
static int
additional(const struct judge *g, const struct json *schema,
    const struct json *x, const char *where)
{
	const struct json *rule = json_get(schema, "additionalProperties");
	const struct json *known = json_get(schema, "properties");
	const struct json *m;
	char at[512];

	if (rule == NULL || x->type != JSON_IS_OBJECT)
		return 0;
	for (m = x->child; m != NULL; m = m->next) {
		if (json_get(known, m->key) != NULL)
			continue;
		snprintf(at, sizeof(at), "%.300s.%.100s", where, m->key);
		if (rule->type == JSON_IS_BOOL && !rule->i)
			return broken(g, at, "additionalProperties");
		if (rule->type == JSON_IS_OBJECT && judge(g, rule, m, at) < 0)
			return -1;
	}
	return 0;
}

static int
rule_any(const struct judge *g, const struct json *rule, const struct json *x,
    const char *where)
{
	const struct json *s;
	struct err ignored = { 0 };
	struct judge quiet = { g->root, &ignored };

	for (s = rule->child; s != NULL; s = s->next) {
		err_clear(&ignored);
		if (judge(&quiet, s, x, where) == 0)
			return 0;
	}
	return broken(g, where, "anyOf");
}

static int
rule_ref(const struct judge *g, const struct json *rule, const struct json *x,
    const char *where)
{
	static const char prefix[] = "#/$defs/";
	const struct json *to = NULL;

	if (strncmp(rule->s, prefix, strlen(prefix)) == 0)
		to = json_get(
		    json_get(g->root, "$defs"), rule->s + strlen(prefix));
	return to == NULL ? broken(g, where, rule->s) : judge(g, to, x, where);
}

static const struct {
	const char *word;
	int (*rule)(const struct judge *g, const struct json *rule,
	    const struct json *x, const char *where);
} rules[] = {
	{ "$defs", NULL },
	{ "$ref", rule_ref },
	{ "$schema", NULL },
	{ "additionalProperties", NULL }, /* with properties, above */
	{ "anyOf", rule_any },
	{ "const", rule_const },
	{ "dependentRequired", rule_dependent },
	{ "description", NULL },
	{ "enum", rule_enum },
	{ "items", rule_items },
	{ "maxItems", rule_max_items },
	{ "maxLength", rule_max_length },
	{ "minItems", rule_min_items },
	{ "minLength", rule_min_length },
	{ "minProperties", rule_min_properties },
	{ "minimum", rule_minimum },
	{ "pattern", rule_pattern },
	{ "properties", rule_properties },
	{ "required", rule_required },
	{ "title", NULL },
	{ "type", rule_type },
	{ "uniqueItems", rule_unique },
};
enum { RULES = sizeof(rules) / sizeof(rules[0]) };

static int
judge(const struct judge *g, const struct json *schema, const struct json *x,
    const char *where)
{
	const struct json *word;
	int i;

	for (word = schema->child; word != NULL; word = word->next) {
		for (i = 0; i < RULES; i++)
			if (strcmp(rules[i].word, word->key) == 0)
				break;
		if (i == RULES)
			return err_set(g->err, ERR_BUG,
			    "the schema has '%s', which is not judged here",
			    word->key);
		if (rules[i].rule != NULL &&
		    rules[i].rule(g, word, x, where) < 0)
			return -1;
	}
	return additional(g, schema, x, where);
}

int
schema_judge(
    const struct json *schema, const struct json *document, struct err *err)
{
	struct judge g = { schema, err };

	return judge(&g, schema, document, "$");
}

struct json *
schema_open(const char *name, struct arena *arena, struct err *err)
{
	const char *source = getenv("srcdir");
	char path[1024];
	char text[32768];
	struct json *j;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/schemas/%s.schema.json",
	    source != NULL ? source : ".", name);
	f = fopen(path, "rb");
	if (f == NULL) {
		err_errno(err, "%s", path);
		return NULL;
	}
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	j = json_parse(text, n, arena, ERR_MODEL, err);
	if (j == NULL)
		err_in(err, "%s", path);
	return j;
}
