/* How far a layer is from the output, in blocks, and the share of the rate
   that falls with that distance. */
#include <math.h>

#include "nn.h"

/* Where the head begins that has numbers of its own; else behind the last
   node. */
static int
find_head(const struct graph *g)
{
	int i, first = g->nnodes, numbers = 0;

	for (i = g->nnodes - 1; i >= 0; i--)
		if (node_in_head(&g->nodes[i])) {
			first = i;
			numbers += g->nodes[i].nparams;
		}
	return numbers > 0 ? first : g->nnodes;
}

/* A kernel, not the factors of a norm. */
static int
has_kernel(const struct node *node)
{
	int k;

	for (k = 0; k < node->nparams; k++)
		if (node->params[k].role == ROLE_PARAMETER &&
		    node->params[k].value.shape.rank > 1)
			return 1;
	return 0;
}

static int
first_output(const struct graph *g)
{
	int i, first = g->nnodes;

	for (i = 0; i < g->noutputs; i++)
		if (g->outputs[i] < first)
			first = g->outputs[i];
	return first;
}

/* The walk is from the end.  A node that none reads past from behind it ends
   a stretch of the graph; a stretch with a kernel is the first of its block,
   one without belongs to the block before it. */
int
nn_depths(const struct graph *g, int *depth)
{
	int head = find_head(g), reach = first_output(g);
	int i, k, block = 0, kernels = 0;

	for (i = g->nnodes - 1; i >= 0; i--) {
		if (reach >= i && kernels > 0 && i < head) {
			block++;
			kernels = 0;
		}
		depth[i] = block;
		kernels += has_kernel(&g->nodes[i]);
		for (k = 0; k < g->nodes[i].ninputs; k++)
			if (g->nodes[i].inputs[k] < reach)
				reach = g->nodes[i].inputs[k];
	}
	if (kernels == 0 && block > 0)
		for (i = 0; i < g->nnodes && depth[i] == block; i++)
			depth[i] = block - 1;
	return depth[0] + 1;
}

double
nn_decayed(double factor, int depth)
{
	double all = 1;

	while (depth-- > 0)
		all *= factor;
	return all;
}

double
nn_spread(double span, double most, int blocks)
{
	return blocks < 2 ? 1 : fmax(pow(span, -1.0 / (blocks - 1)), 1 / most);
}
