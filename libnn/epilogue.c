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

void
op_epilogue(const struct op *op)
{
	real *y = op->out[0]->data;
	int64_t n = val_count(op->out[0]);

	if (op->add > 0)
		add_into(y, op->in[op->add]->data, n);
	if (op->elt != NULL)
		op->elt->forward(op->conf, y, y, n);
	if (op->back != NULL)
		op->back->backward(
		    op->back_conf, y, y, op->in[op->mask]->data, n);
}
