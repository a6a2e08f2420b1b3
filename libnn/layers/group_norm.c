/* Each sample in groups of channels, over all positions, with mean 0 and
   spread 1 (one group: as PyTorch's LayerNorm over whole samples):
	y = gamma (x - mean) / sqrt(variance + epsilon) + beta */
#include "layers/norm.h"

struct group_norm {
	int64_t groups;
	double epsilon;
	int center, scale;
};

static const struct attr group_norm_attrs[] = {
	{ ATTR(INT, struct group_norm, groups), 1, 1 << 24, "32",
	    "into how many groups the channels are divided (as many as "
	    "channels: instance norm)",
	    1 },
	{ ATTR(REAL, struct group_norm, epsilon), 1e-12, 1, "0.001",
	    "added to the variance (PyTorch: 1e-5)" },
	{ ATTR(BOOL, struct group_norm, center), 0, 1, "true",
	    "add a learned constant to each channel" },
	{ ATTR(BOOL, struct group_norm, scale), 0, 1, "true",
	    "multiply each channel by a learned number" },
	{ 0 },
};

static struct norm
norm_of(const struct layer *l)
{
	const struct group_norm *c = l->conf;

	return (struct norm){ c->epsilon, c->groups, 1, c->center, c->scale };
}

static int
group_norm_shape(struct layer *l, struct err *err)
{
	struct norm n = norm_of(l);

	return norm_shape(l, &n, err);
}

static int
group_norm_forward(struct layer *l, struct build *b)
{
	struct norm n = norm_of(l);

	return norm_forward(l, b, &n);
}

static int
group_norm_backward(struct layer *l, struct build *b)
{
	struct norm n = norm_of(l);

	return norm_backward(l, b, &n);
}

const struct kind kind_group_norm = {
	.name = "group_norm",
	.alias = "gn",
	.help = "groups of channels of each sample with mean 0 and spread 1",
	.since = "0.1",
	.conf_size = sizeof(struct group_norm),
	.attrs = group_norm_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.param = { [NORM_GAMMA] = "gamma", [NORM_BETA] = "beta" },
	.shape = group_norm_shape,
	.forward = group_norm_forward,
	.backward = group_norm_backward,
	.example = "group_norm:2",
	.example_x = { 4, { 2, 3, 2, 6 } },
};
