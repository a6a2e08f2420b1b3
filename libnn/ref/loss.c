/* The loss of a batch: arithmetic is the loss's own. */
#include <string.h>

#include "loss.h"
#include "ref/ref.h"

/* Rows beyond the samples that count have no loss and no gradient. */
static int
run_loss(struct op *op, struct step *step, struct val *grad)
{
	const struct val *z = op->in[0];
	int64_t rows = z->shape.dim[0], width = val_count(z) / rows;
	struct loss_args a = {
		.n = step->n,
		.width = width,
		.z = z->data,
		.label = step->label,
		.target = step->target,
		.weight = step->weight,
		.fused = op->fused,
		.scale = (real)step->grad_scale,
		.loss = op->out[0]->data,
		.grad = grad == NULL ? NULL : grad->data,
	};
	size_t rest = (size_t)(rows - step->n) * sizeof(real);

	loss_run(op->loss, op->conf, &a);
	memset(a.loss + step->n, 0, rest);
	if (grad != NULL)
		memset(a.grad + step->n * width, 0, rest * (size_t)width);
	return 0;
}

int
ref_loss(struct op *op, struct step *step)
{
	return run_loss(op, step, op->out[1]);
}

int
ref_loss_value(struct op *op, struct step *step)
{
	return run_loss(op, step, NULL);
}
