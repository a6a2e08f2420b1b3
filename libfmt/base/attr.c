/* Named settings described by a table: parse, check, default, list.

   Whatever a setting comes from, it first becomes a struct setting of its
   row's type, is checked against the row, and then stored in the member that
   the row names. */
#include <assert.h>
#include <string.h>

#include "base/setting.h"

enum { ROWS_MAX = 64 }; /* of a table */

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
	rc = setting_parse(row, row->init, v, ERR_BUG, &err);
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
	char word[SETTING_SHOWN];
	const char *near;
	struct text t;

	for (int i = 0; i < ROWS_MAX && table[i].type != ATTR_END; i++)
		names[i] = table[i].name;
	near = text_nearest(name, names);
	if (near != NULL)
		return err_set(err, code,
		    "unknown setting '%s'; did you mean '%s'?",
		    setting_shown(word, name), near);
	if (names[0] == NULL)
		return err_set(err, code,
		    "unknown setting '%s' (there are none)",
		    setting_shown(word, name));
	text_begin(&t, arena, err);
	setting_words(&t, names, ", ");
	if (text_end(&t) == NULL)
		return -1;
	return err_set(err, code, "unknown setting '%s' (known: %s)",
	    setting_shown(word, name), text_end(&t));
}

/* Checks v, copies its text, stores it. */
static int
value_set(const struct attr *row, void *conf, struct setting *v,
    struct arena *arena, enum err_code code, struct err *err)
{
	if (setting_check(row, v, arena, code, err) < 0)
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
	if (setting_parse(row, text, &v, code, err) < 0)
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
		if (setting_from(row, &s->at[i], &v, arena, code, err) < 0 ||
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
