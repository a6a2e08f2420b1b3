/* The sum of its inputs, number by number. */
#include "kind.h"

static int
add_shape(struct layer *l, struct err *err)
{
	if (shape_alike(l, err) < 0)
		return -1;
	l->y_shape = l->x_shape[0];
	return 0;
}

static int
add_forward(struct layer *l, struct build *b)
{
	struct op *op = build_op(b, OP_ADD);
	int i;

	l->y = build_val(b, &l->y_shape, "y");
	for (i = 0; i < l->nx; i++)
		build_in(op, l->x[i]);
	build_out(op, l->y);
	return build_status(b);
}

/* Every input has the gradient of the sum. */
static int
add_backward(struct layer *l, struct build *b)
{
	int i;

	for (i = 0; i < l->nx; i++)
		if (l->want[i])
			l->dx[i] = build_alias(b, l->dy, &l->x_shape[i]);
	return build_status(b);
}

const struct kind kind_add = {
	.name = "add",
	.help = "the sum of its inputs",
	.since = "0.1",
	.min_inputs = 2,
	.max_inputs = NODE_INPUTS_MAX,
	.shape = add_shape,
	.forward = add_forward,
	.backward = add_backward,
	.example = "add",
	.example_x = { 2, { 2, 3 } },
	.example_inputs = 3,
};
