/* Pools: the largest number or the mean of each window, and their gradients,
   which take the derivative of the activation before along.

   Gradients of windows that do not overlap are written once, row of windows
   by row of windows; others are added up picture by picture. */
#include <math.h>
#include <string.h>

#include "dnn/pool.h"
#include "elt.h"

/* What a window has in one dim: steps from first to beyond last, cut at the
   edges; and how many numbers it counts. */
struct range {
	int64_t from, to, count;
};

struct pool {
	const struct op *op;
	struct grid x, y;
	struct range *rows, *cols;
	int apart; /* windows do not overlap */
	int threads;
	const float *in, *top, *dy; /* x, y and its gradient */
	float *out;
};

static struct range
range_of(const struct op *op, int dim, int64_t at, int64_t length)
{
	const struct window *w = &op->window;
	int64_t by = w->dilation[dim];
	struct range r;

	r.from = at * w->stride[dim] - w->before[dim];
	r.to = r.from + (w->size[dim] - 1) * by + 1;
	if (r.from < 0)
		r.from += (-r.from + by - 1) / by * by;
	if (r.to > length)
		r.to = length;
	if (r.from > length)
		r.from = length;
	r.count = op->count_pad ? w->size[dim]
	    : r.to > r.from     ? (r.to - r.from + by - 1) / by
				: 0;
	return r;
}

/* A window of one picture: where x begins and where y is. */
struct spot {
	const struct pool *p;
	const struct range *row, *col;
	int64_t x, y;
};

static int64_t
number_at(const struct spot *s, int64_t row, int64_t col)
{
	return s->x + (row * s->p->x.width + col) * s->p->x.inner;
}

static void
take_largest(const struct spot *s)
{
	const struct pool *p = s->p;
	const int64_t *by = p->op->window.dilation, n = p->x.inner;
	int64_t i, j;

	pool_fill(p->out + s->y, -INFINITY, n);
	for (i = s->row->from; i < s->row->to; i += by[0])
		for (j = s->col->from; j < s->col->to; j += by[1])
			pool_largest(
			    p->out + s->y, p->in + number_at(s, i, j), n);
}

static void
give_to_largest(const struct spot *s)
{
	const struct pool *p = s->p;
	const int64_t *by = p->op->window.dilation, n = p->x.inner;
	float left[TILE] __attribute__((aligned(64)));
	int64_t i, j, at;

	memcpy(left, p->dy + s->y, (size_t)n * sizeof(*left));
	for (i = s->row->from; i < s->row->to; i += by[0])
		for (j = s->col->from; j < s->col->to; j += by[1]) {
			at = number_at(s, i, j);
			pool_give(
			    p->out + at, p->in + at, p->top + s->y, left, n);
		}
}

static void
take_mean(const struct spot *s)
{
	const struct pool *p = s->p;
	const int64_t *by = p->op->window.dilation, n = p->x.inner;
	float *y = p->out + s->y;
	int64_t i, j, right = by[1] * n;

	pool_fill(y, 0, n);
	for (i = s->row->from; i < s->row->to; i += by[0]) {
		const float *x = p->in + number_at(s, i, s->col->from);

		for (j = s->col->from; j + 3 * by[1] < s->col->to;
		     j += 4 * by[1], x += 4 * right)
			pool_add_four(
			    y, x, x + right, x + 2 * right, x + 3 * right, n);
		for (; j < s->col->to; j += by[1], x += right)
			pool_add(y, x, n);
	}
	pool_scale(y, y, 1 / (float)(s->row->count * s->col->count), n);
}

static void
give_to_all(const struct spot *s)
{
	const struct pool *p = s->p;
	const int64_t *by = p->op->window.dilation, n = p->x.inner;
	float part = 1 / (float)(s->row->count * s->col->count);
	int64_t i, j;

	for (i = s->row->from; i < s->row->to; i += by[0])
		for (j = s->col->from; j < s->col->to; j += by[1]) {
			float *to = p->out + number_at(s, i, j);

			if (p->apart)
				pool_scale(to, p->dy + s->y, part, n);
			else
				pool_add_scaled(to, p->dy + s->y, part, n);
		}
}

static void (*const work_of[OP_COUNT])(const struct spot *s) = {
	[OP_MAXPOOL] = take_largest,
	[OP_MAXPOOL_BACK] = give_to_largest,
	[OP_AVGPOOL] = take_mean,
	[OP_AVGPOOL_BACK] = give_to_all,
};

/* A row of whole windows of two by two at once. */
static void
row_of_fours(const struct spot *s)
{
	const struct pool *p = s->p;
	const struct window *w = &p->op->window;
	int64_t n = p->x.inner, at = number_at(s, s->row->from, s->col->from);
	struct fours f = { p->y.width, w->stride[1] * n, w->dilation[1] * n,
		w->dilation[0] * p->x.width * n };

	if (p->op->what == OP_MAXPOOL)
		pool_largest_of_fours(p->out + s->y, p->in + at, &f, n);
	else
		pool_give_to_first_of_fours(p->out + at, p->in + at,
		    p->top + s->y, p->dy + s->y, &f, n);
}

static int
is_whole(const struct range *r, const struct window *w, int dim)
{
	return w->size[dim] == 2 && r->to - r->from == w->dilation[dim] + 1;
}

static int
has_fours(const struct pool *p, int64_t row)
{
	const struct window *w = &p->op->window;

	return (p->op->what == OP_MAXPOOL ||
		   (p->op->what == OP_MAXPOOL_BACK && p->apart)) &&
	    is_whole(&p->rows[row], w, 0) && is_whole(&p->cols[0], w, 1) &&
	    is_whole(&p->cols[p->y.width - 1], w, 1);
}

static void
one_row(const struct pool *p, int64_t picture, int64_t row)
{
	void (*work)(const struct spot *s) = work_of[p->op->what];
	struct spot s = { p, &p->rows[row], p->cols,
		picture * p->x.height * p->x.width * p->x.inner,
		(picture * p->y.height + row) * p->y.width * p->y.inner };
	int64_t col;

	if (has_fours(p, row)) {
		row_of_fours(&s);
		return;
	}
	for (col = 0; col < p->y.width; col++, s.col++, s.y += p->y.inner)
		work(&s);
}

static void
forward_share(void *arg, int share, int shares)
{
	const struct pool *p = arg;
	int64_t rows = p->x.n * p->x.groups * p->y.height;
	int64_t i = share_begin(rows, 1, share, shares);
	int64_t end = share_begin(rows, 1, share + 1, shares);

	for (; i < end; i++)
		one_row(p, i / p->y.height, i % p->y.height);
}

/* Rows of x that windows of a row of y have to themselves. */
static void
own_rows(const struct pool *p, int64_t row, int64_t *from, int64_t *to)
{
	*from = row == 0 ? 0 : p->rows[row].from;
	*to = row + 1 < p->y.height ? p->rows[row + 1].from : p->x.height;
}

/* Are all numbers of these rows of x in a window? */
static int
covered(const struct pool *p, int64_t row, int64_t from, int64_t to)
{
	const struct window *w = &p->op->window;
	const struct range *r = &p->rows[row], *last = &p->cols[p->y.width - 1];

	return r->from == from && r->to == to && p->cols[0].from == 0 &&
	    last->to == p->x.width && w->dilation[0] == 1 &&
	    w->dilation[1] == 1 && w->stride[1] == w->size[1];
}

/* Whether every number is written, so that nothing need be cleared: whole
   windows of two by two, or of means, side by side. */
static int
writes_all(const struct pool *p, int64_t row, int64_t from, int64_t to)
{
	return covered(p, row, from, to) &&
	    (p->op->what == OP_AVGPOOL_BACK || has_fours(p, row));
}

static void
row_apart(const struct pool *p, int64_t picture, int64_t row)
{
	int64_t from, to, n = p->x.width * p->x.inner, at;

	own_rows(p, row, &from, &to);
	at = (picture * p->x.height + from) * n;
	n *= to - from;
	if (!writes_all(p, row, from, to))
		pool_fill(p->out + at, 0, n);
	one_row(p, picture, row);
	op_epilogue_of(p->op, p->out + at, at, n);
}

static void
picture_together(const struct pool *p, int64_t picture)
{
	int64_t n = p->x.height * p->x.width * p->x.inner, row;

	pool_fill(p->out + picture * n, 0, n);
	for (row = 0; row < p->y.height; row++)
		one_row(p, picture, row);
	op_epilogue_of(p->op, p->out + picture * n, picture * n, n);
}

static void
back_share(void *arg, int share, int shares)
{
	const struct pool *p = arg;
	int64_t rows = p->apart ? p->y.height : 1;
	int64_t all = p->x.n * p->x.groups * rows;
	int64_t i = share_begin(all, 1, share, shares);
	int64_t end = share_begin(all, 1, share + 1, shares);

	for (; i < end; i++)
		if (p->apart)
			row_apart(p, i / rows, i % rows);
		else
			picture_together(p, i);
}

static int
forward_run(struct op *op, struct step *step)
{
	struct pool *p = op->state;

	(void)step;
	p->op = op;
	p->in = op->in[0]->data;
	p->out = op->out[0]->data;
	shares_run(p->threads, forward_share, p);
	return 0;
}

static int
back_run(struct op *op, struct step *step)
{
	struct pool *p = op->state;

	(void)step;
	p->op = op;
	p->dy = op->in[0]->data;
	if (op->what == OP_MAXPOOL_BACK) {
		p->in = op->in[1]->data;
		p->top = op->in[2]->data;
	}
	p->out = op->out[0]->data;
	shares_run(p->threads, back_share, p);
	return 0;
}

static int
are_apart(const struct window *w)
{
	int i;

	for (i = 0; i < 2; i++)
		if (w->stride[i] < (w->size[i] - 1) * w->dilation[i] + 1)
			return 0;
	return 1;
}

static int
ranges_make(struct pool *p, struct arena *arena, struct err *err)
{
	int64_t i;

	p->rows = arena_slab(
	    arena, (size_t)(p->y.height + p->y.width) * sizeof(*p->rows), err);
	if (p->rows == NULL)
		return -1;
	p->cols = p->rows + p->y.height;
	for (i = 0; i < p->y.height; i++)
		p->rows[i] = range_of(p->op, 0, i, p->x.height);
	for (i = 0; i < p->y.width; i++)
		p->cols[i] = range_of(p->op, 1, i, p->x.width);
	return 0;
}

/* Pictures with more channels than a tile holds are left to the reference. */
static int
pool_plan(struct dnn *dnn, struct op *op, const struct val *x,
    const struct val *y, int (*run)(struct op *op, struct step *step),
    struct err *err)
{
	struct pool *p;

	if (x->shape.rank != 4 || grid_of(x).inner > TILE ||
	    x->block != y->block)
		return 1;
	p = arena_alloc(&dnn->arena, sizeof(*p), err);
	if (p == NULL)
		return -1;
	p->op = op;
	p->x = grid_of(x);
	p->y = grid_of(y);
	p->threads = pass_threads(dnn, op);
	p->apart = are_apart(&op->window);
	op->state = p;
	op->run = run;
	return ranges_make(p, &dnn->arena, err);
}

int
dnn_pool(struct dnn *dnn, struct op *op, struct err *err)
{
	return pool_plan(dnn, op, op->in[0], op->out[0], forward_run, err);
}

int
dnn_pool_back(struct dnn *dnn, struct op *op, struct err *err)
{
	return pool_plan(dnn, op, op->out[0],
	    op->in[op->what == OP_MAXPOOL_BACK ? 2 : 0], back_run, err);
}
