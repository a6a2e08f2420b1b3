/* Where a number stopped being finite: the step again, looked at after every
   operation. */
#include <math.h>

#include "net.h"

/* Index of the first number that is not finite, or -1. */
static int64_t
first_bad(const real *at, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++)
		if (!isfinite(at[i]))
			return i;
	return -1;
}

static int
look_at_params(const struct net *net, struct err *err)
{
	const struct net_param *p;
	int i;

	for (i = 0; i < net->nparams; i++) {
		p = &net->params[i];
		if (first_bad(p->value.data, val_count(&p->value)) >= 0)
			return err_set(err, ERR_NUMERIC,
			    "layer '%s': %s: is not finite",
			    net->graph.nodes[p->node].name,
			    net->graph.nodes[p->node].params[p->index].name);
	}
	return 0;
}

/* The number of the sample in a row of the batch, whichever draw of it. */
static long long
sample_at(const struct step *step, int64_t row)
{
	return step->id == NULL ? (long long)row
				: (long long)(uint32_t)step->id[row];
}

static int
look_at_inputs(const struct net *net, const struct compiled *c,
    const struct step *step, struct err *err)
{
	int64_t at, each;
	int i;

	for (i = 0; i < net->graph.ninputs; i++) {
		if (c->in[i] == NULL || c->in[i]->data == NULL)
			continue;
		each = val_count(c->in[i]) / c->p.n;
		at = first_bad(c->in[i]->data, each * step->n);
		if (at >= 0)
			return err_set(err, ERR_NUMERIC,
			    "sample %lld: its data are not finite",
			    sample_at(step, at / each));
	}
	return 0;
}

/* Whose value v is, a result of the operation. */
static const struct layer *
layer_of(const struct op *op, const struct val *v)
{
	const struct program *inside = chunk_inside(op);
	int i, k;

	for (i = 0; inside != NULL && i < inside->nops; i++)
		for (k = 0; k < inside->ops[i]->nout; k++)
			if (inside->ops[i]->out[k]->name == v->name)
				return inside->ops[i]->layer;
	return op->layer;
}

/* Values with the batch in front belong to samples, parameters do not. */
static int
blame(const struct compiled *c, const struct op *op, const struct val *v,
    int64_t at, const struct step *step, struct err *err)
{
	int64_t n = c->p.n, each = val_count(v) / n, row = each ? at / each : 0;
	const struct layer *whose = layer_of(op, v);
	const char *layer = whose == NULL ? "loss" : whose->node->name;
	const char *cure = "lower the learning rate, or clip with clip_norm";

	if (v->slab == SLAB_DERIVED)
		return err_set(err, ERR_NUMERIC,
		    "layer '%s': %s: is not finite, made from its parameters",
		    layer, v->name);
	if (v->slab != SLAB_VALUE || v->shape.rank < 1 || v->shape.dim[0] != n)
		return err_set(err, ERR_NUMERIC,
		    "layer '%s': %s: the gradient is not finite; %s", layer,
		    v->name, cure);
	return err_set(err, ERR_NUMERIC,
	    "layer '%s': %s is not finite (sample %lld); %s", layer, v->name,
	    sample_at(step, row), cure);
}

static int
look_at_op(const struct compiled *c, const struct op *op,
    const struct step *step, struct err *err)
{
	int64_t at;
	int i;

	for (i = 0; i < op->nout; i++) {
		at = first_bad(op->out[i]->data, val_count(op->out[i]));
		if (at >= 0)
			return blame(c, op, op->out[i], at, step, err);
	}
	return 0;
}

int
net_explain(
    struct net *net, struct compiled *c, struct step *step, struct err *err)
{
	struct op *op;
	int i;

	if (look_at_params(net, err) < 0 ||
	    look_at_inputs(net, c, step, err) < 0)
		return -1;
	for (i = 0; i < c->p.end[PHASE_BACKWARD]; i++) {
		op = c->p.ops[i];
		if (op->run(op, step) < 0 || look_at_op(c, op, step, err) < 0)
			break;
	}
	return err_set(err, ERR_NUMERIC,
	    "the sum over the loss or the gradients is not finite; lower the "
	    "learning rate, or clip with clip_norm");
}
