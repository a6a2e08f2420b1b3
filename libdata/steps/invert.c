/* Dark to bright: always, or when the border of the picture is bright, so
   that black on white and white on black look alike. */
#include <stddef.h>
#include <string.h>

#include "step.h"

struct invert {
	const char *when;
};

static const char *const whens[] = { "true", "auto", NULL };

static const struct attr invert_attrs[] = {
	{ ATTR(WORD, struct invert, when), 0, 0, "true",
	    "true: always; auto: pictures with a bright border", 1, whens },
	{ 0 },
};

static int
is_auto(const void *conf)
{
	const struct invert *c = conf;

	return strcmp(c->when, "auto") == 0;
}

static int
invert_affine(
    const void *conf, int64_t channels, struct affine *a, struct err *err)
{
	int i;

	(void)channels;
	(void)err;
	if (is_auto(conf))
		return 1;
	for (i = 0; i < a->channels; i++)
		affine_then(a, i, -1.0, a->low[i] + a->high[i]);
	return 0;
}

static int
invert_shape(const void *conf, const struct shape *in, struct shape *out,
    struct err *err)
{
	(void)conf;
	(void)err;
	*out = *in;
	return 0;
}

/* How far a row's numbers lie above the middle of the range, summed. */
static double
above_middle(const struct picture *in, const float *x, int64_t pixels)
{
	const struct affine *r = in->range;
	double sum = 0.0;
	int64_t i, c, k;

	for (i = 0; i < pixels; i++)
		for (c = 0; c < in->channels; c++) {
			k = r->channels == 1 ? 0 : c;
			sum += (x[i * in->channels + c] - r->low[k]) /
				(r->high[k] - r->low[k]) -
			    0.5;
		}
	return sum;
}

static int
border_is_bright(const struct picture *in)
{
	int64_t row = in->width * in->channels;
	const float *last = in->at + (in->height - 1) * row;
	double sum = above_middle(in, in->at, in->width);
	int64_t y;

	if (in->height > 1)
		sum += above_middle(in, last, in->width);
	for (y = 1; y < in->height - 1; y++) {
		sum += above_middle(in, in->at + y * row, 1);
		if (in->width > 1)
			sum += above_middle(
			    in, in->at + (y + 1) * row - in->channels, 1);
	}
	return sum > 0.0;
}

static int
invert_run(const void *conf, const struct picture *in,
    const struct shape *out_shape, float *out, struct step_work *work,
    struct err *err)
{
	const struct affine *r = in->range;
	int64_t i, n = in->height * in->width * in->channels;
	int64_t k;

	(void)conf;
	(void)out_shape;
	(void)work;
	(void)err;
	if (!border_is_bright(in)) {
		memcpy(out, in->at, (size_t)n * sizeof(*out));
		return 0;
	}
	for (i = 0; i < n; i++) {
		k = r->channels == 1 ? 0 : i % in->channels;
		out[i] = (float)(r->low[k] + r->high[k]) - in->at[i];
	}
	return 0;
}

const struct step_kind step_invert = {
	.name = "invert",
	.help = "exchange dark and bright",
	.attrs = invert_attrs,
	.conf_size = sizeof(struct invert),
	.affine = invert_affine,
	.shape = invert_shape,
	.run = invert_run,
};
