/* Every output looks at every input: y = x kernel + bias, along the last
   dim, y[.,u] = sum_i x[.,i] kernel[i,u] + bias[u]. */
#include "kind.h"

enum { KERNEL, BIAS };

struct dense {
	int64_t units;
	int bias;
};

static const struct attr dense_attrs[] = {
	{ ATTR(INT, struct dense, units), 1, 1 << 24, NULL, "how many outputs",
	    1, NULL },
	{ ATTR(BOOL, struct dense, bias), 0, 1, "true",
	    "add a learned constant", 0, NULL },
	{ 0 },
};

static int
dense_shape(struct layer *l, struct err *err)
{
	const struct dense *c = l->conf;
	const struct shape *x = &l->x_shape[0];

	if (x->rank < 2)
		return shape_refuse(l, err, "wants samples of rank 1 or more");
	l->y_shape = *x;
	l->y_shape.dim[x->rank - 1] = c->units;
	l->param_shape[KERNEL] =
	    (struct shape){ 2, { x->dim[x->rank - 1], c->units } };
	l->param_init[KERNEL] = "glorot_uniform";
	if (c->bias) {
		l->param_shape[BIAS] = (struct shape){ 1, { c->units } };
		l->param_init[BIAS] = "zeros";
	}
	return 0;
}

static int
dense_forward(struct layer *l, struct build *b)
{
	l->y = build_matmul(b, l->x[0], 0, l->param[KERNEL], 0, l->param[BIAS],
	    &l->y_shape, NULL);
	return build_status(b);
}

static int
dense_backward(struct layer *l, struct build *b)
{
	if (l->grad[KERNEL] != NULL)
		build_matmul(
		    b, l->x[0], 1, l->dy, 0, NULL, NULL, l->grad[KERNEL]);
	if (l->grad[BIAS] != NULL)
		build_rowsum(b, l->dy, l->grad[BIAS]);
	if (l->want[0])
		l->dx[0] = build_matmul(b, l->dy, 0, l->param[KERNEL], 1, NULL,
		    &l->x_shape[0], NULL);
	return build_status(b);
}

const struct kind kind_dense = {
	.name = "dense",
	.help = "every output looks at every input",
	.since = "0.1",
	.conf_size = sizeof(struct dense),
	.attrs = dense_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.param = { [KERNEL] = "kernel", [BIAS] = "bias" },
	.shape = dense_shape,
	.forward = dense_forward,
	.backward = dense_backward,
	.example = "dense:3",
	.example_x = { 2, { 2, 4 } },
};
