/* Each channel times a learned number, near zero at first: a residual branch
   that begins with almost nothing. */
#include <stdio.h>

#include "kind.h"

struct layer_scale {
	double init;
	char first[40]; /* the initialiser, from shape() */
};

static const struct attr layer_scale_attrs[] = {
	{ ATTR(REAL, struct layer_scale, init), -1e6, 1e6, "1e-06",
	    "what the numbers are at first", 1 },
	{ 0 },
};

static int
layer_scale_shape(struct layer *l, struct err *err)
{
	const struct shape *x = &l->x_shape[0];
	struct layer_scale *c = l->conf;

	if (x->rank < 2)
		return shape_refuse(l, err, "wants samples of rank 1 or more");
	snprintf(c->first, sizeof(c->first), "constant:%.17g", c->init);
	l->y_shape = *x;
	l->param_shape[0] = (struct shape){ 1, { x->dim[x->rank - 1] } };
	l->param_init[0] = c->first;
	return 0;
}

/* The product of two values, summed to the shape of the result. */
static struct val *
product(struct build *b, enum op_what what, struct val *x, struct val *by,
    struct val *to)
{
	struct op *op = build_op(b, what);

	build_in(op, x);
	build_in(op, by);
	build_out(op, to);
	return to;
}

static int
layer_scale_forward(struct layer *l, struct build *b)
{
	l->y = product(b, OP_MULTIPLY, l->x[0], l->param[0],
	    build_val(b, &l->y_shape, "y"));
	return build_status(b);
}

static int
layer_scale_backward(struct layer *l, struct build *b)
{
	if (l->grad[0] != NULL)
		product(b, OP_MULTIPLY_BACK, l->dy, l->x[0], l->grad[0]);
	if (l->want[0])
		l->dx[0] = product(b, OP_MULTIPLY_BACK, l->dy, l->param[0],
		    build_val(b, &l->x_shape[0], "dx"));
	return build_status(b);
}

const struct kind kind_layer_scale = {
	.name = "layer_scale",
	.help = "each channel times a learned number, small at first",
	.since = "0.1",
	.conf_size = sizeof(struct layer_scale),
	.attrs = layer_scale_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.param = { "gamma" },
	.shape = layer_scale_shape,
	.forward = layer_scale_forward,
	.backward = layer_scale_backward,
	.example = "layer_scale:0.1",
	.example_x = { 3, { 2, 3, 4 } },
};
