/* The graph as a document: layers in order, settings, wires; and back. */
#include <string.h>

#include "base/text.h"
#include "model.h"

static int
put_names(struct json *parent, const char *key, const struct graph *g,
    const int *nodes, int n, struct arena *arena, struct err *err)
{
	struct json *list = json_put_array(parent, key, arena, err);
	int i;

	if (list == NULL)
		return -1;
	for (i = 0; i < n; i++)
		if (json_put_text(
			list, NULL, g->nodes[nodes[i]].name, arena, err) < 0)
			return -1;
	return 0;
}

static int
put_layer(struct json *layers, const struct graph *g, const struct node *node,
    struct arena *arena, struct err *err)
{
	struct json *j = json_put_object(layers, NULL, arena, err);

	if (j == NULL || json_put_text(j, "name", node->name, arena, err) < 0 ||
	    json_put_text(j, "kind", node->kind, arena, err) < 0 ||
	    put_names(j, "inputs", g, node->inputs, node->ninputs, arena, err) <
		0 ||
	    json_from_settings(j, "settings", &node->settings, arena, err) ==
		NULL ||
	    (node->kind_version > 1 &&
		json_put_int(
		    j, "kind_version", node->kind_version, arena, err) < 0))
		return -1;
	return node->tag == NULL
	    ? 0
	    : json_put_text(j, "tag", node->tag, arena, err);
}

struct json *
architecture_of_graph(
    const struct graph *g, struct arena *arena, struct err *err)
{
	struct json *j = document_new(arena, err);
	struct json *layers;
	int i;

	if (j == NULL ||
	    (g->task != NULL &&
		json_put_text(j, "task", g->task, arena, err) < 0) ||
	    put_names(j, "inputs", g, g->inputs, g->ninputs, arena, err) < 0 ||
	    put_names(j, "outputs", g, g->outputs, g->noutputs, arena, err) < 0)
		return NULL;
	layers = json_put_array(j, "layers", arena, err);
	for (i = 0; layers != NULL && i < g->nnodes; i++)
		if (put_layer(layers, g, &g->nodes[i], arena, err) < 0)
			return NULL;
	return layers != NULL ? j : NULL;
}

/* The member of that type, or NULL with an error. */
static const struct json *
need(
    const struct json *j, const char *key, enum json_type type, struct err *err)
{
	const struct json *m = json_get(j, key);

	if (m == NULL || m->type != type) {
		fmt_refuse(err, RULE_SCHEMA, "%s: is %s", key,
		    m == NULL                   ? "missing"
			: type == JSON_IS_ARRAY ? "not a list"
						: "not an object");
		return NULL;
	}
	return m;
}

/* A list of names of nodes that are already there. */
static int
get_names(const struct json *j, const char *key, const struct graph *g,
    int *nodes, int most, int *n, struct err *err)
{
	const struct json *e = need(j, key, JSON_IS_ARRAY, err);
	char shown[128];

	if (e == NULL)
		return -1;
	*n = 0;
	for (e = e->child; e != NULL; e = e->next) {
		if (e->type != JSON_IS_TEXT)
			return fmt_refuse(err, RULE_SCHEMA,
			    "%s: is not a list of names", key);
		if (*n == most)
			return fmt_refuse(
			    err, RULE_GRAPH, "%s: more than %d", key, most);
		nodes[*n] = graph_find(g, e->s);
		if (nodes[(*n)++] < 0)
			return fmt_refuse(err, RULE_GRAPH,
			    "%s: no layer '%s' before it (a cycle, or a wire "
			    "to nothing)",
			    key,
			    text_safe(
				shown, sizeof(shown), e->s, strlen(e->s)));
	}
	return 0;
}

/* The first version of a kind is not written. */
static int
get_kind_version(struct node *node, const struct json *j, struct err *err)
{
	if (json_get(j, "kind_version") == NULL)
		return 0;
	if (json_need_int(
		j, "kind_version", &node->kind_version, ERR_MODEL, err) < 0)
		return fmt_clause(err, RULE_KIND_VERSION);
	return node->kind_version > 1 ? 0
				      : fmt_refuse(err, RULE_KIND_VERSION,
					    "kind_version: %lld is not written",
					    (long long)node->kind_version);
}

static int
get_layer(
    struct graph *g, const struct json *j, struct arena *arena, struct err *err)
{
	static const char *const keys[] = { "inputs", "kind", "kind_version",
		"name", "settings", "tag", NULL };
	const struct json *settings;
	const char *name, *kind;
	struct node *node;
	int inputs[NODE_INPUTS_MAX];
	int n;

	if (json_only(j, keys, ERR_MODEL, err) < 0 ||
	    json_need_text(j, "name", &name, ERR_MODEL, err) < 0 ||
	    json_need_text(j, "kind", &kind, ERR_MODEL, err) < 0 ||
	    get_names(j, "inputs", g, inputs, NODE_INPUTS_MAX, &n, err) < 0)
		return -1;
	settings = need(j, "settings", JSON_IS_OBJECT, err);
	if (settings == NULL)
		return -1;
	node = graph_append(g, name, kind, ERR_MODEL, err);
	if (node == NULL)
		return fmt_clause(err, RULE_GRAPH);
	memcpy(node->inputs, inputs, (size_t)n * sizeof(inputs[0]));
	node->ninputs = n;
	if (json_get(j, "tag") != NULL &&
	    json_need_text(j, "tag", &node->tag, ERR_MODEL, err) < 0)
		return -1;
	return get_kind_version(node, j, err) < 0
	    ? -1
	    : json_to_settings(
		  settings, &node->settings, arena, ERR_MODEL, err);
}

/* "layer 3 ('dense_1')" in front of what is wrong with it. */
static int
in_layer(const struct json *layer, int i, struct err *err)
{
	const struct json *name = json_get(layer, "name");
	char shown[128];

	if (name == NULL || name->type != JSON_IS_TEXT)
		return err_in(err, "layer %d", i);
	return err_in(err, "layer %d ('%s')", i,
	    text_safe(shown, sizeof(shown), name->s, strlen(name->s)));
}

int
graph_of_architecture(
    struct graph *g, const struct json *j, struct arena *arena, struct err *err)
{
	static const char *const keys[] = { "inputs", "layers", "outputs",
		"task", "version", NULL };
	const struct json *layer;
	int i = 0;

	graph_begin(g, arena);
	if (json_only(j, keys, ERR_MODEL, err) < 0 ||
	    (json_get(j, "task") != NULL &&
		json_need_text(j, "task", &g->task, ERR_MODEL, err) < 0))
		return -1;
	layer = need(j, "layers", JSON_IS_ARRAY, err);
	if (layer == NULL)
		return -1;
	for (layer = layer->child; layer != NULL; layer = layer->next)
		if (get_layer(g, layer, arena, err) < 0)
			return in_layer(layer, i + 1, err);
		else
			i++;
	if (get_names(j, "inputs", g, g->inputs, GRAPH_ENDS_MAX, &g->ninputs,
		err) < 0 ||
	    get_names(j, "outputs", g, g->outputs, GRAPH_ENDS_MAX, &g->noutputs,
		err) < 0)
		return -1;
	return graph_check(g, ERR_MODEL, err) == 0
	    ? 0
	    : fmt_clause(err, RULE_GRAPH);
}
