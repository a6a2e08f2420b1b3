/* Each channel with mean 0 and spread 1 over the batch while training, over
   what the batches were like otherwise:
	y = gamma (x - mean) / sqrt(variance + epsilon) + beta
   and after each step moving = momentum moving + (1 - momentum) batch's. */
#include "kind.h"

enum { GAMMA, BETA, MEAN, VARIANCE };

/* saved[]: the batch's mean and variance. */
enum { BATCH_MEAN, BATCH_VARIANCE };

struct batch_norm {
	double momentum, epsilon;
	int center, scale, unbiased;
};

static const struct attr batch_norm_attrs[] = {
	{ ATTR(REAL, struct batch_norm, momentum), 0, 1, "0.99",
	    "share of the stored statistics that a step leaves (PyTorch's "
	    "momentum is 1 minus this: 0.9)" },
	{ ATTR(REAL, struct batch_norm, epsilon), 1e-12, 1, "0.001",
	    "added to the variance (PyTorch: 1e-5)" },
	{ ATTR(BOOL, struct batch_norm, center), 0, 1, "true",
	    "add a learned constant to each channel" },
	{ ATTR(BOOL, struct batch_norm, scale), 0, 1, "true",
	    "multiply each channel by a learned number" },
	{ ATTR(BOOL, struct batch_norm, unbiased), 0, 1, "false",
	    "store variances over n - 1 numbers, as PyTorch does" },
	{ 0 },
};

static int
batch_norm_shape(struct layer *l, struct err *err)
{
	static const char *const init[] = { "ones", "zeros", "zeros", "ones" };
	const struct batch_norm *c = l->conf;
	const struct shape *x = &l->x_shape[0];
	int i;

	if (x->rank < 2)
		return shape_refuse(l, err, "wants samples of rank 1 or more");
	l->y_shape = *x;
	for (i = 0; i < 4; i++) {
		if ((i == GAMMA && !c->scale) || (i == BETA && !c->center))
			continue;
		l->param_shape[i] =
		    (struct shape){ 1, { x->dim[x->rank - 1] } };
		l->param_init[i] = init[i];
	}
	return 0;
}

/* A stored statistic follows the batch's when the step is sure, unless it is
   frozen. */
static void
move(struct layer *l, struct build *b, struct val *batch, int moving,
    double factor)
{
	const struct batch_norm *c = l->conf;
	struct op *op;

	if (l->stays[moving] || (op = build_op(b, OP_MOVE)) == NULL)
		return;
	op->phase = PHASE_KEEP;
	op->rate = 1 - c->momentum;
	op->factor = factor;
	build_in(op, batch);
	build_out(op, l->param[moving]);
}

static double
unbiased(const struct layer *l)
{
	const struct batch_norm *c = l->conf;
	double n = (double)val_rows(l->x[0]);

	return c->unbiased && n > 1 ? n / (n - 1) : 1;
}

static void
normalise_batch(struct layer *l, struct build *b, struct op *op)
{
	const struct shape *each = &l->param[MEAN]->shape;

	l->saved[BATCH_MEAN] = build_val(b, each, "mean");
	l->saved[BATCH_VARIANCE] = build_val(b, each, "variance");
	build_out(op, l->y);
	build_out(op, l->saved[BATCH_MEAN]);
	build_out(op, l->saved[BATCH_VARIANCE]);
	move(l, b, l->saved[BATCH_MEAN], MEAN, 1);
	move(l, b, l->saved[BATCH_VARIANCE], VARIANCE, unbiased(l));
}

static int
batch_norm_forward(struct layer *l, struct build *b)
{
	const struct batch_norm *c = l->conf;
	struct op *op =
	    build_op(b, l->training ? OP_BATCHNORM : OP_BATCHNORM_USE);

	l->y = build_val(b, &l->y_shape, "y");
	if (build_status(b) < 0)
		return -1;
	op->epsilon = c->epsilon;
	build_in(op, l->x[0]);
	if (!l->training) {
		build_in(op, l->param[MEAN]);
		build_in(op, l->param[VARIANCE]);
	}
	op->gamma = build_optional(op, l->param[GAMMA]);
	op->beta = build_optional(op, l->param[BETA]);
	if (l->training)
		normalise_batch(l, b, op);
	else
		build_out(op, l->y);
	return build_status(b);
}

/* The gradient through the batch's own statistics. */
static void
back_through_batch(struct layer *l, struct op *op)
{
	build_in(op, l->x[0]);
	build_in(op, l->saved[BATCH_MEAN]);
	build_in(op, l->saved[BATCH_VARIANCE]);
	op->gamma = build_optional(op, l->param[GAMMA]);
	build_out(op, l->dx[0]);
	op->dgamma = build_result(op, l->grad[GAMMA]);
	op->dbeta = build_result(op, l->grad[BETA]);
}

/* The gradients of what stands behind stored statistics:
	dbeta = sum of dy, dgamma = sum of dy (x - mean) / deviation */
static void
back_behind_stored(struct layer *l, struct build *b)
{
	const struct batch_norm *c = l->conf;
	struct op *norm, *product;
	struct val *ready, *each;

	if (l->grad[BETA] != NULL)
		build_rowsum(b, l->dy, l->grad[BETA]);
	if (l->grad[GAMMA] == NULL)
		return;
	norm = build_op(b, OP_BATCHNORM_USE);
	ready = build_val(b, &l->x_shape[0], "ready");
	product = build_op(b, OP_MULTIPLY);
	each = build_val(b, &l->x_shape[0], "dgammas");
	if (build_status(b) < 0)
		return;
	norm->epsilon = c->epsilon;
	build_in(norm, l->x[0]);
	build_in(norm, l->param[MEAN]);
	build_in(norm, l->param[VARIANCE]);
	build_out(norm, ready);
	build_in(product, l->dy);
	build_in(product, ready);
	build_out(product, each);
	build_rowsum(b, each, l->grad[GAMMA]);
}

static int
batch_norm_backward(struct layer *l, struct build *b)
{
	const struct batch_norm *c = l->conf;
	struct op *op = build_op(
	    b, l->training ? OP_BATCHNORM_BACK : OP_BATCHNORM_USE_BACK);

	l->dx[0] = build_val(b, &l->x_shape[0], "dx");
	if (build_status(b) < 0)
		return -1;
	op->epsilon = c->epsilon;
	build_in(op, l->dy);
	if (l->training) {
		back_through_batch(l, op);
		return build_status(b);
	}
	build_in(op, l->param[VARIANCE]);
	op->gamma = build_optional(op, l->param[GAMMA]);
	build_out(op, l->dx[0]);
	back_behind_stored(l, b);
	return build_status(b);
}

const struct kind kind_batch_norm = {
	.name = "batch_norm",
	.alias = "bn",
	.help = "each channel with mean 0 and spread 1 over the batch",
	.since = "0.1",
	.conf_size = sizeof(struct batch_norm),
	.attrs = batch_norm_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.param = { "gamma", "beta", "moving_mean", "moving_variance" },
	.role = { [MEAN] = ROLE_STATISTIC, [VARIANCE] = ROLE_STATISTIC },
	.mixes_samples = 1,
	.shape = batch_norm_shape,
	.forward = batch_norm_forward,
	.backward = batch_norm_backward,
	.example = "batch_norm",
	.example_x = { 4, { 2, 3, 2, 5 } },
};
