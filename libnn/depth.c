/* How far a layer is from the output, and the share of the rate that falls
   with that distance. */
#include <string.h>

#include "lora.h"
#include "nn.h"

static int
is_head(const struct node *node)
{
	return node->tag != NULL && strcmp(node->tag, "head") == 0;
}

/* Has the head numbers of its own to count as the step 0? */
static int
has_head(const struct graph *g)
{
	int i;

	for (i = 0; i < g->nnodes; i++)
		if (is_head(&g->nodes[i]) && g->nodes[i].nparams > 0)
			return 1;
	return 0;
}

/* An adapter is as far away as the layer that it stands beside. */
static int
is_step(const struct node *node)
{
	return node->nparams > 0 && !lora_is_part(node);
}

static void
deepen(int *depth, int to)
{
	if (*depth < to)
		*depth = to;
}

/* Readers stand behind what they read: when the walk from the end comes to a
   node, all of its readers have told how deep they are. */
void
nn_depths(const struct graph *g, int *depth)
{
	int head = has_head(g), i, k, below;
	const struct node *node;

	for (i = 0; i < g->nnodes; i++)
		depth[i] = 0;
	for (i = g->nnodes - 1; i >= 0; i--) {
		node = &g->nodes[i];
		if (head && is_head(node)) {
			depth[i] = 0;
			below = 1;
		} else {
			below = depth[i] + is_step(node);
		}
		for (k = 0; k < node->ninputs; k++)
			deepen(&depth[node->inputs[k]], below);
	}
}

double
nn_decayed(double factor, int depth)
{
	double all = 1;

	while (depth-- > 0)
		all *= factor;
	return all;
}
