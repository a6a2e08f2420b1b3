/* Layers and wires: named nodes in topological order, lookup, checks. */
#include <stdio.h>
#include <string.h>

#include "base/graph.h"
#include "base/text.h"

enum { FIRST_ROOM = 16 };

void
graph_begin(struct graph *g, struct arena *arena)
{
	*g = (struct graph){ .arena = arena };
}

/* Bytes of the component at s, 0 when it is none. */
static size_t
component(const char *s)
{
	size_t n = strspn(s,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_.-");

	return n > NAME_MAX_BYTES || s[0] == '.' ? 0 : n;
}

int
graph_name_ok(const char *name)
{
	const char *s = name;
	size_t n;

	for (;; s++) {
		n = component(s);
		s += n;
		if (n == 0 || s - name > PATH_MAX_BYTES)
			return 0;
		if (*s == '\0')
			return 1;
		if (*s != '/')
			return 0;
	}
}

/* FNV-1a. */
static uint32_t
hash(const char *s)
{
	uint32_t h = 2166136261U;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619U;
	return h;
}

/* Where the name's node is, or would be. */
static int
place_of(const struct graph *g, const char *name)
{
	uint32_t mask = (uint32_t)g->nplaces - 1, at = hash(name) & mask;

	while (g->places[at] != 0 &&
	    strcmp(g->nodes[g->places[at] - 1].name, name) != 0)
		at = (at + 1) & mask;
	return (int)at;
}

int
graph_find(const struct graph *g, const char *name)
{
	return g->nplaces == 0 ? -1 : g->places[place_of(g, name)] - 1;
}

/* The first of a name stays where it is. */
static void
index_add(struct graph *g, int i)
{
	int *place = &g->places[place_of(g, g->nodes[i].name)];

	if (*place == 0)
		*place = i + 1;
}

int
graph_index(struct graph *g, struct err *err)
{
	int n = 2 * FIRST_ROOM;

	while (n < 2 * g->room)
		n *= 2;
	if (n > g->nplaces) {
		g->places =
		    arena_array(g->arena, (size_t)n, sizeof(*g->places), err);
		g->nplaces = g->places == NULL ? 0 : n;
	}
	if (g->places == NULL)
		return -1;
	memset(g->places, 0, (size_t)g->nplaces * sizeof(*g->places));
	for (int i = 0; i < g->nnodes; i++)
		index_add(g, i);
	return 0;
}

/* Room for one more node; the old array stays behind in the arena. */
static int
grow(struct graph *g, struct err *err)
{
	int room = g->room > 0 ? 2 * g->room : FIRST_ROOM;
	struct node *nodes;

	if (g->nnodes < g->room)
		return 0;
	nodes = arena_array(g->arena, (size_t)room, sizeof(*nodes), err);
	if (nodes == NULL)
		return -1;
	if (g->nnodes > 0)
		memcpy(nodes, g->nodes, (size_t)g->nnodes * sizeof(*nodes));
	g->nodes = nodes;
	g->room = room;
	return graph_index(g, err);
}

/* KIND_N, N counted per kind from 1, past names that others took. */
static char *
default_name(const struct graph *g, const char *kind, struct err *err)
{
	char name[PATH_MAX_BYTES + 1];
	int n = 1;

	for (int i = 0; i < g->nnodes; i++)
		n += strcmp(g->nodes[i].kind, kind) == 0;
	do {
		snprintf(
		    name, sizeof(name), "%.*s_%d", NAME_MAX_BYTES, kind, n++);
	} while (graph_find(g, name) >= 0);
	return arena_text(g->arena, name, err);
}

static char *
given_name(const struct graph *g, const char *name, enum err_code code,
    struct err *err)
{
	char shown[128];

	if (!graph_name_ok(name))
		err_set(err, code,
		    "'%s' is not a layer name (letters, digits and _ - . "
		    "in parts joined by /, none beginning with a .)",
		    text_safe(shown, sizeof(shown), name, strlen(name)));
	else if (graph_find(g, name) >= 0)
		err_set(err, code,
		    "two layers are named '%s'; give one another name=", name);
	else
		return arena_text(g->arena, name, err);
	return NULL;
}

struct node *
graph_append(struct graph *g, const char *name, const char *kind,
    enum err_code code, struct err *err)
{
	struct node *node;

	if (g->nnodes == GRAPH_NODES_MAX) {
		err_set(err, code, "more than %d layers", GRAPH_NODES_MAX);
		return NULL;
	}
	if (grow(g, err) < 0)
		return NULL;
	node = &g->nodes[g->nnodes];
	*node = (struct node){ 0 };
	node->name = name != NULL ? given_name(g, name, code, err)
				  : default_name(g, kind, err);
	if (node->name == NULL)
		return NULL;
	node->kind = arena_text(g->arena, kind, err);
	if (node->kind == NULL)
		return NULL;
	index_add(g, g->nnodes++);
	return node;
}

const struct param *
node_param_find(const struct node *node, const char *name)
{
	for (int i = 0; i < node->nparams; i++) {
		if (strcmp(node->params[i].name, name) == 0)
			return &node->params[i];
	}
	return NULL;
}

struct param *
node_param(struct node *node, const char *name, enum role role,
    enum dtype dtype, const struct shape *shape, struct err *err)
{
	struct param *p = NULL;

	if (node->nparams == NODE_PARAMS_MAX)
		err_set(err, ERR_MODEL, "layer '%s': more than %d tensors",
		    node->name, NODE_PARAMS_MAX);
	else if (node_param_find(node, name) != NULL)
		err_set(err, ERR_MODEL, "layer '%s': two tensors '%s'",
		    node->name, name);
	else
		p = &node->params[node->nparams++];
	if (p != NULL)
		*p = (struct param){
			.name = name,
			.role = role,
			.value = { .dtype = dtype, .shape = *shape },
		};
	return p;
}

static int
check_node(const struct graph *g, int i, enum err_code code, struct err *err)
{
	const struct node *node = &g->nodes[i];
	int is_input = strcmp(node->kind, "input") == 0;

	if (!graph_name_ok(node->name))
		return err_set(err, code, "layer %d has no legal name", i + 1);
	if (graph_find(g, node->name) != i)
		return err_set(
		    err, code, "two layers are named '%s'", node->name);
	if (node->ninputs < !is_input || node->ninputs > NODE_INPUTS_MAX)
		return err_set(err, code,
		    "layer '%s': %d inputs are not in 1..%d", node->name,
		    node->ninputs, NODE_INPUTS_MAX);
	if (is_input && node->ninputs > 0)
		return err_set(err, code,
		    "layer '%s': an input reads from no layer", node->name);
	for (int k = 0; k < node->ninputs; k++) {
		if (node->inputs[k] < 0 || node->inputs[k] >= i)
			return err_set(err, code,
			    "layer '%s' reads from a layer that does not "
			    "come before it",
			    node->name);
	}
	return 0;
}

/* The inputs or outputs: some, in range, none twice. */
static int
check_ends(const struct graph *g, const int *ends, int n, const char *what,
    enum err_code code, struct err *err)
{
	if (n < 1 || n > GRAPH_ENDS_MAX)
		return err_set(err, code, "%d %ss are not in 1..%d", n, what,
		    GRAPH_ENDS_MAX);
	for (int i = 0; i < n; i++) {
		if (ends[i] < 0 || ends[i] >= g->nnodes)
			return err_set(err, code,
			    "%s %d is a layer that does not exist", what,
			    i + 1);
		for (int k = 0; k < i; k++) {
			if (ends[k] == ends[i])
				return err_set(err, code,
				    "layer '%s' is an %s twice",
				    g->nodes[ends[i]].name, what);
		}
	}
	return 0;
}

int
graph_check(const struct graph *g, enum err_code code, struct err *err)
{
	int ninputs = 0;

	for (int i = 0; i < g->nnodes; i++) {
		if (check_node(g, i, code, err) < 0)
			return -1;
		ninputs += strcmp(g->nodes[i].kind, "input") == 0;
	}
	if (check_ends(g, g->inputs, g->ninputs, "input", code, err) < 0 ||
	    check_ends(g, g->outputs, g->noutputs, "output", code, err) < 0)
		return -1;
	for (int i = 0; i < g->ninputs; i++) {
		const struct node *node = &g->nodes[g->inputs[i]];

		if (strcmp(node->kind, "input") != 0)
			return err_set(err, code,
			    "layer '%s' is listed as an input, but is of "
			    "kind '%s'",
			    node->name, node->kind);
	}
	if (ninputs != g->ninputs)
		return err_set(err, code,
		    "%d layers of kind 'input', but %d are listed as inputs",
		    ninputs, g->ninputs);
	return 0;
}

int
node_in_head(const struct node *node)
{
	return node->tag != NULL && strcmp(node->tag, "head") == 0;
}

int64_t
graph_param_count(const struct graph *g)
{
	int64_t n = 0;

	for (int i = 0; i < g->nnodes; i++) {
		for (int k = 0; k < g->nodes[i].nparams; k++)
			n += shape_count(&g->nodes[i].params[k].value.shape);
	}
	return n;
}
