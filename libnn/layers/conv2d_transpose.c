/* The transpose of a convolution: each number of the input lays its window of
   numbers on a larger picture.  As in Keras the kernel is (height width out
   in), that of the convolution from the result to the input. */
#include <string.h>

#include "layers/convolve.h"

enum { KERNEL, BIAS };

struct conv2d_transpose {
	int64_t filters;
	struct shape kernel, stride, dilation;
	const char *pad, *output_padding;
	int bias;
	struct convolve how;
};

static const struct attr conv2d_transpose_attrs[] = {
	{ ATTR(INT, struct conv2d_transpose, filters), 1, 1 << 24, NULL,
	    "channels of the result", 1, NULL },
	{ ATTR(SHAPE, struct conv2d_transpose, kernel), 1, WINDOW_MAX, NULL,
	    "height x width of the window, or one number for both", 2, NULL },
	{ ATTR(SHAPE, struct conv2d_transpose, stride), 1, WINDOW_MAX, "1",
	    "how far it moves on the result", 0, NULL },
	{ ATTR(WORD, struct conv2d_transpose, pad), 0, 0, "valid",
	    "same (output = input * stride), valid, or what is cut from the "
	    "result: N, HEIGHT+WIDTH, TOP+BOTTOM+LEFT+RIGHT (PyTorch's "
	    "padding=1 is pad=1)",
	    0, NULL },
	{ ATTR(SHAPE, struct conv2d_transpose, dilation), 1, WINDOW_MAX, "1",
	    "distance of the kernel's numbers", 0, NULL },
	{ ATTR(WORD, struct conv2d_transpose, output_padding), 0, 0, "auto",
	    "rows and columns more below and right: N, HEIGHTxWIDTH or auto", 0,
	    NULL },
	{ ATTR(BOOL, struct conv2d_transpose, bias), 0, 1, "true",
	    "add a learned constant to each filter", 0, NULL },
	{ 0 },
};

/* "auto", "1" or "1x0". */
static int
read_extra(struct layer *l, const char *said, int64_t extra[2], struct err *err)
{
	struct shape s;

	extra[0] = extra[1] = -1;
	if (strcmp(said, "auto") == 0)
		return 0;
	if (shape_parse(&s, said) < 0 || s.rank < 1 || s.rank > 2)
		return shape_refuse(
		    l, err, "output_padding: is auto, N or HEIGHTxWIDTH");
	extra[0] = s.dim[0];
	extra[1] = s.dim[s.rank - 1];
	return 0;
}

static int
conv2d_transpose_shape(struct layer *l, struct err *err)
{
	struct conv2d_transpose *c = l->conf;
	const struct window_said said = { &c->kernel, &c->stride, &c->dilation,
		c->pad };
	int64_t y[2], extra[2];

	if (read_extra(l, c->output_padding, extra, err) < 0 ||
	    window_open_back(l, &said, extra, &c->how.window, y, err) < 0)
		return -1;
	c->how.groups = 1;
	l->y_shape = (struct shape){ 4,
		{ l->x_shape[0].dim[0], y[0], y[1], c->filters } };
	l->param_shape[KERNEL] = (struct shape){ 4,
		{ c->how.window.size[0], c->how.window.size[1], c->filters,
		    l->x_shape[0].dim[3] } };
	l->param_init[KERNEL] = "glorot_uniform";
	if (c->bias) {
		l->param_shape[BIAS] = (struct shape){ 1, { c->filters } };
		l->param_init[BIAS] = "zeros";
	}
	return 0;
}

static int
conv2d_transpose_forward(struct layer *l, struct build *b)
{
	const struct conv2d_transpose *c = l->conf;

	l->y = convolve_data(b, &c->how, l->x[0], l->param[KERNEL],
	    l->param[BIAS], &l->y_shape, "y");
	return build_status(b);
}

static int
conv2d_transpose_backward(struct layer *l, struct build *b)
{
	const struct conv2d_transpose *c = l->conf;

	convolve_kernel(b, &c->how, l->dy, l->x[0], l->grad[KERNEL], NULL);
	if (l->grad[BIAS] != NULL)
		build_rowsum(b, l->dy, l->grad[BIAS]);
	if (l->want[0])
		l->dx[0] = convolve(b, &c->how, l->dy, l->param[KERNEL], NULL,
		    &l->x_shape[0], "dx");
	return build_status(b);
}

const struct kind kind_conv2d_transpose = {
	.name = "conv2d_transpose",
	.alias = "convt",
	.help = "the transpose of a convolution: larger pictures",
	.since = "0.1",
	.conf_size = sizeof(struct conv2d_transpose),
	.attrs = conv2d_transpose_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.param = { [KERNEL] = "kernel", [BIAS] = "bias" },
	.shape = conv2d_transpose_shape,
	.forward = conv2d_transpose_forward,
	.backward = conv2d_transpose_backward,
	.example = "conv2d_transpose:2:3,stride=2,pad=same",
	.example_x = { 4, { 2, 3, 2, 3 } },
};
