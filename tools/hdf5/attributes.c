/* The attributes of an object: one number or one string each. */
#include <string.h>

#include "base/text.h"
#include "hdf5/foreign.h"
#include "hdf5/walk.h"

static int
put_text(struct tree *t, struct h5_object *o, const char *name,
    const struct value *v)
{
	struct texts texts;

	if (value_texts(v, &texts, t->arena, t->err) < 0)
		return -1;
	return h5_put_text(o, name, texts.at[0], t->arena, t->err);
}

/* Integers of any width are i64 in attributes. */
static int
put_number(struct tree *t, struct h5_object *o, const char *name,
    const struct value *v)
{
	struct h5_attr a = { .name = name, .type = v->found->type };
	size_t bytes;
	void *at;

	if (v->found->is_integer)
		a.type.dtype = DTYPE_I64;
	bytes = h5_type_size(a.type);
	at = arena_alloc(t->arena, bytes, t->err);
	if (at == NULL || value_numbers(v, a.type, at, bytes, t->err) < 0)
		return -1;
	a.value = at;
	return h5_put(o, &a, t->arena, t->err);
}

static int
attribute_put(
    struct tree *t, struct h5_object *o, const char *name, hid_t attribute)
{
	struct found found;
	struct value v = { attribute, 1, &found };
	hid_t type = H5Aget_type(attribute);
	hid_t space = H5Aget_space(attribute);
	int rc = found_look(&found, type, space, t->err);

	if (rc == 0 && shape_count(&found.shape) != 1)
		rc = err_set(t->err, ERR_MODEL,
		    "holds %lld values, not one as in a model file",
		    (long long)shape_count(&found.shape));
	if (rc == 0)
		rc = found.is_text ? put_text(t, o, name, &v)
				   : put_number(t, o, name, &v);
	handle_close(space);
	handle_close(type);
	return rc;
}

struct taking {
	struct tree *t;
	struct h5_object *o;
};

static herr_t
take(hid_t object, const char *name, const H5A_info_t *info, void *ctx)
{
	struct taking *k = ctx;
	struct err *err = k->t->err;
	hid_t attribute = H5I_INVALID_HID;
	const char *kept = name_take(name, k->t->arena, err);
	char shown[128];
	int rc = -1;

	(void)info;
	if (kept == NULL)
		return -1;
	attribute = H5Aopen(object, kept, H5P_DEFAULT);
	rc = attribute >= 0 ? attribute_put(k->t, k->o, kept, attribute)
			    : hdf5_failed(err, "cannot be opened");
	handle_close(attribute);
	return rc < 0 ? err_in(err, "attribute '%s'",
			    text_safe(shown, sizeof(shown), kept, strlen(kept)))
		      : 0;
}

int
attributes_take(struct tree *t, hid_t object, struct h5_object *o)
{
	struct taking taking = { t, o };
	hsize_t at = 0;

	if (H5Aiterate2(
		object, H5_INDEX_NAME, H5_ITER_NATIVE, &at, take, &taking) >= 0)
		return 0;
	return hdf5_failed(t->err, "its attributes cannot be read");
}
