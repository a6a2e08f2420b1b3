/* Batch norm with all that stands around it, in two passes over memory:
   statistics; then normalising, adding and activating.  Backward the same:
   sums of the gradient behind the activation; then the gradient of x.

   A pass goes tile by tile, so that every step but the first finds its numbers
   in the nearest cache, and the second pass goes backwards, beginning with
   what the first read last.  Sums of a tile are floats, all others doubles; of
   the shares they are added in order. */
#include <math.h>
#include <string.h>

#include "dnn/batchnorm.h"
#include "elt.h"

/* What one share found out about each channel. */
struct found {
	int64_t rows;  /* G of these: of one channel */
	double *a, *b; /* mean and sum of squares about it; or sums of dz
	                   and of dz (x - mean) */
};

struct batchnorm {
	struct dnn *dnn;
	struct grid g;
	int64_t channels, count; /* samples that count in this step */
	int threads;
	struct found *found; /* one a share */
	struct curve curve;  /* of the second pass: floats, a channel each */
	float *middle;       /* backward: x minus this */
	const struct op *op;
};

/* The tiles of a share: of each unit, `rows` rows of inner numbers side by
   side, as many as fit. */
struct tiles {
	int64_t at, units, rows, most, each;
};

static struct tiles
tiles_of(const struct grid *g, int64_t from, int64_t to)
{
	int64_t rows = g->height * g->width;
	struct tiles t = { from * g->groups * rows * g->inner,
		(to - from) * g->groups, rows, 0, 0 };

	if (g->groups == 1) {
		t.rows *= t.units;
		t.units = t.units > 0;
	}
	t.most = TILE / g->inner;
	t.each = (t.rows + t.most - 1) / t.most;
	return t;
}

/* One of them. */
struct tile {
	int64_t at, rows, inner, group; /* the first number is `at` */
};

static struct tile
tile_of(const struct tiles *t, const struct grid *g, int64_t i)
{
	int64_t unit = i / t->each, row = i % t->each * t->most;

	return (struct tile){ t->at + (unit * t->rows + row) * g->inner,
		t->rows - row < t->most ? t->rows - row : t->most, g->inner,
		unit % g->groups };
}

/* The samples of a share: all, or those of them that count. */
static struct tiles
share_of(const struct batchnorm *b, int share, int counting)
{
	int64_t from = share_begin(b->g.n, 1, share, b->threads);
	int64_t to = share_begin(b->g.n, 1, share + 1, b->threads);

	if (counting) {
		from = from < b->count ? from : b->count;
		to = to < b->count ? to : b->count;
	}
	return tiles_of(&b->g, from, to);
}

static struct found *
found_begin(struct batchnorm *b, int share)
{
	struct found *f = &b->found[share];
	size_t bytes = (size_t)b->channels * sizeof(double);

	f->rows = 0;
	memset(f->a, 0, bytes);
	memset(f->b, 0, bytes);
	return f;
}

static void
measure_share(void *arg, int share, int shares)
{
	struct batchnorm *b = arg;
	struct tiles t = share_of(b, share, 1);
	struct found *f = found_begin(b, share);
	int64_t i, seen;

	(void)shares;
	for (i = 0; i < t.units * t.each; i++) {
		struct tile tile = tile_of(&t, &b->g, i);
		int64_t c = tile.group * tile.inner;

		/* The groups of a sample have seen the same rows. */
		seen = i / t.each / b->g.groups * t.rows + i % t.each * t.most;
		tile_measure(b->op->in[0]->data + tile.at, tile.rows,
		    tile.inner, f->a + c, f->b + c, seen);
	}
	f->rows = t.units / b->g.groups * t.rows;
}

/* Joins what the shares found: as if one had seen all rows. */
static void
join_measures(const struct batchnorm *b)
{
	struct found *to = &b->found[0];
	int64_t c;
	int i;

	for (i = 1; i < b->threads; i++) {
		const struct found *f = &b->found[i];
		double n = (double)to->rows, m = (double)f->rows;

		if (f->rows == 0)
			continue;
		for (c = 0; c < b->channels; c++) {
			double apart = f->a[c] - to->a[c];

			to->a[c] += apart * m / (n + m);
			to->b[c] += f->b[c] + apart * apart * n * m / (n + m);
		}
		to->rows += f->rows;
	}
}

static double
number_or(const struct op *op, int place, int64_t at, double none)
{
	return place == 0 ? none : (double)op->in[place]->data[at];
}

/* y = (x - mean) slope + shift. */
static void
bend(const struct batchnorm *b, const float *mean, const float *variance)
{
	const struct op *op = b->op;
	int64_t c;

	for (c = 0; c < b->channels; c++) {
		double deviation = sqrt((double)variance[c] + op->epsilon);

		b->curve.mean[c] = mean == NULL ? 0 : mean[c];
		b->curve.slope[c] =
		    (float)(number_or(op, op->gamma, c, 1) / deviation);
		b->curve.shift[c] = (float)number_or(op, op->beta, c, 0);
	}
}

static void
normalise_share(void *arg, int share, int shares)
{
	const struct batchnorm *b = arg;
	const struct op *op = b->op;
	struct tiles t = share_of(b, share, 0);
	int64_t i;

	(void)shares;
	for (i = t.units * t.each - 1; i >= 0; i--) {
		struct tile tile = tile_of(&t, &b->g, i);
		float *y = op->out[0]->data + tile.at;

		tile_bend(y, op->in[0]->data + tile.at, tile.rows, tile.inner,
		    &b->curve, tile.group * tile.inner);
		op_epilogue_of(op, y, tile.at, tile.rows * tile.inner);
	}
}

static void
step_begin(struct batchnorm *b, const struct op *op, const struct step *step)
{
	b->op = op;
	b->count = step->n < b->g.n ? step->n : b->g.n;
}

static int
batchnorm_run(struct op *op, struct step *step)
{
	struct batchnorm *b = op->state;
	const struct found *f = &b->found[0];
	int64_t c;

	step_begin(b, op, step);
	shares_run(b->threads, measure_share, b);
	join_measures(b);
	for (c = 0; c < b->channels; c++) {
		op->out[1]->data[c] = (float)f->a[c];
		op->out[2]->data[c] = (float)(f->b[c] / (double)f->rows);
	}
	bend(b, op->out[1]->data, op->out[2]->data);
	shares_run(b->threads, normalise_share, b);
	return 0;
}

static int
use_run(struct op *op, struct step *step)
{
	struct batchnorm *b = op->state;

	step_begin(b, op, step);
	bend(b, op->in[1]->data, op->in[2]->data);
	shares_run(b->threads, normalise_share, b);
	return 0;
}

static int
use_back_run(struct op *op, struct step *step)
{
	struct batchnorm *b = op->state;

	step_begin(b, op, step);
	bend(b, NULL, op->in[1]->data);
	shares_run(b->threads, normalise_share, b);
	return 0;
}

/* The gradient behind the activation: where it is, or made into `room`. */
static const float *
gradient(const struct op *op, int64_t at, int64_t n, float *room)
{
	const float *dy = op->in[0]->data + at;

	if (op->back == NULL)
		return dy;
	op->back->backward(
	    op->back_conf, room, dy, op->in[op->mask]->data + at, n);
	return room;
}

/* The first pass also passes the gradient on, of all samples. */
static void
sum_share(void *arg, int share, int shares)
{
	struct batchnorm *b = arg;
	const struct op *op = b->op;
	float room[TILE] __attribute__((aligned(64)));
	struct tiles t = share_of(b, share, op->pass == 0);
	struct found *f = found_begin(b, share);
	int64_t each = val_count(op->in[0]) / b->g.n, i;

	(void)shares;
	for (i = 0; i < t.units * t.each; i++) {
		struct tile tile = tile_of(&t, &b->g, i);
		int64_t c = tile.group * tile.inner, rows = tile.rows;
		float *to = room;
		const float *dz;

		if (op->pass > 0)
			to = op->out[op->pass]->data + tile.at;
		dz = gradient(op, tile.at, rows * tile.inner, to);
		if (op->pass > 0 && dz != to)
			memcpy(
			    to, dz, (size_t)(rows * tile.inner) * sizeof(*to));
		if (tile.at + rows * tile.inner > b->count * each)
			rows = (b->count * each - tile.at) / tile.inner;
		if (rows > 0)
			tile_sums(dz, op->in[1]->data + tile.at, rows,
			    tile.inner, b->middle + c, f->a + c, f->b + c);
	}
}

static void
join_sums(const struct batchnorm *b)
{
	struct found *to = &b->found[0];
	int64_t c;
	int i;

	for (i = 1; i < b->threads; i++)
		for (c = 0; c < b->channels; c++) {
			to->a[c] += b->found[i].a[c];
			to->b[c] += b->found[i].b[c];
		}
}

/* dx = slope (dz - mean(dz) - (x - mean) lean),
   lean = mean(dz (x - mean)) / variance. */
static void
lean(const struct batchnorm *b)
{
	const struct op *op = b->op;
	const struct found *f = &b->found[0];
	double n = (double)(b->count * b->g.height * b->g.width);
	int64_t c;

	for (c = 0; c < b->channels; c++) {
		double variance = (double)op->in[3]->data[c] + op->epsilon;

		b->curve.mean[c] = (float)(f->a[c] / n);
		b->curve.slope[c] =
		    (float)(number_or(op, op->gamma, c, 1) / sqrt(variance));
		b->curve.shift[c] = (float)(f->b[c] / n / variance);
		if (op->dgamma > 0)
			op->out[op->dgamma]->data[c] =
			    (float)(f->b[c] / sqrt(variance));
		if (op->dbeta > 0)
			op->out[op->dbeta]->data[c] = (float)f->a[c];
	}
}

static void
spread_share(void *arg, int share, int shares)
{
	const struct batchnorm *b = arg;
	const struct op *op = b->op;
	float room[TILE] __attribute__((aligned(64)));
	struct tiles t = share_of(b, share, 1), all = share_of(b, share, 0);
	int64_t from, to, i;

	(void)shares;
	for (i = t.units * t.each - 1; i >= 0; i--) {
		struct tile tile = tile_of(&t, &b->g, i);
		int64_t c = tile.group * tile.inner;
		const float *dz = op->pass > 0
		    ? op->out[op->pass]->data + tile.at
		    : gradient(op, tile.at, tile.rows * tile.inner, room);

		tile_spread(op->out[0]->data + tile.at, dz,
		    op->in[1]->data + tile.at, tile.rows, tile.inner,
		    b->middle + c, &b->curve, c);
	}
	from = t.at + t.units * t.rows * b->g.inner;
	from = from > all.at ? from : all.at;
	to = all.at + all.units * all.rows * b->g.inner;
	memset(op->out[0]->data + from, 0, (size_t)(to - from) * sizeof(float));
}

static int
back_run(struct op *op, struct step *step)
{
	struct batchnorm *b = op->state;

	step_begin(b, op, step);
	b->middle = op->in[2]->data;
	shares_run(b->threads, sum_share, b);
	join_sums(b);
	lean(b);
	shares_run(b->threads, spread_share, b);
	return 0;
}

static int
make_room(struct batchnorm *b, int sums, struct err *err)
{
	size_t n = (size_t)b->channels;
	struct arena *arena = &b->dnn->arena;
	int i;

	b->curve.mean = arena_slab(arena, 3 * n * sizeof(float), err);
	b->found =
	    arena_array(arena, (size_t)b->threads, sizeof(*b->found), err);
	if (b->curve.mean == NULL || b->found == NULL)
		return -1;
	b->curve.slope = b->curve.mean + n;
	b->curve.shift = b->curve.slope + n;
	for (i = 0; sums && i < b->threads; i++) {
		b->found[i].a = arena_slab(arena, 2 * n * sizeof(double), err);
		if (b->found[i].a == NULL)
			return -1;
		b->found[i].b = b->found[i].a + n;
	}
	return 0;
}

/* A row wider than a tile is left to the reference. */
static int
plan_norm(struct dnn *dnn, struct op *op,
    int (*run)(struct op *op, struct step *step), int sums, struct err *err)
{
	struct batchnorm *b;
	struct grid g = grid_of(op->in[0]);

	if (g.inner > TILE)
		return 1;
	b = arena_alloc(&dnn->arena, sizeof(*b), err);
	if (b == NULL)
		return -1;
	b->dnn = dnn;
	b->g = g;
	b->channels = g.groups * g.inner;
	b->threads = pass_threads(dnn, op);
	op->state = b;
	op->run = run;
	return make_room(b, sums, err);
}

int
dnn_batchnorm(struct dnn *dnn, struct op *op, struct err *err)
{
	return plan_norm(dnn, op, batchnorm_run, 1, err);
}

int
dnn_batchnorm_use(struct dnn *dnn, struct op *op, struct err *err)
{
	return plan_norm(dnn, op,
	    op->what == OP_BATCHNORM_USE ? use_run : use_back_run, 0, err);
}

int
dnn_batchnorm_back(struct dnn *dnn, struct op *op, struct err *err)
{
	return plan_norm(dnn, op, back_run, 1, err);
}
