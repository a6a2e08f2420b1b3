/* The preprocessing chain as words of --pre, and back. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/operand.h"
#include "base/text.h"
#include "pre.h"

enum { SAFE = 80 };

static int
is_key(void *ctx, const char *term, const char *word)
{
	int i;

	(void)ctx;
	for (i = 0; step_kinds[i] != NULL; i++)
		if (strcmp(step_kinds[i]->name, term) == 0)
			return attr_find(step_kinds[i]->attrs, word) != NULL;
	return 0;
}

/* "a/b" is two places when the step has two, else a quotient of numbers. */
static int
slash_places(struct operand *o, const struct step_kind *kind,
    struct arena *arena, struct err *err)
{
	const struct attr *row = kind->attrs;
	char *copy, *slash;
	char number[32];
	double a, b;

	if (o->nplaces != 1 || strchr(o->place[0], '/') == NULL)
		return 0;
	copy = arena_text(arena, o->place[0], err);
	if (copy == NULL)
		return -1;
	slash = strchr(copy, '/');
	*slash = '\0';
	for (; row != NULL && row->type != ATTR_END; row++)
		if (row->place == 2) {
			o->nplaces = 2;
			o->place[0] = copy;
			o->place[1] = slash + 1;
			return 0;
		}
	if (text_to_real(copy, &a) < 0 || text_to_real(slash + 1, &b) < 0 ||
	    b == 0.0 || !isfinite(a / b))
		return 0;
	o->place[0] = arena_text(arena, text_number(number, a / b), err);
	return o->place[0] == NULL ? -1 : 0;
}

static int
parse_step(
    struct json *list, const char *term, struct arena *arena, struct err *err)
{
	struct pre_step step = { 0 };
	struct operand o;
	struct settings s;
	char safe[SAFE];
	int used;

	if (operand_parse(&o, term, arena, err) < 0)
		return -1;
	step.kind = pre_step_find(o.name, ERR_USAGE, err);
	if (step.kind == NULL || slash_places(&o, step.kind, arena, err) < 0)
		return -1;
	if (operand_settings(&o, step.kind->attrs, &s, &used, arena, err) < 0)
		return -1;
	if (used < o.nplaces)
		return err_set(err, ERR_USAGE, "step %s: ':%s' is too much",
		    o.name,
		    text_safe(safe, sizeof(safe), o.place[used],
			strlen(o.place[used])));
	if (pre_step_fill(&step, &s, arena, ERR_USAGE, err) < 0)
		return err_in(err, "step %s", o.name);
	return pre_step_put(list, &step, arena, err);
}

struct json *
pre_parse(const char *list, struct arena *arena, struct err *err)
{
	struct json *document = json_put_array(NULL, NULL, arena, err);
	const char **terms;
	int i, n;

	if (document == NULL || *list == '\0')
		return document;
	if (operand_split(list, is_key, NULL, &terms, &n, arena, err) < 0)
		return NULL;
	if (n > PRE_STEPS_MAX) {
		err_set(err, ERR_USAGE, "%d preprocessing steps: more than %d",
		    n, PRE_STEPS_MAX);
		return NULL;
	}
	for (i = 0; i < n; i++)
		if (parse_step(document, terms[i], arena, err) < 0)
			return NULL;
	return document;
}

/* 1/255 rather than 0.00392..., where that is exactly it. */
static const char *
print_value(const struct setting *v, char number[64], struct arena *arena,
    struct err *err)
{
	double whole;

	if (v->type == ATTR_REAL && v->r > 0.0 && v->r < 1.0) {
		whole = floor(1.0 / v->r + 0.5);
		if (whole < 1e6 && 1.0 / whole == v->r) {
			snprintf(number, 64, "1/%.0f", whole);
			return number;
		}
	}
	return setting_print(v, arena, err);
}

/* Places are always given, keys when they are not the default. */
static void
print_step(struct text *t, const struct pre_step *step, struct arena *arena,
    struct err *err)
{
	const struct attr *row = step->kind->attrs;
	struct settings all = { 0 }, changed = { 0 };
	const char *value, *sign;
	char number[64];
	int i, k;

	text_addf(t, "%s%s", t->len > 0 ? "," : "", step->kind->name);
	if (attr_list(row, step->conf, 0, &all, arena, err) < 0 ||
	    attr_list(row, step->conf, 1, &changed, arena, err) < 0)
		return;
	for (i = 0, k = 0; i < all.n; i++) {
		row = attr_find(step->kind->attrs, all.at[i].name);
		if (k < changed.n && changed.at[k].name == all.at[i].name)
			k++;
		else if (row->place == 0)
			continue;
		value = print_value(&all.at[i], number, arena, err);
		sign = row->place == 1 ? ":" : "/";
		if (value != NULL && row->place > 0)
			text_addf(t, "%s%s", sign, value);
		else if (value != NULL)
			text_addf(t, ",%s=%s", row->name, value);
	}
}

char *
pre_print(const struct json *document, struct arena *arena, struct err *err)
{
	const struct json *e;
	struct pre_step step;
	struct text t;

	text_begin(&t, arena, err);
	for (e = document == NULL ? NULL : document->child; e != NULL;
	     e = e->next) {
		if (pre_step_read(&step, e, arena, ERR_MODEL, err) < 0)
			return NULL;
		print_step(&t, &step, arena, err);
	}
	return err->code == ERR_NONE ? text_end(&t) : NULL;
}
