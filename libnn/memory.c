/* The memory of a net: slabs as large as its programs need, given once. */
#include "chunk.h"
#include "net.h"

/* What is derived from parameters stays from step to step: each program has
   places of its own. */
static int
measure_derived(struct net *net, struct val *v, struct err *err)
{
	size_t n = (size_t)val_count(v) * sizeof(real);

	if (n > SIZE_MAX / 4 - net->sizes[SLAB_DERIVED])
		return err_set(err, ERR_MODEL, "the parameters are too large");
	v->offset = net->sizes[SLAB_DERIVED];
	net->sizes[SLAB_DERIVED] += (n + PLACE - 1) / PLACE * PLACE;
	return 0;
}

static int
measure(struct net *net, struct compiled *c, struct err *err)
{
	int i;

	if (c->p.value_size > net->sizes[SLAB_VALUE])
		net->sizes[SLAB_VALUE] = c->p.value_size;
	for (i = 0; i < c->p.nvals; i++)
		if (c->p.vals[i]->slab == SLAB_DERIVED &&
		    c->p.vals[i]->alias == NULL &&
		    measure_derived(net, c->p.vals[i], err) < 0)
			return -1;
	return 0;
}

/* Parameters are loaded next.  Training begins with memory that is there; for a
   prediction the part that it uses is enough. */
static void
touch(struct net *net)
{
	const struct net_update *u = &net->updates[0];
	size_t value = 0;
	int i;

	slab_touch(net->slabs[SLAB_PARAM], net->sizes[SLAB_PARAM]);
	if (net->nupdates == 0)
		return;
	for (i = 0; i < u->nprograms; i++)
		if (u->programs[i].p.value_size > value)
			value = u->programs[i].p.value_size;
	slab_touch(net->slabs[SLAB_VALUE], value);
	slab_touch(net->slabs[SLAB_GRAD], net->sizes[SLAB_GRAD]);
	slab_touch(net->slabs[SLAB_SLOT], net->sizes[SLAB_SLOT]);
	slab_touch(net->slabs[SLAB_GATHER], net->sizes[SLAB_GATHER]);
	slab_touch(net->slabs[SLAB_DERIVED], net->sizes[SLAB_DERIVED]);
}

int
net_allocate(struct net *net, struct err *err)
{
	int i;

	if (net_each(net, measure, err) < 0)
		return -1;
	for (i = 0; i < SLAB_N; i++) {
		if (net->sizes[i] == 0)
			continue;
		net->slabs[i] = arena_slab(&net->arena, net->sizes[i], err);
		if (net->slabs[i] == NULL)
			return -1;
	}
	touch(net);
	return chunk_allocate(net, net->nupdates > 0, err);
}

static void
place_one(struct net *net, struct val *v)
{
	if (net->slabs[v->slab] != NULL)
		v->data =
		    (real *)(void *)((char *)net->slabs[v->slab] + v->offset);
}

void
net_place_shared(struct net *net)
{
	struct net_update *u = &net->updates[0];
	int i, k;

	for (i = 0; i < net->nparams; i++) {
		place_one(net, &net->params[i].value);
		if (net->params[i].learns)
			place_one(net, &net->params[i].grad);
	}
	place_one(net, &u->grads);
	place_one(net, &u->gathered);
	for (i = 0; i < u->nspans; i++) {
		place_one(net, &u->spans[i].value);
		place_one(net, &u->spans[i].grad);
		for (k = 0; k < OPTIM_SLOTS_MAX; k++)
			if (u->slots >> k & 1)
				place_one(net, &u->spans[i].slot[k]);
		if (u->ema > 0)
			place_one(net, &u->spans[i].average);
		if (u->anchored)
			place_one(net, &u->spans[i].origin);
	}
}

/* The samples of the largest program. */
static int64_t
largest(const struct net *net)
{
	const struct net_update *u = &net->updates[0];
	int64_t n = 0;

	if (net->npredict > 0)
		n = net->predict[net->npredict - 1].p.n;
	if (u->nprograms > 0 && u->programs[u->nprograms - 1].p.n > n)
		n = u->programs[u->nprograms - 1].p.n;
	return n;
}

static real *
stage_new(struct net *net, int node, struct err *err)
{
	struct shape s;
	int64_t n;

	if (nn_shape(&net->graph, node, &s, err) < 0)
		return NULL;
	n = shape_count(&s) * largest(net);
	return arena_slab(&net->arena, (size_t)n * sizeof(real), err);
}

int
net_stage(struct net *net, struct err *err)
{
	struct shape s;
	int i;

	for (i = 0; i < net->graph.ninputs; i++) {
		net->stage[i] = stage_new(net, net->graph.inputs[i], err);
		if (net->stage[i] == NULL)
			return -1;
	}
	if (net->loss == NULL)
		return 0;
	if (nn_shape(&net->graph, net->graph.outputs[0], &s, err) < 0)
		return -1;
	net->target_width = shape_count(&s);
	net->stage_target = stage_new(net, net->graph.outputs[0], err);
	return net->stage_target == NULL ? -1 : 0;
}
