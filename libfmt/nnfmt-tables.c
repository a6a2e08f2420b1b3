/* The sets of a model's tensors, built once: described, sorted, tied. */
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "nnfmt-inside.h"

struct h5_object *
dataset_find(const struct h5_object *group, const char *path)
{
	struct h5_object *o = h5_at(group, path);

	return o != NULL && !o->is_group ? o : NULL;
}

/* A set on its way. */
struct filling {
	struct nnfmt_model *model;
	int set;
	struct table *table;
	struct arena *arena;
	struct err *err;
};

/* Room for as many as there can be. */
static int
table_begin(struct filling *f, size_t most)
{
	f->table = &f->model->sets[f->set];
	f->arena = &f->model->arena;
	f->table->n = 0;
	f->table->at =
	    arena_array(f->arena, most + 1, sizeof(*f->table->at), f->err);
	return f->table->at != NULL ? 0 : -1;
}

/* One that a delta leaves to its base has no numbers yet, and no shape. */
static int
describe(struct nnfmt_tensor *t, const struct tensor *value, struct err *err)
{
	static const struct shape nothing = { 1, { 0 } };
	struct tensor shown = *value;

	if (tensor_left_out(value))
		shown.shape = nothing;
	t->value = value;
	t->dtype = public_dtype(value->dtype);
	t->shape = shown.shape;
	return tensor_bytes(&shown, &t->bytes, err);
}

static struct nnfmt_tensor *
table_next(struct filling *f, const char *name)
{
	struct nnfmt_tensor *t = &f->table->at[f->table->n];

	if (name == NULL)
		return NULL;
	t->model = f->model;
	t->set = f->set;
	t->name = name;
	f->table->n++;
	return t;
}

static struct nnfmt_tensor *
table_add(struct filling *f, const char *name, const struct tensor *value)
{
	struct nnfmt_tensor *t = table_next(f, name);

	return t != NULL && describe(t, value, f->err) == 0 ? t : NULL;
}

static int
by_name(const void *a, const void *b)
{
	const struct nnfmt_tensor *x = a;
	const struct nnfmt_tensor *y = b;

	return path_compare(x->name, y->name);
}

static void
table_end(const struct filling *f)
{
	qsort(
	    f->table->at, (size_t)f->table->n, sizeof(*f->table->at), by_name);
	for (int64_t i = 0; i < f->table->n; i++)
		f->table->at[i].first = &f->table->at[i];
}

/* The same numbers under several names: sorted by what tells them apart, then
   by name, each looks at the one in front of it. */

static int
by_tie(const void *a, const void *b)
{
	const struct nnfmt_tensor *x = *(struct nnfmt_tensor *const *)a;
	const struct nnfmt_tensor *y = *(struct nnfmt_tensor *const *)b;

	if (x->tied != y->tied)
		return (uintptr_t)x->tied < (uintptr_t)y->tied ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* The dataset of this file, or the numbers of a base. */
static const void *
what_ties(const struct nnfmt_tensor *t)
{
	const struct h5_object *d =
	    dataset_find(h5_find(t->model->m.map->root, "weights"), t->name);

	if (d == NULL)
		return t->value->data;
	return d->same != NULL ? d->same : d;
}

static int
tie(const struct table *all, struct arena *arena, struct err *err)
{
	size_t n = (size_t)all->n;
	struct nnfmt_tensor **order =
	    arena_array(arena, n + 1, sizeof(struct nnfmt_tensor *), err);
	size_t i;

	if (order == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		order[i] = &all->at[i];
		order[i]->tied = what_ties(order[i]);
		order[i]->first = order[i];
	}
	qsort(order, n, sizeof(struct nnfmt_tensor *), by_tie);
	for (i = 1; i < n; i++)
		if (order[i]->bytes > 0 && order[i]->tied == order[i - 1]->tied)
			order[i]->first = order[i - 1]->first;
	return 0;
}

static int
add_weight(struct filling *f, const struct node *node, const struct param *p)
{
	struct nnfmt_tensor *t = table_add(f,
	    arena_printf(f->arena, f->err, "%s/%s", node->name, p->name),
	    &p->value);

	if (t == NULL)
		return -1;
	t->layer = node->name;
	t->param = p->name;
	t->role = p->role;
	t->frozen = p->frozen;
	return 0;
}

static int
fill_weights(struct nnfmt_model *model, struct err *err)
{
	const struct graph *g = &model->m.graph;
	struct filling f = { .model = model, .set = NNFMT_WEIGHTS, .err = err };
	size_t most = 0;
	int i, k;

	for (i = 0; i < g->nnodes; i++)
		most += (size_t)g->nodes[i].nparams;
	if (table_begin(&f, most) < 0)
		return -1;
	for (i = 0; i < g->nnodes; i++)
		for (k = 0; k < g->nodes[i].nparams; k++)
			if (add_weight(
				&f, &g->nodes[i], &g->nodes[i].params[k]) < 0)
				return -1;
	table_end(&f);
	return tie(f.table, &model->arena, err);
}

static int
fill_slots(struct nnfmt_model *model, struct err *err)
{
	struct filling f = {
		.model = model, .set = NNFMT_OPTIMIZER, .err = err
	};
	const struct fmt_named *t = model->m.slots;
	int i;

	if (table_begin(&f, (size_t)model->m.nslots) < 0)
		return -1;
	for (i = 0; i < model->m.nslots; i++, t++)
		if (table_add(&f,
			arena_printf(f.arena, err, "%s/%s/%s", t->layer,
			    t->param, t->name),
			&t->value) == NULL)
			return -1;
	table_end(&f);
	return 0;
}

static int
fill_alternates(struct nnfmt_model *model, struct err *err)
{
	struct filling f = {
		.model = model, .set = NNFMT_ALTERNATE, .err = err
	};
	const struct fmt_named *t = model->m.alternates;
	int i;

	if (table_begin(&f, (size_t)model->m.nalternates) < 0)
		return -1;
	for (i = 0; i < model->m.nalternates; i++, t++)
		if (table_add(&f,
			arena_printf(f.arena, err, "%s/%s/%s", t->name,
			    t->layer, t->param),
			&t->value) == NULL)
			return -1;
	table_end(&f);
	return 0;
}

static int
fill_history(struct nnfmt_model *model, struct err *err)
{
	struct filling f = { .model = model, .set = NNFMT_HISTORY, .err = err };
	const struct fmt_metric *h = model->m.history;
	size_t n = (size_t)model->m.nmetrics;
	struct tensor *values;
	size_t i;

	if (table_begin(&f, n) < 0 ||
	    (values = arena_array(f.arena, n + 1, sizeof(*values), err)) ==
		NULL)
		return -1;
	for (i = 0; i < n; i++, h++) {
		values[i] = (struct tensor){ DTYPE_F64, { 1, { h->n } },
			(void *)(uintptr_t)h->value };
		if (table_add(&f, h->name, &values[i]) == NULL)
			return -1;
	}
	table_end(&f);
	return 0;
}

/* Datasets of others, strings among them. */

static int
count_data(struct h5_object *o, void *ctx)
{
	size_t *n = ctx;

	*n += !o->is_group;
	return 0;
}

static int
add_ext(struct h5_object *o, void *ctx)
{
	struct filling *f = ctx;
	struct nnfmt_tensor *t;
	const char *path;

	if (o->is_group)
		return 0;
	path = h5_path(o, f->arena, f->err);
	t = path == NULL ? NULL : table_next(f, path + strlen("/ext/"));
	if (t == NULL)
		return -1;
	t->dtype =
	    o->type.text > 0 ? NNFMT_STRING : public_dtype(o->type.dtype);
	t->shape = o->shape;
	t->bytes = o->bytes;
	t->dataset = o;
	return 0;
}

static int
fill_ext(struct nnfmt_model *model, struct err *err)
{
	struct filling f = { .model = model, .set = NNFMT_EXT, .err = err };
	/* Walking changes nothing. */
	struct h5_object *ext = (void *)(uintptr_t)model->m.ext;
	size_t most = 0;

	if (ext != NULL)
		h5_walk(ext, count_data, &most);
	if (table_begin(&f, most) < 0 ||
	    (ext != NULL && h5_walk(ext, add_ext, &f) != 0))
		return -1;
	table_end(&f);
	return 0;
}

int
tables_build(struct nnfmt_model *model, struct err *err)
{
	if (fill_weights(model, err) < 0 || fill_slots(model, err) < 0 ||
	    fill_alternates(model, err) < 0 || fill_history(model, err) < 0)
		return -1;
	return fill_ext(model, err);
}

/* Numbers that came from a base, to the tensors that were given out. */
int
table_of_weights(
    struct nnfmt_model *model, const struct graph *g, struct err *err)
{
	struct table *all = &model->sets[NNFMT_WEIGHTS];
	int64_t i;

	for (i = 0; i < all->n; i++) {
		struct nnfmt_tensor *t = &all->at[i];
		int at = graph_find(g, t->layer);
		const struct param *p =
		    at < 0 ? NULL : node_param_find(&g->nodes[at], t->param);

		if (p == NULL)
			return err_set(err, ERR_BUG, "%s: is nowhere", t->name);
		t->role = p->role;
		if (describe(t, &p->value, err) < 0)
			return -1;
	}
	return tie(all, &model->arena, err);
}
