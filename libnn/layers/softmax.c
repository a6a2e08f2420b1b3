/* Shares of one: y[i] = exp(x[i]) / sum_j exp(x[j]), along the last dim. */
#include "kind.h"

static int
softmax_shape(struct layer *l, struct err *err)
{
	if (l->x_shape[0].rank < 2)
		return shape_refuse(l, err, "wants samples of rank 1 or more");
	l->y_shape = l->x_shape[0];
	return 0;
}

static int
softmax_forward(struct layer *l, struct build *b)
{
	struct op *op = build_op(b, OP_SOFTMAX);

	l->y = build_val(b, &l->y_shape, "y");
	build_in(op, l->x[0]);
	build_out(op, l->y);
	return build_status(b);
}

static int
softmax_backward(struct layer *l, struct build *b)
{
	struct op *op = build_op(b, OP_SOFTMAX_BACK);

	l->dx[0] = build_val(b, &l->x_shape[0], "dx");
	build_in(op, l->dy);
	build_in(op, l->y);
	build_out(op, l->dx[0]);
	return build_status(b);
}

const struct kind kind_softmax = {
	.name = "softmax",
	.help = "shares of one along the last dim",
	.since = "0.1",
	.min_inputs = 1,
	.max_inputs = 1,
	.shape = softmax_shape,
	.forward = softmax_forward,
	.backward = softmax_backward,
	.example = "softmax",
	.example_x = { 2, { 3, 4 } },
};
