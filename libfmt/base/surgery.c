/* Surgery on graphs: copy, cut, tag. */
#include <string.h>

#include "base/graph.h"

static int
copy_text(
    const char **to, const char *from, struct arena *arena, struct err *err)
{
	*to = from == NULL ? NULL : arena_text(arena, from, err);
	return from != NULL && *to == NULL ? -1 : 0;
}

static int
copy_settings(struct settings *to, const struct settings *from,
    struct arena *arena, struct err *err)
{
	to->n = from->n;
	to->at = arena_array(arena, (size_t)from->n, sizeof(*to->at), err);
	if (to->at == NULL)
		return -1;
	for (int i = 0; i < from->n; i++) {
		const struct setting *s = &from->at[i];

		to->at[i] = *s;
		if (copy_text(&to->at[i].name, s->name, arena, err) < 0 ||
		    copy_text(&to->at[i].s, s->s, arena, err) < 0)
			return -1;
	}
	return 0;
}

static int
copy_node(struct node *to, const struct node *from, struct arena *arena,
    struct err *err)
{
	*to = *from;
	if (copy_text(&to->name, from->name, arena, err) < 0 ||
	    copy_text(&to->kind, from->kind, arena, err) < 0 ||
	    copy_text(&to->tag, from->tag, arena, err) < 0 ||
	    copy_settings(&to->settings, &from->settings, arena, err) < 0)
		return -1;
	for (int i = 0; i < from->nparams; i++) {
		if (copy_text(&to->params[i].name, from->params[i].name, arena,
			err) < 0)
			return -1;
	}
	return 0;
}

int
graph_copy(struct graph *to, const struct graph *from, struct arena *arena,
    struct err *err)
{
	*to = *from;
	to->arena = arena;
	to->room = from->nnodes;
	to->nplaces = 0;
	to->nodes =
	    arena_array(arena, (size_t)to->room, sizeof(*to->nodes), err);
	if (to->nodes == NULL || copy_text(&to->task, from->task, arena, err))
		return -1;
	for (int i = 0; i < from->nnodes; i++) {
		if (copy_node(&to->nodes[i], &from->nodes[i], arena, err) < 0)
			return -1;
	}
	return graph_index(to, err);
}

static int
has_tag(const struct node *node, const char *tag)
{
	return node->tag != NULL && strcmp(node->tag, tag) == 0;
}

static int
contains(const int *list, int n, int what)
{
	for (int i = 0; i < n; i++) {
		if (list[i] == what)
			return 1;
	}
	return 0;
}

/* Fills stubs with what tagged nodes read from untagged ones; an untagged
   reader of a tagged node is an error. */
static int
find_stubs(const struct graph *g, const char *tag, int stubs[], struct err *err)
{
	int n = 0;

	for (int i = 0; i < g->nnodes; i++) {
		const struct node *node = &g->nodes[i];

		for (int k = 0; k < node->ninputs; k++) {
			int from = node->inputs[k];
			int cut = has_tag(&g->nodes[from], tag);

			if (cut && !has_tag(node, tag))
				return err_set(err, ERR_MODEL,
				    "layer '%s' reads from '%s', which is "
				    "tagged '%s'; tag both or none",
				    node->name, g->nodes[from].name, tag);
			if (cut || !has_tag(node, tag) ||
			    contains(stubs, n, from))
				continue;
			if (n == GRAPH_ENDS_MAX)
				return err_set(err, ERR_MODEL,
				    "the layers tagged '%s' read from more "
				    "than %d others",
				    tag, GRAPH_ENDS_MAX);
			stubs[n++] = from;
		}
	}
	return n;
}

/* Renumbers ends by map, dropping those that are gone. */
static int
renumber(int *ends, int n, const int *map)
{
	int kept = 0;

	for (int i = 0; i < n; i++) {
		if (map[ends[i]] >= 0)
			ends[kept++] = map[ends[i]];
	}
	return kept;
}

int
graph_cut(struct graph *g, const char *tag, int stubs[], struct err *err)
{
	int nstubs = find_stubs(g, tag, stubs, err);
	int *map, kept = 0;

	if (nstubs < 0)
		return -1;
	map = arena_array(g->arena, (size_t)g->nnodes, sizeof(*map), err);
	if (map == NULL)
		return -1;
	for (int i = 0; i < g->nnodes; i++) {
		struct node *node = &g->nodes[i];

		map[i] = has_tag(node, tag) ? -1 : kept;
		if (map[i] < 0)
			continue;
		node->ninputs = renumber(node->inputs, node->ninputs, map);
		if (kept != i)
			g->nodes[kept] = *node;
		kept++;
	}
	if (kept == g->nnodes)
		return err_set(err, ERR_MODEL,
		    "no layer is tagged '%s'; tag the layers to replace with "
		    "tag=%s (nn-info --spec prints them, nn-init -F reads "
		    "them)",
		    tag, tag);
	g->nnodes = kept;
	g->ninputs = renumber(g->inputs, g->ninputs, map);
	g->noutputs = renumber(g->outputs, g->noutputs, map);
	if (graph_index(g, err) < 0)
		return -1;
	return renumber(stubs, nstubs, map);
}

/* The last node becomes that at, and the rest moves. */
static void
move_to(struct graph *g, int at)
{
	struct node last = g->nodes[g->nnodes - 1];

	memmove(&g->nodes[at + 1], &g->nodes[at],
	    (size_t)(g->nnodes - 1 - at) * sizeof(last));
	g->nodes[at] = last;
	for (int i = at + 1; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].ninputs; k++)
			g->nodes[i].inputs[k] += g->nodes[i].inputs[k] >= at;
	for (int i = 0; i < g->ninputs; i++)
		g->inputs[i] += g->inputs[i] >= at;
	for (int i = 0; i < g->noutputs; i++)
		g->outputs[i] += g->outputs[i] >= at;
}

int
graph_insert(struct graph *g, int at, const char *kind, struct err *err)
{
	struct node *node = graph_append(g, NULL, kind, ERR_MODEL, err);

	if (node == NULL)
		return -1;
	node->tag = g->nodes[at].tag;
	node->frozen = g->nodes[at].frozen;
	node->inputs[0] = g->nodes[at].inputs[0];
	node->ninputs = 1;
	move_to(g, at);
	g->nodes[at + 1].inputs[0] = at;
	return graph_index(g, err) < 0 ? -1 : at;
}

/* Marks, backwards, all that output depends on; returns the last of them that
   has parameters, or -1. */
static int
last_with_params(const struct graph *g, int output, char *upstream)
{
	int last = -1;

	memset(upstream, 0, (size_t)g->nnodes);
	upstream[output] = 1;
	for (int i = output; i >= 0; i--) {
		const struct node *node = &g->nodes[i];

		if (!upstream[i])
			continue;
		if (node->nparams > 0 && last < 0)
			last = i;
		for (int k = 0; k < node->ninputs; k++)
			upstream[node->inputs[k]] = 1;
	}
	return last;
}

int
graph_tag_head(struct graph *g, struct err *err)
{
	char *upstream = arena_alloc(g->arena, (size_t)g->nnodes, err);
	char *after = arena_alloc(g->arena, (size_t)g->nnodes, err);

	if (upstream == NULL || after == NULL)
		return -1;
	for (int o = 0; o < g->noutputs; o++) {
		int last = last_with_params(g, g->outputs[o], upstream);

		if (last >= 0)
			after[last] = 1;
	}
	for (int i = 0; i < g->nnodes; i++) {
		struct node *node = &g->nodes[i];

		for (int k = 0; k < node->ninputs; k++)
			after[i] |= after[node->inputs[k]];
		if (after[i])
			node->tag = "head";
	}
	return 0;
}
