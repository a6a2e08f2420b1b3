/* Where data enter a graph: a batch of samples of one shape. */
#include "kind.h"

struct input {
	struct shape shape;
};

static const struct attr input_attrs[] = {
	{ ATTR(SHAPE, struct input, shape), 1, 1 << 24, NULL,
	    "shape of a sample, as 28x28x1", 1, NULL },
	{ 0 },
};

/* Has no x; the batch is found in x_shape[0]. */
static int
input_shape(struct layer *l, struct err *err)
{
	const struct input *c = l->conf;

	if (c->shape.rank >= SHAPE_MAX)
		return shape_refuse(
		    l, err, "a sample has at most %d dims", SHAPE_MAX - 1);
	l->y_shape = shape_batch(l->x_shape[0].dim[0], &c->shape);
	return 0;
}

/* The net binds y to the caller's batch: there is nothing to compute. */
static int
input_forward(struct layer *l, struct build *b)
{
	if (l->y == NULL)
		l->y = build_val(b, &l->y_shape, "y");
	return build_status(b);
}

static int
input_backward(struct layer *l, struct build *b)
{
	(void)l;
	return build_status(b);
}

const struct kind kind_input = {
	.name = "input",
	.help = "where samples of one shape enter",
	.since = "0.1",
	.conf_size = sizeof(struct input),
	.attrs = input_attrs,
	.shape = input_shape,
	.forward = input_forward,
	.backward = input_backward,
	.example = "input:4",
	.example_x = { 1, { 2 } },
};
