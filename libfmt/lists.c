/* What /preprocessing and /lineage list: the rules of their schemas. */
#include <string.h>

#include "base/text.h"
#include "model.h"

/* Types as a set. */
enum {
	NOTHING = 1 << JSON_IS_NULL,
	NUMBER = 1 << JSON_IS_INT | 1 << JSON_IS_REAL,
	WHOLE = 1 << JSON_IS_INT,
	TEXT = 1 << JSON_IS_TEXT,
	SCALAR = 1 << JSON_IS_BOOL | NUMBER | TEXT,
	ARRAY = 1 << JSON_IS_ARRAY,
	OBJECT = 1 << JSON_IS_OBJECT,
};

struct member {
	const char *name;
	unsigned types;
	unsigned below; /* types of its elements or members */
	int needed;
	int (*also)(const struct json *j); /* what else is to be true */
};

static int
is_in(const struct json *j, unsigned types)
{
	return (types >> j->type & 1) != 0;
}

static int
all_in(const struct json *list, unsigned types)
{
	const struct json *j;

	for (j = list->child; j != NULL; j = j->next)
		if (!is_in(j, types))
			return 0;
	return 1;
}

static int
is_some(const struct json *j)
{
	return j->type == JSON_IS_TEXT ? j->s[0] != '\0' : j->child != NULL;
}

static int
are_some(const struct json *list)
{
	const struct json *j;

	for (j = list->child; j != NULL; j = j->next)
		if (!is_some(j))
			return 0;
	return is_some(list);
}

static int
is_from_nought(const struct json *j)
{
	return j->i >= 0;
}

static int
is_from_one(const struct json *j)
{
	return j->i >= 1;
}

static int
is_from_two(const struct json *j)
{
	return j->i >= 2;
}

static int
is_digest(const struct json *j)
{
	return strlen(j->s) == FMT_HEX - 1 &&
	    strspn(j->s, "0123456789abcdef") == FMT_HEX - 1;
}

static int
are_digests(const struct json *list)
{
	const struct json *j;

	for (j = list->child; j != NULL; j = j->next)
		if (!is_digest(j))
			return 0;
	return is_some(list);
}

/* a, a_1: as the kinds, losses, steps... are called. */
static int
is_word(const struct json *j)
{
	return j->s[0] >= 'a' && j->s[0] <= 'z' &&
	    j->s[strspn(j->s, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

/* No list, or one that holds something. */
static int
is_no_empty_list(const struct json *j)
{
	return j->type != JSON_IS_ARRAY || j->child != NULL;
}

/* What lists among the values hold is plain. */
static int
lists_are_plain(const struct json *object)
{
	const struct json *j;

	for (j = object->child; j != NULL; j = j->next)
		if (!all_in(j, SCALAR))
			return 0;
	return 1;
}

static const struct member record_members[] = {
	{ "base", TEXT, 0, 0, is_digest },
	{ "data", TEXT, 0, 0, is_digest },
	{ "elsewhere", ARRAY, TEXT, 0, are_some },
	{ "layers", ARRAY, TEXT, 0, NULL },
	{ "members", ARRAY, TEXT, 0, are_digests },
	{ "metrics", OBJECT, NUMBER | NOTHING, 0, NULL },
	{ "numerics", TEXT, 0, 0, is_some },
	{ "operands", WHOLE, 0, 0, is_from_two },
	{ "options", OBJECT, SCALAR | ARRAY, 1, lists_are_plain },
	{ "order", ARRAY, TEXT, 0, are_some },
	{ "parent", TEXT, 0, 0, is_digest },
	{ "seed", WHOLE, 0, 0, NULL },
	{ "threads", WHOLE, 0, 0, is_from_one },
	{ "time", WHOLE, 0, 0, is_from_nought },
	{ "tool", TEXT, 0, 1, is_some },
	{ "val", TEXT, 0, 0, is_digest },
	{ "val_operands", WHOLE, 0, 0, is_from_two },
	{ "version", TEXT, 0, 1, is_some },
	{ 0 },
};

static const struct member step_members[] = {
	{ "step", TEXT, 0, 1, is_word },
	{ 0 },
};

/* A setting of a step, which knows it. */
static const struct member setting = { "", SCALAR | ARRAY, NUMBER, 0,
	is_no_empty_list };

static int
member_ok(const struct member *m, const struct json *j)
{
	return is_in(j, m->types) && all_in(j, m->below) &&
	    (m->also == NULL || m->also(j));
}

static const struct member *
member_find(const struct member *table, const char *name)
{
	for (; table->name != NULL; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

/* others: the rule of members that the table does not have; NULL: there are
   none. */
static int
element_check(const struct json *e, const struct member *table,
    const struct member *others, struct err *err)
{
	const struct member *m;
	const struct json *j;
	char shown[64];

	if (e->type != JSON_IS_OBJECT)
		return fmt_refuse(err, RULE_SCHEMA, "is no object");
	for (m = table; m->name != NULL; m++)
		if (m->needed && json_get(e, m->name) == NULL)
			return fmt_refuse(
			    err, RULE_SCHEMA, "%s: is missing", m->name);
	for (j = e->child; j != NULL; j = j->next) {
		m = member_find(table, j->key);
		m = m != NULL ? m : others;
		if (m == NULL || !member_ok(m, j))
			return fmt_refuse(err, RULE_SCHEMA, "%s: is %s",
			    text_safe(
				shown, sizeof(shown), j->key, strlen(j->key)),
			    m == NULL ? "unknown" : "not what belongs there");
	}
	return 0;
}

static int
list_check(const struct json *list, const char *what,
    const struct member *table, const struct member *others, struct err *err)
{
	const struct json *e;
	int i = 0;

	for (e = list->child; e != NULL; e = e->next) {
		i++;
		if (element_check(e, table, others, err) < 0)
			return err_in(err, "%s %d", what, i);
	}
	return 0;
}

int
steps_check(const struct json *steps, struct err *err)
{
	return list_check(steps, "step", step_members, &setting, err);
}

int
records_check(const struct json *records, struct err *err)
{
	return list_check(records, "record", record_members, NULL, err);
}
