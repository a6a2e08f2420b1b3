/* The mean of each channel over the whole picture. */
#include "layers/pool.h"

static int
global_avg_pool_forward(struct layer *l, struct build *b)
{
	const struct global_pool *c = l->conf;

	return pool_avg(l, b, &c->window, 0);
}

static int
global_avg_pool_backward(struct layer *l, struct build *b)
{
	const struct global_pool *c = l->conf;

	return pool_avg_back(l, b, &c->window, 0);
}

const struct kind kind_global_avg_pool = {
	.name = "global_avg_pool",
	.alias = "gap",
	.help = "the mean of each channel over the picture",
	.since = "0.1",
	.conf_size = sizeof(struct global_pool),
	.attrs = global_pool_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.shape = global_pool_shape,
	.forward = global_avg_pool_forward,
	.backward = global_avg_pool_backward,
	.example = "global_avg_pool",
	.example_x = { 4, { 2, 3, 4, 5 } },
};
