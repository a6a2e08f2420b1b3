/* Documents read: members by name and type, flat objects as settings. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

const struct json *
json_get(const struct json *object, const char *key)
{
	const struct json *m;

	if (object == NULL || object->type != JSON_IS_OBJECT)
		return NULL;
	for (m = object->child; m != NULL; m = m->next)
		if (strcmp(m->key, key) == 0)
			return m;
	return NULL;
}

int
json_length(const struct json *j)
{
	const struct json *m;
	int n = 0;

	for (m = j->child; m != NULL; m = m->next)
		n++;
	return n;
}

/* The member, or NULL with an error when it is missing. */
static const struct json *
need(const struct json *object, const char *key, enum err_code code,
    struct err *err)
{
	const struct json *m = json_get(object, key);

	if (m == NULL)
		err_set(err, code, "%s: is missing", key);
	return m;
}

int
json_need_int(const struct json *object, const char *key, int64_t *v,
    enum err_code code, struct err *err)
{
	const struct json *m = need(object, key, code, err);

	if (m == NULL)
		return -1;
	if (m->type != JSON_IS_INT)
		return err_set(err, code, "%s: is not an integer", key);
	*v = m->i;
	return 0;
}

int
json_need_real(const struct json *object, const char *key, double *v,
    enum err_code code, struct err *err)
{
	const struct json *m = need(object, key, code, err);

	if (m == NULL)
		return -1;
	if (m->type == JSON_IS_REAL)
		*v = m->r;
	else if (m->type == JSON_IS_INT)
		*v = (double)m->i;
	else if (m->type == JSON_IS_NULL)
		*v = NAN;
	else
		return err_set(err, code, "%s: is not a number", key);
	return 0;
}

int
json_need_text(const struct json *object, const char *key, const char **v,
    enum err_code code, struct err *err)
{
	const struct json *m = need(object, key, code, err);

	if (m == NULL)
		return -1;
	if (m->type != JSON_IS_TEXT)
		return err_set(err, code, "%s: is not a string", key);
	*v = m->s;
	return 0;
}

static int
listed(const char *const *names, const char *name)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return 1;
	return 0;
}

int
json_only(const struct json *object, const char *const *names,
    enum err_code code, struct err *err)
{
	const struct json *m;
	char shown[128];

	if (object->type != JSON_IS_OBJECT)
		return err_set(err, code, "is not an object");
	for (m = object->child; m != NULL; m = m->next)
		if (!listed(names, m->key))
			return err_set(err, code, "unknown member '%s'",
			    text_safe(
				shown, sizeof(shown), m->key, strlen(m->key)));
	return 0;
}

/* Settings. */

static int
to_shape(const struct json *array, struct shape *shape)
{
	const struct json *e;

	shape->rank = 0;
	for (e = array->child; e != NULL; e = e->next) {
		if (e->type != JSON_IS_INT || shape->rank == SHAPE_MAX)
			return -1;
		shape->dim[shape->rank++] = e->i;
	}
	return shape->rank > 0 ? 0 : -1;
}

static int
to_setting(const struct json *m, struct setting *s, enum err_code code,
    struct err *err)
{
	char shown[128];

	s->name = m->key;
	s->exact = 1;
	switch (m->type) {
	case JSON_IS_INT:
		s->type = ATTR_INT;
		s->i = m->i;
		return 0;
	case JSON_IS_BOOL:
		s->type = ATTR_BOOL;
		s->i = m->i;
		return 0;
	case JSON_IS_REAL:
	case JSON_IS_NULL:
		s->type = ATTR_REAL;
		s->r = m->type == JSON_IS_NULL ? NAN : m->r;
		return 0;
	case JSON_IS_TEXT:
		s->type = ATTR_WORD;
		s->s = m->s;
		return 0;
	case JSON_IS_ARRAY:
		s->type = ATTR_SHAPE;
		if (to_shape(m, &s->shape) == 0)
			return 0;
		break;
	case JSON_IS_OBJECT:
		break;
	}
	return err_set(err, code,
	    "setting '%s' is not a number, true, false, a string or a shape",
	    text_safe(shown, sizeof(shown), m->key, strlen(m->key)));
}

int
json_to_settings(const struct json *object, struct settings *out,
    struct arena *arena, enum err_code code, struct err *err)
{
	const struct json *m;

	if (object->type != JSON_IS_OBJECT)
		return err_set(err, code, "settings are not an object");
	out->n = 0;
	out->at = arena_array(
	    arena, (size_t)json_length(object), sizeof(*out->at), err);
	if (out->at == NULL)
		return -1;
	for (m = object->child; m != NULL; m = m->next)
		if (to_setting(m, &out->at[out->n++], code, err) < 0)
			return -1;
	return 0;
}

static int
put_shape(struct json *parent, const struct setting *s, struct arena *arena,
    struct err *err)
{
	struct json *array = json_put_array(parent, s->name, arena, err);
	int i;

	if (array == NULL)
		return -1;
	for (i = 0; i < s->shape.rank; i++)
		if (json_put_int(array, NULL, s->shape.dim[i], arena, err) < 0)
			return -1;
	return 0;
}

static int
put_setting(struct json *parent, const struct setting *s, struct arena *arena,
    struct err *err)
{
	switch (s->type) {
	case ATTR_INT:
		return json_put_int(parent, s->name, s->i, arena, err);
	case ATTR_BOOL:
		return json_put_bool(parent, s->name, s->i != 0, arena, err);
	case ATTR_REAL:
		return json_put_real(parent, s->name, s->r, arena, err);
	case ATTR_WORD:
		/* A word that was never set is left out. */
		return s->s == NULL
		    ? 0
		    : json_put_text(parent, s->name, s->s, arena, err);
	case ATTR_SHAPE:
		return put_shape(parent, s, arena, err);
	case ATTR_END:
		break;
	}
	return err_set(err, ERR_BUG, "setting '%s' has no type", s->name);
}

struct json *
json_from_settings(struct json *parent, const char *key,
    const struct settings *s, struct arena *arena, struct err *err)
{
	struct json *object = json_put_object(parent, key, arena, err);
	int i;

	for (i = 0; object != NULL && i < s->n; i++)
		if (put_setting(object, &s->at[i], arena, err) < 0)
			return NULL;
	return object;
}
