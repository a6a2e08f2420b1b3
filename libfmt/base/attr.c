/* Named settings described by a table: parse, check, print, default.

   Whatever a setting comes from, it first becomes a struct setting of its
   row's type ("value" below), is checked against the row, and then stored in
   the member that the row names. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"

enum {
	ROWS_MAX = 64,  /* of a table */
	SHOWN_MAX = 80, /* bytes of a stranger's text in a message */
	RANGE_TEXT = 80,
};

static const struct attr no_rows[] = { { .type = ATTR_END } };

const struct attr *
attr_find(const struct attr *table, const char *name)
{
	for (; table != NULL && table->type != ATTR_END; table++) {
		if (strcmp(table->name, name) == 0)
			return table;
	}
	return NULL;
}

static char *
shown(char out[SHOWN_MAX], const char *s)
{
	return text_safe(out, SHOWN_MAX, s, strlen(s));
}

/* "1..16777216", "0.." or "" */
static char *
range_print(char out[RANGE_TEXT], const struct attr *row)
{
	char number[32];

	out[0] = '\0';
	if (isinf(row->min) && isinf(row->max))
		return out;
	if (!isinf(row->min))
		strcat(out, text_number(number, row->min));
	strcat(out, "..");
	if (!isinf(row->max))
		strcat(out, text_number(number, row->max));
	return out;
}

static int
check_number(const struct attr *row, double v, const char *text,
    enum err_code code, struct err *err)
{
	char range[RANGE_TEXT];

	/* Written so that NaN fails. */
	if (v >= row->min && v <= row->max && isfinite(v))
		return 0;
	if (!isfinite(v))
		return err_set(
		    err, code, "%s: %s is not finite", row->name, text);
	return err_set(err, code, "%s: %s is not in %s", row->name, text,
	    range_print(range, row));
}

/* "same, valid" */
static void
words_print(struct text *t, const char *const *words, const char *between)
{
	for (int i = 0; words[i] != NULL; i++) {
		text_add(t, i > 0 ? between : "");
		text_add(t, words[i]);
	}
}

static int
check_word(const struct attr *row, const char *s, struct arena *arena,
    enum err_code code, struct err *err)
{
	const char *const *w = row->words;
	char word[SHOWN_MAX];
	const char *near;
	struct text t;

	for (; w != NULL && *w != NULL; w++) {
		if (strcmp(*w, s) == 0)
			return 0;
	}
	if (row->words == NULL)
		return 0;
	near = text_nearest(s, row->words);
	if (near != NULL)
		return err_set(err, code,
		    "%s: unknown word '%s'; did you mean '%s'?", row->name,
		    shown(word, s), near);
	text_begin(&t, arena, err);
	words_print(&t, row->words, ", ");
	if (text_end(&t) == NULL)
		return -1;
	return err_set(err, code, "%s: '%s' is not one of %s", row->name,
	    shown(word, s), text_end(&t));
}

static int
check_shape(const struct attr *row, const struct shape *shape,
    enum err_code code, struct err *err)
{
	char text[SHAPE_TEXT], range[RANGE_TEXT];

	if (shape->rank < 1 || shape->rank > SHAPE_MAX)
		return err_set(err, code,
		    "%s: a shape has 1 to %d dimensions, not %d", row->name,
		    SHAPE_MAX, shape->rank);
	for (int i = 0; i < shape->rank; i++) {
		double dim = (double)shape->dim[i];

		if (dim < row->min || dim > row->max)
			return err_set(err, code,
			    "%s: a dimension of %s is not in %s", row->name,
			    shape_print(text, shape), range_print(range, row));
	}
	return 0;
}

static int
value_check(const struct attr *row, const struct setting *v,
    struct arena *arena, enum err_code code, struct err *err)
{
	char text[32];

	switch (row->type) {
	case ATTR_INT:
		snprintf(text, sizeof(text), "%lld", (long long)v->i);
		return check_number(row, (double)v->i, text, code, err);
	case ATTR_REAL:
		return check_number(
		    row, v->r, text_number(text, v->r), code, err);
	case ATTR_WORD:
		return check_word(row, v->s, arena, code, err);
	case ATTR_SHAPE:
		return check_shape(row, &v->shape, code, err);
	case ATTR_BOOL:
	case ATTR_END:
		break;
	}
	return 0;
}

static int
parse_int(struct setting *v, const char *s)
{
	long long i;

	if (text_to_int(s, &i) < 0)
		return -1;
	v->i = i;
	return 0;
}

/* "0.5" or a fraction, "1/255". */
static int
parse_real(struct setting *v, const char *s)
{
	const char *slash = strchr(s, '/');
	char over[64];
	double under;

	if (slash == NULL)
		return text_to_real(s, &v->r);
	if ((size_t)(slash - s) >= sizeof(over))
		return -1;
	memcpy(over, s, (size_t)(slash - s));
	over[slash - s] = '\0';
	if (text_to_real(over, &v->r) < 0 ||
	    text_to_real(slash + 1, &under) < 0 || under == 0)
		return -1;
	v->r /= under;
	return 0;
}

static int
parse_bool(struct setting *v, const char *s)
{
	static const char *const words[] = { "false", "true", "0", "1" };

	for (int i = 0; i < 4; i++) {
		if (strcmp(words[i], s) == 0) {
			v->i = i % 2;
			return 0;
		}
	}
	return -1;
}

static int
parse_word(struct setting *v, const char *s)
{
	v->s = s;
	return 0;
}

static int
parse_shape(struct setting *v, const char *s)
{
	return shape_parse(&v->shape, s);
}

/* How text becomes a value of each type, and what it is called. */
static const struct {
	int (*parse)(struct setting *v, const char *s);
	const char *what;
	const char *example;
} types[] = {
	[ATTR_INT] = { parse_int, "a whole number", "N" },
	[ATTR_REAL] = { parse_real, "a number", "X" },
	[ATTR_BOOL] = { parse_bool, "true or false", "true|false" },
	[ATTR_WORD] = { parse_word, "a word", "WORD" },
	[ATTR_SHAPE] = { parse_shape, "a shape like 3x3", "SHAPE" },
};

static int
value_parse(const struct attr *row, const char *text, struct setting *v,
    enum err_code code, struct err *err)
{
	char word[SHOWN_MAX];

	*v = (struct setting){ .name = row->name, .type = row->type };
	if (types[row->type].parse(v, text) < 0)
		return err_set(err, code, "%s: '%s' is not %s", row->name,
		    shown(word, text), types[row->type].what);
	return 0;
}

static int
is_whole(double r)
{
	return r >= -0x1p53 && r <= 0x1p53 && r == floor(r);
}

/* A number where another type of number stands in the row, when nothing is
   lost: documents do not tell 1 from 1.0. */
static int
convert_number(
    const struct attr *row, const struct setting *given, struct setting *v)
{
	int64_t i = given->i;

	if (given->type == ATTR_REAL) {
		if (!is_whole(given->r))
			return -1;
		i = (int64_t)given->r;
	} else if (given->type != ATTR_INT) {
		return -1;
	}
	v->i = i;
	v->r = (double)i;
	v->shape = (struct shape){ .rank = 1, .dim = { i } };
	if (row->type == ATTR_BOOL)
		return i == 0 || i == 1 ? 0 : -1;
	return row->type == ATTR_WORD ? -1 : 0;
}

static int
value_from(const struct attr *row, const struct setting *given,
    struct setting *v, struct arena *arena, enum err_code code, struct err *err)
{
	char word[SHOWN_MAX];
	const char *text;

	if (given->type == ATTR_WORD)
		return value_parse(row, given->s, v, code, err);
	*v = *given;
	v->name = row->name;
	v->type = row->type;
	if (given->type == row->type)
		return 0;
	if (convert_number(row, given, v) == 0)
		return 0;
	text = setting_print(given, arena, err);
	if (text == NULL)
		return -1;
	return err_set(err, code, "%s: %s is not %s", row->name,
	    shown(word, text), types[row->type].what);
}

static void *
member(const struct attr *row, void *conf)
{
	return (char *)conf + row->offset;
}

static void
value_store(const struct attr *row, void *conf, const struct setting *v)
{
	int flag = v->i != 0;
	void *to = member(row, conf);

	switch (row->type) {
	case ATTR_INT:
		memcpy(to, &v->i, sizeof(v->i));
		break;
	case ATTR_REAL:
		memcpy(to, &v->r, sizeof(v->r));
		break;
	case ATTR_BOOL:
		memcpy(to, &flag, sizeof(flag));
		break;
	case ATTR_WORD:
		memcpy(to, &v->s, sizeof(v->s));
		break;
	case ATTR_SHAPE:
		memcpy(to, &v->shape, sizeof(v->shape));
		break;
	case ATTR_END:
		break;
	}
}

static void
value_load(const struct attr *row, const void *conf, struct setting *v)
{
	const char *from = (const char *)conf + row->offset;
	int flag = 0;

	*v = (struct setting){ .name = row->name, .type = row->type };
	switch (row->type) {
	case ATTR_INT:
		memcpy(&v->i, from, sizeof(v->i));
		break;
	case ATTR_REAL:
		memcpy(&v->r, from, sizeof(v->r));
		break;
	case ATTR_BOOL:
		memcpy(&flag, from, sizeof(flag));
		v->i = flag != 0;
		break;
	case ATTR_WORD:
		memcpy(&v->s, from, sizeof(v->s));
		break;
	case ATTR_SHAPE:
		memcpy(&v->shape, from, sizeof(v->shape));
		break;
	case ATTR_END:
		break;
	}
}

static int
value_equal(const struct setting *a, const struct setting *b)
{
	switch (a->type) {
	case ATTR_INT:
	case ATTR_BOOL:
		return a->i == b->i;
	case ATTR_REAL:
		return a->r == b->r;
	case ATTR_WORD:
		return strcmp(a->s, b->s) == 0;
	case ATTR_SHAPE:
		return shape_equal(&a->shape, &b->shape);
	case ATTR_END:
		break;
	}
	return 1;
}

/* The row's default; 0 when it has none. */
static int
value_default(const struct attr *row, struct setting *v)
{
	struct err err = { 0 };
	int rc;

	*v = (struct setting){ .name = row->name, .type = row->type };
	if (row->init == NULL)
		return 0;
	rc = value_parse(row, row->init, v, ERR_BUG, &err);
	assert(rc == 0);
	return rc == 0;
}

void
attr_defaults(const struct attr *table, void *conf)
{
	struct setting v;

	for (; table != NULL && table->type != ATTR_END; table++) {
		value_default(table, &v);
		value_store(table, conf, &v);
	}
}

static int
unknown(const struct attr *table, const char *name, struct arena *arena,
    enum err_code code, struct err *err)
{
	const char *names[ROWS_MAX + 1] = { 0 };
	char word[SHOWN_MAX];
	const char *near;
	struct text t;

	for (int i = 0; i < ROWS_MAX && table[i].type != ATTR_END; i++)
		names[i] = table[i].name;
	near = text_nearest(name, names);
	if (near != NULL)
		return err_set(err, code,
		    "unknown setting '%s'; did you mean '%s'?",
		    shown(word, name), near);
	text_begin(&t, arena, err);
	words_print(&t, names, ", ");
	if (text_end(&t) == NULL)
		return -1;
	return err_set(err, code, "unknown setting '%s'; there %s%s",
	    shown(word, name), names[0] == NULL ? "are none" : "is ",
	    text_end(&t));
}

/* Checks v, copies its text, stores it. */
static int
value_set(const struct attr *row, void *conf, struct setting *v,
    struct arena *arena, enum err_code code, struct err *err)
{
	if (value_check(row, v, arena, code, err) < 0)
		return -1;
	if (row->type == ATTR_WORD) {
		v->s = arena_text(arena, v->s, err);
		if (v->s == NULL)
			return -1;
	}
	value_store(row, conf, v);
	return 0;
}

int
attr_parse(const struct attr *table, void *conf, const char *name,
    const char *text, struct arena *arena, enum err_code code, struct err *err)
{
	const struct attr *row = attr_find(table, name);
	struct setting v;

	if (row == NULL)
		return unknown(
		    table != NULL ? table : no_rows, name, arena, code, err);
	if (value_parse(row, text, &v, code, err) < 0)
		return -1;
	return value_set(row, conf, &v, arena, code, err);
}

static int
check_required(const struct attr *table, uint64_t given, enum err_code code,
    struct err *err)
{
	for (int i = 0; table[i].type != ATTR_END; i++) {
		if (table[i].init == NULL && !(given >> i & 1))
			return err_set(err, code,
			    "setting '%s' is missing (%s)", table[i].name,
			    table[i].help != NULL ? table[i].help
						  : "it has no default");
	}
	return 0;
}

int
attr_fill(const struct attr *table, void *conf, const struct settings *s,
    struct arena *arena, enum err_code code, struct err *err)
{
	uint64_t given = 0;
	struct setting v;

	if (table == NULL)
		table = no_rows;
	attr_defaults(table, conf);
	for (int i = 0; i < s->n; i++) {
		const struct attr *row = attr_find(table, s->at[i].name);

		if (row == NULL)
			return unknown(table, s->at[i].name, arena, code, err);
		assert(row - table < ROWS_MAX);
		if (given >> (row - table) & 1)
			return err_set(err, code, "setting '%s' is given twice",
			    row->name);
		given |= UINT64_C(1) << (row - table);
		if (value_from(row, &s->at[i], &v, arena, code, err) < 0 ||
		    value_set(row, conf, &v, arena, code, err) < 0)
			return -1;
	}
	return check_required(table, given, code, err);
}

int
attr_list(const struct attr *table, const void *conf, int only_changed,
    struct settings *out, struct arena *arena, struct err *err)
{
	struct setting usual;
	int n = 0;

	if (table == NULL)
		table = no_rows;
	while (table[n].type != ATTR_END)
		n++;
	out->n = 0;
	out->at = arena_array(arena, (size_t)n, sizeof(*out->at), err);
	if (out->at == NULL)
		return -1;
	for (; table->type != ATTR_END; table++) {
		struct setting *v = &out->at[out->n];

		value_load(table, conf, v);
		if (v->type == ATTR_WORD && v->s == NULL)
			continue;
		if (only_changed && value_default(table, &usual) &&
		    value_equal(v, &usual))
			continue;
		out->n++;
	}
	return 0;
}

char *
setting_print(const struct setting *s, struct arena *arena, struct err *err)
{
	char shape[SHAPE_TEXT], number[32];

	switch (s->type) {
	case ATTR_INT:
		return arena_printf(arena, err, "%lld", (long long)s->i);
	case ATTR_REAL:
		return arena_text(arena, text_number(number, s->r), err);
	case ATTR_BOOL:
		return arena_text(arena, s->i ? "true" : "false", err);
	case ATTR_WORD:
		return arena_text(arena, s->s, err);
	case ATTR_SHAPE:
		return arena_text(arena, shape_print(shape, &s->shape), err);
	case ATTR_END:
		break;
	}
	return arena_text(arena, "", err);
}

char *
attr_describe(const struct attr *row, struct arena *arena, struct err *err)
{
	char range[RANGE_TEXT] = "";
	struct text t;

	text_begin(&t, arena, err);
	text_addf(&t, "%s=", row->name);
	if (row->type == ATTR_WORD && row->words != NULL)
		words_print(&t, row->words, "|");
	else
		text_add(&t, types[row->type].example);
	if (row->type != ATTR_WORD && row->type != ATTR_BOOL)
		range_print(range, row);
	text_addf(&t, " (%s%s", range, range[0] != '\0' ? ", " : "");
	if (row->init != NULL)
		text_addf(&t, "default %s)",
		    row->init[0] != '\0' ? row->init : "none");
	else
		text_add(&t, "required)");
	return text_end(&t);
}
