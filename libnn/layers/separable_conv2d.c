/* A convolution of each channel by itself, then one that mixes the channels
   place by place: few parameters for much. */
#include "layers/convolve.h"

enum { DEPTHWISE, POINTWISE, BIAS };

struct separable_conv2d {
	int64_t filters, depth_multiplier;
	struct shape kernel, stride, dilation;
	const char *pad;
	int bias;
	struct convolve depthwise, pointwise;
	struct shape middle; /* between the two */
};

static const struct attr separable_conv2d_attrs[] = {
	{ ATTR(INT, struct separable_conv2d, filters), 1, 1 << 24, NULL,
	    "channels of the result", 1, NULL },
	{ ATTR(SHAPE, struct separable_conv2d, kernel), 1, WINDOW_MAX, NULL,
	    "height x width of the window, or one number for both", 2, NULL },
	{ ATTR(INT, struct separable_conv2d, depth_multiplier), 1, 1 << 16, "1",
	    "filters of each channel before they are mixed", 0, NULL },
	{ ATTR(SHAPE, struct separable_conv2d, stride), 1, WINDOW_MAX, "1",
	    "how far it moves", 0, NULL },
	{ ATTR(WORD, struct separable_conv2d, pad), 0, 0, "valid",
	    WINDOW_PAD_HELP, 0, NULL },
	{ ATTR(SHAPE, struct separable_conv2d, dilation), 1, WINDOW_MAX, "1",
	    "distance of the kernel's numbers", 0, NULL },
	{ ATTR(BOOL, struct separable_conv2d, bias), 0, 1, "true",
	    "add a learned constant to each filter", 0, NULL },
	{ 0 },
};

static void
set_params(struct layer *l, const struct separable_conv2d *c, int64_t channels)
{
	const struct window *w = &c->depthwise.window;

	l->param_shape[DEPTHWISE] = (struct shape){ 4,
		{ w->size[0], w->size[1], channels, c->depth_multiplier } };
	l->param_init[DEPTHWISE] = "glorot_uniform";
	l->param_shape[POINTWISE] =
	    (struct shape){ 4, { 1, 1, c->middle.dim[3], c->filters } };
	l->param_init[POINTWISE] = "glorot_uniform";
	if (c->bias) {
		l->param_shape[BIAS] = (struct shape){ 1, { c->filters } };
		l->param_init[BIAS] = "zeros";
	}
}

static int
separable_conv2d_shape(struct layer *l, struct err *err)
{
	struct separable_conv2d *c = l->conf;
	const struct window_said said = { &c->kernel, &c->stride, &c->dilation,
		c->pad };
	int64_t y[2], channels;

	if (window_open(l, &said, &c->depthwise.window, y, err) < 0)
		return -1;
	channels = c->depthwise.groups = l->x_shape[0].dim[3];
	if (channels > (INT64_C(1) << 40))
		return shape_refuse(l, err, "has too many channels");
	c->pointwise.groups = 1;
	c->pointwise.window =
	    (struct window){ { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0 }, { 0 } };
	c->middle = (struct shape){ 4,
		{ l->x_shape[0].dim[0], y[0], y[1],
		    channels * c->depth_multiplier } };
	if (shape_count(&c->middle) < 0)
		return shape_refuse(
		    l, err, "depth_multiplier: makes it too large");
	l->y_shape = c->middle;
	l->y_shape.dim[3] = c->filters;
	set_params(l, c, channels);
	return 0;
}

static int
separable_conv2d_forward(struct layer *l, struct build *b)
{
	const struct separable_conv2d *c = l->conf;

	l->saved[0] = convolve(b, &c->depthwise, l->x[0],
	    convolve_view(b, l->param[DEPTHWISE]), NULL, &c->middle, "middle");
	l->y = convolve(b, &c->pointwise, l->saved[0], l->param[POINTWISE],
	    l->param[BIAS], &l->y_shape, "y");
	return build_status(b);
}

static int
separable_conv2d_backward(struct layer *l, struct build *b)
{
	const struct separable_conv2d *c = l->conf;
	struct val *dmiddle;

	convolve_kernel(b, &c->pointwise, l->saved[0], l->dy,
	    l->grad[POINTWISE], l->grad[BIAS]);
	if (l->grad[DEPTHWISE] == NULL && !l->want[0])
		return build_status(b);
	dmiddle = convolve_data(b, &c->pointwise, l->dy, l->param[POINTWISE],
	    NULL, &c->middle, "dmiddle");
	convolve_kernel(b, &c->depthwise, l->x[0], dmiddle,
	    convolve_view(b, l->grad[DEPTHWISE]), NULL);
	if (l->want[0])
		l->dx[0] = convolve_data(b, &c->depthwise, dmiddle,
		    convolve_view(b, l->param[DEPTHWISE]), NULL, &l->x_shape[0],
		    "dx");
	return build_status(b);
}

const struct kind kind_separable_conv2d = {
	.name = "separable_conv2d",
	.alias = "sepconv",
	.help = "a convolution of each channel, then one of each place",
	.since = "0.1",
	.conf_size = sizeof(struct separable_conv2d),
	.attrs = separable_conv2d_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.param = { [DEPTHWISE] = "depthwise_kernel",
	    [POINTWISE] = "pointwise_kernel",
	    [BIAS] = "bias" },
	.shape = separable_conv2d_shape,
	.forward = separable_conv2d_forward,
	.backward = separable_conv2d_backward,
	.example = "separable_conv2d:3:3,pad=same",
	.example_x = { 4, { 2, 4, 3, 2 } },
};
