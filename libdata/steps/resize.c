/* Another height and width, axis by axis: every output is a weighted mean of
   inputs beside each other.

   area: the inputs under the output's square, by how much they are covered.
   bilinear: the two nearest centres.  auto: area where the axis shrinks,
   bilinear where it grows. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "step.h"

enum { SIDE_MAX = 16384 };

struct resize {
	struct shape size;
	const char *method;
};

static const char *const methods[] = { "auto", "area", "bilinear", NULL };

static const struct attr resize_attrs[] = {
	{ ATTR(SHAPE, struct resize, size), 1, SIDE_MAX, NULL, "height x width",
	    1, NULL },
	{ ATTR(WORD, struct resize, method), 0, 0, "auto",
	    "how a smaller or larger picture is made", 0, methods },
	{ 0 },
};

static int
resize_check(const void *conf, enum err_code code, struct err *err)
{
	const struct resize *c = conf;

	return c->size.rank == 2
	    ? 0
	    : err_set(err, code, "size: is not HEIGHTxWIDTH");
}

static int
resize_shape(const void *conf, const struct shape *in, struct shape *out,
    struct err *err)
{
	const struct resize *c = conf;

	(void)err;
	*out = *in;
	out->dim[0] = c->size.dim[0];
	out->dim[1] = c->size.dim[1];
	return shape_equal(in, out);
}

/* One output along an axis: inputs first .. first + n - 1 with weights. */
struct taps {
	int64_t first, n;
	float *weight;
};

static void
taps_area(struct taps *t, int64_t in, int64_t out, int64_t o)
{
	double scale = (double)in / (double)out;
	double from = (double)o * scale;
	double to = (double)(o + 1) * scale;
	double left, right;
	int64_t i;

	t->first = (int64_t)from;
	t->n = (int64_t)ceil(to) - t->first;
	if (t->first + t->n > in)
		t->n = in - t->first;
	for (i = 0; i < t->n; i++) {
		left = (double)(t->first + i);
		right = left + 1.0;
		left = left > from ? left : from;
		right = right < to ? right : to;
		t->weight[i] =
		    right > left ? (float)((right - left) / scale) : 0.0F;
	}
}

static void
taps_bilinear(struct taps *t, int64_t in, int64_t out, int64_t o)
{
	double centre = ((double)o + 0.5) * (double)in / (double)out - 0.5;
	double share;

	if (centre < 0.0)
		centre = 0.0;
	if (centre > (double)(in - 1))
		centre = (double)(in - 1);
	t->first = (int64_t)centre;
	share = centre - (double)t->first;
	t->n = t->first + 1 < in ? 2 : 1;
	t->weight[0] = (float)(1.0 - share);
	t->weight[1] = (float)share;
}

static int64_t
taps_most(int64_t in, int64_t out)
{
	return in / out + 3;
}

static void
taps_fill(
    struct taps *t, const char *method, int64_t in, int64_t out, int64_t o)
{
	int area = strcmp(method, "area") == 0 ||
	    (strcmp(method, "auto") == 0 && in >= out);

	if (area)
		taps_area(t, in, out, o);
	else
		taps_bilinear(t, in, out, o);
}

/* Memory of one run: the columns' taps, one row's taps, one row. */
struct plan {
	struct taps *columns;
	struct taps row;
	float *line; /* one output row before its columns are made */
};

static int
make_plan(struct plan *p, const char *method, const struct picture *in,
    int64_t height, int64_t width, struct step_work *work, struct err *err)
{
	int64_t most = taps_most(in->width, width);
	int64_t row_most = taps_most(in->height, height);
	size_t head = (size_t)width * sizeof(struct taps);
	size_t floats = (size_t)(width * most + row_most) +
	    (size_t)(in->width * in->channels);
	char *at = step_scratch(work, head + floats * sizeof(float), err);
	float *f;
	int64_t o;

	if (at == NULL)
		return -1;
	p->columns = (void *)at;
	f = (void *)(at + head);
	for (o = 0; o < width; o++, f += most) {
		p->columns[o].weight = f;
		taps_fill(&p->columns[o], method, in->width, width, o);
	}
	p->row.weight = f;
	p->line = f + row_most;
	return 0;
}

static void
mix_rows(const struct picture *in, const struct taps *t, float *line)
{
	int64_t n = in->width * in->channels;
	int64_t i, k;

	memset(line, 0, (size_t)n * sizeof(*line));
	for (k = 0; k < t->n; k++) {
		const float *x = in->at + (t->first + k) * n;
		float w = t->weight[k];

		for (i = 0; i < n; i++)
			line[i] += w * x[i];
	}
}

static void
mix_columns(const float *line, int64_t channels, const struct taps *columns,
    int64_t width, float *out)
{
	int64_t o, c, k;

	for (o = 0; o < width; o++)
		for (c = 0; c < channels; c++) {
			const struct taps *t = &columns[o];
			const float *x = line + t->first * channels + c;
			float sum = 0.0F;

			for (k = 0; k < t->n; k++)
				sum += t->weight[k] * x[k * channels];
			*out++ = sum;
		}
}

static int
resize_run(const void *conf, const struct picture *in,
    const struct shape *out_shape, float *out, struct step_work *work,
    struct err *err)
{
	const struct resize *c = conf;
	int64_t height = out_shape->dim[0];
	int64_t width = out_shape->dim[1];
	struct plan p;
	int64_t o;

	if (make_plan(&p, c->method, in, height, width, work, err) < 0)
		return -1;
	for (o = 0; o < height; o++) {
		taps_fill(&p.row, c->method, in->height, height, o);
		mix_rows(in, &p.row, p.line);
		mix_columns(p.line, in->channels, p.columns, width,
		    out + o * width * in->channels);
	}
	return 0;
}

const struct step_kind step_resize = {
	.name = "resize",
	.help = "another height and width",
	.attrs = resize_attrs,
	.conf_size = sizeof(struct resize),
	.check = resize_check,
	.shape = resize_shape,
	.run = resize_run,
};
