/* Rectified linear unit with learned slopes: y = x where x > 0, else
   alpha x. */
#include <stdio.h>
#include <string.h>

#include "kind.h"

struct prelu {
	double init;
	const char *shared;
	char first[40]; /* the initialiser, from shape() */
};

static const char *const sharing[] = { "none", "positions", "all", NULL };

static const struct attr prelu_attrs[] = {
	{ ATTR(REAL, struct prelu, init), -1e6, 1e6, "0",
	    "what the slopes are at first (PyTorch: 0.25)", 1 },
	{ ATTR(WORD, struct prelu, shared), 0, 0, "none",
	    "who has a slope: none shared; one a channel for all positions "
	    "(Keras: shared_axes=[1, 2], PyTorch: num_parameters=channels); "
	    "all share one (PyTorch's own default)",
	    0, sharing },
	{ 0 },
};

static int
prelu_shape(struct layer *l, struct err *err)
{
	const struct shape *x = &l->x_shape[0];
	struct prelu *c = l->conf;
	int i, last;

	if (x->rank < 2)
		return shape_refuse(l, err, "wants samples of rank 1 or more");
	snprintf(c->first, sizeof(c->first), "constant:%.17g", c->init);
	l->y_shape = *x;
	l->param_shape[0] = shape_sample(x);
	l->param_init[0] = c->first;
	last = l->param_shape[0].rank - 1;
	for (i = 0; strcmp(c->shared, "none") != 0 && i <= last; i++)
		if (i < last || strcmp(c->shared, "all") == 0)
			l->param_shape[0].dim[i] = 1;
	return 0;
}

static int
prelu_forward(struct layer *l, struct build *b)
{
	struct op *op = build_op(b, OP_PRELU);

	l->y = build_val(b, &l->y_shape, "y");
	build_in(op, l->x[0]);
	build_in(op, l->param[0]);
	build_out(op, l->y);
	return build_status(b);
}

static int
prelu_backward(struct layer *l, struct build *b)
{
	struct op *op = build_op(b, OP_PRELU_BACK);

	l->dx[0] = build_val(b, &l->x_shape[0], "dx");
	build_in(op, l->dy);
	build_in(op, l->x[0]);
	build_in(op, l->param[0]);
	build_out(op, l->dx[0]);
	build_out(op, l->grad[0]);
	return build_status(b);
}

const struct kind kind_prelu = {
	.name = "prelu",
	.help = "x, or a learned share of it below zero",
	.since = "0.1",
	.conf_size = sizeof(struct prelu),
	.attrs = prelu_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.param = { "alpha" },
	.shape = prelu_shape,
	.forward = prelu_forward,
	.backward = prelu_backward,
	.example = "prelu:0.25,shared=positions",
	.example_x = { 4, { 2, 3, 2, 3 } },
};
