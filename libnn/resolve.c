/* A graph made certain: kinds, settings and shapes known, tensors compared
   with what the kinds expect. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "nn.h"
#include "program.h"

static const struct attr no_attrs[] = { { 0 } };

static int
unknown_kind(const char *name, enum err_code code, struct err *err)
{
	const char *names[256], *near;
	char safe[128];
	int i;

	for (i = 0; i < 255 && kinds[i] != NULL; i++)
		names[i] = kinds[i]->name;
	names[i] = NULL;
	text_safe(safe, sizeof(safe), name, strlen(name));
	near = text_nearest(name, names);
	if (near == NULL)
		return err_set(err, code,
		    "'%s' is not a kind of layer known here (see --layers)",
		    safe);
	return err_set(err, code,
	    "'%s' is not a kind of layer; did you mean '%s'?", safe, near);
}

int
shape_refuse(struct layer *l, struct err *err, const char *fmt, ...)
{
	char text[ERR_TEXT], shape[SHAPE_TEXT] = "none";
	struct shape sample;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (l->nx > 0) {
		sample = shape_sample(&l->x_shape[0]);
		shape_print(shape, &sample);
	}
	return err_set(err, ERR_MODEL, "%s; its input is %s", text, shape);
}

int
shape_alike(struct layer *l, struct err *err)
{
	char text[SHAPE_TEXT];
	struct shape sample;
	int i;

	for (i = 1; i < l->nx; i++) {
		if (shape_equal(&l->x_shape[0], &l->x_shape[i]))
			continue;
		sample = shape_sample(&l->x_shape[i]);
		return shape_refuse(l, err,
		    "wants inputs of one shape but number %d is %s", i + 1,
		    shape_print(text, &sample));
	}
	return 0;
}

/* What an older version means is still known; a newer one cannot be. */
static int
check_version(const struct layer *l, enum err_code code, struct err *err)
{
	int known = l->kind->version > 0 ? l->kind->version : 1;

	if (l->node->kind_version <= known)
		return 0;
	return err_set(err, code,
	    "version %lld of the kind %s is not known here, only %d; update "
	    "nn-tools",
	    (long long)l->node->kind_version, l->kind->name, known);
}

static int
check_inputs(const struct layer *l, enum err_code code, struct err *err)
{
	const struct kind *k = l->kind;

	if (l->nx >= k->min_inputs && l->nx <= k->max_inputs)
		return 0;
	if (k->min_inputs == k->max_inputs)
		return err_set(err, code, "%s takes %d input%s, not %d",
		    k->name, k->max_inputs, k->max_inputs == 1 ? "" : "s",
		    l->nx);
	return err_set(err, code, "%s takes %d to %d inputs, not %d", k->name,
	    k->min_inputs, k->max_inputs, l->nx);
}

/* Shapes that overflow end here, before anybody multiplies them. */
static int
check_sizes(const struct layer *l, enum err_code code, struct err *err)
{
	int64_t n = shape_count(&l->y_shape);
	int i;

	if (n < 1 || n > (int64_t)1 << 40)
		return err_set(err, code, "its output is too large");
	for (i = 0; i < NODE_PARAMS_MAX; i++) {
		if (l->param_shape[i].rank < 0)
			continue;
		n = shape_count(&l->param_shape[i]);
		if (n < 1 || n > (int64_t)1 << 40)
			return err_set(
			    err, code, "%s: is too large", l->kind->param[i]);
	}
	return 0;
}

static int
open_settings(
    struct layer *l, struct arena *arena, enum err_code code, struct err *err)
{
	const struct attr *table =
	    l->kind->attrs != NULL ? l->kind->attrs : no_attrs;

	l->conf = arena_alloc(arena, l->kind->conf_size + 1, err);
	if (l->conf == NULL)
		return -1;
	return attr_fill(table, l->conf, &l->node->settings, arena, code, err);
}

/* shape() reports ERR_MODEL; the caller may know better whose fault it is. */
static int
open_shape(struct layer *l, enum err_code code, struct err *err)
{
	struct err own = { 0 };

	if (l->kind->shape(l, &own) == 0)
		return check_sizes(l, code, err);
	if (own.code == ERR_MODEL)
		own.code = code;
	return err_set(err, own.code, "%s", own.text);
}

int
layer_open(struct layer *l, const struct node *node, struct arena *arena,
    enum err_code code, struct err *err)
{
	int i;

	l->node = node;
	l->kind = kind_find(node->kind);
	for (i = 0; i < NODE_PARAMS_MAX; i++)
		l->param_shape[i].rank = -1;
	if (l->kind == NULL) {
		unknown_kind(node->kind, code, err);
		err_clause(err, "8.2");
		return err_in(err, "layer '%s'", node->name);
	}
	if (check_version(l, code, err) < 0 || check_inputs(l, code, err) < 0 ||
	    open_settings(l, arena, code, err) < 0 ||
	    open_shape(l, code, err) < 0) {
		err_clause(err, "8.2");
		return err_in(err, "layer '%s'", node->name);
	}
	return 0;
}

int
layers_open(const struct graph *g, int64_t n, struct layer *layers,
    struct arena *arena, enum err_code code, struct err *err)
{
	struct layer *l;
	int i, k;

	for (i = 0; i < g->nnodes; i++) {
		l = &layers[i];
		l->nx = g->nodes[i].ninputs;
		for (k = 0; k < l->nx; k++)
			l->x_shape[k] = layers[g->nodes[i].inputs[k]].y_shape;
		if (l->nx == 0)
			l->x_shape[0] = (struct shape){ 1, { n } };
		if (layer_open(l, &g->nodes[i], arena, code, err) < 0)
			return -1;
	}
	return 0;
}

/* Which of its kind's tensors a param is, or -1. */
static int
param_index(const struct layer *l, const char *name)
{
	int i;

	for (i = 0; i < NODE_PARAMS_MAX && l->kind->param[i] != NULL; i++)
		if (l->param_shape[i].rank >= 0 &&
		    strcmp(l->kind->param[i], name) == 0)
			return i;
	return -1;
}

static int
resolve_present(const struct layer *l, struct param *p, int grow,
    enum err_code code, struct err *err)
{
	char is[SHAPE_TEXT], wants[SHAPE_TEXT];
	int i = param_index(l, p->name);

	if (i < 0)
		return err_set(err, code, "%s: %s has no such tensor", p->name,
		    l->kind->name);
	if (p->value.dtype != DTYPE_F32)
		return err_set(err, code, "%s: is %s, only f32 is supported",
		    p->name, dtype_name(p->value.dtype));
	if (grow && p->value.shape.rank < 0)
		p->value.shape = l->param_shape[i];
	if (shape_equal(&p->value.shape, &l->param_shape[i]))
		return 0;
	return err_set(err, code,
	    "%s: is %s, but the layer's settings make it %s", p->name,
	    shape_print(is, &p->value.shape),
	    shape_print(wants, &l->param_shape[i]));
}

static int
resolve_missing(struct node *node, const struct layer *l, int i, int grow,
    enum err_code code, struct err *err)
{
	char wants[SHAPE_TEXT];

	if (node_param_find(node, l->kind->param[i]) != NULL)
		return 0;
	if (!grow)
		return err_set(err, code, "%s: the tensor is missing (%s)",
		    l->kind->param[i], shape_print(wants, &l->param_shape[i]));
	if (node_param(node, l->kind->param[i], l->kind->role[i], DTYPE_F32,
		&l->param_shape[i], err) == NULL)
		return -1;
	return 0;
}

/* The kind's order, wherever the tensors come from: sums over several of them
   are the same to the bit in a graph that was read from a file. */
static void
order_tensors(struct node *node, const struct layer *l)
{
	int i, k;

	for (i = 1; i < node->nparams; i++) {
		const struct param p = node->params[i];
		int at = param_index(l, p.name);

		for (k = i;
		     k > 0 && param_index(l, node->params[k - 1].name) > at;
		     k--)
			node->params[k] = node->params[k - 1];
		node->params[k] = p;
	}
}

static int
resolve_tensors(struct node *node, const struct layer *l, int grow,
    enum err_code code, struct err *err)
{
	int i;

	for (i = 0; i < node->nparams; i++)
		if (resolve_present(l, &node->params[i], grow, code, err) < 0)
			return -1;
	for (i = 0; i < NODE_PARAMS_MAX && l->kind->param[i] != NULL; i++)
		if (l->param_shape[i].rank >= 0 &&
		    resolve_missing(node, l, i, grow, code, err) < 0)
			return -1;
	order_tensors(node, l);
	for (i = 0; i < node->nparams; i++)
		node->params[i].role =
		    l->kind->role[param_index(l, node->params[i].name)];
	return 0;
}

/* Settings typed and complete, in the table's order; the kind's own name. */
static int
resolve_node(struct graph *g, struct node *node, const struct layer *l,
    int grow, enum err_code code, struct err *err)
{
	if (resolve_tensors(node, l, grow, code, err) < 0) {
		err_clause(err, "8.6");
		return err_in(err, "layer '%s'", node->name);
	}
	node->kind = l->kind->name;
	node->settings.n = 0;
	if (l->kind->attrs == NULL)
		return 0;
	return attr_list(
	    l->kind->attrs, l->conf, 0, &node->settings, g->arena, err);
}

int
nn_resolve(struct graph *g, int grow, enum err_code code, struct err *err)
{
	struct arena scratch = { 0 };
	struct layer *layers;
	int i, status = -1;

	if (graph_check(g, code, err) < 0)
		return -1;
	layers = arena_array(&scratch, (size_t)g->nnodes, sizeof(*layers), err);
	if (layers != NULL)
		status = layers_open(g, 1, layers, g->arena, code, err);
	for (i = 0; i < g->nnodes && status == 0; i++)
		status =
		    resolve_node(g, &g->nodes[i], &layers[i], grow, code, err);
	arena_free(&scratch);
	return status;
}

int
nn_shapes(const struct graph *g, struct shape *out, struct err *err)
{
	struct arena scratch = { 0 };
	struct layer *layers;
	int i, status = -1;

	layers = arena_array(&scratch, (size_t)g->nnodes, sizeof(*layers), err);
	if (layers != NULL)
		status = layers_open(g, 1, layers, &scratch, ERR_MODEL, err);
	for (i = 0; i < g->nnodes && status == 0; i++)
		out[i] = shape_sample(&layers[i].y_shape);
	arena_free(&scratch);
	return status;
}

int
nn_shape(const struct graph *g, int i, struct shape *out, struct err *err)
{
	struct arena scratch = { 0 };
	struct shape *shapes;
	int status = -1;

	shapes = arena_array(&scratch, (size_t)g->nnodes, sizeof(*shapes), err);
	if (shapes != NULL)
		status = nn_shapes(g, shapes, err);
	if (status == 0)
		*out = shapes[i];
	arena_free(&scratch);
	return status;
}
