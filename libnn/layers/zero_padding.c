/* Zeros around pictures. */
#include "layers/border.h"

static const struct attr zero_padding_attrs[] = {
	{ ATTR(SHAPE, struct border, size), 0, WINDOW_MAX, "1",
	    "rows and columns of zeros: " BORDER_HELP, 1 },
	{ 0 },
};

static int
zero_padding_shape(struct layer *l, struct err *err)
{
	return border_shape(l, 1, err);
}

static int
zero_padding_forward(struct layer *l, struct build *b)
{
	l->y = border_append(l, b, OP_PAD, l->x[0], &l->y_shape, "y");
	return build_status(b);
}

static int
zero_padding_backward(struct layer *l, struct build *b)
{
	l->dx[0] = border_append(l, b, OP_CROP, l->dy, &l->x_shape[0], "dx");
	return build_status(b);
}

const struct kind kind_zero_padding = {
	.name = "zero_padding",
	.alias = "pad",
	.help = "zeros around pictures",
	.since = "0.1",
	.conf_size = sizeof(struct border),
	.attrs = zero_padding_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.shape = zero_padding_shape,
	.forward = zero_padding_forward,
	.backward = zero_padding_backward,
	.example = "zero_padding:1x2",
	.example_x = { 4, { 2, 4, 5, 2 } },
};
