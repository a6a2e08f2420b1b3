/* The end of a training program: penalties, the norm, the optimizer. */
#include "net.h"

static void
anchor_penalties(struct build *b, struct net_update *u)
{
	struct op *op;
	int i;

	for (i = 0; i < u->nspans && !b->failed; i++) {
		if (u->spans[i].anchor == 0)
			continue;
		op = build_op(b, OP_ANCHOR_PENALTY);
		build_in(op, &u->spans[i].value);
		build_in(op, &u->spans[i].origin);
		if (op != NULL)
			op->factor = u->spans[i].anchor;
	}
}

void
update_penalties(struct build *b, struct net_update *u)
{
	struct op *op;
	int i;

	b->program->phase = PHASE_LOSS;
	b->layer = NULL;
	for (i = 0; i < u->nspans && !b->failed; i++) {
		if (u->spans[i].l1 == 0 && u->spans[i].l2 == 0)
			continue;
		op = build_op(b, OP_PENALTY);
		build_in(op, &u->spans[i].value);
		if (op != NULL) {
			op->l1 = u->spans[i].l1;
			op->l2 = u->spans[i].l2;
		}
	}
	anchor_penalties(b, u);
}

static void
append_anchor(struct build *b, struct span *s)
{
	struct op *op = build_op(b, OP_ANCHOR);

	build_in(op, &s->value);
	build_in(op, &s->origin);
	build_out(op, &s->grad);
	if (op != NULL)
		op->factor = s->anchor;
}

static void
append_span(struct build *b, const struct net_update *u, struct span *s)
{
	struct op *op = build_op(b, OP_UPDATE);
	int i;

	if (op == NULL)
		return;
	op->optim = u->optim;
	op->conf = u->optim_conf;
	op->l1 = s->l1;
	op->l2 = s->l2;
	op->decay = s->decay;
	op->lr_scale = s->lr_scale;
	op->since = s->since;
	build_in(op, &s->grad);
	build_out(op, &s->value);
	for (i = 0; i < OPTIM_SLOTS_MAX; i++)
		if (u->slots >> i & 1)
			build_out(op, &s->slot[i]);
}

static void
append_average(struct build *b, const struct net_update *u, struct span *s)
{
	struct op *op = build_op(b, OP_AVERAGE);

	build_in(op, &s->value);
	build_out(op, &s->average);
	if (op == NULL)
		return;
	op->rate = u->ema;
	op->since = s->since;
}

/* Norm and clipping stand between gradients and update: the net looks at them
   before anything is overwritten.  Anchors pull after that, as penalties do. */
void
update_append(struct build *b, struct net_update *u)
{
	struct op *op;
	int i;

	b->layer = NULL;
	b->program->phase = PHASE_NORM;
	op = build_op(b, OP_NORM);
	build_in(op, &u->grads);
	if (op != NULL) {
		op->clip_norm = u->clip_norm;
		op->clip_value = u->clip_value;
	}
	b->program->phase = PHASE_UPDATE;
	for (i = 0; i < u->nspans && !b->failed; i++)
		if (u->spans[i].anchor > 0)
			append_anchor(b, &u->spans[i]);
	for (i = 0; i < u->nspans && !b->failed; i++)
		append_span(b, u, &u->spans[i]);
	for (i = 0; i < u->nspans && !b->failed && u->ema > 0; i++)
		append_average(b, u, &u->spans[i]);
}
