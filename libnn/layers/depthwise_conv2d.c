/* Filters that slide over pictures, each over one channel: channel c becomes
   c * depth_multiplier and those after it. */
#include "layers/convolve.h"

enum { KERNEL, BIAS };

struct depthwise_conv2d {
	struct shape kernel, stride, dilation;
	int64_t depth_multiplier;
	const char *pad;
	int bias;
	struct convolve how;
};

static const struct attr depthwise_conv2d_attrs[] = {
	{ ATTR(SHAPE, struct depthwise_conv2d, kernel), 1, WINDOW_MAX, NULL,
	    "height x width of the window, or one number for both", 1, NULL },
	{ ATTR(INT, struct depthwise_conv2d, depth_multiplier), 1, 1 << 16, "1",
	    "filters of each channel", 0, NULL },
	{ ATTR(SHAPE, struct depthwise_conv2d, stride), 1, WINDOW_MAX, "1",
	    "how far it moves", 0, NULL },
	{ ATTR(WORD, struct depthwise_conv2d, pad), 0, 0, "valid",
	    WINDOW_PAD_HELP, 0, NULL },
	{ ATTR(SHAPE, struct depthwise_conv2d, dilation), 1, WINDOW_MAX, "1",
	    "distance of the kernel's numbers", 0, NULL },
	{ ATTR(BOOL, struct depthwise_conv2d, bias), 0, 1, "true",
	    "add a learned constant to each filter", 0, NULL },
	{ 0 },
};

static int
depthwise_conv2d_shape(struct layer *l, struct err *err)
{
	struct depthwise_conv2d *c = l->conf;
	const struct window_said said = { &c->kernel, &c->stride, &c->dilation,
		c->pad };
	int64_t y[2], channels;

	if (window_open(l, &said, &c->how.window, y, err) < 0)
		return -1;
	channels = c->how.groups = l->x_shape[0].dim[3];
	if (channels > (INT64_C(1) << 40))
		return shape_refuse(l, err, "has too many channels");
	l->y_shape = (struct shape){ 4,
		{ l->x_shape[0].dim[0], y[0], y[1],
		    channels * c->depth_multiplier } };
	l->param_shape[KERNEL] = (struct shape){ 4,
		{ c->how.window.size[0], c->how.window.size[1], channels,
		    c->depth_multiplier } };
	l->param_init[KERNEL] = "glorot_uniform";
	if (c->bias) {
		l->param_shape[BIAS] =
		    (struct shape){ 1, { l->y_shape.dim[3] } };
		l->param_init[BIAS] = "zeros";
	}
	return 0;
}

static int
depthwise_conv2d_forward(struct layer *l, struct build *b)
{
	const struct depthwise_conv2d *c = l->conf;

	l->y = convolve(b, &c->how, l->x[0], convolve_view(b, l->param[KERNEL]),
	    l->param[BIAS], &l->y_shape, "y");
	return build_status(b);
}

static int
depthwise_conv2d_backward(struct layer *l, struct build *b)
{
	const struct depthwise_conv2d *c = l->conf;

	convolve_kernel(b, &c->how, l->x[0], l->dy,
	    convolve_view(b, l->grad[KERNEL]), l->grad[BIAS]);
	if (l->want[0])
		l->dx[0] = convolve_data(b, &c->how, l->dy,
		    convolve_view(b, l->param[KERNEL]), NULL, &l->x_shape[0],
		    "dx");
	return build_status(b);
}

const struct kind kind_depthwise_conv2d = {
	.name = "depthwise_conv2d",
	.alias = "dwconv",
	.help = "filters that slide over pictures, each over one channel",
	.since = "0.1",
	.conf_size = sizeof(struct depthwise_conv2d),
	.attrs = depthwise_conv2d_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.param = { [KERNEL] = "depthwise_kernel", [BIAS] = "bias" },
	.shape = depthwise_conv2d_shape,
	.forward = depthwise_conv2d_forward,
	.backward = depthwise_conv2d_backward,
	.example = "depthwise_conv2d:3,depth_multiplier=2",
	.example_x = { 4, { 2, 4, 4, 3 } },
};
