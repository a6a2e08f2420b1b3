/* Stretches of operations that run depth first, a few samples at a time. */
#include "stretch.h"

enum { WORTH_N = 16 }; /* samples in the batch */

static void
grow(size_t *size, size_t n)
{
	*size = n > *size ? n : *size;
}

static size_t
sums_size(const struct stretch *t)
{
	size_t n = 0;
	int i;

	for (i = 0; i < t->nsums; i++)
		n += (size_t)val_count(t->sum[i]);
	return n * sizeof(real);
}

/* Lane i takes whole chunks, the last one the rest as well. */
static int
open_share(struct stretch *t, int i, const struct program *p, struct span_of s,
    struct err *err)
{
	struct share *h = &t->shares[i];
	struct lane *l = &t->lanes[i];
	int64_t chunks = (t->n + t->chunk - 1) / t->chunk, rest;
	int k;

	h->from = chunks * i / t->nlanes * t->chunk;
	h->to = chunks * (i + 1) / t->nlanes * t->chunk;
	h->to = h->to < t->n ? h->to : t->n;
	rest = (h->to - h->from) % t->chunk;
	if (stretch_open_set(&h->set[0], t, p, s,
		h->to - h->from >= t->chunk ? t->chunk : 0, err) < 0 ||
	    stretch_open_set(&h->set[1], t, p, s, rest, err) < 0)
		return -1;
	for (k = 0; k < SETS; k++)
		grow(&l->values_size, h->set[k].p.value_size);
	grow(&l->sums_size, sums_size(t));
	return 0;
}

static void
stretch_release(struct op *op)
{
	struct stretch *t = op->state;
	int i, k;

	for (i = 0; i < t->nlanes; i++)
		for (k = 0; k < SETS; k++)
			program_release(&t->shares[i].set[k].p);
}

/* The stretch as one operation: 0; 1 when it cannot be one. */
static int
open_stretch(struct net *net, const struct program *p, struct span_of s,
    struct op **out, struct err *err)
{
	struct stretch *t = arena_alloc(p->arena, sizeof(*t), err);
	struct op *op = arena_alloc(p->arena, sizeof(*op), err);
	int64_t most;
	int i;

	if (t == NULL || op == NULL)
		return -1;
	op->what = OP_CHUNKS;
	op->phase = p->ops[s.first]->phase;
	op->layer = p->ops[s.first]->layer;
	op->state = t;
	op->run = stretch_run;
	op->release = stretch_release;
	t->op = op;
	t->backend = net->backend;
	t->lanes = net->lanes;
	t->nlanes = p->threads < net->nlanes ? p->threads : net->nlanes;
	t->n = p->n;
	most = (t->n + t->nlanes - 1) / t->nlanes;
	t->chunk = most < CHUNK ? most : CHUNK;
	if (!stretch_ends(t, p, s))
		return 1;
	t->shares =
	    arena_array(p->arena, (size_t)t->nlanes, sizeof(*t->shares), err);
	if (t->shares == NULL)
		return -1;
	for (i = s.first; i < s.end; i++)
		op->flops += op_flops(p->ops[i]);
	for (i = 0; i < t->nlanes; i++)
		if (open_share(t, i, p, s, err) < 0)
			return -1;
	*out = op;
	return 0;
}

static int
open_lanes(struct net *net, struct err *err)
{
	int i;

	if (net->lanes != NULL)
		return 0;
	net->lanes = arena_array(
	    &net->arena, (size_t)net->threads, sizeof(*net->lanes), err);
	if (net->lanes == NULL)
		return -1;
	for (i = 0; i < net->threads; i++) {
		net->lanes[i].backend_handle = net->backend->open(1, err);
		if (net->lanes[i].backend_handle == NULL)
			return -1;
		net->nlanes++;
	}
	return 0;
}

int
chunk_program(struct net *net, struct program *p, struct err *err)
{
	struct span_of s = { 0, 0 };
	struct op *op;
	int i, left;

	if (net->backend == NULL || net->backend->shares == NULL ||
	    net->whole || p->n < WORTH_N)
		return 0;
	for (;;) {
		s = stretch_find(p, s.end);
		if (s.first == p->nops)
			break;
		if (!stretch_is_worth(p, s))
			continue;
		if (open_lanes(net, err) < 0)
			return -1;
		left = open_stretch(net, p, s, &op, err);
		if (left < 0)
			return -1;
		if (left > 0)
			continue;
		p->ops[s.first] = op;
		for (i = s.first + 1; i < s.end; i++)
			p->ops[i] = NULL;
		program_close_gaps(p);
		s.end = s.first + 1;
	}
	return 0;
}

int
chunk_allocate(struct net *net, int touched, struct err *err)
{
	struct lane *l;
	int i;

	for (i = 0; i < net->nlanes; i++) {
		l = &net->lanes[i];
		l->values = arena_slab(&net->arena, l->values_size, err);
		l->sums = arena_slab(&net->arena, l->sums_size, err);
		if (l->values == NULL || l->sums == NULL)
			return -1;
		if (!touched)
			continue;
		slab_touch(l->values, l->values_size);
		slab_touch(l->sums, l->sums_size);
	}
	return 0;
}

static int
plan_set(
    struct net *net, const struct lane *l, struct set *set, struct err *err)
{
	void *slabs[SLAB_N] = { [SLAB_VALUE] = l->values };
	int i;

	program_place(&set->p, slabs);
	for (i = 0; i < set->p.nops; i++)
		if (backend_plan_op(
			net, l->backend_handle, set->p.ops[i], err) < 0)
			return -1;
	return 0;
}

int
chunk_plan(struct net *net, struct program *p, struct err *err)
{
	struct stretch *t;
	int i, k, set;

	for (i = 0; i < p->nops; i++) {
		if (p->ops[i]->what != OP_CHUNKS)
			continue;
		t = p->ops[i]->state;
		for (k = 0; k < t->nlanes; k++)
			for (set = 0; set < SETS; set++)
				if (plan_set(net, &net->lanes[k],
					&t->shares[k].set[set], err) < 0)
					return -1;
	}
	return 0;
}

struct program *
chunk_inside(const struct op *op)
{
	const struct stretch *t = op->state;

	return op->what == OP_CHUNKS ? &t->shares[0].set[0].p : NULL;
}

void
chunk_close(struct net *net)
{
	int i;

	for (i = 0; i < net->nlanes; i++)
		net->backend->close(net->lanes[i].backend_handle);
}

size_t
chunk_bytes(const struct net *net)
{
	size_t n = 0;
	int i;

	for (i = 0; i < net->nlanes; i++)
		n += net->lanes[i].values_size + net->lanes[i].sums_size;
	return n;
}
