/* What stands behind an operation's own result, as a pass of its own: for
   backends that cannot do it on the way. */
#include "elt.h"

HOT static void
add_into(real *to, const real *from, int64_t n)
{
	int64_t i;

	EACH
	for (i = 0; i < n; i++)
		to[i] += from[i];
}

int
op_terms(const struct op *op)
{
	return op->add > 0 ? op->add : op->mask > 0 ? op->mask : op->nin;
}

void
op_epilogue_of(const struct op *op, real *y, int64_t at, int64_t n)
{
	if (op->add > 0)
		add_into(y, op->in[op->add]->data + at, n);
	if (op->elt != NULL)
		op->elt->forward(op->conf, y, y, n);
	if (op->back != NULL)
		op->back->backward(
		    op->back_conf, y, y, op->in[op->mask]->data + at, n);
}

void
op_epilogue(const struct op *op)
{
	op_epilogue_of(op, op->out[0]->data, 0, val_count(op->out[0]));
}
