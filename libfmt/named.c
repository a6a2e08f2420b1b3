/* Tensors beside the weights: /optimizer and /alternate, back from the tree. */
#include <string.h>

#include "tensors.h"

static int
count_data(struct h5_object *o, void *ctx)
{
	struct visit *v = ctx;

	v->n += !o->is_group;
	return 0;
}

/* How many updates there were before a tensor is one number. */
static int
since_check(const struct h5_object *o, struct err *err)
{
	if (strcmp(o->name, "since") != 0 ||
	    (o->type.dtype == DTYPE_I64 && o->shape.rank == 0))
		return 0;
	return fmt_refuse(err, RULE_OPTIMIZER, "is not one i64");
}

static int
named_get(struct h5_object *o, void *ctx)
{
	struct visit *v = ctx;
	struct fmt_named *t = &v->named[v->n];
	int i;

	if (o->is_group)
		return 0;
	i = tensor_layer(o, v);
	t->layer = v->layer;
	if (i < 0 || attrs_only(o, plain_attrs, v->err) < 0 ||
	    tensor_get(o, &t->value, v->err) < 0)
		return object_in(o, v->err);
	t->param = object_above(o, v->tail - 1)->name;
	if (v->tail == 2 && since_check(o, v->err) < 0)
		return object_in(o, v->err);
	if (v->tail == 2)
		t->name = o->name;
	if (node_param_find(&v->g->nodes[i], t->param) == NULL) {
		fmt_refuse(v->err, RULE_NAMESAKE,
		    "an extra tensor: layer '%s' has no '%s'", t->layer,
		    t->param);
		return object_in(o, v->err);
	}
	v->n++;
	return 0;
}

/* Room for all the tensors below a group. */
static int
named_room(struct visit *v, struct h5_object *group)
{
	v->n = 0;
	h5_walk(group, count_data, v);
	v->named =
	    arena_array(v->arena, (size_t)v->n + 1, sizeof(*v->named), v->err);
	v->n = 0;
	return v->named != NULL ? 0 : -1;
}

int
slots_get(struct fmt_model *m, struct h5_object *optimizer, struct arena *arena,
    struct err *err)
{
	struct visit v = { .g = &m->graph,
		.above = 1,
		.tail = 2,
		.arena = arena,
		.err = err };

	if (named_room(&v, optimizer) < 0 ||
	    h5_walk(optimizer, named_get, &v) != 0)
		return -1;
	m->slots = v.named;
	m->nslots = v.n;
	return 0;
}

int
alternates_get(struct fmt_model *m, struct h5_object *alternate,
    struct arena *arena, struct err *err)
{
	struct visit v = { .g = &m->graph,
		.above = 2,
		.tail = 1,
		.arena = arena,
		.err = err };
	int i, from;

	if (named_room(&v, alternate) < 0)
		return -1;
	for (i = 0; i < alternate->nlinks; i++) {
		from = v.n;
		if (h5_walk(alternate->links[i], named_get, &v) != 0)
			return -1;
		while (from < v.n)
			v.named[from++].name = alternate->links[i]->name;
	}
	m->alternates = v.named;
	m->nalternates = v.n;
	return 0;
}
