/* Normalisation by statistics that stand still, folded into the product
   before it.

   (x * kernel + bias - mean) gamma / sqrt(variance + epsilon) + beta is a
   product with another kernel and another bias.  These are made by an
   operation of PHASE_PREPARE, so that they follow the parameters. */
#include "program.h"

/* Its own result alone, in its own place, with nothing behind it yet. */
static int
is_plain_product(const struct op *op)
{
	if (op->what != OP_CONV && (op->what != OP_MATMUL || op->trans_b))
		return 0;
	return op->phase == PHASE_FORWARD && op->elt == NULL && op->add == 0 &&
	    op->back == NULL && !op->accumulate &&
	    op->out[0]->slab == SLAB_VALUE && op->out[0]->alias == NULL &&
	    !op->out[0]->keep && op->out[0]->readers == 1;
}

/* The normalisation of exactly this result, or -1. */
static int
find_norm(const struct program *p, int at)
{
	const struct op *op;
	int i;

	for (i = at + 1; i < p->nops; i++) {
		op = p->ops[i];
		if (op == NULL || op->nin == 0 ||
		    op->in[0] != p->ops[at]->out[0])
			continue;
		return op->what == OP_BATCHNORM_USE &&
			op->phase == PHASE_FORWARD && op->elt == NULL &&
			op->add == 0
		    ? i
		    : -1;
	}
	return -1;
}

/* From in[first] on: all known before the step; with constant_only, before
   the first step. */
static int
stand_still(const struct op *op, int first, int constant_only)
{
	const struct val *v;
	int i;

	for (i = first; i < op->nin; i++) {
		v = val_root(op->in[i]);
		if ((v->slab != SLAB_PARAM && v->slab != SLAB_DERIVED) ||
		    (constant_only && !v->constant))
			return 0;
	}
	return 1;
}

static struct val *
derived(struct build *b, const struct shape *shape, const char *suffix,
    const struct op *from)
{
	struct val *v = build_val(b, shape, suffix);
	int i;

	if (v == NULL)
		return NULL;
	v->slab = SLAB_DERIVED;
	v->constant = 1;
	for (i = 0; i < from->nin; i++)
		v->constant &= val_root(from->in[i])->constant;
	return v;
}

/* conv x kernel [bias], norm y mean variance [gamma beta] -> the operation
   that makes the conv's new kernel and bias. */
static struct op *
append_fold(struct build *b, const struct op *conv, const struct op *norm)
{
	struct shape units = { 1, { val_cols(conv->out[0]) } };
	struct op *op;

	b->program->phase = PHASE_PREPARE;
	b->layer = norm->layer;
	op = build_op(b, OP_BATCHNORM_FOLD);
	if (op == NULL)
		return NULL;
	op->epsilon = norm->epsilon;
	build_in(op, conv->in[1]);
	build_in(op, norm->in[1]);
	build_in(op, norm->in[2]);
	op->gamma =
	    norm->gamma > 0 ? build_optional(op, norm->in[norm->gamma]) : 0;
	op->beta =
	    norm->beta > 0 ? build_optional(op, norm->in[norm->beta]) : 0;
	op->bias =
	    conv->bias > 0 ? build_optional(op, conv->in[conv->bias]) : 0;
	build_out(op, derived(b, &conv->in[1]->shape, "kernel", op));
	build_out(op, derived(b, &units, "bias", op));
	return build_status(b) < 0 ? NULL : op;
}

static int
fold(struct build *b, struct op *conv, struct op *norm)
{
	struct op *op = append_fold(b, conv, norm);

	if (op == NULL)
		return -1;
	conv->in[1] = op->out[0];
	if (conv->bias > 0)
		conv->in[conv->bias] = op->out[1];
	else
		conv->bias = build_optional(conv, op->out[1]);
	conv->out[0] = norm->out[0];
	return 0;
}

int
program_fold(struct program *p, int constant_only, struct err *err)
{
	struct build b = { p, p->arena, NULL, err, 0 };
	int i, k, n = p->nops;

	program_count_readers(p);
	for (i = 0; i < n; i++) {
		if (p->ops[i] == NULL || !is_plain_product(p->ops[i]))
			continue;
		k = find_norm(p, i);
		if (k < 0 || !stand_still(p->ops[i], 1, constant_only) ||
		    !stand_still(p->ops[k], 1, constant_only))
			continue;
		if (fold(&b, p->ops[i], p->ops[k]) < 0)
			return -1;
		p->ops[k] = NULL;
	}
	program_close_gaps(p);
	return 0;
}
