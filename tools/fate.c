/* What a run makes of each tensor: by the flags, and by what was done to the
   head. */
#include "fate.h"

#include <string.h>

#include "adapt.h"
#include "frozen.h"
#include "lora.h"

const char *const fate_words[FATES] = {
	[FATE_TRAINED] = "trained",
	[FATE_NEW] = "new",
	[FATE_EXTENDED] = "extended",
	[FATE_REUSED] = "reused",
	[FATE_ADAPTER] = "adapter",
	[FATE_STATISTICS] = "statistics",
	[FATE_KEPT] = "kept",
	[FATE_FROZEN] = "frozen",
};

static const struct {
	const char *option;
	enum fate fate;
} heads[] = {
	{ "--new-head", FATE_NEW },
	{ "--extend-head", FATE_EXTENDED },
	{ "--reuse-head", FATE_REUSED },
};

/* The words of the surgery begin with what was done to the head. */
static enum fate
head_fate(const struct run *r)
{
	const char *words = r->plan.surgery;

	for (int i = 0; words != NULL && i < 3; i++)
		if (strncmp(words, heads[i].option, strlen(heads[i].option)) ==
		    0)
			return heads[i].fate;
	return FATE_TRAINED;
}

enum fate
fate_of_layer(const struct run *r, int node)
{
	const struct graph *g = &r->s.model.graph;
	enum fate fate = head_fate(r);
	struct err quiet = { 0 };
	int ours;

	if (lora_is_part(&g->nodes[node]))
		return FATE_ADAPTER;
	ours = fate == FATE_NEW
	    ? node_in_head(&g->nodes[node])
	    : node == adapt_class_layer(g, g->outputs[0], &quiet);
	return ours ? fate : FATE_TRAINED;
}

enum fate
fate_of(const struct run *r, int node, int param)
{
	const struct node *n = &r->s.model.graph.nodes[node];
	enum fate layer;

	if (tensor_is_frozen(n, param))
		return FATE_FROZEN;
	if (norms_stored(r, n, param))
		return FATE_KEPT;
	layer = fate_of_layer(r, node);
	if (layer == FATE_TRAINED && n->params[param].role == ROLE_STATISTIC)
		return FATE_STATISTICS;
	return layer;
}
