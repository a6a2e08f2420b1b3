/* Documents as plain data: strict parsing by jansson behind limits, and
   canonical printing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/json.h"
#include "base/text.h"

/* The limits.  One scan over the bytes before the parser sees them, so that a
   hostile document costs neither memory nor stack. */

enum {
	ROOM = 128 << 10,  /* so much is mapped and not touched */
	ROOM_A_BYTE = 100, /* [{},{},{}] */
};

struct scan {
	int depth, deepest;
	int number, longest; /* bytes of the number at hand, of the longest */
	long nodes;
	int in_text, escaped;
};

static void
scan_byte(struct scan *s, char c)
{
	if (s->in_text) {
		s->in_text = s->escaped || c != '"';
		s->escaped = !s->escaped && c == '\\';
		return;
	}
	s->number = strchr("+-.0123456789eE", c) && c ? s->number + 1 : 0;
	if (s->number > s->longest)
		s->longest = s->number;
	s->in_text = c == '"';
	s->depth += (c == '[' || c == '{') - (c == ']' || c == '}');
	if (s->depth > s->deepest)
		s->deepest = s->depth;
	s->nodes += c == ',' || c == '[' || c == '{';
}

static int
limits_check(const char *s, size_t n, enum err_code code, struct err *err)
{
	struct scan scan = { 0 };
	size_t i;

	if (n > JSON_BYTES_MAX)
		return err_set(err, code, "document of %zu bytes; at most %d",
		    n, JSON_BYTES_MAX);
	if (n > 0 && memchr(s, '\0', n) != NULL)
		return err_set(err, code, "document with a NUL byte");
	for (i = 0; i < n; i++)
		scan_byte(&scan, s[i]);
	if (scan.deepest > JSON_DEPTH_MAX)
		return err_set(err, code, "document nested %d deep; at most %d",
		    scan.deepest, JSON_DEPTH_MAX);
	if (scan.nodes >= JSON_NODES_MAX)
		return err_set(err, code, "document of %ld values; at most %d",
		    scan.nodes + 1, JSON_NODES_MAX);
	if (scan.longest > JSON_NUMBER_MAX)
		return err_set(err, code,
		    "a number of %d characters; at most %d", scan.longest,
		    JSON_NUMBER_MAX);
	return 0;
}

/* Building. */

static void
append(struct json *parent, struct json *j)
{
	if (parent->last != NULL)
		parent->last->next = j;
	else
		parent->child = j;
	parent->last = j;
}

static struct json *
node_new(struct json *parent, const char *key, enum json_type type,
    struct arena *arena, struct err *err)
{
	struct json *j = arena_alloc(arena, sizeof(*j), err);

	if (j == NULL)
		return NULL;
	j->type = type;
	if (key != NULL && (j->key = arena_text(arena, key, err)) == NULL)
		return NULL;
	if (parent != NULL)
		append(parent, j);
	return j;
}

struct json *
json_put_object(
    struct json *parent, const char *key, struct arena *arena, struct err *err)
{
	return node_new(parent, key, JSON_IS_OBJECT, arena, err);
}

struct json *
json_put_array(
    struct json *parent, const char *key, struct arena *arena, struct err *err)
{
	return node_new(parent, key, JSON_IS_ARRAY, arena, err);
}

int
json_put_int(struct json *parent, const char *key, int64_t v,
    struct arena *arena, struct err *err)
{
	struct json *j = node_new(parent, key, JSON_IS_INT, arena, err);

	if (j == NULL)
		return -1;
	j->i = v;
	return 0;
}

int
json_put_real(struct json *parent, const char *key, double v,
    struct arena *arena, struct err *err)
{
	struct json *j;

	if (isinf(v))
		return err_set(err, ERR_NUMERIC,
		    "%s: is infinite, which no document can hold",
		    key != NULL ? key : "a number");
	j = node_new(
	    parent, key, isnan(v) ? JSON_IS_NULL : JSON_IS_REAL, arena, err);
	if (j == NULL)
		return -1;
	j->r = v;
	return 0;
}

int
json_put_bool(struct json *parent, const char *key, int v, struct arena *arena,
    struct err *err)
{
	struct json *j = node_new(parent, key, JSON_IS_BOOL, arena, err);

	if (j == NULL)
		return -1;
	j->i = v != 0;
	return 0;
}

/* jansson takes refused memory for a mistake in the text, loses a letter or
   ends the process.  So it gets no text of n bytes for which there was no room
   just before: what it needs for as many values as that can hold. */
static int
room_for(size_t n, struct err *err)
{
	size_t bytes = ROOM + ROOM_A_BYTE * n;
	void *room = slab_new(bytes, err);

	slab_free(room, bytes);
	return room != NULL ? 0 : -1;
}

/* Is it valid UTF-8?  The parser's library is the judge. */
static int
utf8_check(const char *s, struct err *err)
{
	json_t *j = json_string(s);
	char shown[64];

	if (j == NULL && room_for(strlen(s), err) < 0)
		return -1;
	if (j == NULL && (j = json_string(s)) == NULL)
		return err_set(err, ERR_USAGE, "'%s' is not valid UTF-8",
		    text_safe(shown, sizeof(shown), s, strlen(s)));
	json_decref(j);
	return 0;
}

int
json_put_text(struct json *parent, const char *key, const char *v,
    struct arena *arena, struct err *err)
{
	struct json *j;

	if (utf8_check(v, err) < 0)
		return -1;
	j = node_new(parent, key, JSON_IS_TEXT, arena, err);
	if (j == NULL)
		return -1;
	j->s = arena_text(arena, v, err);
	return j->s != NULL ? 0 : -1;
}

int
json_put_copy(struct json *parent, const struct json *value,
    struct arena *arena, struct err *err)
{
	struct json *j = arena_alloc(arena, sizeof(*j), err);

	if (j == NULL)
		return -1;
	*j = *value;
	j->next = NULL;
	append(parent, j);
	return 0;
}

/* Parsing. */

static const enum json_type type_of[] = {
	[JSON_OBJECT] = JSON_IS_OBJECT,
	[JSON_ARRAY] = JSON_IS_ARRAY,
	[JSON_STRING] = JSON_IS_TEXT,
	[JSON_INTEGER] = JSON_IS_INT,
	[JSON_REAL] = JSON_IS_REAL,
	[JSON_TRUE] = JSON_IS_BOOL,
	[JSON_FALSE] = JSON_IS_BOOL,
	[JSON_NULL] = JSON_IS_NULL,
};

static struct json *from_jansson(struct json *parent, const char *key,
    json_t *v, struct arena *arena, struct err *err);

static int
members(struct json *object, json_t *v, struct arena *arena, struct err *err)
{
	void *at;

	for (at = json_object_iter(v); at != NULL;
	     at = json_object_iter_next(v, at))
		if (from_jansson(object, json_object_iter_key(at),
			json_object_iter_value(at), arena, err) == NULL)
			return -1;
	return 0;
}

static int
elements(struct json *array, json_t *v, struct arena *arena, struct err *err)
{
	size_t i;

	for (i = 0; i < json_array_size(v); i++)
		if (from_jansson(
			array, NULL, json_array_get(v, i), arena, err) == NULL)
			return -1;
	return 0;
}

/* Copies a value and what is below it; the depth is known to be small. */
static struct json *
from_jansson(struct json *parent, const char *key, json_t *v,
    struct arena *arena, struct err *err)
{
	enum json_type type = type_of[json_typeof(v)];
	struct json *j = node_new(parent, key, type, arena, err);

	if (j == NULL)
		return NULL;
	if (type == JSON_IS_INT)
		j->i = json_integer_value(v);
	if (type == JSON_IS_BOOL)
		j->i = json_is_true(v);
	if (type == JSON_IS_REAL)
		j->r = json_real_value(v);
	if (type == JSON_IS_TEXT)
		j->s = arena_text(arena, json_string_value(v), err);
	if (type == JSON_IS_TEXT && j->s == NULL)
		return NULL;
	if (type == JSON_IS_OBJECT && members(j, v, arena, err) < 0)
		return NULL;
	if (type == JSON_IS_ARRAY && elements(j, v, arena, err) < 0)
		return NULL;
	return j;
}

struct json *
json_parse(const char *s, size_t n, struct arena *arena, enum err_code code,
    struct err *err)
{
	struct json *j;
	json_error_t why;
	json_t *v;

	if (limits_check(s, n, code, err) < 0 || room_for(n, err) < 0)
		return NULL;
	v = json_loadb(s, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (v == NULL) {
		char shown[JSON_ERROR_TEXT_LENGTH];

		err_set(err, code, "line %d, column %d: %s", why.line,
		    why.column,
		    text_safe(
			shown, sizeof(shown), why.text, strlen(why.text)));
		return NULL;
	}
	j = from_jansson(NULL, NULL, v, arena, err);
	json_decref(v);
	return j;
}
