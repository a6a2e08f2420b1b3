/* Filters that slide over pictures: each place of the result sees a window of
   the input, with the same numbers everywhere. */
#include "layers/convolve.h"

enum { KERNEL, BIAS };

struct conv2d {
	int64_t filters, groups;
	struct shape kernel, stride, dilation;
	const char *pad;
	int bias;
	struct convolve how;
};

static const struct attr conv2d_attrs[] = {
	{ ATTR(INT, struct conv2d, filters), 1, 1 << 24, NULL,
	    "channels of the result", 1, NULL },
	{ ATTR(SHAPE, struct conv2d, kernel), 1, WINDOW_MAX, NULL,
	    "height x width of the window, or one number for both", 2, NULL },
	{ ATTR(SHAPE, struct conv2d, stride), 1, WINDOW_MAX, "1",
	    "how far it moves", 0, NULL },
	{ ATTR(WORD, struct conv2d, pad), 0, 0, "valid", WINDOW_PAD_HELP, 0,
	    NULL },
	{ ATTR(SHAPE, struct conv2d, dilation), 1, WINDOW_MAX, "1",
	    "distance of the kernel's numbers", 0, NULL },
	{ ATTR(INT, struct conv2d, groups), 1, 1 << 24, "1",
	    "groups of channels that do not see each other", 0, NULL },
	{ ATTR(BOOL, struct conv2d, bias), 0, 1, "true",
	    "add a learned constant to each filter", 0, NULL },
	{ 0 },
};

static int
conv2d_shape(struct layer *l, struct err *err)
{
	struct conv2d *c = l->conf;
	const struct window_said said = { &c->kernel, &c->stride, &c->dilation,
		c->pad };
	int64_t y[2], channels;

	if (window_open(l, &said, &c->how.window, y, err) < 0)
		return -1;
	channels = l->x_shape[0].dim[3];
	if (channels % c->groups != 0 || c->filters % c->groups != 0)
		return shape_refuse(l, err,
		    "groups: %lld does not divide both channels and filters",
		    (long long)c->groups);
	c->how.groups = c->groups;
	l->y_shape = (struct shape){ 4,
		{ l->x_shape[0].dim[0], y[0], y[1], c->filters } };
	l->param_shape[KERNEL] = (struct shape){ 4,
		{ c->how.window.size[0], c->how.window.size[1],
		    channels / c->groups, c->filters } };
	l->param_init[KERNEL] = "glorot_uniform";
	if (c->bias) {
		l->param_shape[BIAS] = (struct shape){ 1, { c->filters } };
		l->param_init[BIAS] = "zeros";
	}
	return 0;
}

static int
conv2d_forward(struct layer *l, struct build *b)
{
	const struct conv2d *c = l->conf;

	l->y = convolve(b, &c->how, l->x[0], l->param[KERNEL], l->param[BIAS],
	    &l->y_shape, "y");
	return build_status(b);
}

static int
conv2d_backward(struct layer *l, struct build *b)
{
	const struct conv2d *c = l->conf;

	convolve_kernel(
	    b, &c->how, l->x[0], l->dy, l->grad[KERNEL], l->grad[BIAS]);
	if (l->want[0])
		l->dx[0] = convolve_data(b, &c->how, l->dy, l->param[KERNEL],
		    NULL, &l->x_shape[0], "dx");
	return build_status(b);
}

const struct kind kind_conv2d = {
	.name = "conv2d",
	.alias = "conv",
	.help = "filters that slide over pictures",
	.since = "0.1",
	.conf_size = sizeof(struct conv2d),
	.attrs = conv2d_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.param = { [KERNEL] = "kernel", [BIAS] = "bias" },
	.shape = conv2d_shape,
	.forward = conv2d_forward,
	.backward = conv2d_backward,
	.example = "conv2d:3:3x2,pad=same",
	.example_x = { 4, { 2, 4, 4, 2 } },
};
