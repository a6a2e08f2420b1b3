/* Another height and width, axis by axis: every output is a weighted mean of
   inputs beside each other. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/hot.h"
#include "steps/axis.h"
#include "steps/window.h"

enum { SIDE_MAX = 16384 };

struct resize {
	struct shape size;
	const char *method, *fit;
};

static const char *const fits[] = { "stretch", "inside", "cover", NULL };

static const struct attr resize_attrs[] = {
	{ ATTR(SHAPE, struct resize, size), 1, SIDE_MAX, NULL, "height x width",
	    1, NULL },
	{ ATTR(WORD, struct resize, method), 0, 0, "auto",
	    "how a smaller or larger picture is made", 0, axis_methods },
	{ ATTR(WORD, struct resize, fit), 0, 0, "stretch",
	    "stretch: exactly that size; inside, cover: the largest or "
	    "smallest of the same proportions that fits into or covers it",
	    0, fits },
	{ 0 },
};

static int
resize_check(const void *conf, enum err_code code, struct err *err)
{
	const struct resize *c = conf;

	return window_check(&c->size, code, err);
}

/* A side of n times the factor, in whole pixels. */
static int64_t
side(int64_t n, double factor)
{
	double v = floor((double)n * factor + 0.5);

	return v < 1.0 ? 1 : v > SIDE_MAX ? SIDE_MAX : (int64_t)v;
}

static int
resize_shape(const void *conf, const struct shape *in, struct shape *out,
    struct err *err)
{
	const struct resize *c = conf;
	double y = (double)c->size.dim[0] / (double)in->dim[0];
	double x = (double)c->size.dim[1] / (double)in->dim[1];
	double one;

	(void)err;
	*out = *in;
	out->dim[0] = c->size.dim[0];
	out->dim[1] = c->size.dim[1];
	if (strcmp(c->fit, "stretch") != 0) {
		one = (strcmp(c->fit, "inside") == 0) == (y < x) ? y : x;
		out->dim[0] = side(in->dim[0], one);
		out->dim[1] = side(in->dim[1], one);
	}
	return shape_equal(in, out);
}

/* What stays the same for all pictures of a shape.  Columns hold their
   weights and places for every channel, weights of the same k beside each
   other, so that all outputs of a row are made at the same time. */
struct plan {
	struct axis rows, columns;
	int64_t width;   /* numbers of an output row */
	int32_t *first;  /* number of a row where each of them begins */
	float *weight;   /* k * width + i */
	float *line;     /* one output row before its columns are made, */
	int64_t padding; /* and zeros behind it */
	double *room;
};

/* The next piece of the memory at `at` (NULL: it is only counted). */
static void *
cut(char *at, size_t *n, size_t count, size_t size)
{
	void *piece = at == NULL ? NULL : at + *n;

	*n += count * size;
	return piece;
}

static size_t
divide(struct plan *p, size_t line, char *at)
{
	struct axis *r = &p->rows, *c = &p->columns;
	size_t width = (size_t)p->width, n = 0;
	size_t most = (size_t)(r->most > c->most ? r->most : c->most);

	p->room = cut(at, &n, most, sizeof(double));
	p->line = cut(at, &n, line + (size_t)p->padding, sizeof(float));
	p->weight = cut(at, &n, width * (size_t)c->most, sizeof(float));
	r->weight = cut(at, &n, (size_t)(r->out * r->most), sizeof(float));
	c->weight = cut(at, &n, (size_t)(c->out * c->most), sizeof(float));
	p->first = cut(at, &n, width, sizeof(int32_t));
	r->first = cut(at, &n, (size_t)r->out, sizeof(int32_t));
	c->first = cut(at, &n, (size_t)c->out, sizeof(int32_t));
	return n;
}

static void
fill_plan(struct plan *p, int64_t channels)
{
	const struct axis *c = &p->columns;
	int64_t i, k, o;

	axis_fill(&p->rows, p->room);
	axis_fill(&p->columns, p->room);
	memset(
	    p->line + c->in * channels, 0, (size_t)p->padding * sizeof(float));
	for (i = 0; i < p->width; i++) {
		o = i / channels;
		p->first[i] = (int32_t)(c->first[o] * channels + i % channels);
		for (k = 0; k < c->most; k++)
			p->weight[k * p->width + i] =
			    c->weight[o * c->most + k];
	}
}

/* The plan, out of the scratch memory when it is there already. */
static const struct plan *
make_plan(const struct resize *c, const struct picture *in,
    const struct shape *out, struct step_work *work, struct err *err)
{
	struct plan p = {
		.rows = { in->height, out->dim[0], c->method, 0, NULL, NULL },
		.columns = { in->width, out->dim[1], c->method, 0, NULL, NULL },
	};
	size_t line = (size_t)(in->width * in->channels);
	struct plan *at;

	if (work->ready)
		return work->at;
	axis_begin(&p.rows);
	axis_begin(&p.columns);
	p.width = p.columns.out * in->channels;
	p.padding = p.columns.most * in->channels;
	at = step_scratch(work, sizeof(p) + divide(&p, line, NULL), err);
	if (at == NULL)
		return NULL;
	divide(&p, line, (char *)(at + 1));
	fill_plan(&p, in->channels);
	*at = p;
	work->ready = 1;
	return at;
}

HOT static void
add_times(float *line, const float *x, int64_t n, float w)
{
	int64_t i;

	for (i = 0; i < n; i++)
		line[i] += w * x[i];
}

HOT static void
times(float *line, const float *x, int64_t n, float w)
{
	int64_t i;

	for (i = 0; i < n; i++)
		line[i] = w * x[i];
}

static void
mix_rows(const struct plan *p, const struct picture *in, int64_t o)
{
	const struct axis *a = &p->rows;
	int64_t n = in->width * in->channels, k;
	const float *x = in->at + a->first[o] * n;
	const float *w = a->weight + o * a->most;

	times(p->line, x, n, w[0]);
	for (k = 1; k < a->most; k++)
		if (w[k] > 0.0F)
			add_times(p->line, x + k * n, n, w[k]);
}

/* out[i] += weight[i] * line[first[i]] */
HOT static void
gather(float *out, const float *line, const int32_t *first, const float *weight,
    int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++)
		out[i] += weight[i] * line[first[i]];
}

static void
mix_columns(const struct plan *p, int64_t channels, float *out)
{
	int64_t k;

	memset(out, 0, (size_t)p->width * sizeof(*out));
	for (k = 0; k < p->columns.most; k++)
		gather(out, p->line + k * channels, p->first,
		    p->weight + k * p->width, p->width);
}

static int
resize_run(const void *conf, const struct picture *in,
    const struct shape *out_shape, float *out, struct step_work *work,
    struct err *err)
{
	const struct plan *p = make_plan(conf, in, out_shape, work, err);
	int64_t o;

	if (p == NULL)
		return -1;
	for (o = 0; o < p->rows.out; o++) {
		mix_rows(p, in, o);
		mix_columns(p, in->channels, out + o * p->width);
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
	.scales = 1,
	.run = resize_run,
};
