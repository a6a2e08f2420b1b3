/* The mean of its inputs, number by number: of the probabilities of several
   models, for one. */
#include "elt.h"

struct average {
	real by; /* how many inputs; no setting, the wires say it */
};

HOT static void
average_share(const void *conf, real *y, const real *sum, int64_t n)
{
	const struct average *c = conf;
	real by = c->by;
	int64_t i;

	EACH
	for (i = 0; i < n; i++)
		y[i] = sum[i] / by;
}

static void
average_share_back(
    const void *conf, real *dx, const real *dy, const real *y, int64_t n)
{
	(void)y;
	average_share(conf, dx, dy, n);
}

static const struct elt share = {
	.name = "average",
	.from_y = 1,
	.forward = average_share,
	.backward = average_share_back,
};

static int
average_shape(struct layer *l, struct err *err)
{
	struct average *c = l->conf;

	if (shape_alike(l, err) < 0)
		return -1;
	c->by = (real)l->nx;
	l->y_shape = l->x_shape[0];
	return 0;
}

static int
average_forward(struct layer *l, struct build *b)
{
	struct op *op = build_op(b, OP_ADD);
	struct val *sum = build_val(b, &l->y_shape, "sum");
	int i;

	for (i = 0; i < l->nx; i++)
		build_in(op, l->x[i]);
	build_out(op, sum);
	if (build_status(b) < 0)
		return -1;
	l->y = build_eltwise(b, &share, l->conf, sum);
	return build_status(b);
}

/* Every input has the same share of the gradient. */
static int
average_backward(struct layer *l, struct build *b)
{
	struct val *dx = build_eltwise_back(b, &share, l->conf, l->dy, l->y);
	int i;

	for (i = 0; i < l->nx && dx != NULL; i++)
		if (l->want[i])
			l->dx[i] = build_alias(b, dx, &l->x_shape[i]);
	return build_status(b);
}

const struct kind kind_average = {
	.name = "average",
	.help = "the mean of its inputs",
	.since = "0.1",
	.conf_size = sizeof(struct average),
	.min_inputs = 2,
	.max_inputs = NODE_INPUTS_MAX,
	.shape = average_shape,
	.forward = average_forward,
	.backward = average_backward,
	.example = "average",
	.example_x = { 2, { 2, 3 } },
	.example_inputs = 3,
};
