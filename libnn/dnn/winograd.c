/* Convolutions by Winograd's F(4,3).

   A thread takes some rows of tiles at a time: what becomes of their pictures
   is multiplied and turned back while it is in the nearest cache.  Of a
   gradient each thread has a sum of its own, added up at the end. */
#include <string.h>

#include "dnn/pass.h"
#include "dnn/winograd-kernel.h"
#include "dnn/winograd.h"

enum {
	SOME_TILES = 48, /* at a time, at least a row of them */
	MORE_TILES = 96, /* of gradients whose sum is no longer near, as it
	                        is read and written each time */
	NEAR_SUM = 64 * 64,
	LINE = 64 / sizeof(float),
	SPREAD = 37, /* lines, modulo 64, from place to place: 36 of them meet
	                in no set of a cache */
};

struct winograd {
	struct dnn *dnn;
	const struct op *op;
	struct wino w;
	const struct wino_kernels *by;
	int threads;
	int64_t chunk;     /* rows of tiles at a time */
	int64_t lane;      /* numbers of scratch of a thread */
	int64_t sum, bias; /* where in it, of a gradient */
	const struct val *x, *y;
	float *kernel;    /* at all places; not of a gradient */
	uint64_t version; /* of the kernel there */
};

static struct wino_side
side_of(const struct val *v)
{
	const struct grid g = grid_of(v);
	int64_t channels = val_cols(v), spots = g.height * g.width;

	return (struct wino_side){ g.height, g.width, channels,
		spots * channels,
		v->block > 0 ? spots * WINO_BLOCK : WINO_BLOCK,
		g.width * g.inner, g.inner };
}

static int64_t
tiles_in(int64_t numbers)
{
	return (numbers + WINO_TILE - 1) / WINO_TILE;
}

/* Numbers from place to place, of tiles that are whole rows of the product. */
static int64_t
place_size(int64_t tiles, int64_t channels)
{
	int64_t rows = (tiles + WINO_ROWS - 1) / WINO_ROWS * WINO_ROWS;
	int64_t lines = rows * channels / LINE;

	return (lines + (SPREAD - lines % 64 + 64) % 64) * LINE;
}

static float *
scratch_of(const struct winograd *c, int share)
{
	return (float *)c->dnn->scratch + share * c->lane;
}

static void
kernel_share(void *arg, int share, int shares)
{
	const struct winograd *c = arg;
	int64_t rows = c->w.x.channels;

	c->by->from_kernel(c->op->in[1]->data, rows, c->w.y.channels,
	    c->op->what == OP_CONV_DATA, share_begin(rows, 1, share, shares),
	    share_begin(rows, 1, share + 1, shares), c->kernel);
}

/* Rows of tiles are rows of a value: what stands behind the result follows
   while these are near. */
static void
finish_rows(const struct winograd *c, int64_t first, int64_t end)
{
	const struct wino_side *s = &c->w.y;
	const struct op *op = c->op;
	int64_t blocks = c->y->block > 0 ? s->channels / WINO_BLOCK : 1;
	int64_t r, b;

	if (op->add == 0 && op->elt == NULL && op->back == NULL)
		return;
	for (r = first; r < end; r++)
		for (b = 0; b < blocks; b++) {
			int64_t h = r % c->w.rows * WINO_TILE;
			int64_t n = s->height - h < WINO_TILE ? s->height - h
							      : WINO_TILE;
			int64_t at = r / c->w.rows * s->picture + b * s->block +
			    h * s->row;

			op_epilogue_of(
			    op, op->out[0]->data + at, at, n * s->row);
		}
}

static void
forward_share(void *arg, int share, int shares)
{
	const struct winograd *c = arg;
	const struct op *op = c->op;
	int64_t rows = c->x->shape.dim[0] * c->w.rows, across = c->w.columns;
	int64_t row = share_begin(rows, 1, share, shares), n;
	int64_t end = share_begin(rows, 1, share + 1, shares);
	float *x = scratch_of(c, share), *y = x + WINO_PLACES * c->w.x_place;

	for (; row < end; row += n) {
		n = end - row < c->chunk ? end - row : c->chunk;
		c->by->from_x(
		    &c->w, op->in[0]->data, row * across, n * across, x);
		c->by->forward(&c->w, x, c->kernel, n * across, y);
		c->by->to_y(&c->w, y, row * across, n * across,
		    op->bias > 0 ? op->in[op->bias]->data : NULL,
		    op->out[0]->data);
		finish_rows(c, row, row + n);
	}
}

static int
forward_run(struct op *op, struct step *step)
{
	struct winograd *c = op->state;
	uint64_t version = prim_kernel_version(op->in[1], step);

	if (version == 0 || version != c->version)
		shares_run(c->threads, kernel_share, c);
	c->version = version;
	shares_run(c->threads, forward_share, c);
	return 0;
}

static void
gradient_share(void *arg, int share, int shares)
{
	const struct winograd *c = arg;
	const struct op *op = c->op;
	int64_t rows = c->x->shape.dim[0] * c->w.rows, across = c->w.columns;
	int64_t row = share_begin(rows, 1, share, shares), n;
	int64_t end = share_begin(rows, 1, share + 1, shares);
	float *x = scratch_of(c, share), *dy = x + WINO_PLACES * c->w.x_place;
	float *bias = op->dbias > 0 ? x + c->bias : NULL;
	int more = 0;

	if (bias != NULL)
		memset(bias, 0, (size_t)c->w.y.channels * sizeof(*bias));
	for (; row < end || !more; row += n) {
		n = end - row < c->chunk ? end - row : c->chunk;
		c->by->from_x(
		    &c->w, op->in[0]->data, row * across, n * across, x);
		c->by->from_dy(
		    &c->w, op->in[1]->data, row * across, n * across, dy, bias);
		c->by->gradient(&c->w, x, dy, n * across, more, x + c->sum);
		more = 1;
	}
}

static void
sum_share(void *arg, int share, int shares)
{
	const struct winograd *c = arg;
	int64_t rows = c->w.x.channels;

	c->by->to_kernel(scratch_of(c, 0) + c->sum, c->threads, c->lane, rows,
	    c->w.y.channels, share_begin(rows, 1, share, shares),
	    share_begin(rows, 1, share + 1, shares), c->op->out[0]->data);
}

static void
sum_bias(const struct winograd *c, float *to)
{
	int64_t f;
	int i;

	for (f = 0; f < c->w.y.channels; f++) {
		to[f] = scratch_of(c, 0)[c->bias + f];
		for (i = 1; i < c->threads; i++)
			to[f] += scratch_of(c, i)[c->bias + f];
	}
}

static int
gradient_run(struct op *op, struct step *step)
{
	struct winograd *c = op->state;

	(void)step;
	shares_run(c->threads, gradient_share, c);
	shares_run(c->threads, sum_share, c);
	if (op->dbias > 0)
		sum_bias(c, op->out[op->dbias]->data);
	return 0;
}

/* The tiles, and what they need of scratch. */
static void
lay_out(struct winograd *c, int64_t most)
{
	struct wino *w = &c->w;
	int i, back = c->op->what == OP_CONV_DATA;
	int64_t rows, room;

	w->x = side_of(c->x);
	w->y = side_of(c->y);
	for (i = 0; i < 2; i++)
		w->before[i] = back ? 2 - c->op->window.before[i]
				    : c->op->window.before[i];
	w->rows = tiles_in(w->y.height);
	w->columns = tiles_in(w->y.width);
	rows = c->x->shape.dim[0] * w->rows;
	c->threads = dnn_threads(c->dnn, op_flops(c->op));
	c->threads = c->threads < rows ? c->threads : (int)rows;
	rows = (rows + c->threads - 1) / c->threads;
	c->chunk = most > w->columns ? most / w->columns : 1;
	c->chunk = c->chunk < rows ? c->chunk : rows;
	room = c->chunk * w->columns;
	w->x_place = place_size(room, w->x.channels);
	w->y_place = place_size(room, w->y.channels);
	c->lane = WINO_PLACES * (w->x_place + w->y_place);
}

static int
plan_forward(struct winograd *c, struct op *op, struct err *err)
{
	size_t kernel;

	c->x = op->in[0];
	c->y = op->out[0];
	kernel = (size_t)(WINO_PLACES * val_cols(c->x) * val_cols(c->y));
	lay_out(c, SOME_TILES);
	c->kernel =
	    arena_slab(&c->dnn->arena, kernel * sizeof(*c->kernel), err);
	op->run = forward_run;
	return c->kernel == NULL ? -1 : 0;
}

static void
plan_gradient(struct winograd *c, struct op *op)
{
	c->x = op->in[0];
	c->y = op->in[1];
	lay_out(c,
	    val_cols(c->x) * val_cols(c->y) > NEAR_SUM ? MORE_TILES
						       : SOME_TILES);
	c->sum = c->lane;
	c->bias = c->sum + WINO_PLACES * c->w.x.channels * c->w.y.channels;
	c->lane = c->bias + c->w.y.channels;
	op->run = gradient_run;
}

int
winograd_plan(struct dnn *dnn, struct op *op, struct err *err)
{
	struct winograd *c = arena_alloc(&dnn->arena, sizeof(*c), err);

	if (c == NULL)
		return -1;
	c->dnn = dnn;
	c->by = wino_kernels();
	c->op = op;
	op->state = c;
	op->compute = COMPUTE_F32;
	if (op->what == OP_CONV_KERNEL)
		plan_gradient(c, op);
	else if (plan_forward(c, op, err) < 0)
		return -1;
	return dnn_scratch(
	    dnn, (size_t)(c->threads * c->lane) * sizeof(float), err);
}
