/* Tensors by name: /weights to the tree and back.

   A path of a layer is nested groups; under /weights a tensor that two names
   share is one dataset with two links. */
#include <string.h>

#include "tensors.h"

static const char *const role_names[] = {
	[ROLE_PARAMETER] = "parameter",
	[ROLE_STATISTIC] = "statistic",
};

const char *const plain_attrs[] = { "sha256", "xxh3", NULL };

int
attrs_only(const struct h5_object *o, const char *const *names, struct err *err)
{
	int i;

	for (i = 0; i < o->nattrs; i++)
		if (names[i] == NULL || strcmp(names[i], o->attrs[i].name) != 0)
			return fmt_refuse(err, RULE_ATTRIBUTES,
			    "unexpected attribute '%s'", o->attrs[i].name);
	return names[i] == NULL ? 0
				: fmt_refuse(err, RULE_ATTRIBUTES,
				      "attribute '%s' is missing", names[i]);
}

/* "/weights/a/kernel" in front of what is wrong with it. */
int
object_in(const struct h5_object *o, struct err *err)
{
	struct arena scratch = { 0 };
	struct err ignored = { 0 };
	const char *path = h5_path(o, &scratch, &ignored);

	err_in(err, "%s", path != NULL ? path : o->name);
	arena_free(&scratch);
	return -1;
}

/* A tensor as the dataset of that name. */
static struct h5_object *
tensor_put(struct h5_object *group, const char *name, const struct tensor *t,
    struct arena *arena, struct err *err)
{
	struct h5_type type = { .dtype = t->dtype };
	struct h5_object *d;

	if (t->data == NULL && shape_count(&t->shape) != 0) {
		err_set(err, ERR_BUG, "%s: has no numbers yet", name);
		return NULL;
	}
	if (fmt_unverified(t)) {
		err_set(err, ERR_BUG, "%s: its numbers are not verified", name);
		return NULL;
	}
	d = h5_dataset(group, name, type, &t->shape, t->data, arena, err);
	if (d == NULL)
		err_in(err, "%s", group->name);
	return d;
}

/* Tensors of a delta that are its base's. */
static int
is_left_out(const struct fmt_model *m, const struct param *p)
{
	return fmt_is_delta(m) && tensor_left_out(&p->value);
}

static int
params_put(struct h5_object *weights, const struct fmt_model *m,
    const struct node *node, struct arena *arena, struct err *err)
{
	struct h5_object *group, *d;
	int k;

	for (k = 0; k < node->nparams; k++) {
		const struct param *p = &node->params[k];

		if (is_left_out(m, p))
			continue;
		group = h5_groups(weights, node->name, arena, err);
		d = group == NULL
		    ? NULL
		    : tensor_put(group, p->name, &p->value, arena, err);
		if (d == NULL ||
		    h5_put_text(d, "role", role_names[p->role], arena, err) < 0)
			return -1;
	}
	return 0;
}

/* Ties later names of the same numbers to the first. */

struct ties {
	struct h5_object **seen;
	int n;
};

static int
is_same(const struct h5_object *a, const struct h5_object *b)
{
	return a->data == b->data && a->type.dtype == b->type.dtype &&
	    shape_equal(&a->shape, &b->shape) && a->bytes > 0 &&
	    strcmp(a->attrs[0].value, b->attrs[0].value) == 0;
}

static int
tie(struct h5_object *d, void *ctx)
{
	struct ties *t = ctx;
	int i;

	if (d->is_group)
		return 0;
	for (i = 0; i < t->n; i++)
		if (is_same(t->seen[i], d)) {
			d->same = t->seen[i];
			d->nattrs = 0;
			return 0;
		}
	t->seen[t->n++] = d;
	return 0;
}

int
weights_put(struct h5_object *root, const struct fmt_model *m,
    struct arena *arena, struct err *err)
{
	const struct graph *g = &m->graph;
	struct h5_object *weights;
	struct ties ties = { 0 };
	int i, k, n = 0;

	for (i = 0; i < g->nnodes; i++)
		for (k = 0; k < g->nodes[i].nparams; k++)
			n += !is_left_out(m, &g->nodes[i].params[k]);
	if (n == 0)
		return 0;
	weights = h5_group(root, "weights", arena, err);

	for (i = 0; weights != NULL && i < g->nnodes; i++)
		if (params_put(weights, m, &g->nodes[i], arena, err) < 0)
			return -1;
	ties.seen = arena_array(arena, (size_t)g->nnodes * NODE_PARAMS_MAX + 1,
	    sizeof(*ties.seen), err);
	if (weights == NULL || ties.seen == NULL)
		return -1;
	return h5_walk(weights, tie, &ties);
}

int
tensor_at(struct h5_object *group, const char *path, const char *name,
    const struct tensor *t, struct arena *arena, struct err *err)
{
	group = h5_groups(group, path, arena, err);
	if (group == NULL)
		return -1;
	return tensor_put(group, name, t, arena, err) != NULL ? 0 : -1;
}

/* The way back. */

int
tensor_get(const struct h5_object *d, struct tensor *t, struct err *err)
{
	if (d->type.text > 0)
		return fmt_refuse(
		    err, RULE_TENSOR, "strings where numbers belong");
	t->dtype = d->type.dtype;
	t->shape = d->shape;
	/* Read-only: whoever trains copies the numbers first. */
	t->data = d->verified || d->bytes == 0 ? (void *)(uintptr_t)d->data
					       : TENSOR_UNVERIFIED;
	return 0;
}

static int
role_get(const struct h5_object *d, enum role *role, struct err *err)
{
	static const char *const names[] = { "role", "sha256", "xxh3", NULL };
	const struct h5_attr *a;
	int i;

	if (attrs_only(d, names, err) < 0)
		return -1;
	a = h5_get(d, "role");
	for (i = 0; i < 2; i++)
		if (a->type.text == strlen(role_names[i]) &&
		    memcmp(a->value, role_names[i], a->type.text) == 0) {
			*role = (enum role)i;
			return 0;
		}
	return fmt_refuse(err, RULE_ROLE, "unknown role");
}

const struct h5_object *
object_above(const struct h5_object *o, int n)
{
	while (n-- > 0)
		o = o->parent;
	return o;
}

/* The path of a layer's group without the objects in front, or NULL. */
static const char *
layer_name(const struct h5_object *group, const struct visit *v)
{
	const char *path = h5_path(group, v->arena, v->err);
	int i;

	for (i = 0; i <= v->above && path != NULL; i++)
		path = strchr(i == 0 ? path : path + 1, '/');
	return path == NULL ? NULL : path + 1;
}

/* The layer that an object is about, found once for all of its tensors. */
int
tensor_layer(const struct h5_object *o, struct visit *v)
{
	const struct h5_object *group = object_above(o, v->tail);

	if (group == v->group)
		return v->found;
	v->layer = layer_name(group, v);
	if (v->layer == NULL)
		return fmt_refuse(
		    v->err, RULE_TENSOR, "a tensor that belongs to no layer");
	v->group = group;
	v->found = graph_find(v->g, v->layer);
	return v->found >= 0
	    ? v->found
	    : fmt_refuse(v->err, RULE_TENSOR,
		  "an extra tensor: the architecture has no layer '%s'",
		  v->layer);
}

static int
param_get(struct h5_object *o, void *ctx)
{
	struct visit *v = ctx;
	const struct h5_object *d = o->same != NULL ? o->same : o;
	enum role role = ROLE_PARAMETER;
	struct param *p;
	int i;

	if (o->is_group)
		return 0;
	i = tensor_layer(o, v);
	if (i < 0 || role_get(d, &role, v->err) < 0)
		return object_in(o, v->err);
	p = node_param(
	    &v->g->nodes[i], o->name, role, d->type.dtype, &d->shape, v->err);
	if (p == NULL)
		fmt_clause(v->err, RULE_TENSOR);
	if (p == NULL || tensor_get(d, &p->value, v->err) < 0)
		return object_in(o, v->err);
	return 0;
}

int
weights_get(struct graph *g, struct h5_object *weights, struct arena *arena,
    struct err *err)
{
	struct visit v = {
		.g = g, .above = 1, .tail = 1, .arena = arena, .err = err
	};

	return h5_walk(weights, param_get, &v);
}
