/* The preprocessing chain as words of --pre and as the document in a model
   file: an array of {"step": NAME, SETTING: VALUE...}, complete. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/operand.h"
#include "base/text.h"
#include "pre.h"

enum { SAFE = 80 };

static const struct step_kind *
step_find(const char *name, enum err_code code, struct err *err)
{
	const char *names[PRE_STEPS_MAX + 1] = { NULL };
	const char *near;
	char safe[SAFE];
	int i;

	for (i = 0; step_kinds[i] != NULL; i++) {
		if (strcmp(step_kinds[i]->name, name) == 0)
			return step_kinds[i];
		if (i < PRE_STEPS_MAX)
			names[i] = step_kinds[i]->name;
	}
	near = text_nearest(name, names);
	err_set(err, code, "no preprocessing step '%s'%s%s%s",
	    text_safe(safe, sizeof(safe), name, strlen(name)),
	    near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
	    near != NULL ? "'?" : "");
	return NULL;
}

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

static struct json *
put_numbers(struct json *object, const char *key, const char *list,
    struct arena *arena, struct err *err)
{
	double v[CHANNELS_MAX];
	int n = number_list(list, v);
	struct json *a = json_put_array(object, key, arena, err);
	int i;

	for (i = 0; a != NULL && i < n; i++)
		if (json_put_real(a, NULL, v[i], arena, err) < 0)
			return NULL;
	return a;
}

static int
put_setting(struct json *object, const struct setting *v, struct arena *arena,
    struct err *err)
{
	double numbers[CHANNELS_MAX];
	struct json *a;
	int i;

	switch (v->type) {
	case ATTR_INT:
		return json_put_int(object, v->name, v->i, arena, err);
	case ATTR_REAL:
		return json_put_real(object, v->name, v->r, arena, err);
	case ATTR_BOOL:
		return json_put_bool(object, v->name, v->i != 0, arena, err);
	case ATTR_WORD:
		if (number_list(v->s, numbers) > 0)
			return put_numbers(object, v->name, v->s, arena, err) ==
				NULL
			    ? -1
			    : 0;
		return json_put_text(object, v->name, v->s, arena, err);
	case ATTR_SHAPE:
		a = json_put_array(object, v->name, arena, err);
		for (i = 0; a != NULL && i < v->shape.rank; i++)
			if (json_put_int(a, NULL, v->shape.dim[i], arena, err) <
			    0)
				return -1;
		return a == NULL ? -1 : 0;
	case ATTR_END:
		break;
	}
	return 0;
}

static int
put_step(struct json *list, const struct pre_step *step, struct arena *arena,
    struct err *err)
{
	struct json *object = json_put_object(list, NULL, arena, err);
	struct settings s = { 0 };
	int i;

	if (object == NULL ||
	    json_put_text(object, "step", step->kind->name, arena, err) < 0 ||
	    attr_list(step->kind->attrs, step->conf, 0, &s, arena, err) < 0)
		return -1;
	for (i = 0; i < s.n; i++)
		if (put_setting(object, &s.at[i], arena, err) < 0)
			return -1;
	return 0;
}

static int
step_settings(struct pre_step *step, const struct settings *s,
    struct arena *arena, enum err_code code, struct err *err)
{
	size_t size = step->kind->conf_size;

	step->conf = arena_alloc(arena, size > 0 ? size : 1, err);
	if (step->conf == NULL ||
	    attr_fill(step->kind->attrs, step->conf, s, arena, code, err) < 0)
		return -1;
	if (step->kind->check != NULL)
		return step->kind->check(step->conf, code, err);
	return 0;
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
	step.kind = step_find(o.name, ERR_USAGE, err);
	if (step.kind == NULL || slash_places(&o, step.kind, arena, err) < 0)
		return -1;
	if (operand_settings(&o, step.kind->attrs, &s, &used, arena, err) < 0)
		return -1;
	if (used < o.nplaces)
		return err_set(err, ERR_USAGE, "step %s: ':%s' is too much",
		    o.name,
		    text_safe(safe, sizeof(safe), o.place[used],
			strlen(o.place[used])));
	if (step_settings(&step, &s, arena, ERR_USAGE, err) < 0)
		return err_in(err, "step %s", o.name);
	return put_step(list, &step, arena, err);
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

static int
read_array(struct setting *v, const struct json *array, int is_shape,
    struct arena *arena, enum err_code code, struct err *err)
{
	const struct json *e;
	char number[32];
	struct text t;

	text_begin(&t, arena, err);
	for (e = array->child; e != NULL; e = e->next) {
		if (e->type == JSON_IS_INT && is_shape)
			text_addf(&t, "%s%lld", t.len > 0 ? "x" : "",
			    (long long)e->i);
		else if (e->type == JSON_IS_INT || e->type == JSON_IS_REAL)
			text_addf(&t, "%s%s", t.len > 0 ? "+" : "",
			    text_number(number,
				e->type == JSON_IS_INT ? (double)e->i : e->r));
		else
			return err_set(
			    err, code, "%s: is no array of numbers", v->name);
	}
	v->type = ATTR_WORD;
	v->s = text_end(&t);
	return v->s == NULL ? -1 : 0;
}

static int
read_setting(struct setting *v, const struct json *member,
    const struct attr *row, struct arena *arena, enum err_code code,
    struct err *err)
{
	*v = (struct setting){ .name = member->key };
	switch (member->type) {
	case JSON_IS_INT:
		v->type = ATTR_INT;
		v->i = member->i;
		return 0;
	case JSON_IS_BOOL:
		v->type = ATTR_BOOL;
		v->i = member->i;
		return 0;
	case JSON_IS_REAL:
		v->type = ATTR_REAL;
		v->r = member->r;
		return 0;
	case JSON_IS_TEXT:
		v->type = ATTR_WORD;
		v->s = member->s;
		if (row == NULL || row->type == ATTR_WORD)
			return 0;
		break;
	case JSON_IS_ARRAY:
		return read_array(v, member,
		    row != NULL && row->type == ATTR_SHAPE, arena, code, err);
	case JSON_IS_NULL:
	case JSON_IS_OBJECT:
		break;
	}
	return err_set(err, code, "%s: has the wrong type", member->key);
}

int
pre_step_read(struct pre_step *step, const struct json *object,
    struct arena *arena, enum err_code code, struct err *err)
{
	const char *name;
	struct settings s = { 0 };
	const struct json *m;

	if (object->type != JSON_IS_OBJECT)
		return err_set(err, code, "a step is not an object");
	if (json_need_text(object, "step", &name, code, err) < 0)
		return -1;
	step->kind = step_find(name, code, err);
	if (step->kind == NULL)
		return -1;
	s.at =
	    arena_array(arena, (size_t)json_length(object), sizeof(*s.at), err);
	if (s.at == NULL)
		return -1;
	for (m = object->child; m != NULL; m = m->next) {
		if (strcmp(m->key, "step") == 0)
			continue;
		if (read_setting(&s.at[s.n++], m,
			attr_find(step->kind->attrs, m->key), arena, code,
			err) < 0)
			return err_in(err, "step %s", step->kind->name);
	}
	if (step_settings(step, &s, arena, code, err) < 0)
		return err_in(err, "step %s", step->kind->name);
	return 0;
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
