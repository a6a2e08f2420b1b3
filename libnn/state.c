/* What a net has learnt, in and out of a graph; the optimizer's numbers. */
#include <string.h>

#include "net.h"

/* Numbers between a tensor of a file and the slabs. */
static void
copy_in(real *to, const float *from, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++)
		to[i] = (real)from[i];
}

static void
copy_out(float *to, const real *from, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++)
		to[i] = (float)from[i];
}

static uint32_t
bits(float v)
{
	uint32_t b;

	memcpy(&b, &v, sizeof(b));
	return b;
}

/* What has not changed, to the bit, stays where it is: frozen tensors of a
   mapped file need no memory of their own. */
static int
differs(const float *a, const real *b, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++)
		if (bits(a[i]) != bits((float)b[i]))
			return 1;
	return 0;
}

/* The same tensor in another graph, or NULL. */
static struct param *
same_param(const struct net *net, const struct net_param *p,
    const struct graph *g, struct err *err)
{
	const struct node *node = &net->graph.nodes[p->node];
	const struct param *ours = &node->params[p->index];
	struct param *theirs;
	int i = graph_find(g, node->name), k;

	for (k = 0; i >= 0 && k < g->nodes[i].nparams; k++) {
		theirs = &g->nodes[i].params[k];
		if (strcmp(theirs->name, ours->name) == 0 &&
		    theirs->value.dtype == DTYPE_F32 &&
		    shape_equal(&theirs->value.shape, &ours->value.shape))
			return theirs;
	}
	err_set(err, ERR_MODEL,
	    "layer '%s': %s: is not in this graph as the net has it",
	    node->name, ours->name);
	return NULL;
}

int
net_load(struct net *net, const struct graph *g, struct err *err)
{
	const struct param *p;
	int i;

	net->loaded = ++net->version;
	for (i = 0; i < net->nparams; i++) {
		p = same_param(net, &net->params[i], g, err);
		if (p == NULL)
			return -1;
		if (p->value.data == NULL)
			return err_set(err, ERR_MODEL,
			    "layer '%s': %s: has no numbers yet",
			    net->graph.nodes[net->params[i].node].name,
			    p->name);
		copy_in(net->params[i].value.data, p->value.data,
		    val_count(&net->params[i].value));
	}
	return 0;
}

static int
store(const struct net_param *p, struct param *to, struct arena *arena,
    struct err *err)
{
	int64_t n = val_count(&p->value);
	size_t bytes;

	if (to->value.data != NULL &&
	    !differs(to->value.data, p->value.data, n))
		return 0;
	if (tensor_bytes(&to->value, &bytes, err) < 0)
		return -1;
	if (!arena_owns(arena, to->value.data))
		to->value.data = arena_slab(arena, bytes, err);
	if (to->value.data == NULL)
		return -1;
	copy_out(to->value.data, p->value.data, n);
	return 0;
}

int
net_store(const struct net *net, struct graph *g, struct err *err)
{
	struct param *to;
	int i;

	for (i = 0; i < net->nparams; i++) {
		to = same_param(net, &net->params[i], g, err);
		if (to == NULL || store(&net->params[i], to, g->arena, err) < 0)
			return -1;
	}
	return 0;
}

static struct net_slot
slot_row(const struct net *net, const struct net_update *u,
    const struct net_param *p, int k)
{
	const struct node *node = &net->graph.nodes[p->node];
	size_t base = u->spans[0].slot[k].offset - u->spans[0].value.offset;
	struct net_slot s = { node->name, node->params[p->index].name,
		u->optim->slot[k], { DTYPE_REAL, p->value.shape, NULL } };

	s.value.data = (char *)net->slabs[SLAB_SLOT] + base + p->value.offset;
	return s;
}

int
net_slots(struct net *net, struct net_slot **slots, int *n, struct err *err)
{
	const struct net_update *u = &net->updates[0];
	struct net_slot *list = net->slot_list;
	int i, k;

	*n = 0;
	if (list == NULL)
		list = arena_array(&net->arena,
		    (size_t)net->nparams * OPTIM_SLOTS_MAX + 1, sizeof(*list),
		    err);
	if (list == NULL)
		return -1;
	net->slot_list = *slots = list;
	for (i = 0; i < net->nparams && net->nupdates > 0; i++)
		for (k = 0; k < OPTIM_SLOTS_MAX; k++)
			if (net->params[i].learns && (u->slots >> k & 1))
				list[(*n)++] =
				    slot_row(net, u, &net->params[i], k);
	return 0;
}
