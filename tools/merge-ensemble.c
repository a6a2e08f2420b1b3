/* nn-merge --ensemble: models side by side in one graph, m1/..., m2/..., behind
   one input, and the mean of their outputs. */
#include <string.h>

#include "merge.h"

/* A mean of numbers before a softmax would be another model. */
static int
check_output(const struct session *s, struct err *err)
{
	static const char *const good[] = { "softmax", "sigmoid", "average",
		NULL };
	const struct node *out = session_output(s);

	if (s->target != TARGET_LABEL)
		return 0;
	for (int i = 0; good[i] != NULL; i++)
		if (strcmp(out->kind, good[i]) == 0)
			return 0;
	return err_set(err, ERR_DATA,
	    "%s: layer '%s' is of kind %s, but probabilities come out of a "
	    "softmax or a sigmoid",
	    s->name, out->name, out->kind);
}

static struct node *
append(struct graph *g, const char *name, const char *kind, struct err *err)
{
	return name == NULL ? NULL : graph_append(g, name, kind, ERR_DATA, err);
}

static int
append_input(struct graph *to, const struct graph *from, struct err *err)
{
	struct node *node = append(to, "input", "input", err);

	if (node == NULL)
		return -1;
	node->settings = from->nodes[from->inputs[0]].settings;
	to->ninputs = 1;
	to->inputs[0] = to->nnodes - 1;
	return 0;
}

/* All layers of a member but its input, which is the common one: the place of
   its output. */
static int
append_member(struct graph *to, const struct graph *from, int number,
    struct arena *arena, struct err *err)
{
	int *place =
	    arena_array(arena, (size_t)from->nnodes, sizeof(*place), err);

	if (place == NULL)
		return -1;
	for (int i = 0; i < from->nnodes; i++) {
		const struct node *old = &from->nodes[i];
		const char *name;
		struct node *node;

		place[i] = to->inputs[0];
		if (i == from->inputs[0])
			continue;
		name = arena_printf(arena, err, "m%d/%s", number, old->name);
		if ((node = append(to, name, old->kind, err)) == NULL)
			return -1;
		name = node->name;
		*node = *old;
		node->name = name;
		for (int k = 0; k < node->ninputs; k++)
			node->inputs[k] = place[old->inputs[k]];
		place[i] = to->nnodes - 1;
	}
	return place[from->outputs[0]];
}

/* Part of the head, as what it reads from is. */
static int
append_mean(struct graph *to, const int *from, int n, struct err *err)
{
	struct node *node = append(to, "average", "average", err);

	if (node == NULL)
		return -1;
	node->ninputs = n;
	for (int i = 0; i < n; i++) {
		node->inputs[i] = from[i];
		if (to->nodes[from[i]].tag != NULL)
			node->tag = to->nodes[from[i]].tag;
	}
	to->noutputs = 1;
	to->outputs[0] = to->nnodes - 1;
	return 0;
}

static int
build_graph(struct merge *m, struct err *err)
{
	struct graph *g = &m->result.model.graph;
	struct arena *arena = &m->t->arena;
	const char *task = g->task;
	int outputs[NODE_INPUTS_MAX];

	graph_begin(g, arena);
	g->task = task;
	if (append_input(g, &m->member[0].model.graph, err) < 0)
		return -1;
	for (int i = 0; i < m->n; i++) {
		outputs[i] = append_member(
		    g, &m->member[i].model.graph, i + 1, arena, err);
		if (outputs[i] < 0)
			return err_in(err, "%s", m->member[i].name);
	}
	if (append_mean(g, outputs, m->n, err) < 0)
		return -1;
	return nn_resolve(g, 0, ERR_DATA, err);
}

/* What somebody keeps beside one of the models speaks of that alone. */
static int
prepare(struct merge *m, struct err *err)
{
	if (members_same_ends(m, err) < 0)
		return -1;
	for (int i = 0; i < m->n; i++)
		if (check_output(&m->member[i], err) < 0)
			return -1;
	if (members_result(m, err) < 0)
		return -1;
	if (!members_same_ext(m)) {
		m->result.model.ext = NULL;
		m->result.model.features_optional = NULL;
	}
	return build_graph(m, err);
}

static void
show(const struct merge *m, struct text *out)
{
	text_addf(
	    out, "%d models side by side, the mean of their outputs\n", m->n);
	for (int i = 0; i < m->n; i++)
		text_addf(out, "m%-9d  %s\n", i + 1, m->member[i].name);
}

const struct merge_mode merge_ensemble = {
	.option = "ensemble",
	.least = 2,
	.most = NODE_INPUTS_MAX,
	.open = prepare,
	.show = show,
};
