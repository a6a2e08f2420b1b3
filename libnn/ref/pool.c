/* Windows that slide over height and width: their largest number, their mean,
   channel by channel, and the gradients.

   Channels are taken in blocks whose results stay near. */
#include <math.h>
#include <string.h>

#include "ref/ref.h"

enum { BLOCK = 64 };

/* Pictures x and their windows' results y, both N H W C; in what an operation
   does with them. */
struct pool {
	const struct window *w;
	const real *x, *y, *dy;
	real *to;                           /* shaped as x or as y */
	int64_t n, height, width, channels; /* of x */
	int64_t rows, cols;                 /* of y */
	int count_pad;
};

/* One window: where it begins and ends in x, cut at the edges; and how many
   numbers it counts. */
struct view {
	int64_t top, bottom, left, right; /* bottom and right are beyond */
	int64_t down, across;             /* steps: dilation */
	int64_t count;
};

/* What a window has in one dim. */
static int64_t
cut(const struct pool *p, int dim, int64_t at, int64_t length, int64_t *from,
    int64_t *to)
{
	int64_t by = p->w->dilation[dim], n;

	*from = at * p->w->stride[dim] - p->w->before[dim];
	*to = *from + (p->w->size[dim] - 1) * by + 1;
	if (*from < 0)
		*from += (-*from + by - 1) / by * by;
	if (*to > length)
		*to = length;
	n = *to > *from ? (*to - *from + by - 1) / by : 0;
	return p->count_pad ? p->w->size[dim] : n;
}

static struct view
view_at(const struct pool *p, int64_t row, int64_t col)
{
	struct view v = { .down = p->w->dilation[0],
		.across = p->w->dilation[1] };

	v.count = cut(p, 0, row, p->height, &v.top, &v.bottom);
	v.count *= cut(p, 1, col, p->width, &v.left, &v.right);
	return v;
}

static struct pool
pool_of(const struct op *op, const struct val *x, const struct val *y)
{
	const int64_t *d = x->shape.dim;

	return (struct pool){ .w = &op->window,
		.to = op->out[0]->data,
		.n = d[0],
		.height = d[1],
		.width = d[2],
		.channels = d[3],
		.rows = y->shape.dim[1],
		.cols = y->shape.dim[2],
		.count_pad = op->count_pad };
}

/* What is done for one window of one picture and a block of n channels, the
   first of which are at these places of x and y. */
typedef void window_work(const struct pool *p, const struct view *v,
    int64_t x_at, int64_t y_at, int64_t n);

HOT static void
take_largest(const struct pool *p, const struct view *v, int64_t x_at,
    int64_t y_at, int64_t n)
{
	real most[BLOCK];
	const real *x;
	int64_t i, j, k;

	for (k = 0; k < n; k++)
		most[k] = -(real)INFINITY;
	for (i = v->top; i < v->bottom; i += v->down)
		for (j = v->left; j < v->right; j += v->across) {
			x = p->x + x_at + (i * p->width + j) * p->channels;
			for (k = 0; k < n; k++) /* NaN stays NaN */
				most[k] = x[k] <= most[k] || most[k] != most[k]
				    ? most[k]
				    : x[k];
		}
	memcpy(p->to + y_at, most, (size_t)n * sizeof(*most));
}

HOT static void
give_to_first_largest(const struct pool *p, const struct view *v, int64_t x_at,
    int64_t y_at, int64_t n)
{
	const real *x, *y = p->y + y_at;
	real left[BLOCK], *dx; /* left: what nobody has taken yet */
	int64_t i, j, k, at;

	memcpy(left, p->dy + y_at, (size_t)n * sizeof(*left));
	for (i = v->top; i < v->bottom; i += v->down)
		for (j = v->left; j < v->right; j += v->across) {
			at = x_at + (i * p->width + j) * p->channels;
			x = p->x + at;
			dx = p->to + at;
			for (k = 0; k < n; k++) {
				dx[k] += x[k] == y[k] ? left[k] : 0;
				left[k] = x[k] == y[k] ? 0 : left[k];
			}
		}
}

HOT static void
take_mean(const struct pool *p, const struct view *v, int64_t x_at,
    int64_t y_at, int64_t n)
{
	double sum[BLOCK] = { 0 };
	const real *x;
	int64_t i, j, k;

	for (i = v->top; i < v->bottom; i += v->down)
		for (j = v->left; j < v->right; j += v->across) {
			x = p->x + x_at + (i * p->width + j) * p->channels;
			for (k = 0; k < n; k++)
				sum[k] += (double)x[k];
		}
	for (k = 0; k < n; k++)
		p->to[y_at + k] = (real)(sum[k] / (double)v->count);
}

HOT static void
give_to_all(const struct pool *p, const struct view *v, int64_t x_at,
    int64_t y_at, int64_t n)
{
	const real *dy = p->dy + y_at;
	real share = (real)(1 / (double)v->count), *dx;
	int64_t i, j, k;

	for (i = v->top; i < v->bottom; i += v->down)
		for (j = v->left; j < v->right; j += v->across) {
			dx = p->to + x_at + (i * p->width + j) * p->channels;
			EACH
			for (k = 0; k < n; k++)
				dx[k] += dy[k] * share;
		}
}

static void
each_block(const struct pool *p, const struct view *v, int64_t x_at,
    int64_t y_at, window_work *work)
{
	int64_t at, n;

	for (at = 0; at < p->channels; at += n) {
		n = p->channels - at < BLOCK ? p->channels - at : BLOCK;
		work(p, v, x_at + at, y_at + at, n);
	}
}

static int
each_window(const struct pool *p, window_work *work)
{
	int64_t x_each = p->height * p->width * p->channels, i, row, col;
	int64_t y_at = 0;
	struct view v;

	for (i = 0; i < p->n; i++)
		for (row = 0; row < p->rows; row++)
			for (col = 0; col < p->cols; col++) {
				v = view_at(p, row, col);
				each_block(p, &v, i * x_each, y_at, work);
				y_at += p->channels;
			}
	return 0;
}

/* The same into a picture of zeros. */
static int
each_window_back(const struct pool *p, window_work *work)
{
	memset(p->to, 0,
	    (size_t)(p->n * p->height * p->width * p->channels) *
		sizeof(*p->to));
	return each_window(p, work);
}

int
ref_maxpool(struct op *op, struct step *step)
{
	struct pool p = pool_of(op, op->in[0], op->out[0]);

	(void)step;
	p.x = op->in[0]->data;
	return each_window(&p, take_largest);
}

int
ref_maxpool_back(struct op *op, struct step *step)
{
	struct pool p = pool_of(op, op->in[1], op->in[2]);

	(void)step;
	p.dy = op->in[0]->data;
	p.x = op->in[1]->data;
	p.y = op->in[2]->data;
	return each_window_back(&p, give_to_first_largest);
}

int
ref_avgpool(struct op *op, struct step *step)
{
	struct pool p = pool_of(op, op->in[0], op->out[0]);

	(void)step;
	p.x = op->in[0]->data;
	return each_window(&p, take_mean);
}

int
ref_avgpool_back(struct op *op, struct step *step)
{
	struct pool p = pool_of(op, op->out[0], op->in[0]);

	(void)step;
	p.dy = op->in[0]->data;
	return each_window_back(&p, give_to_all);
}
