/* From the root down every link, to a tree of the same names without data. */
#include <string.h>

#include "hdf5/walk.h"

/* Objects by their address: what a second link leads to again. */
struct seen {
	haddr_t address;
	struct h5_object *object;
};

enum { SEEN = 1 << 19 }; /* more than twice H5_OBJECTS_MAX */

struct walk {
	struct tree *t;
	struct seen *seen;
	int objects;
	int located; /* the error says where */
};

/* The place of an address: the object, or where it will be. */
static struct seen *
seen_find(struct walk *w, haddr_t address)
{
	uint64_t i = address * UINT64_C(0x9e3779b97f4a7c15) >> 45;

	while (w->seen[i].object != NULL && w->seen[i].address != address)
		i = (i + 1) % SEEN;
	return &w->seen[i];
}

/* A further link is a tie of tensors, or nothing that a model file has. */
static int
tie(struct walk *w, struct h5_object *parent, const char *name,
    struct h5_object *first)
{
	struct tree *t = w->t;
	const char *path = h5_path(first, t->arena, t->err);
	struct h5_object *o;
	const struct h5_object *top = parent;

	while (top->parent != NULL && top->parent->parent != NULL)
		top = top->parent;
	if (path == NULL)
		return -1;
	if (first->is_group || strcmp(top->name, "weights") != 0 ||
	    strncmp(path, "/weights/", 9) != 0)
		return err_set(t->err, ERR_MODEL,
		    "is another name of %s; only tensors under /weights may "
		    "have two",
		    path);
	o = h5_add(parent, name, t->arena, t->err);
	if (o == NULL)
		return -1;
	o->same = first;
	return 0;
}

/* The path of what a link in a group leads to. */
static const char *
path_below(struct tree *t, const struct h5_object *group, const char *name)
{
	const char *above = h5_path(group, t->arena, t->err);

	if (above == NULL)
		return NULL;
	return arena_printf(t->arena, t->err, "%s/%s",
	    group->parent == NULL ? "" : above, name);
}

static struct h5_object *
dataset_take(
    struct tree *t, hid_t id, struct h5_object *parent, const char *name)
{
	const char *path = path_below(t, parent, name);
	struct piece piece;
	struct h5_type type;
	struct shape shape;

	if (path == NULL || piece_look(t, id, path, &piece) < 0 ||
	    piece_measure(t, &piece, &type, &shape) < 0)
		return NULL;
	t->datasets++;
	t->packed += piece.packed;
	return h5_dataset(parent, name, type, &shape, NULL, t->arena, t->err);
}

static int group_take(
    struct walk *w, hid_t group, struct h5_object *to, int depth);

static int
object_take(struct walk *w, hid_t id, struct h5_object *parent,
    const char *name, int depth)
{
	struct tree *t = w->t;
	struct h5_object *o;
	struct seen *seen;
	H5O_info_t info;

	if (H5Oget_info(id, &info) < 0)
		return hdf5_failed(t->err, "cannot be looked at");
	seen = seen_find(w, info.addr);
	if (seen->object != NULL)
		return tie(w, parent, name, seen->object);
	if (++w->objects > H5_OBJECTS_MAX || depth > H5_DEPTH_MAX)
		return err_set(t->err, ERR_MODEL, "%s",
		    depth > H5_DEPTH_MAX ? "is nested too deep"
					 : "is one object too many");
	if (info.type != H5O_TYPE_GROUP && info.type != H5O_TYPE_DATASET)
		return err_set(t->err, ERR_MODEL,
		    "is a named type, which a model file does not have");
	o = info.type == H5O_TYPE_GROUP
	    ? h5_group(parent, name, t->arena, t->err)
	    : dataset_take(t, id, parent, name);
	if (o == NULL)
		return -1;
	*seen = (struct seen){ info.addr, o };
	if (attributes_take(t, id, o) < 0)
		return -1;
	return o->is_group ? group_take(w, id, o, depth) : 0;
}

/* The deepest says where. */
static int
where(struct walk *w, const struct h5_object *group, const char *name)
{
	const char *path = path_below(w->t, group, name);

	if (!w->located)
		err_in(w->t->err, "%s", path != NULL ? path : name);
	w->located = 1;
	return -1;
}

static int
link_take(struct walk *w, hid_t group, struct h5_object *to, const char *name,
    int depth)
{
	hid_t id = H5Oopen(group, name, H5P_DEFAULT);
	int rc = id >= 0 ? object_take(w, id, to, name, depth + 1)
			 : hdf5_failed(w->t->err, "cannot be opened");

	handle_close(id);
	return rc < 0 ? where(w, to, name) : 0;
}

static int
group_take(struct walk *w, hid_t group, struct h5_object *to, int depth)
{
	struct names names = { .arena = w->t->arena, .err = w->t->err };

	if (names_take(&names, group) < 0)
		return -1;
	for (int i = 0; i < names.n; i++)
		if (link_take(w, group, to, names.at[i], depth) < 0)
			return -1;
	return 0;
}

static int
root_take(struct walk *w, hid_t root)
{
	struct tree *t = w->t;
	H5O_info_t info;

	t->root = h5_root(t->arena, t->err);
	w->seen = arena_slab(t->arena, SEEN * sizeof(*w->seen), t->err);
	if (t->root == NULL || w->seen == NULL)
		return -1;
	if (H5Oget_info(root, &info) < 0)
		return hdf5_failed(t->err, "cannot be looked at");
	*seen_find(w, info.addr) = (struct seen){ info.addr, t->root };
	if (attributes_take(t, root, t->root) < 0)
		return err_in(t->err, "/");
	return group_take(w, root, t->root, 0);
}

int
tree_walk(struct tree *t)
{
	struct walk w = { .t = t };
	hid_t root = H5Oopen(t->file, "/", H5P_DEFAULT);
	int rc = root >= 0 ? root_take(&w, root)
			   : hdf5_failed(t->err, "has no root");

	handle_close(root);
	return rc;
}
