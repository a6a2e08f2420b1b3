/* The preprocessing chain as the document in a model file: an array of
   {"step": NAME, SETTING: VALUE...}, each setting given. */
#include <string.h>

#include "base/text.h"
#include "pre.h"

enum { SAFE = 80 };

const struct step_kind *
pre_step_find(const char *name, enum err_code code, struct err *err)
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

int
pre_step_put(struct json *list, const struct pre_step *step,
    struct arena *arena, struct err *err)
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

int
pre_step_fill(struct pre_step *step, const struct settings *s,
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
read_shape(struct setting *v, const struct json *array, enum err_code code,
    struct err *err)
{
	const struct json *e;

	v->type = ATTR_SHAPE;
	for (e = array->child; e != NULL; e = e->next) {
		if (e->type != JSON_IS_INT || v->shape.rank == SHAPE_MAX)
			return err_set(err, code, "%s: is no shape", v->name);
		v->shape.dim[v->shape.rank++] = e->i;
	}
	return 0;
}

static int
read_numbers(struct setting *v, const struct json *array, struct arena *arena,
    enum err_code code, struct err *err)
{
	const struct json *e;
	char number[32];
	struct text t;

	text_begin(&t, arena, err);
	for (e = array->child; e != NULL; e = e->next) {
		if (e->type != JSON_IS_INT && e->type != JSON_IS_REAL)
			return err_set(
			    err, code, "%s: is no array of numbers", v->name);
		text_addf(&t, "%s%s", t.len > 0 ? "+" : "",
		    text_number(
			number, e->type == JSON_IS_INT ? (double)e->i : e->r));
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
	double numbers[CHANNELS_MAX];

	*v = (struct setting){ .name = member->key, .exact = 1 };
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
		/* Numbers are an array. */
		if (row == NULL ||
		    (row->type == ATTR_WORD && number_list(v->s, numbers) <= 0))
			return 0;
		break;
	case JSON_IS_ARRAY:
		return row != NULL && row->type == ATTR_SHAPE
		    ? read_shape(v, member, code, err)
		    : read_numbers(v, member, arena, code, err);
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
	step->kind = pre_step_find(name, code, err);
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
	if (pre_step_fill(step, &s, arena, code, err) < 0)
		return err_in(err, "step %s", step->kind->name);
	return 0;
}
