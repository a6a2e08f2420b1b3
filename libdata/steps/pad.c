/* A margin around the picture, so that it has a size. */
#include <stddef.h>
#include <string.h>

#include "steps/window.h"

enum { SIDE_MAX = 16384 };

struct pad {
	struct shape size;
	const char *fill;
};

static const char *const fills[] = { "black", "white", "edge", NULL };

static const struct attr pad_attrs[] = {
	{ ATTR(SHAPE, struct pad, size), 1, SIDE_MAX, NULL, "height x width", 1,
	    NULL },
	{ ATTR(WORD, struct pad, fill), 0, 0, "black",
	    "what the margin is: the low or the high end of the range, or the "
	    "nearest pixel",
	    0, fills },
	{ 0 },
};

static int
pad_check(const void *conf, enum err_code code, struct err *err)
{
	const struct pad *c = conf;

	return window_check(&c->size, code, err);
}

static int
pad_shape(const void *conf, const struct shape *in, struct shape *out,
    struct err *err)
{
	const struct pad *c = conf;

	*out = *in;
	out->dim[0] = c->size.dim[0];
	out->dim[1] = c->size.dim[1];
	if (in->dim[0] > out->dim[0] || in->dim[1] > out->dim[1])
		return err_set(err, ERR_DATA,
		    "a picture of %lldx%lld is larger than %lldx%lld; crop or "
		    "resize it before",
		    (long long)in->dim[0], (long long)in->dim[1],
		    (long long)out->dim[0], (long long)out->dim[1]);
	return shape_equal(in, out);
}

static enum window_fill
fill_of(const struct pad *c)
{
	if (strcmp(c->fill, "edge") == 0)
		return FILL_EDGE;
	return strcmp(c->fill, "white") == 0 ? FILL_HIGH : FILL_LOW;
}

static int
pad_run(const void *conf, const struct picture *in,
    const struct shape *out_shape, float *out, struct step_work *work,
    struct err *err)
{
	(void)work;
	(void)err;
	window_copy(in, -((out_shape->dim[0] - in->height) / 2),
	    -((out_shape->dim[1] - in->width) / 2), fill_of(conf), out_shape,
	    out);
	return 0;
}

const struct step_kind step_pad = {
	.name = "pad",
	.help = "a margin around the picture",
	.attrs = pad_attrs,
	.conf_size = sizeof(struct pad),
	.check = pad_check,
	.shape = pad_shape,
	.run = pad_run,
};
