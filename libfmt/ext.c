/* /ext: anyone's own additions, which go with a model unread; what is added to
   them and taken away here is whole files and whole owners. */
#include <string.h>

#include "model.h"

/* What is there, to be changed: its numbers stay where they are. */
static struct h5_object *
ext_copy(const struct fmt_model *m, struct arena *arena, struct err *err)
{
	struct h5_object *ext = h5_root(arena, err);

	if (ext == NULL ||
	    (m->ext != NULL && h5_copy(ext, m->ext, arena, err) < 0))
		return NULL;
	return ext;
}

int
fmt_ext_put(struct fmt_model *m, const char *path, const void *bytes, size_t n,
    struct arena *arena, struct err *err)
{
	struct h5_type u8 = { .dtype = DTYPE_U8 };
	struct shape shape = { 1, { (int64_t)n } };
	const char *slash = strrchr(path, '/');
	struct h5_object *ext, *at;
	const char *above;

	if (slash == NULL || slash == path || slash[-1] == '/' ||
	    slash[1] == '\0')
		return err_set(err, ERR_USAGE,
		    "'%s' is no place under /ext; write OWNER/NAME", path);
	above = arena_text_n(arena, path, (size_t)(slash - path), err);
	if (above == NULL || (ext = ext_copy(m, arena, err)) == NULL ||
	    (at = h5_groups(ext, above, arena, err)) == NULL)
		return -1;
	h5_drop(at, slash + 1);
	if (h5_dataset(at, slash + 1, u8, &shape, bytes, arena, err) == NULL)
		return -1;
	m->ext = ext;
	return 0;
}

int
fmt_ext_drop(struct fmt_model *m, const char *owner, struct arena *arena,
    struct err *err)
{
	struct h5_object *ext;

	if (m->ext == NULL || h5_find(m->ext, owner) == NULL)
		return 0;
	if ((ext = ext_copy(m, arena, err)) == NULL)
		return -1;
	h5_drop(ext, owner);
	m->ext = ext->nlinks > 0 ? ext : NULL;
	return 1;
}

static int
same_value(struct h5_type a, struct h5_type b)
{
	return a.text == b.text && a.dtype == b.dtype;
}

/* The next attribute but the digests, which what was not written yet has not. */
static const struct h5_attr *
next_attr(const struct h5_object *o, int *i)
{
	for (; *i < o->nattrs; ++*i) {
		const struct h5_attr *a = &o->attrs[*i];

		if (o->is_group ||
		    (strcmp(a->name, "sha256") != 0 &&
			strcmp(a->name, "xxh3") != 0))
			return &o->attrs[(*i)++];
	}
	return NULL;
}

static int
same_attrs(const struct h5_object *a, const struct h5_object *b)
{
	int i = 0, k = 0;

	for (;;) {
		const struct h5_attr *x = next_attr(a, &i);
		const struct h5_attr *y = next_attr(b, &k);

		if (x == NULL || y == NULL)
			return x == y;
		if (strcmp(x->name, y->name) != 0 ||
		    !same_value(x->type, y->type) ||
		    memcmp(x->value, y->value, h5_type_size(x->type)) != 0)
			return 0;
	}
}

/* Trees are at most H5_DEPTH_MAX deep. */
static int
same_object(const struct h5_object *a, const struct h5_object *b)
{
	int i;

	if (a->is_group != b->is_group || a->nlinks != b->nlinks ||
	    strcmp(a->name, b->name) != 0 || !same_attrs(a, b))
		return 0;
	if (!a->is_group &&
	    (!same_value(a->type, b->type) ||
		!shape_equal(&a->shape, &b->shape) ||
		(a->bytes > 0 && memcmp(a->data, b->data, a->bytes) != 0)))
		return 0;
	for (i = 0; i < a->nlinks; i++)
		if (!same_object(a->links[i], b->links[i]))
			return 0;
	return 1;
}

int
fmt_ext_same(const struct fmt_model *a, const struct fmt_model *b)
{
	int i;

	if (a->ext == NULL || b->ext == NULL)
		return a->ext == b->ext;
	if (a->ext->nlinks != b->ext->nlinks)
		return 0;
	for (i = 0; i < a->ext->nlinks; i++)
		if (!same_object(a->ext->links[i], b->ext->links[i]))
			return 0;
	return 1;
}
