/* The mean of each window, channel by channel. */
#include "layers/pool.h"

static const struct attr avg_pool2d_attrs[] = {
	POOL_ATTRS,
	{ ATTR(BOOL, struct pool, count_pad), 0, 1, "false",
	    "padding counts as zeros in the mean, as in PyTorch" },
	{ 0 },
};

static int
avg_pool2d_forward(struct layer *l, struct build *b)
{
	const struct pool *c = l->conf;

	return pool_avg(l, b, &c->window, c->count_pad);
}

static int
avg_pool2d_backward(struct layer *l, struct build *b)
{
	const struct pool *c = l->conf;

	return pool_avg_back(l, b, &c->window, c->count_pad);
}

const struct kind kind_avg_pool2d = {
	.name = "avg_pool2d",
	.alias = "avgpool",
	.help = "the mean of each window",
	.since = "0.1",
	.conf_size = sizeof(struct pool),
	.attrs = avg_pool2d_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.shape = pool_shape,
	.forward = avg_pool2d_forward,
	.backward = avg_pool2d_backward,
	.example = "avg_pool2d:3x2,stride=2,pad=same",
	.example_x = { 4, { 2, 5, 4, 3 } },
};
