/* A part of the picture: its middle, or from a row and a column on. */
#include <stddef.h>

#include "steps/window.h"

enum { SIDE_MAX = 16384 };

struct crop {
	struct shape size;
	int64_t top, left;
};

static const struct attr crop_attrs[] = {
	{ ATTR(SHAPE, struct crop, size), 1, SIDE_MAX, NULL, "height x width",
	    1, NULL },
	{ ATTR(INT, struct crop, top), -1, SIDE_MAX, "-1",
	    "first row that is kept; -1: the middle ones are", 0, NULL },
	{ ATTR(INT, struct crop, left), -1, SIDE_MAX, "-1",
	    "first column that is kept; -1: the middle ones are", 0, NULL },
	{ 0 },
};

static int
crop_check(const void *conf, enum err_code code, struct err *err)
{
	const struct crop *c = conf;

	return window_check(&c->size, code, err);
}

/* Where n of all begin; an odd one too many is cut off at the end. */
static int64_t
begin(int64_t from, int64_t n, int64_t all)
{
	return from >= 0 ? from : (all - n) / 2;
}

static int
crop_shape(const void *conf, const struct shape *in, struct shape *out,
    struct err *err)
{
	const struct crop *c = conf;
	int64_t top = begin(c->top, c->size.dim[0], in->dim[0]);
	int64_t left = begin(c->left, c->size.dim[1], in->dim[1]);

	*out = *in;
	out->dim[0] = c->size.dim[0];
	out->dim[1] = c->size.dim[1];
	if (out->dim[0] > in->dim[0] || top > in->dim[0] - out->dim[0] ||
	    out->dim[1] > in->dim[1] || left > in->dim[1] - out->dim[1])
		return err_set(err, ERR_DATA,
		    "%lldx%lld reaches beyond a picture of %lldx%lld; pad or "
		    "resize it before",
		    (long long)out->dim[0], (long long)out->dim[1],
		    (long long)in->dim[0], (long long)in->dim[1]);
	return shape_equal(in, out);
}

static int
crop_run(const void *conf, const struct picture *in,
    const struct shape *out_shape, float *out, struct step_work *work,
    struct err *err)
{
	const struct crop *c = conf;

	(void)work;
	(void)err;
	window_copy(in, begin(c->top, out_shape->dim[0], in->height),
	    begin(c->left, out_shape->dim[1], in->width), FILL_EDGE, out_shape,
	    out);
	return 0;
}

const struct step_kind step_crop = {
	.name = "crop",
	.help = "a part of the picture, its middle",
	.attrs = crop_attrs,
	.conf_size = sizeof(struct crop),
	.check = crop_check,
	.shape = crop_shape,
	.run = crop_run,
};
