/* The channels at each position with mean 0 and spread 1:
	y = gamma (x - mean) / sqrt(variance + epsilon) + beta */
#include "layers/norm.h"

struct layer_norm {
	double epsilon;
	int center, scale;
};

static const struct attr layer_norm_attrs[] = {
	{ ATTR(REAL, struct layer_norm, epsilon), 1e-12, 1, "0.001",
	    "added to the variance (PyTorch: 1e-5)" },
	{ ATTR(BOOL, struct layer_norm, center), 0, 1, "true",
	    "add a learned constant to each channel" },
	{ ATTR(BOOL, struct layer_norm, scale), 0, 1, "true",
	    "multiply each channel by a learned number" },
	{ 0 },
};

static struct norm
norm_of(const struct layer *l)
{
	const struct layer_norm *c = l->conf;

	return (struct norm){ c->epsilon, 1, 0, c->center, c->scale };
}

static int
layer_norm_shape(struct layer *l, struct err *err)
{
	struct norm n = norm_of(l);

	return norm_shape(l, &n, err);
}

static int
layer_norm_forward(struct layer *l, struct build *b)
{
	struct norm n = norm_of(l);

	return norm_forward(l, b, &n);
}

static int
layer_norm_backward(struct layer *l, struct build *b)
{
	struct norm n = norm_of(l);

	return norm_backward(l, b, &n);
}

const struct kind kind_layer_norm = {
	.name = "layer_norm",
	.alias = "ln",
	.help = "the channels at each position with mean 0 and spread 1",
	.since = "0.1",
	.conf_size = sizeof(struct layer_norm),
	.attrs = layer_norm_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.param = { [NORM_GAMMA] = "gamma", [NORM_BETA] = "beta" },
	.shape = layer_norm_shape,
	.forward = layer_norm_forward,
	.backward = layer_norm_backward,
	.example = "layer_norm",
	.example_x = { 3, { 2, 3, 5 } },
};
