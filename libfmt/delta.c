/* Deltas: a model without the tensors that are those of another, its base, and
   a document that says whose and which. */
#include <string.h>

#include "base/text.h"
#include "model.h"

static int
put_names(
    struct json *j, const struct graph *g, struct arena *arena, struct err *err)
{
	const char **names = arena_array(arena,
	    (size_t)g->nnodes * NODE_PARAMS_MAX + 1, sizeof(*names), err);
	size_t n = 0;
	int i, k;

	if (names == NULL)
		return -1;
	for (i = 0; i < g->nnodes; i++)
		for (k = 0; k < g->nodes[i].nparams; k++) {
			const struct param *p = &g->nodes[i].params[k];

			if (!tensor_left_out(&p->value))
				continue;
			names[n] = arena_printf(
			    arena, err, "%s/%s", g->nodes[i].name, p->name);
			if (names[n++] == NULL)
				return -1;
		}
	return document_put_names(j, "tensors", names, n, arena, err);
}

int
delta_put(const struct fmt_model *m, struct h5_object *root,
    struct arena *arena, struct err *err)
{
	struct json *j;

	if (!fmt_is_delta(m))
		return 0;
	j = document_new(arena, err);
	if (j == NULL || json_put_text(j, "base", m->base_id, arena, err) < 0 ||
	    put_names(j, &m->graph, arena, err) < 0)
		return -1;
	return document_put(root, "delta", j, arena, err);
}

/* LAYER/TENSOR, split at the last '/', as a tensor without numbers. */
static int
leave_to_base(
    struct graph *g, const char *name, struct arena *arena, struct err *err)
{
	static const struct shape unknown = { .rank = -1 };
	const char *slash = strrchr(name, '/');
	char *layer = slash == NULL
	    ? NULL
	    : arena_text_n(arena, name, (size_t)(slash - name), err);
	int i = layer == NULL ? -1 : graph_find(g, layer);
	char shown[128];

	if (i < 0)
		return fmt_refuse(err, RULE_DELTA, "tensors: no layer of '%s'",
		    text_safe(shown, sizeof(shown), name, strlen(name)));
	return node_param(&g->nodes[i], slash + 1, ROLE_PARAMETER, DTYPE_F32,
		   &unknown, err) != NULL
	    ? 0
	    : fmt_clause(err, RULE_DELTA);
}

static int
get_names(struct graph *g, const struct json *list, struct arena *arena,
    struct err *err)
{
	const char *before = "";
	const struct json *e;

	if (list == NULL || list->type != JSON_IS_ARRAY)
		return fmt_refuse(err, RULE_DELTA, "tensors: is not a list");
	for (e = list->child; e != NULL; e = e->next) {
		if (e->type != JSON_IS_TEXT || strcmp(before, e->s) >= 0)
			return fmt_refuse(err, RULE_DELTA,
			    "tensors: is not a list of names in order");
		if (leave_to_base(g, e->s, arena, err) < 0)
			return -1;
		before = e->s;
	}
	return 0;
}

static int
get_delta(struct fmt_model *m, const struct json *j, struct arena *arena,
    struct err *err)
{
	static const char *const keys[] = { "base", "tensors", "version",
		NULL };
	uint8_t id[SHA256_BYTES];
	const char *base;

	if (json_only(j, keys, ERR_MODEL, err) < 0 ||
	    json_need_text(j, "base", &base, ERR_MODEL, err) < 0)
		return -1;
	if (strlen(base) != FMT_HEX - 1 ||
	    digest_unhex(id, SHA256_BYTES, base) < 0)
		return fmt_refuse(err, RULE_DELTA, "base: is no weights_id");
	strcpy(m->base_id, base);
	return get_names(&m->graph, json_get(j, "tensors"), arena, err);
}

int
delta_get(struct fmt_model *m, const struct json *j, struct arena *arena,
    struct err *err)
{
	return get_delta(m, j, arena, err) < 0 ? err_in(err, "/delta") : 0;
}

int
tensor_left_out(const struct tensor *t)
{
	return t->data == NULL && shape_count(&t->shape) != 0;
}

int
fmt_is_delta(const struct fmt_model *m)
{
	return m->base_id[0] != '\0';
}

static int
same_numbers(const struct tensor *a, const struct tensor *b)
{
	struct err quiet = { 0 };
	size_t n;

	return a->data != NULL && b->data != NULL && a->dtype == b->dtype &&
	    shape_equal(&a->shape, &b->shape) &&
	    tensor_bytes(a, &n, &quiet) == 0 &&
	    memcmp(a->data, b->data, n) == 0;
}

static const struct param *
param_of(const struct graph *g, const char *layer, const char *param)
{
	int i = graph_find(g, layer);

	return i < 0 ? NULL : node_param_find(&g->nodes[i], param);
}

void
fmt_leave_out(
    struct fmt_model *m, const struct graph *base, const char *base_id)
{
	int i, k;

	for (i = 0; i < m->graph.nnodes; i++) {
		struct node *node = &m->graph.nodes[i];

		for (k = 0; k < node->nparams; k++) {
			struct param *p = &node->params[k];
			const struct param *q =
			    param_of(base, node->name, p->name);

			if (q != NULL && q->role == p->role &&
			    !fmt_unverified(&p->value) &&
			    !fmt_unverified(&q->value) &&
			    same_numbers(&p->value, &q->value))
				p->value.data = NULL;
		}
	}
	memcpy(m->base_id, base_id, FMT_HEX);
}

/* Tensors as a whole file would have brought them: ascending by name. */
static void
sort_params(struct node *node)
{
	int i, k;

	for (i = 1; i < node->nparams; i++) {
		struct param p = node->params[i];

		for (k = i;
		     k > 0 && strcmp(node->params[k - 1].name, p.name) > 0; k--)
			node->params[k] = node->params[k - 1];
		node->params[k] = p;
	}
}

static int
fill(struct param *p, const struct node *node, const struct graph *base,
    struct err *err)
{
	const struct param *q = param_of(base, node->name, p->name);
	char shown[128];

	if (!tensor_left_out(&p->value))
		return 0;
	if (q != NULL && fmt_unverified(&q->value))
		return err_set(err, ERR_BUG,
		    "layer '%s': %s: the base is not verified", node->name,
		    p->name);
	if (q == NULL)
		return err_set(err, ERR_MODEL,
		    "layer '%s': the base has no tensor '%s'", node->name,
		    text_safe(shown, sizeof(shown), p->name, strlen(p->name)));
	p->value = q->value;
	p->role = q->role;
	return 0;
}

int
fmt_complete(struct fmt_model *m, const struct fmt_model *base, struct err *err)
{
	int i, k;

	if (strcmp(m->base_id, base->weights_id) != 0)
		return err_set(err, ERR_MODEL,
		    "belongs to the model with the weights %.12s, not to this "
		    "one with %.12s",
		    m->base_id, base->weights_id);
	if (fmt_is_delta(base))
		return fmt_refuse(
		    err, RULE_DELTA, "its base is a delta, no whole model");
	for (i = 0; i < m->graph.nnodes; i++) {
		struct node *node = &m->graph.nodes[i];

		for (k = 0; k < node->nparams; k++)
			if (fill(&node->params[k], node, &base->graph, err) < 0)
				return -1;
		sort_params(node);
	}
	m->base_id[0] = '\0';
	return 0;
}
