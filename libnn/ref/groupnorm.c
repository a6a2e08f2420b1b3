/* Normalisation of each sample, or of each row, in groups of channels, and
   its gradient.  Sums are made in double, the variance in two passes. */
#include <math.h>
#include <string.h>

#include "ref/ref.h"

enum { BLOCK = 64, LANES = 16 };

/* A value as units that are normalised by themselves: rows of channels, the
   channels in groups. */
struct units {
	int64_t n, rows, channels, groups, width; /* width: of a group */
};

static struct units
units_of(const struct op *op)
{
	const struct val *x = op->in[0];
	struct units u = { val_rows(x), 1, val_cols(x), op->groups, 0 };

	if (op->whole) {
		u.n = x->shape.dim[0];
		u.rows = val_rows(x) / u.n;
	}
	u.width = u.channels / u.groups;
	return u;
}

/* One group of one unit: its rows stand `step` apart. */
struct group {
	int64_t rows, width, step;
};

/* Sums side by side, added in a fixed order: the same bits on every
   processor. */
static double
sum_lanes(const double sum[LANES])
{
	double all = 0;
	int k;

	for (k = 0; k < LANES; k++)
		all += sum[k];
	return all;
}

HOT static double
sum_group(const real *x, const struct group *g)
{
	double sum[LANES] = { 0 };
	int64_t i, at;
	int k;

	for (i = 0; i < g->rows; i++, x += g->step) {
		for (at = 0; at + LANES <= g->width; at += LANES)
			for (k = 0; k < LANES; k++)
				sum[k] += (double)x[at + k];
		for (k = 0; at + k < g->width; k++)
			sum[k] += (double)x[at + k];
	}
	return sum_lanes(sum);
}

HOT static double
group_squares(const real *x, double mean, const struct group *g)
{
	double sum[LANES] = { 0 }, d;
	int64_t i, at;
	int k;

	for (i = 0; i < g->rows; i++, x += g->step) {
		for (at = 0; at + LANES <= g->width; at += LANES)
			for (k = 0; k < LANES; k++) {
				d = (double)x[at + k] - mean;
				sum[k] += d * d;
			}
		for (k = 0; at + k < g->width; k++) {
			d = (double)x[at + k] - mean;
			sum[k] += d * d;
		}
	}
	return sum_lanes(sum);
}

HOT static void
normalise(real *y, const real *x, const real *gamma, const real *beta,
    real mean, real by, const struct group *g)
{
	int64_t i, k;

	for (i = 0; i < g->rows; i++, x += g->step, y += g->step) {
		EACH
		for (k = 0; k < g->width; k++)
			y[k] = (x[k] - mean) * by;
		if (gamma != NULL) {
			EACH
			for (k = 0; k < g->width; k++)
				y[k] *= gamma[k];
		}
		if (beta != NULL) {
			EACH
			for (k = 0; k < g->width; k++)
				y[k] += beta[k];
		}
	}
}

static const real *
part_of(const struct op *op, int place, int64_t at)
{
	return place == 0 ? NULL : op->in[place]->data + at;
}

int
ref_groupnorm(struct op *op, struct step *step)
{
	struct units u = units_of(op);
	struct group g = { u.rows, u.width, u.channels };
	double count = (double)(u.rows * u.width), mean, variance, by;
	int64_t i, at, from;
	const real *x;

	(void)step;
	for (i = 0; i < u.n * u.groups; i++) {
		at = i % u.groups * u.width;
		from = i / u.groups * u.rows * u.channels + at;
		x = op->in[0]->data + from;
		mean = sum_group(x, &g) / count;
		variance = group_squares(x, mean, &g) / count;
		by = 1 / sqrt(variance + op->epsilon);
		op->out[1]->data[i] = (real)mean;
		op->out[2]->data[i] = (real)by;
		normalise(op->out[0]->data + from, x,
		    part_of(op, op->gamma, at), part_of(op, op->beta, at),
		    (real)mean, (real)by, &g);
	}
	return 0;
}

/* With h = dy gamma and x^ = (x - mean) by: sum h, sum h x^. */
HOT static void
sum_group_gradients(double sum[2], const real *dy, const real *x,
    const real *gamma, double mean, double by, const struct group *g)
{
	double h;
	int64_t i, k;

	sum[0] = sum[1] = 0;
	for (i = 0; i < g->rows; i++, dy += g->step, x += g->step)
		for (k = 0; k < g->width; k++) {
			h = (double)dy[k];
			if (gamma != NULL)
				h *= (double)gamma[k];
			sum[0] += h;
			sum[1] += h * ((double)x[k] - mean) * by;
		}
}

/* dx = by (h - mean(h) - x^ mean(h x^)). */
HOT static void
spread_group_gradients(real *dx, const real *dy, const real *x,
    const real *gamma, const double sum[2], real mean, real by,
    const struct group *g)
{
	double count = (double)(g->rows * g->width);
	real middle = (real)(sum[0] / count), lean = (real)(sum[1] / count), h;
	int64_t i, k;

	for (i = 0; i < g->rows; i++) {
		EACH
		for (k = 0; k < g->width; k++) {
			h = gamma != NULL ? dy[k] * gamma[k] : dy[k];
			dx[k] = by * (h - middle - (x[k] - mean) * by * lean);
		}
		dy += g->step;
		x += g->step;
		dx += g->step;
	}
}

/* For a block of channels: the sums over everything of dy x^ and dy. */
struct sums {
	double dyx[BLOCK], dy[BLOCK];
};

HOT static void
sum_rows(struct sums *s, const real *dy, const real *x, const double *mean,
    const double *by, const struct units *u, int64_t n)
{
	int64_t i, k;

	for (i = 0; i < u->rows; i++, dy += u->channels, x += u->channels)
		for (k = 0; k < n; k++) {
			s->dy[k] += (double)dy[k];
			s->dyx[k] +=
			    (double)dy[k] * ((double)x[k] - mean[k]) * by[k];
		}
}

static void
sum_channels(struct sums *s, const struct op *op, const struct units *u,
    int64_t at, int64_t n)
{
	double mean[BLOCK], by[BLOCK];
	int64_t i, k, from, group;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < u->n; i++) {
		for (k = 0; k < n; k++) {
			group = i * u->groups + (at + k) / u->width;
			mean[k] = (double)op->in[2]->data[group];
			by[k] = (double)op->in[3]->data[group];
		}
		from = i * u->rows * u->channels + at;
		sum_rows(s, op->in[0]->data + from, op->in[1]->data + from,
		    mean, by, u, n);
	}
}

static void
store_gradients(const struct op *op, const struct units *u)
{
	struct sums s;
	int64_t at, n, k;

	for (at = 0; at < u->channels; at += n) {
		n = u->channels - at < BLOCK ? u->channels - at : BLOCK;
		sum_channels(&s, op, u, at, n);
		for (k = 0; k < n; k++) {
			if (op->dgamma > 0)
				op->out[op->dgamma]->data[at + k] =
				    (real)s.dyx[k];
			if (op->dbeta > 0)
				op->out[op->dbeta]->data[at + k] =
				    (real)s.dy[k];
		}
	}
}

int
ref_groupnorm_back(struct op *op, struct step *step)
{
	struct units u = units_of(op);
	struct group g = { u.rows, u.width, u.channels };
	const real *dy, *x, *gamma;
	int64_t i, at, from;
	double sum[2];
	real mean, by;

	(void)step;
	if (op->dgamma > 0 || op->dbeta > 0)
		store_gradients(op, &u);
	for (i = 0; i < u.n * u.groups; i++) {
		at = i % u.groups * u.width;
		from = i / u.groups * u.rows * u.channels + at;
		dy = op->in[0]->data + from;
		x = op->in[1]->data + from;
		mean = op->in[2]->data[i];
		by = op->in[3]->data[i];
		gamma = part_of(op, op->gamma, at);
		sum_group_gradients(
		    sum, dy, x, gamma, (double)mean, (double)by, &g);
		spread_group_gradients(
		    op->out[0]->data + from, dy, x, gamma, sum, mean, by, &g);
	}
	return 0;
}
