/* What is bright moved into the middle, as the digits of MNIST are: by whole
   pixels, so that the centre of mass is nearest to the picture's. */
#include <math.h>
#include <stddef.h>

#include "steps/window.h"

struct center {
	const char *by;
};

static const char *const bys[] = { "mass", NULL };

static const struct attr center_attrs[] = {
	{ ATTR(WORD, struct center, by), 0, 0, "mass",
	    "mass: how far above the low end of the range the pixels are", 1,
	    bys },
	{ 0 },
};

static int
center_shape(const void *conf, const struct shape *in, struct shape *out,
    struct err *err)
{
	(void)conf;
	(void)err;
	*out = *in;
	return 0;
}

/* Brightness, and its moments along both sides. */
struct mass {
	double all, y, x;
};

static void
weigh(const struct picture *in, struct mass *m)
{
	const struct affine *r = in->range;
	const float *p = in->at;
	int64_t y, x, c;
	double v;

	for (y = 0; y < in->height; y++)
		for (x = 0; x < in->width; x++)
			for (c = 0; c < in->channels; c++, p++) {
				v = (double)*p -
				    r->low[r->channels == 1 ? 0 : c];
				if (!(v > 0.0))
					continue;
				m->all += v;
				m->y += v * ((double)y + 0.5);
				m->x += v * ((double)x + 0.5);
			}
}

/* How far to look beyond the edge so that the mean is in the middle. */
static int64_t
shift(double moment, double all, int64_t side)
{
	return (int64_t)floor(moment / all - (double)side / 2 + 0.5);
}

static int
center_run(const void *conf, const struct picture *in,
    const struct shape *out_shape, float *out, struct step_work *work,
    struct err *err)
{
	struct mass m = { 0 };
	int64_t top = 0, left = 0;

	(void)conf;
	(void)work;
	(void)err;
	weigh(in, &m);
	if (m.all > 0.0 && isfinite(m.all)) {
		top = shift(m.y, m.all, in->height);
		left = shift(m.x, m.all, in->width);
	}
	window_copy(in, top, left, FILL_LOW, out_shape, out);
	return 0;
}

const struct step_kind step_center = {
	.name = "center",
	.help = "what is bright into the middle",
	.attrs = center_attrs,
	.conf_size = sizeof(struct center),
	.shape = center_shape,
	.run = center_run,
};
