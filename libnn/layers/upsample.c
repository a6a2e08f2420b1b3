/* Pictures made larger by whole numbers: each number repeated, or straight
   lines between the centres of numbers. */
#include <string.h>

#include "layers/window.h"

struct upsample {
	struct shape size;
	const char *interpolation;
	struct window window; /* its size alone, from shape() */
};

static const char *const interpolations[] = { "nearest", "bilinear", NULL };

static const struct attr upsample_attrs[] = {
	{ ATTR(SHAPE, struct upsample, size), 1, 1024, "2",
	    "how many times as large: N, or HEIGHTxWIDTH", 1 },
	{ ATTR(WORD, struct upsample, interpolation), 0, 0, "nearest",
	    "what stands between (PyTorch: align_corners=False)", 2,
	    interpolations },
	{ 0 },
};

static int
upsample_shape(struct layer *l, struct err *err)
{
	struct upsample *c = l->conf;
	int i;

	if (l->x_shape[0].rank != 4)
		return shape_refuse(
		    l, err, "wants pictures of height x width x channels");
	if (c->size.rank > 2)
		return shape_refuse(l, err,
		    "size: is one number or height x width, not %d numbers",
		    c->size.rank);
	c->window = (struct window){ .stride = { 1, 1 }, .dilation = { 1, 1 } };
	l->y_shape = l->x_shape[0];
	for (i = 0; i < 2; i++) {
		c->window.size[i] = c->size.dim[i % c->size.rank];
		if (l->y_shape.dim[1 + i] > WINDOW_MAX)
			return shape_refuse(l, err, "its input is too large");
		l->y_shape.dim[1 + i] *= c->window.size[i];
	}
	return 0;
}

static struct val *
append(struct layer *l, struct build *b, enum op_what what, struct val *x,
    const struct shape *y, const char *name)
{
	const struct upsample *c = l->conf;
	struct op *op = build_op(b, what);
	struct val *v = build_val(b, y, name);

	if (build_status(b) < 0)
		return NULL;
	op->window = c->window;
	op->bilinear = strcmp(c->interpolation, "bilinear") == 0;
	build_in(op, x);
	build_out(op, v);
	return v;
}

static int
upsample_forward(struct layer *l, struct build *b)
{
	l->y = append(l, b, OP_UPSAMPLE, l->x[0], &l->y_shape, "y");
	return build_status(b);
}

static int
upsample_backward(struct layer *l, struct build *b)
{
	l->dx[0] = append(l, b, OP_UPSAMPLE_BACK, l->dy, &l->x_shape[0], "dx");
	return build_status(b);
}

const struct kind kind_upsample = {
	.name = "upsample",
	.help = "pictures made larger by whole numbers",
	.since = "0.1",
	.conf_size = sizeof(struct upsample),
	.attrs = upsample_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.shape = upsample_shape,
	.forward = upsample_forward,
	.backward = upsample_backward,
	.example = "upsample:2x3:bilinear",
	.example_x = { 4, { 2, 3, 2, 2 } },
};
