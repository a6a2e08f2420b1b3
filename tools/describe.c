/* A model in words: the table of its layers. */
#include <string.h>

#include "describe.h"
#include "nn.h"
#include "spec.h"
#include "table.h"

int64_t
describe_params(const struct node *node, int64_t *learning)
{
	int64_t n = 0;

	*learning = 0;
	for (int p = 0; p < node->nparams; p++) {
		const struct param *q = &node->params[p];
		int64_t count = shape_count(&q->value.shape);
		n += count;
		if (!q->frozen && q->role == ROLE_PARAMETER)
			*learning += count;
	}
	return n;
}

/* "yes", "kernel" (some tensors), "mode" (a layer without parameters), "". */
static void
add_frozen(struct table *t, const struct node *node, struct arena *arena)
{
	struct text names;
	int frozen = 0;

	text_begin(&names, arena, t->err);
	for (int p = 0; p < node->nparams; p++)
		if (node->params[p].frozen)
			text_addf(&names, "%s%s", frozen++ ? "," : "",
			    node->params[p].name);
	if (!text_end(&names))
		return;
	if (frozen == node->nparams)
		table_cell(t, "%s", node->frozen ? "frozen" : names.s);
	else
		table_cell(t, "%s", names.s);
}

static void
add_inputs(struct table *t, const struct graph *g, int i, struct arena *arena)
{
	const struct node *node = &g->nodes[i];
	struct text from;

	text_begin(&from, arena, t->err);
	if (node->ninputs > 1 || (node->ninputs && node->inputs[0] != i - 1))
		for (int k = 0; k < node->ninputs; k++)
			text_addf(&from, "%s%s", k ? "+" : "from ",
			    g->nodes[node->inputs[k]].name);
	if (text_end(&from))
		table_cell(t, "%s", from.s);
}

static void
add_row(struct table *t, const struct graph *g, int i,
    const struct shape *shape, struct arena *arena)
{
	const struct node *node = &g->nodes[i];
	char text[SHAPE_TEXT], count[32];
	int64_t learning, n = describe_params(node, &learning);
	char *kind = describe_kind(node, arena, t->err);

	if (!kind)
		return;
	table_cell(t, "%d", i + 1);
	table_cell(t, "%s", node->name);
	table_cell(t, "%s", kind);
	table_cell(t, "%s", shape_print(text, shape));
	table_cell(t, "%s", n ? table_count(count, n) : "-");
	add_frozen(t, node, arena);
	table_cell(t, "%s", node->tag ? node->tag : "");
	add_inputs(t, g, i, arena);
}

static void
add_heading(struct table *t)
{
	static const char *const heads[] = { "#", "layer", "kind", "output",
		"parameters", "", "", "" };
	for (int i = 0; i < 8; i++)
		table_cell(t, "%s", heads[i]);
}

static void
add_totals(const struct graph *g, struct text *out)
{
	int64_t all = 0, learn = 0, some;
	char count[32], frozen[32];

	for (int i = 0; i < g->nnodes; i++) {
		all += describe_params(&g->nodes[i], &some);
		learn += some;
	}
	text_addf(out, "%s parameters", table_count(count, all));
	if (learn < all)
		text_addf(out, ", %s of them frozen",
		    table_count(frozen, all - learn));
	text_add(out, "\n");
}

void
describe_layers(const struct graph *g, struct text *out)
{
	struct arena arena = { 0 };
	struct table t;
	struct shape *shapes =
	    arena_array(&arena, (size_t)g->nnodes, sizeof(*shapes), out->err);

	table_begin(&t, "rlllrlll", &arena, out->err);
	if (shapes && nn_shapes(g, shapes, out->err) == 0) {
		add_heading(&t);
		for (int i = 0; i < g->nnodes; i++)
			add_row(&t, g, i, &shapes[i], &arena);
		table_print(&t, out);
		add_totals(g, out);
	}
	arena_free(&arena);
}

char *
describe_kind(const struct node *node, struct arena *arena, struct err *err)
{
	return spec_print_kind(node, arena, err);
}
