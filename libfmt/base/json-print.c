/* Documents to canonical text: members bytewise by key, no white space,
   shortest numbers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

static void
print_text(struct text *t, const char *s)
{
	static const char names[] = "btnvfr"; /* of the bytes 8 to 13 */
	const char *from = s;

	text_add(t, "\"");
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= ' ' && c != '"' && c != '\\')
			continue;
		text_add_n(t, from, (size_t)(s - from));
		from = s + 1;
		if (c >= ' ')
			text_addf(t, "\\%c", c);
		else if (c >= '\b' && c <= '\r' && c != '\v')
			text_addf(t, "\\%c", names[c - '\b']);
		else
			text_addf(t, "\\u%04x", c);
	}
	text_add_n(t, from, (size_t)(s - from));
	text_add(t, "\"");
}

static int
by_key(const void *a, const void *b)
{
	const struct json *const *x = a;
	const struct json *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

/* The members in canonical order, which have distinct keys. */
static const struct json **
sorted(const struct json *object, size_t n, struct text *t)
{
	const struct json **at =
	    arena_array(t->arena, n + 1, sizeof(*at), t->err);
	const struct json *m;
	size_t i = 0;

	if (at == NULL)
		return NULL;
	for (m = object->child; m != NULL; m = m->next)
		at[i++] = m;
	qsort(at, n, sizeof(*at), by_key);
	for (i = 1; i < n; i++)
		if (strcmp(at[i - 1]->key, at[i]->key) == 0) {
			err_set(t->err, ERR_BUG,
			    "document: '%s' is given twice", at[i]->key);
			return NULL;
		}
	return at;
}

static int print_value(struct text *t, const struct json *j, int depth);

static int
print_object(struct text *t, const struct json *j, int depth)
{
	size_t n = (size_t)json_length(j);
	const struct json **at = sorted(j, n, t);
	size_t i;

	if (at == NULL)
		return -1;
	text_add(t, "{");
	for (i = 0; i < n; i++) {
		text_add(t, i > 0 ? "," : "");
		print_text(t, at[i]->key);
		text_add(t, ":");
		if (print_value(t, at[i], depth + 1) < 0)
			return -1;
	}
	text_add(t, "}");
	return 0;
}

static int
print_array(struct text *t, const struct json *j, int depth)
{
	const struct json *e;

	text_add(t, "[");
	for (e = j->child; e != NULL; e = e->next) {
		text_add(t, e != j->child ? "," : "");
		if (print_value(t, e, depth + 1) < 0)
			return -1;
	}
	text_add(t, "]");
	return 0;
}

/* Minus nought keeps its point, for "-0" would read back as an integer. */
static int
print_real(struct text *t, double v)
{
	char digits[32];

	if (!isfinite(v))
		return err_set(
		    t->err, ERR_NUMERIC, "document: a number is not finite");
	text_add(t, v == 0 && signbit(v) ? "-0.0" : text_number(digits, v));
	return 0;
}

static int
print_value(struct text *t, const struct json *j, int depth)
{
	if (depth > JSON_DEPTH_MAX)
		return err_set(t->err, ERR_BUG,
		    "document nested more than %d deep", JSON_DEPTH_MAX);
	switch (j->type) {
	case JSON_IS_OBJECT:
		return print_object(t, j, depth);
	case JSON_IS_ARRAY:
		return print_array(t, j, depth);
	case JSON_IS_REAL:
		return print_real(t, j->r);
	case JSON_IS_TEXT:
		print_text(t, j->s);
		return 0;
	case JSON_IS_INT:
		text_addf(t, "%lld", (long long)j->i);
		return 0;
	case JSON_IS_BOOL:
		text_add(t, j->i ? "true" : "false");
		return 0;
	case JSON_IS_NULL:
		text_add(t, "null");
		return 0;
	}
	return err_set(t->err, ERR_BUG, "document: a value of no type");
}

char *
json_print(const struct json *j, struct arena *arena, struct err *err)
{
	struct text t;

	text_begin(&t, arena, err);
	if (print_value(&t, j, 0) < 0)
		return NULL;
	return text_end(&t);
}
