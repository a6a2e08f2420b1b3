/* Trees of groups, datasets and attributes in memory. */
#include <string.h>

#include "base/text.h"
#include "h5.h"
#include "rule.h"

size_t
h5_type_size(struct h5_type type)
{
	return type.text > 0 ? type.text : dtype_size(type.dtype);
}

/* From the end to the front: an object knows what is above it. */
const char *
h5_path(const struct h5_object *o, struct arena *arena, struct err *err)
{
	const struct h5_object *above;
	size_t n = 0, k;
	char *path;

	if (o->parent == NULL)
		return "/";
	for (above = o; above->parent != NULL; above = above->parent)
		n += 1 + strlen(above->name);
	path = arena_alloc(arena, n + 1, err);
	for (; path != NULL && o->parent != NULL; o = o->parent) {
		k = strlen(o->name);
		n -= k + 1;
		path[n] = '/';
		memcpy(path + n + 1, o->name, k);
	}
	return path;
}

/* The index of the first link whose name is not below name. */
static int
link_place(const struct h5_object *group, const char *name)
{
	int lo = 0;
	int hi = group->nlinks;

	while (lo < hi) {
		int mid = lo + (hi - lo) / 2;

		if (strcmp(group->links[mid]->name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct h5_object *
h5_find(const struct h5_object *group, const char *name)
{
	int i = link_place(group, name);

	if (i == group->nlinks || strcmp(group->links[i]->name, name) != 0)
		return NULL;
	return group->links[i];
}

struct h5_object *
h5_at(const struct h5_object *group, const char *path)
{
	struct h5_object *o = NULL;
	char name[NAME_MAX_BYTES + 1];
	size_t n;

	for (; *path != '\0'; path += path[n] == '/' ? n + 1 : n) {
		n = strcspn(path, "/");
		if (group == NULL || n > NAME_MAX_BYTES)
			return NULL;
		memcpy(name, path, n);
		name[n] = '\0';
		group = o = h5_find(group, name);
	}
	return o;
}

/* Room for one more element of size bytes in an array of n. */
static int
room(void *array, int n, int *have, size_t size, struct arena *arena,
    struct err *err)
{
	void **old = array;
	void *wider;

	if (n < *have)
		return 0;
	wider =
	    arena_array(arena, *have == 0 ? 8 : 2 * (size_t)*have, size, err);
	if (wider == NULL)
		return -1;
	if (n > 0)
		memcpy(wider, *old, (size_t)n * size);
	*old = wider;
	*have = *have == 0 ? 8 : 2 * *have;
	return 0;
}

struct h5_object *
h5_root(struct arena *arena, struct err *err)
{
	struct h5_object *o = arena_alloc(arena, sizeof(*o), err);

	if (o != NULL) {
		o->name = "";
		o->is_group = 1;
	}
	return o;
}

/* A link of that name in its place, to be filled by the caller. */
struct h5_object *
h5_add(struct h5_object *parent, const char *name, struct arena *arena,
    struct err *err)
{
	int i = link_place(parent, name);
	struct h5_object *o;

	if (!parent->is_group || !h5_name_ok(name, strlen(name)) ||
	    (i < parent->nlinks && strcmp(parent->links[i]->name, name) == 0)) {
		char shown[128];

		fmt_refuse(err, RULE_NAME, "%s '%s' in a model file",
		    !parent->is_group || h5_name_ok(name, strlen(name))
			? "two things named"
			: "impossible name",
		    text_safe(shown, sizeof(shown), name, strlen(name)));
		return NULL;
	}
	if (room(&parent->links, parent->nlinks, &parent->links_room,
		sizeof(struct h5_object *), arena, err) < 0 ||
	    (o = arena_alloc(arena, sizeof(*o), err)) == NULL ||
	    (o->name = arena_text(arena, name, err)) == NULL)
		return NULL;
	memmove(&parent->links[i + 1], &parent->links[i],
	    (size_t)(parent->nlinks - i) * sizeof(parent->links[0]));
	parent->links[i] = o;
	parent->nlinks++;
	o->parent = parent;
	return o;
}

struct h5_object *
h5_group(struct h5_object *parent, const char *name, struct arena *arena,
    struct err *err)
{
	struct h5_object *o = h5_add(parent, name, arena, err);

	if (o != NULL)
		o->is_group = 1;
	return o;
}

struct h5_object *
h5_groups(struct h5_object *parent, const char *path, struct arena *arena,
    struct err *err)
{
	while (parent != NULL && *path != '\0') {
		size_t n = strcspn(path, "/");
		const char *name = arena_text_n(arena, path, n, err);
		struct h5_object *next;

		if (name == NULL)
			return NULL;
		next = h5_find(parent, name);
		if (next == NULL || !next->is_group)
			next = h5_group(parent, name, arena, err);
		parent = next;
		path += path[n] == '/' ? n + 1 : n;
	}
	return parent;
}

struct h5_object *
h5_dataset(struct h5_object *parent, const char *name, struct h5_type type,
    const struct shape *shape, const void *data, struct arena *arena,
    struct err *err)
{
	int64_t count = shape_count(shape);
	struct h5_object *o;
	size_t bytes;

	if (count < 0 ||
	    __builtin_mul_overflow((size_t)count, h5_type_size(type), &bytes)) {
		fmt_refuse(err, RULE_SHAPE, "%s: impossible shape", name);
		return NULL;
	}
	o = h5_add(parent, name, arena, err);
	if (o == NULL)
		return NULL;
	o->type = type;
	o->shape = *shape;
	o->data = data;
	o->bytes = bytes;
	return o;
}

static int
copy_one(struct h5_object *to, const struct h5_object *from,
    struct arena *arena, struct err *err)
{
	struct h5_object *o;

	if (from->is_group)
		o = h5_group(to, from->name, arena, err);
	else
		o = h5_dataset(to, from->name, from->type, &from->shape,
		    from->data, arena, err);
	return o == NULL ? -1 : h5_copy(o, from, arena, err);
}

int
h5_copy(struct h5_object *to, const struct h5_object *from, struct arena *arena,
    struct err *err)
{
	int i;

	for (i = 0; i < from->nattrs; i++)
		if (h5_put(to, &from->attrs[i], arena, err) < 0)
			return -1;
	for (i = 0; i < from->nlinks; i++)
		if (copy_one(to, from->links[i], arena, err) < 0)
			return -1;
	return 0;
}

void
h5_drop(struct h5_object *group, const char *name)
{
	int i = link_place(group, name);

	if (i == group->nlinks || strcmp(group->links[i]->name, name) != 0)
		return;
	group->nlinks--;
	memmove(&group->links[i], &group->links[i + 1],
	    (size_t)(group->nlinks - i) * sizeof(group->links[0]));
}

const struct h5_attr *
h5_get(const struct h5_object *o, const char *name)
{
	int i;

	for (i = 0; i < o->nattrs; i++)
		if (strcmp(o->attrs[i].name, name) == 0)
			return &o->attrs[i];
	return NULL;
}

int
h5_put(struct h5_object *o, const struct h5_attr *attr, struct arena *arena,
    struct err *err)
{
	int i = 0;

	while (i < o->nattrs && strcmp(o->attrs[i].name, attr->name) < 0)
		i++;
	if (i < o->nattrs && strcmp(o->attrs[i].name, attr->name) == 0) {
		o->attrs[i] = *attr;
		return 0;
	}
	if (o->nattrs == H5_ATTRS_MAX)
		return fmt_refuse(err, RULE_ATTRIBUTE_LIMITS,
		    "more than %d attributes of one object", H5_ATTRS_MAX);
	if (room(&o->attrs, o->nattrs, &o->attrs_room, sizeof(*o->attrs), arena,
		err) < 0)
		return -1;
	memmove(&o->attrs[i + 1], &o->attrs[i],
	    (size_t)(o->nattrs - i) * sizeof(*o->attrs));
	o->attrs[i] = *attr;
	o->nattrs++;
	return 0;
}

/* An empty text is one NUL: no string of HDF5 has no bytes. */
int
h5_put_text(struct h5_object *o, const char *name, const char *value,
    struct arena *arena, struct err *err)
{
	size_t n = strlen(value);
	struct h5_attr a = { .name = name };

	if (n > H5_ATTR_BYTES_MAX || !h5_utf8_ok(value, n))
		return fmt_refuse(err, RULE_ATTRIBUTE_LIMITS,
		    n > H5_ATTR_BYTES_MAX ? "%s: longer than %d bytes"
					  : "%s: is not valid UTF-8",
		    name, H5_ATTR_BYTES_MAX);
	a.type.text = n > 0 ? (uint32_t)n : 1;
	a.value = arena_text_n(arena, value, n, err);
	return a.value == NULL ? -1 : h5_put(o, &a, arena, err);
}

int
h5_put_int(struct h5_object *o, const char *name, int64_t value,
    struct arena *arena, struct err *err)
{
	struct h5_attr a = { .name = name, .type = { .dtype = DTYPE_I64 } };
	int64_t *copy = arena_alloc(arena, sizeof(*copy), err);

	if (copy == NULL)
		return -1;
	*copy = value;
	a.value = copy;
	return h5_put(o, &a, arena, err);
}

const char *
h5_need_text(const struct h5_object *o, const char *name, struct arena *arena,
    struct err *err)
{
	const struct h5_attr *a = h5_get(o, name);

	if (a == NULL || a->type.text == 0) {
		fmt_refuse(err, RULE_ATTRIBUTES, "attribute '%s' is %s", name,
		    a == NULL ? "missing" : "not a string");
		return NULL;
	}
	return arena_text_n(
	    arena, a->value, strnlen(a->value, a->type.text), err);
}

int
h5_need_int(const struct h5_object *o, const char *name, int64_t *value,
    struct err *err)
{
	const struct h5_attr *a = h5_get(o, name);

	if (a == NULL || a->type.text > 0 || a->type.dtype != DTYPE_I64)
		return fmt_refuse(err, RULE_ATTRIBUTES, "attribute '%s' is %s",
		    name, a == NULL ? "missing" : "not an integer");
	memcpy(value, a->value, sizeof(*value));
	return 0;
}

int
h5_walk(struct h5_object *o, int (*visit)(struct h5_object *o, void *ctx),
    void *ctx)
{
	int rc = visit(o, ctx);
	int i;

	for (i = 0; i < o->nlinks && rc == 0; i++)
		rc = h5_walk(o->links[i], visit, ctx);
	return rc;
}
