/* A sample's numbers in another shape, without moving them. */
#include "kind.h"

struct reshape {
	struct shape shape;
};

static const struct attr reshape_attrs[] = {
	{ ATTR(SHAPE, struct reshape, shape), 1, 1 << 24, NULL,
	    "shape of a sample, as 7x7x16", 1 },
	{ 0 },
};

static int
reshape_shape(struct layer *l, struct err *err)
{
	const struct reshape *c = l->conf;
	struct shape sample = shape_sample(&l->x_shape[0]);
	int64_t want = shape_count(&c->shape), have = shape_count(&sample);
	char text[SHAPE_TEXT];

	if (c->shape.rank >= SHAPE_MAX)
		return shape_refuse(
		    l, err, "a sample has at most %d dims", SHAPE_MAX - 1);
	if (want != have)
		return shape_refuse(l, err,
		    "%s holds not as many numbers as a sample",
		    shape_print(text, &c->shape));
	l->y_shape = shape_batch(l->x_shape[0].dim[0], &c->shape);
	return 0;
}

static int
reshape_forward(struct layer *l, struct build *b)
{
	l->y = build_alias(b, l->x[0], &l->y_shape);
	return build_status(b);
}

static int
reshape_backward(struct layer *l, struct build *b)
{
	l->dx[0] = build_alias(b, l->dy, &l->x_shape[0]);
	return build_status(b);
}

const struct kind kind_reshape = {
	.name = "reshape",
	.help = "a sample's numbers in another shape",
	.since = "0.1",
	.conf_size = sizeof(struct reshape),
	.attrs = reshape_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.shape = reshape_shape,
	.forward = reshape_forward,
	.backward = reshape_backward,
	.example = "reshape:3x2",
	.example_x = { 2, { 2, 6 } },
};
