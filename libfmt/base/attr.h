/* Named settings described by a table: parse, check, print, default.

   One table of rows describes a struct; it serves reading a file, reading the
   command line, defaults, range errors, --help and the schemas.  Ranges are
   checked here and nowhere else. */
#ifndef NN_BASE_ATTR_H
#define NN_BASE_ATTR_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/tensor.h"

enum attr_type {
	ATTR_END,   /* the row that ends a table */
	ATTR_INT,   /* int64_t, min..max */
	ATTR_REAL,  /* double, min..max */
	ATTR_BOOL,  /* int, 0 or 1 */
	ATTR_WORD,  /* const char *, one of words[] when given */
	ATTR_SHAPE, /* struct shape, rank 1..8, dims min..max: "3x3" */
};

struct attr {
	enum attr_type type;
	const char *name;
	size_t offset;    /* of the member in the struct */
	double min, max;  /* INT, REAL, dims of SHAPE */
	const char *init; /* default as text; NULL = must be given */
	const char *help;
	int place; /* 1, 2...: may be given as the n-th :operand */
	const char *const *words; /* WORD: what is allowed, NULL-terminated */
};

/* The opening of a row: { ATTR(INT, struct dense, units), 1, 1 << 24, ... } */
#define ATTR(TYPE, STRUCT, MEMBER) \
	ATTR_##TYPE, #MEMBER, offsetof(STRUCT, MEMBER)

/* One setting as a file, an operand or a program gives it. */
struct setting {
	const char *name;
	enum attr_type type; /* INT REAL BOOL WORD SHAPE; a WORD may be given
	                         for any type and is parsed as the row says */
	int64_t i;           /* INT, BOOL */
	double r;            /* REAL */
	const char *s;       /* WORD */
	struct shape shape;  /* SHAPE */
	int exact;           /* of a document, which says each thing in one way:
	                         only numbers stand for numbers */
};

struct settings {
	int n;
	struct setting *at;
};

/* One thing out of a registry with its settings: "sgd,momentum=0.9". */
struct choice {
	const char *name; /* NULL: none */
	struct settings settings;
};

/* The row of that name, or NULL. */
const struct attr *attr_find(const struct attr *table, const char *name);

/* Fills every member of conf with its default (no default: zero). */
void attr_defaults(const struct attr *table, void *conf);

/* Sets one member from text, checked: "units: 0 is not in 1..16777216".
   Strings are copied into the arena.  code is the error's code. */
int attr_parse(const struct attr *table, void *conf, const char *name,
    const char *text, struct arena *arena, enum err_code code, struct err *err);

/* Defaults, then every setting; unknown names (with the nearest known one),
   double names, missing required ones and ranges are errors with code. */
int attr_fill(const struct attr *table, void *conf, const struct settings *s,
    struct arena *arena, enum err_code code, struct err *err);

/* conf as a list of settings in table order, each member given.
   With only_changed, those that equal their default are left out. */
int attr_list(const struct attr *table, const void *conf, int only_changed,
    struct settings *out, struct arena *arena, struct err *err);

/* One setting's value as canonical text: 128, 0.5, true, relu, 3x3. */
char *setting_print(
    const struct setting *s, struct arena *arena, struct err *err);

/* "name=value (1..16777216, default 1)" style text for help, in the arena. */
char *attr_describe(
    const struct attr *row, struct arena *arena, struct err *err);

#endif
