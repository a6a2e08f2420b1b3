/* The largest number of each window, channel by channel. */
#include "layers/pool.h"

static const struct attr max_pool2d_attrs[] = {
	POOL_ATTRS,
	{ 0 },
};

static int
max_pool2d_forward(struct layer *l, struct build *b)
{
	const struct pool *c = l->conf;

	return pool_max(l, b, &c->window);
}

static int
max_pool2d_backward(struct layer *l, struct build *b)
{
	const struct pool *c = l->conf;

	return pool_max_back(l, b, &c->window);
}

const struct kind kind_max_pool2d = {
	.name = "max_pool2d",
	.alias = "maxpool",
	.help = "the largest number of each window",
	.since = "0.1",
	.conf_size = sizeof(struct pool),
	.attrs = max_pool2d_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.shape = pool_shape,
	.forward = max_pool2d_forward,
	.backward = max_pool2d_backward,
	.example = "max_pool2d:3x2,stride=2,pad=same",
	.example_x = { 4, { 2, 5, 4, 3 } },
};
