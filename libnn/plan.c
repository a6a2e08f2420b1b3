/* Who lives when, and where: values that live at the same time get places of
   their own in one slab, the others share. */
#include <assert.h>

#include "program.h"

int
op_in_place(const struct op *op)
{
	switch (op->what) {
	case OP_ELTWISE:
	case OP_ELTWISE_BACK:
	case OP_SOFTMAX:
	case OP_SOFTMAX_BACK:
	case OP_DROPOUT:
	case OP_ADD:
	case OP_COPY:
	case OP_BATCHNORM_USE:
	case OP_BATCHNORM_USE_BACK:
	case OP_BATCHNORM_BACK:
		return 1;
	default:
		return 0;
	}
}

static size_t
val_bytes(const struct val *v)
{
	size_t n = (size_t)val_count(v) * sizeof(real);

	return (n + PLACE - 1) / PLACE * PLACE;
}

static void
touch(struct val *v, int at)
{
	v = val_root(v);
	if (v->first < 0)
		v->first = at;
	v->last = v->keep ? v->last : at;
}

/* Kinds may append to a later phase than the one they are asked for: what
   is of one phase stands together, in the order of appending. */
static int
order_phases(struct program *p, struct err *err)
{
	struct op **list = arena_array(
	    p->arena, (size_t)p->nops + 1, sizeof(struct op *), err);
	int i, phase, n = 0;

	if (list == NULL)
		return -1;
	for (phase = 0; phase < PHASE_N; phase++)
		for (i = 0; i < p->nops; i++)
			if ((int)p->ops[i]->phase == phase)
				list[n++] = p->ops[i];
	for (i = 0; i < n; i++)
		p->ops[i] = list[i];
	return 0;
}

/* Phases end and lives are known once no operation moves any more. */
static void
find_lives(struct program *p)
{
	int i, k;

	for (i = 0; i < p->nvals; i++) {
		p->vals[i]->first = -1;
		p->vals[i]->last = p->nops;
	}
	for (i = 0; i < PHASE_N; i++)
		p->end[i] = 0;
	for (i = 0; i < p->nops; i++) {
		for (k = 0; k < p->ops[i]->nin; k++)
			touch(p->ops[i]->in[k], i);
		for (k = 0; k < p->ops[i]->nout; k++)
			touch(p->ops[i]->out[k], i);
		p->end[p->ops[i]->phase] = i + 1;
	}
	for (i = 1; i < PHASE_N; i++)
		if (p->end[i] < p->end[i - 1])
			p->end[i] = p->end[i - 1];
}

/* The values that live now, in the order of their places. */
struct living {
	struct val **at;
	int n;
};

/* The first gap that is wide enough. */
static size_t
living_add(struct living *l, struct val *v)
{
	size_t at = 0, n = val_bytes(v);
	int i, k;

	for (i = 0; i < l->n; i++) {
		if (l->at[i]->offset >= at + n)
			break;
		if (l->at[i]->offset + val_bytes(l->at[i]) > at)
			at = l->at[i]->offset + val_bytes(l->at[i]);
	}
	for (k = l->n++; k > i; k--)
		l->at[k] = l->at[k - 1];
	l->at[i] = v;
	v->offset = at;
	return at + n;
}

static void
living_swap(struct living *l, const struct val *old, struct val *v)
{
	int i;

	for (i = 0; i < l->n && l->at[i] != old; i++)
		;
	assert(i < l->n);
	v->offset = old->offset;
	l->at[i] = v;
}

static void
living_drop(struct living *l, int at)
{
	int i, n = 0;

	for (i = 0; i < l->n; i++)
		if (l->at[i]->last > at)
			l->at[n++] = l->at[i];
	l->n = n;
}

/* Whether v, born by the operation, can take the place of its in0; not when
   in0 is read a second time, after a part of v has been written. */
static int
inherits(const struct op *op, int at, const struct val *v)
{
	const struct val *x = op->nin > 0 ? val_root(op->in[0]) : NULL;
	int i;

	for (i = 1; i < op->nin; i++)
		if (val_root(op->in[i]) == x)
			return 0;
	return x != NULL && op_in_place(op) && val_root(op->out[0]) == v &&
	    x->slab == SLAB_VALUE && x != v && x->last == at && !x->keep &&
	    val_count(x) == val_count(v);
}

int
program_plan(struct program *p, struct err *err)
{
	struct living l = { 0 };
	struct val *v;
	size_t end;
	int i, k;

	l.at = (struct val **)arena_array(
	    p->arena, (size_t)p->nvals + 1, sizeof(*l.at), err);
	if (l.at == NULL || order_phases(p, err) < 0)
		return -1;
	find_lives(p);
	for (i = 0; i < p->nops; i++) {
		for (k = 0; k < p->ops[i]->nout; k++) {
			v = val_root(p->ops[i]->out[k]);
			if (v->slab != SLAB_VALUE || v->first != i)
				continue;
			if (inherits(p->ops[i], i, v)) {
				living_swap(&l, val_root(p->ops[i]->in[0]), v);
				continue;
			}
			end = living_add(&l, v);
			if (end > p->value_size)
				p->value_size = end;
		}
		living_drop(&l, i);
	}
	return 0;
}
