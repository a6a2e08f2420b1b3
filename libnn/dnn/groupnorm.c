/* Layer and group norm: each unit, a row or a sample, in groups of channels,
   and the gradient.

   A group is summed LANES numbers at a time in floats, a few at a time, and
   gathered in doubles; so are the sums of each channel over all units, share
   by share. */
#include <math.h>
#include <string.h>

#include "dnn/pass.h"

enum { SHORT = 64 }; /* sums so long stay floats */

struct groupnorm {
	const struct op *op;
	int64_t units, rows, channels, groups, width;
	int threads;
	float *ones, *zeros; /* where there is no gamma, no beta */
	float *near;         /* a share each: two floats a channel */
	double *far;         /* and two doubles */
};

/* One group of one unit: rows of `width` numbers, `step` apart. */
struct part {
	int64_t rows, width, step;
};

/* Into the caller, so that it exists for every processor the caller does. */
#define INLINE static inline __attribute__((always_inline))

#define AT(p, i) (*(const lanes *)(const void *)((p) + (i)))

INLINE void
fold(float *v, const int n)
{
	int i;

	for (i = 0; i < n; i++)
		v[i] += v[i + n];
}

/* By halves: half to half, until one is left. */
INLINE double
total(const lanes *a)
{
	float v[LANES];

	memcpy(v, a, sizeof(v));
	fold(v, 8);
	fold(v, 4);
	fold(v, 2);
	return (double)(v[0] + v[1]);
}

/* The sum of x - from, or of its squares. */
INLINE double
sum_about(const float *x, float from, int square, const struct part *p)
{
	lanes a = { 0 };
	double sum = 0, e;
	int64_t i, k, n = 0;

	for (i = 0; i < p->rows; i++, x += p->step) {
		for (k = 0; k + LANES <= p->width; k += LANES) {
			lanes d = AT(x, k) - from;

			if (square)
				d *= d;
			a += d;
			if (++n % SHORT == 0) {
				sum += total(&a);
				a = (lanes){ 0 };
			}
		}
		for (; k < p->width; k++) {
			e = (double)x[k] - (double)from;
			sum += square ? e * e : e;
		}
	}
	return sum + total(&a);
}

HOT static double
part_mean(const float *x, const struct part *p)
{
	return sum_about(x, 0, 0, p) / (double)(p->rows * p->width);
}

/* About the mean, which is rounded: what that leaves is taken off. */
HOT static double
part_variance(const float *x, double mean, const struct part *p)
{
	double n = (double)(p->rows * p->width), off = (double)(float)mean;

	off -= mean;
	return sum_about(x, (float)mean, 1, p) / n - off * off;
}

HOT static void
bend_part(float *y, const float *x, const float *gamma, const float *beta,
    float mean, float by, const struct part *p)
{
	int64_t i, k;

	for (i = 0; i < p->rows; i++, x += p->step, y += p->step) {
		EACH
		for (k = 0; k < p->width; k++)
			y[k] = (x[k] - mean) * by * gamma[k] + beta[k];
	}
}

static const float *
weights(const struct op *op, int place, const float *none, int64_t at)
{
	return place == 0 ? none : op->in[place]->data + at;
}

/* Where unit i's group begins, and its first channel. */
static int64_t
place_of(const struct groupnorm *g, int64_t i, int64_t *at)
{
	*at = i % g->groups * g->width;
	return i / g->groups * g->rows * g->channels + *at;
}

static void
forward_share(void *arg, int share, int shares)
{
	const struct groupnorm *g = arg;
	const struct op *op = g->op;
	struct part p = { g->rows, g->width, g->channels };
	int64_t i = share_begin(g->units, 1, share, shares) * g->groups;
	int64_t end = share_begin(g->units, 1, share + 1, shares) * g->groups;
	int64_t at, from;

	for (; i < end; i++) {
		const float *x = op->in[0]->data + (from = place_of(g, i, &at));
		double mean = part_mean(x, &p);
		double by = 1 / sqrt(part_variance(x, mean, &p) + op->epsilon);

		op->out[1]->data[i] = (float)mean;
		op->out[2]->data[i] = (float)by;
		bend_part(op->out[0]->data + from, x,
		    weights(op, op->gamma, g->ones, at),
		    weights(op, op->beta, g->zeros, at), (float)mean, (float)by,
		    &p);
	}
}

/* A group with its gradient, and what is known of it. */
struct pull {
	const float *dy, *x, *gamma;
	float mean, by;
};

/* With h = dy gamma: sum h, sum h (x - mean). */
HOT static void
sum_pull(double sum[2], const struct pull *g, const struct part *p)
{
	const float *dy = g->dy, *x = g->x;
	lanes a = { 0 }, b = { 0 };
	int64_t i, k, n = 0;

	sum[0] = sum[1] = 0;
	for (i = 0; i < p->rows; i++, dy += p->step, x += p->step) {
		for (k = 0; k + LANES <= p->width; k += LANES) {
			lanes h = AT(dy, k) * AT(g->gamma, k);

			a += h;
			b += h * (AT(x, k) - g->mean);
			if (++n % SHORT == 0) {
				sum[0] += total(&a);
				sum[1] += total(&b);
				a = b = (lanes){ 0 };
			}
		}
		for (; k < p->width; k++) {
			double h = (double)(dy[k] * g->gamma[k]);

			sum[0] += h;
			sum[1] += h * (double)(x[k] - g->mean);
		}
	}
	sum[0] += total(&a);
	sum[1] += total(&b);
}

/* One row: dx = by (h - middle - (x - mean) lean), and to each channel dy x^
   and dy are added. */
HOT static void
spread_row(float *dx, const struct pull *g, int64_t from, int64_t n,
    float middle, float lean, float *dgamma, float *dbeta)
{
	const float *dy = g->dy + from, *x = g->x + from, *gamma = g->gamma;
	float mean = g->mean, by = g->by;
	int64_t k;

	EACH
	for (k = 0; k < n; k++) {
		float d = dy[k], e = x[k] - mean;

		dgamma[k] += d * (e * by);
		dbeta[k] += d;
		dx[k] = by * (d * gamma[k] - middle - e * lean);
	}
}

/* What is near goes far. */
HOT static void
gather_sums(double *restrict far, float *restrict near, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++) {
		far[i] += (double)near[i];
		near[i] = 0;
	}
}

static void
back_share(void *arg, int share, int shares)
{
	const struct groupnorm *g = arg;
	const struct op *op = g->op;
	struct part p = { g->rows, g->width, g->channels };
	double count = (double)(g->rows * g->width), sum[2];
	float *near = g->near + 2 * (int64_t)share * g->channels;
	double *far = g->far + 2 * (int64_t)share * g->channels;
	int64_t i = share_begin(g->units, 1, share, shares) * g->groups;
	int64_t end = share_begin(g->units, 1, share + 1, shares) * g->groups;
	int64_t at, from, r, done = 0;

	memset(near, 0, 2 * (size_t)g->channels * sizeof(*near));
	memset(far, 0, 2 * (size_t)g->channels * sizeof(*far));
	for (; i < end; i++) {
		struct pull one = { .mean = op->in[2]->data[i],
			.by = op->in[3]->data[i] };
		float middle, lean;

		from = place_of(g, i, &at);
		one.dy = op->in[0]->data + from;
		one.x = op->in[1]->data + from;
		one.gamma = weights(op, op->gamma, g->ones, at);
		sum_pull(sum, &one, &p);
		middle = (float)(sum[0] / count);
		lean =
		    (float)(sum[1] / count * (double)one.by * (double)one.by);
		for (r = 0; r < g->rows; r++) {
			spread_row(op->out[0]->data + from + r * g->channels,
			    &one, r * g->channels, g->width, middle, lean,
			    near + at, near + g->channels + at);
			if (++done % SHORT == 0)
				gather_sums(far, near, 2 * g->channels);
		}
	}
	gather_sums(far, near, 2 * g->channels);
}

static int
forward_run(struct op *op, struct step *step)
{
	struct groupnorm *g = op->state;

	(void)step;
	g->op = op;
	shares_run(g->threads, forward_share, g);
	return 0;
}

static void
store(const struct groupnorm *g, int place, const double *far)
{
	int64_t k;
	int i;

	for (k = 0; place > 0 && k < g->channels; k++) {
		double sum = 0;

		for (i = 0; i < g->threads; i++)
			sum += far[2 * (int64_t)i * g->channels + k];
		g->op->out[place]->data[k] = (float)sum;
	}
}

static int
back_run(struct op *op, struct step *step)
{
	struct groupnorm *g = op->state;

	(void)step;
	g->op = op;
	shares_run(g->threads, back_share, g);
	store(g, op->dgamma, g->far);
	store(g, op->dbeta, g->far + g->channels);
	return 0;
}

static int
make_room(struct groupnorm *g, struct arena *arena, struct err *err)
{
	size_t n = (size_t)g->channels, all = 2 * n * (size_t)g->threads;
	int64_t k;

	g->ones = arena_slab(arena, 2 * n * sizeof(float), err);
	g->near = arena_slab(arena, all * sizeof(float), err);
	g->far = arena_slab(arena, all * sizeof(double), err);
	if (g->ones == NULL || g->near == NULL || g->far == NULL)
		return -1;
	g->zeros = g->ones + n;
	for (k = 0; k < g->channels; k++)
		g->ones[k] = 1;
	return 0;
}

int
dnn_groupnorm(struct dnn *dnn, struct op *op, struct err *err)
{
	const struct val *x = op->in[0];
	struct groupnorm *g;

	if (x->block > 0)
		return 1;
	g = arena_alloc(&dnn->arena, sizeof(*g), err);
	if (g == NULL)
		return -1;
	g->channels = val_cols(x);
	g->units = op->whole ? x->shape.dim[0] : val_rows(x);
	g->rows = val_rows(x) / g->units;
	g->groups = op->groups;
	g->width = g->channels / g->groups;
	g->threads = pass_threads(dnn, op);
	op->state = g;
	op->run = op->what == OP_GROUPNORM ? forward_run : back_run;
	return make_room(g, &dnn->arena, err);
}
