/* The one door to jansson: strict documents, with limits, canonically
   printed (keys bytewise, no white space, int64 exact, other numbers the
   shortest decimal that reads back equal).

   The names keep clear of jansson's own (json_object, JSON_REAL...), which
   live in the same program. */
#ifndef NN_BASE_JSON_H
#define NN_BASE_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

enum {
	JSON_BYTES_MAX = 16 << 20,
	JSON_DEPTH_MAX = 64,
	JSON_NODES_MAX = 1000000,
	JSON_NUMBER_MAX = 128, /* characters of a number */
};

enum json_type {
	JSON_IS_NULL,
	JSON_IS_BOOL,
	JSON_IS_INT,
	JSON_IS_REAL,
	JSON_IS_TEXT,
	JSON_IS_ARRAY,
	JSON_IS_OBJECT,
};

/* A document as plain data in an arena; built by hand or by json_parse. */
struct json {
	enum json_type type;
	int64_t i;          /* INT, BOOL */
	double r;           /* REAL */
	const char *s;      /* TEXT */
	const char *key;    /* of a member of an object */
	struct json *child; /* first element or member */
	struct json *next;  /* next sibling */
	struct json *last;  /* last child, for appending */
};

/* RFC 8259 only, and no NUL, not as \u0000 either: duplicate keys, trailing
   bytes, bad UTF-8, NaN, depth and size beyond the limits are errors with
   code. */
struct json *json_parse(const char *s, size_t n, struct arena *arena,
    enum err_code code, struct err *err);

/* Canonical text. */
char *json_print(const struct json *j, struct arena *arena, struct err *err);

/* Building: a NULL parent makes a root.  Keys and strings are copied; text
   must be valid UTF-8.  NaN becomes null (not measured), an infinite number
   is an error. */
struct json *json_put_object(
    struct json *parent, const char *key, struct arena *arena, struct err *err);
struct json *json_put_array(
    struct json *parent, const char *key, struct arena *arena, struct err *err);
int json_put_int(struct json *parent, const char *key, int64_t v,
    struct arena *arena, struct err *err);
int json_put_real(struct json *parent, const char *key, double v,
    struct arena *arena, struct err *err);
int json_put_bool(struct json *parent, const char *key, int v,
    struct arena *arena, struct err *err);
int json_put_text(struct json *parent, const char *key, const char *v,
    struct arena *arena, struct err *err);

/* A value once more, under the key it has: what is below it is shared. */
int json_put_copy(struct json *parent, const struct json *value,
    struct arena *arena, struct err *err);

/* Reading: the member, or NULL. */
const struct json *json_get(const struct json *object, const char *key);
int json_length(const struct json *j);

/* Required members of the right type: 0, or -1 with "KEY: is missing" or
   "KEY: is not a ...".  A real may be stored as an integer; null reads as
   NaN. */
int json_need_int(const struct json *object, const char *key, int64_t *v,
    enum err_code code, struct err *err);
int json_need_real(const struct json *object, const char *key, double *v,
    enum err_code code, struct err *err);
int json_need_text(const struct json *object, const char *key, const char **v,
    enum err_code code, struct err *err);

/* Errors when the object has a member that names (NULL-terminated) lacks. */
int json_only(const struct json *object, const char *const *names,
    enum err_code code, struct err *err);

/* A flat object to settings and back: ints, reals, booleans, strings, and
   arrays of ints as shapes. */
int json_to_settings(const struct json *object, struct settings *out,
    struct arena *arena, enum err_code code, struct err *err);
struct json *json_from_settings(struct json *parent, const char *key,
    const struct settings *s, struct arena *arena, struct err *err);

#endif
