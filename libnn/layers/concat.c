/* Its inputs side by side, along the last dim. */
#include "kind.h"

/* Are two shapes the same but for their last dim? */
static int
fits(const struct shape *a, const struct shape *b)
{
	int i;

	if (a->rank != b->rank)
		return 0;
	for (i = 0; i + 1 < a->rank; i++)
		if (a->dim[i] != b->dim[i])
			return 0;
	return 1;
}

static int
concat_shape(struct layer *l, struct err *err)
{
	char text[SHAPE_TEXT];
	int last = l->x_shape[0].rank - 1, i;
	struct shape sample;

	if (last < 1)
		return shape_refuse(l, err, "wants samples of rank 1 or more");
	l->y_shape = l->x_shape[0];
	for (i = 1; i < l->nx; i++) {
		sample = shape_sample(&l->x_shape[i]);
		if (!fits(&l->x_shape[0], &l->x_shape[i]))
			return shape_refuse(l, err,
			    "wants inputs that differ in the last dim only "
			    "but number %d is %s",
			    i + 1, shape_print(text, &sample));
		l->y_shape.dim[last] += l->x_shape[i].dim[last];
	}
	return 0;
}

static int
concat_forward(struct layer *l, struct build *b)
{
	struct op *op = build_op(b, OP_CONCAT);
	int i;

	l->y = build_val(b, &l->y_shape, "y");
	for (i = 0; i < l->nx; i++)
		build_in(op, l->x[i]);
	build_out(op, l->y);
	return build_status(b);
}

/* The gradient is cut where the inputs met. */
static int
concat_backward(struct layer *l, struct build *b)
{
	struct op *op = build_op(b, OP_SPLIT);
	int i;

	build_in(op, l->dy);
	for (i = 0; i < l->nx; i++) {
		l->dx[i] = build_val(b, &l->x_shape[i], "dx");
		build_out(op, l->dx[i]);
	}
	return build_status(b);
}

const struct kind kind_concat = {
	.name = "concat",
	.help = "its inputs side by side",
	.since = "0.1",
	.min_inputs = 2,
	.max_inputs = NODE_INPUTS_MAX,
	.shape = concat_shape,
	.forward = concat_forward,
	.backward = concat_backward,
	.example = "concat",
	.example_x = { 3, { 2, 2, 3 } },
	.example_inputs = 2,
};
