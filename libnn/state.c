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

static int
has_average(const struct net *net)
{
	return net->nupdates > 0 && net->updates[0].ema > 0;
}

static int
has_anchor(const struct net *net)
{
	return net->nupdates > 0 && net->updates[0].anchored;
}

/* Averages begin where the weights are. */
static void
start_average(struct net *net)
{
	const struct net_update *u = &net->updates[0];
	int i;

	for (i = 0; i < u->nspans && has_average(net); i++)
		memcpy(u->spans[i].average.data, u->spans[i].value.data,
		    (size_t)val_count(&u->spans[i].value) * sizeof(real));
}

/* Anchors are where the weights were first. */
static void
start_anchor(struct net *net)
{
	const struct net_update *u = &net->updates[0];
	int i;

	for (i = 0; i < u->nspans && has_anchor(net); i++)
		memcpy(u->spans[i].origin.data, u->spans[i].value.data,
		    (size_t)val_count(&u->spans[i].value) * sizeof(real));
}

int
net_load(struct net *net, const struct graph *g, struct err *err)
{
	const struct param *p;
	int first = net->loaded == 0, i;

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
	start_average(net);
	if (first)
		start_anchor(net);
	return 0;
}

static int
store(const struct net_param *p, const real *from, struct param *to,
    struct arena *arena, struct err *err)
{
	int64_t n = val_count(&p->value);
	size_t bytes;

	if (to->value.data != NULL && !differs(to->value.data, from, n))
		return 0;
	if (tensor_bytes(&to->value, &bytes, err) < 0)
		return -1;
	if (!arena_owns(arena, to->value.data))
		to->value.data = arena_slab(arena, bytes, err);
	if (to->value.data == NULL)
		return -1;
	copy_out(to->value.data, from, n);
	return 0;
}

/* Where the numbers of a parameter that learns are in a part of the slots'
   slab; first: of the first span, in that part. */
static real *
in_slots(
    const struct net *net, const struct net_param *p, const struct val *first)
{
	size_t base = first->offset - net->updates[0].spans[0].value.offset;

	return (real *)(void *)((char *)net->slabs[SLAB_SLOT] + base +
	    p->value.offset);
}

static int
store_all(const struct net *net, struct graph *g, int average, struct err *err)
{
	const struct net_param *p;
	struct param *to;
	int i;

	for (i = 0; i < net->nparams; i++) {
		p = &net->params[i];
		to = same_param(net, p, g, err);
		if (to == NULL ||
		    store(p,
			average && p->learns
			    ? in_slots(
				  net, p, &net->updates[0].spans[0].average)
			    : p->value.data,
			to, g->arena, err) < 0)
			return -1;
	}
	return 0;
}

int
net_store(const struct net *net, struct graph *g, struct err *err)
{
	return store_all(net, g, 0, err);
}

int
net_store_average(const struct net *net, struct graph *g, struct err *err)
{
	return store_all(net, g, has_average(net), err);
}

void
net_swap_average(struct net *net)
{
	const struct net_update *u = &net->updates[0];
	int i;

	for (i = 0; i < u->nspans && has_average(net); i++) {
		real *a = u->spans[i].value.data, *b = u->spans[i].average.data;
		int64_t k, n = val_count(&u->spans[i].value);

		for (k = 0; k < n; k++) {
			real v = a[k];

			a[k] = b[k];
			b[k] = v;
		}
	}
	net->version++;
}

static struct net_slot
slot_row(const struct net *net, const struct net_param *p, const char *name,
    const struct val *first)
{
	const struct node *node = &net->graph.nodes[p->node];

	return (struct net_slot){ node->name, node->params[p->index].name, name,
		{ DTYPE_REAL, p->value.shape, in_slots(net, p, first) } };
}

static void
list_slots(struct net *net, const struct net_param *p, int *n)
{
	const struct net_update *u = &net->updates[0];
	int k;

	for (k = 0; k < OPTIM_SLOTS_MAX; k++)
		if (u->slots >> k & 1)
			net->slot_list[(*n)++] = slot_row(
			    net, p, u->optim->slot[k], &u->spans[0].slot[k]);
	if (u->ema > 0)
		net->slot_list[(*n)++] =
		    slot_row(net, p, "ema", &u->spans[0].average);
	if (p->rule.anchor > 0)
		net->slot_list[(*n)++] =
		    slot_row(net, p, "anchor", &u->spans[0].origin);
}

int
net_slots(struct net *net, struct net_slot **slots, int *n, struct err *err)
{
	int i;

	*n = 0;
	if (net->slot_list == NULL)
		net->slot_list = arena_array(&net->arena,
		    (size_t)net->nparams * (OPTIM_SLOTS_MAX + 2) + 1,
		    sizeof(*net->slot_list), err);
	if ((*slots = net->slot_list) == NULL)
		return -1;
	for (i = 0; i < net->nparams && net->nupdates > 0; i++)
		if (net->params[i].learns)
			list_slots(net, &net->params[i], n);
	return 0;
}
