/* A sample's numbers in one row, without moving them. */
#include "kind.h"

static int
flatten_shape(struct layer *l, struct err *err)
{
	struct shape sample = shape_sample(&l->x_shape[0]);
	int64_t n = shape_count(&sample);

	if (n < 1)
		return shape_refuse(l, err, "a sample is too large");
	l->y_shape = (struct shape){ 2, { l->x_shape[0].dim[0], n } };
	return 0;
}

static int
flatten_forward(struct layer *l, struct build *b)
{
	l->y = build_alias(b, l->x[0], &l->y_shape);
	return build_status(b);
}

static int
flatten_backward(struct layer *l, struct build *b)
{
	l->dx[0] = build_alias(b, l->dy, &l->x_shape[0]);
	return build_status(b);
}

const struct kind kind_flatten = {
	.name = "flatten",
	.help = "a sample's numbers in one row",
	.since = "0.1",
	.min_inputs = 1,
	.max_inputs = 1,
	.shape = flatten_shape,
	.forward = flatten_forward,
	.backward = flatten_backward,
	.example = "flatten",
	.example_x = { 4, { 2, 3, 2, 2 } },
};
