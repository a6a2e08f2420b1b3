/* What a writer was given, as one model: every tensor at its layer, or an
   error that names it. */
#include <string.h>

#include "model.h"
#include "nnfmt-inside.h"

struct assembly {
	const struct nnfmt_writer *w;
	struct fmt_model *m;
	struct arena *arena;
	struct err *err;
};

/* Layers and wires without tensors and flags. */
static int
begin(struct assembly *a)
{
	struct graph *g = &a->m->graph;
	int i;

	*a->m = a->w->m;
	if (a->w->m.graph.nnodes == 0)
		return err_set(a->err, ERR_USAGE,
		    "the model has no layers yet: put the document "
		    "'architecture'");
	if (graph_copy(g, &a->w->m.graph, a->arena, a->err) < 0)
		return -1;
	for (i = 0; i < g->nnodes; i++) {
		g->nodes[i].nparams = 0;
		g->nodes[i].frozen = 0;
	}
	return 0;
}

/* The path cut in front of its last component, which *tail gets. */
static char *
cut_last(struct assembly *a, const char *path, const char **tail)
{
	const char *slash = strrchr(path, '/');

	*tail = slash + 1;
	return arena_text_n(a->arena, path, (size_t)(slash - path), a->err);
}

/* The node of that layer, or NULL with an error. */
static struct node *
layer_of(struct assembly *a, const char *layer)
{
	int i = layer == NULL ? -1 : graph_find(&a->m->graph, layer);

	if (i >= 0)
		return &a->m->graph.nodes[i];
	err_set(a->err, ERR_MODEL, "the architecture has no layer '%s'", layer);
	return NULL;
}

static int
put_weight(struct assembly *a, const struct entry *e)
{
	const char *name;
	const char *layer = cut_last(a, e->name, &name);
	struct node *node = layer_of(a, layer);
	struct param *p = node == NULL
	    ? NULL
	    : node_param(
		  node, name, e->role, e->value.dtype, &e->value.shape, a->err);

	if (p == NULL)
		return err_in(a->err, "%s", e->name);
	p->value.data = e->value.data;
	return 0;
}

/* A delta that has all its tensors is a model. */
static int
put_weights(struct assembly *a)
{
	const struct entries *all = &a->w->sets[NNFMT_WEIGHTS];
	int left_out = 0;
	int64_t i;

	for (i = 0; i < all->n; i++) {
		if (put_weight(a, all->at[i]) < 0)
			return -1;
		left_out += tensor_left_out(&all->at[i]->value);
	}
	if (left_out == 0)
		a->m->base_id[0] = '\0';
	return 0;
}

/* A tensor beside the weights needs its namesake among them. */
static int
namesake(struct assembly *a, const struct fmt_named *t)
{
	const struct node *node = layer_of(a, t->layer);

	if (node == NULL)
		return -1;
	return node_param_find(node, t->param) != NULL
	    ? 0
	    : err_set(a->err, ERR_MODEL, "layer '%s' has no '%s'", t->layer,
		  t->param);
}

/* LAYER/NAME/SLOT */
static int
split_slot(struct assembly *a, const char *path, struct fmt_named *t)
{
	const char *above = cut_last(a, path, &t->name);

	if (above == NULL)
		return -1;
	t->layer = cut_last(a, above, &t->param);
	return t->layer != NULL ? namesake(a, t) : -1;
}

/* SET/LAYER/NAME */
static int
split_alternate(struct assembly *a, const char *path, struct fmt_named *t)
{
	size_t n = strcspn(path, "/");

	t->name = arena_text_n(a->arena, path, n, a->err);
	t->layer = cut_last(a, path + n + 1, &t->param);
	return t->name != NULL && t->layer != NULL ? namesake(a, t) : -1;
}

/* A set as named tensors, each name split. */
static struct fmt_named *
named(struct assembly *a, int set,
    int (*split)(struct assembly *a, const char *path, struct fmt_named *t))
{
	const struct entries *all = &a->w->sets[set];
	struct fmt_named *out =
	    arena_array(a->arena, (size_t)all->n + 1, sizeof(*out), a->err);
	int64_t i;

	for (i = 0; out != NULL && i < all->n; i++) {
		if (split(a, all->at[i]->name, &out[i]) < 0) {
			err_in(a->err, "%s", all->at[i]->name);
			return NULL;
		}
		out[i].value = all->at[i]->value;
	}
	return out;
}

static int
put_named(struct assembly *a)
{
	a->m->nslots = (int)a->w->sets[NNFMT_OPTIMIZER].n;
	a->m->nalternates = (int)a->w->sets[NNFMT_ALTERNATE].n;
	if (a->m->nslots > 0 && a->m->optimizer.name == NULL)
		return err_set(a->err, ERR_USAGE,
		    "tensors of no optimizer: nnfmt_put_optimizer says which");
	a->m->slots = named(a, NNFMT_OPTIMIZER, split_slot);
	a->m->alternates = named(a, NNFMT_ALTERNATE, split_alternate);
	return a->m->slots != NULL && a->m->alternates != NULL ? 0 : -1;
}

static int
put_history(struct assembly *a)
{
	const struct entries *all = &a->w->sets[NNFMT_HISTORY];
	struct fmt_metric *h =
	    arena_array(a->arena, (size_t)all->n + 1, sizeof(*h), a->err);
	int64_t i;

	for (i = 0; h != NULL && i < all->n; i++)
		h[i] = (struct fmt_metric){
			.name = all->at[i]->name,
			.n = all->at[i]->value.shape.dim[0],
			.value = all->at[i]->value.data,
		};
	a->m->history = h;
	a->m->nmetrics = (int)all->n;
	return h != NULL ? 0 : -1;
}

/* Takes a dataset out, and the groups that hold nothing without it. */
static void
ext_drop(const struct h5_object *o)
{
	struct h5_object *above = o->parent;

	h5_drop(above, o->name);
	if (above->nlinks == 0 && above->parent != NULL)
		ext_drop(above);
}

static int
ext_put(struct assembly *a, struct h5_object *ext, const struct entry *e)
{
	struct h5_type type = { .dtype = e->value.dtype };
	struct h5_object *group, *o = dataset_find(ext, e->name);
	const char *name;
	const char *path = cut_last(a, e->name, &name);

	if (path == NULL)
		return -1;
	if (o != NULL)
		ext_drop(o);
	group = h5_groups(ext, path, a->arena, a->err);
	o = group == NULL ? NULL
			  : h5_dataset(group, name, type, &e->value.shape,
				e->value.data, a->arena, a->err);
	return o != NULL ? 0 : err_in(a->err, "%s", e->name);
}

/* What the model brought, without what was dropped, with what was put. */
static int
put_ext(struct assembly *a)
{
	const struct entries *more = &a->w->sets[NNFMT_EXT];
	const struct entries *less = &a->w->dropped;
	struct h5_object *ext = h5_root(a->arena, a->err);
	int64_t i;

	if (ext == NULL ||
	    (a->m->ext != NULL &&
		h5_copy(ext, a->m->ext, a->arena, a->err) < 0))
		return -1;
	for (i = 0; i < less->n; i++) {
		struct h5_object *o = dataset_find(ext, less->at[i]->name);

		if (o != NULL)
			ext_drop(o);
	}
	for (i = 0; i < more->n; i++)
		if (ext_put(a, ext, more->at[i]) < 0)
			return -1;
	a->m->ext = ext->nlinks > 0 ? ext : NULL;
	return 0;
}

int
writer_assemble(const struct nnfmt_writer *writer, struct fmt_model *m,
    struct arena *arena, struct err *err)
{
	struct assembly a = { writer, m, arena, err };

	if (begin(&a) < 0 || put_weights(&a) < 0 ||
	    (writer->frozen != NULL &&
		frozen_to_graph(&m->graph, writer->frozen, err) < 0))
		return -1;
	if (put_named(&a) < 0 || put_history(&a) < 0)
		return -1;
	return put_ext(&a);
}
