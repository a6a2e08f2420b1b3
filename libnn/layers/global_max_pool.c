/* The largest number of each channel over the whole picture. */
#include "layers/pool.h"

static int
global_max_pool_forward(struct layer *l, struct build *b)
{
	const struct global_pool *c = l->conf;

	return pool_max(l, b, &c->window);
}

static int
global_max_pool_backward(struct layer *l, struct build *b)
{
	const struct global_pool *c = l->conf;

	return pool_max_back(l, b, &c->window);
}

const struct kind kind_global_max_pool = {
	.name = "global_max_pool",
	.alias = "gmp",
	.help = "the largest number of each channel over the picture",
	.since = "0.1",
	.conf_size = sizeof(struct global_pool),
	.attrs = global_pool_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.shape = global_pool_shape,
	.forward = global_max_pool_forward,
	.backward = global_max_pool_backward,
	.example = "global_max_pool",
	.example_x = { 4, { 2, 3, 4, 5 } },
};
