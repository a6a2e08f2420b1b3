/* Pictures without their edges. */
#include "layers/border.h"

static const struct attr cropping_attrs[] = {
	{ ATTR(SHAPE, struct border, size), 0, WINDOW_MAX, "1",
	    "rows and columns that go: " BORDER_HELP, 1 },
	{ 0 },
};

static int
cropping_shape(struct layer *l, struct err *err)
{
	return border_shape(l, -1, err);
}

static int
cropping_forward(struct layer *l, struct build *b)
{
	l->y = border_append(l, b, OP_CROP, l->x[0], &l->y_shape, "y");
	return build_status(b);
}

static int
cropping_backward(struct layer *l, struct build *b)
{
	l->dx[0] = border_append(l, b, OP_PAD, l->dy, &l->x_shape[0], "dx");
	return build_status(b);
}

const struct kind kind_cropping = {
	.name = "cropping",
	.alias = "crop",
	.help = "pictures without their edges",
	.since = "0.1",
	.conf_size = sizeof(struct border),
	.attrs = cropping_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.shape = cropping_shape,
	.forward = cropping_forward,
	.backward = cropping_backward,
	.example = "cropping:1x0x2x1",
	.example_x = { 4, { 2, 4, 5, 2 } },
};
