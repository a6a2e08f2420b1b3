/* Pictures with zeros around them, without their edges, larger; and the
   gradients. */
#include <string.h>

#include "ref/ref.h"

/* Rows of a small picture in a large one: from one into the other. */
static void
copy_rows(real *to, int64_t to_row, const real *from, int64_t from_row,
    int64_t rows, int64_t width)
{
	int64_t i;

	for (i = 0; i < rows; i++)
		memcpy(to + i * to_row, from + i * from_row,
		    (size_t)width * sizeof(*to));
}

/* A picture within another, both N H W C. */
struct inside {
	int64_t n, rows, large_row, small_row, large, small, at;
};

static struct inside
inside_of(const struct op *op, const struct val *large, const struct val *small)
{
	const int64_t *l = large->shape.dim, *s = small->shape.dim;
	struct inside p = { s[0], s[1], l[2] * l[3], s[2] * s[3], 0, 0, 0 };

	p.large = l[1] * p.large_row;
	p.small = s[1] * p.small_row;
	p.at = op->window.before[0] * p.large_row + op->window.before[1] * l[3];
	return p;
}

int
ref_pad(struct op *op, struct step *step)
{
	struct inside p = inside_of(op, op->out[0], op->in[0]);
	int64_t i;

	(void)step;
	memset(op->out[0]->data, 0, (size_t)(p.n * p.large) * sizeof(real));
	for (i = 0; i < p.n; i++)
		copy_rows(op->out[0]->data + i * p.large + p.at, p.large_row,
		    op->in[0]->data + i * p.small, p.small_row, p.rows,
		    p.small_row);
	return 0;
}

int
ref_crop(struct op *op, struct step *step)
{
	struct inside p = inside_of(op, op->in[0], op->out[0]);
	int64_t i;

	(void)step;
	for (i = 0; i < p.n; i++)
		copy_rows(op->out[0]->data + i * p.small, p.small_row,
		    op->in[0]->data + i * p.large + p.at, p.large_row, p.rows,
		    p.small_row);
	return 0;
}

/* Where a number of the larger picture comes from, in one dim: two places of
   the smaller one, and the share of the second. */
struct source {
	int64_t at[2];
	real share;
};

/* Centres of numbers lie over each other; beyond the outermost centres the
   edge goes on. */
static struct source
source_of(int64_t i, int64_t by, int64_t length, int bilinear)
{
	double x = ((double)i + 0.5) / (double)by - 0.5;
	struct source s = { { i / by, i / by }, 0 };

	if (!bilinear)
		return s;
	if (x < 0)
		x = 0;
	s.at[0] = (int64_t)x;
	s.at[1] = s.at[0] + 1 < length ? s.at[0] + 1 : s.at[0];
	s.share = (real)(x - (double)s.at[0]);
	return s;
}

/* y += x * by. */
HOT static void
add_scaled(real *y, const real *x, real by, int64_t n)
{
	int64_t k;

	EACH
	for (k = 0; k < n; k++)
		y[k] += x[k] * by;
}

/* What is done for a number (of all channels) of the larger picture, at
   large, and one of its up to four sources, at small. */
typedef void pair_work(
    const struct op *op, int64_t large, int64_t small, real by, int64_t n);

static void
gather(const struct op *op, int64_t large, int64_t small, real by, int64_t n)
{
	add_scaled(op->out[0]->data + large, op->in[0]->data + small, by, n);
}

static void
scatter(const struct op *op, int64_t large, int64_t small, real by, int64_t n)
{
	add_scaled(op->out[0]->data + small, op->in[0]->data + large, by, n);
}

/* Sources of no share are left out, so that what is not finite there stays
   there. */
static void
each_source(const struct op *op, const struct source *row,
    const struct source *col, int64_t large, int64_t from, int64_t width,
    int64_t n, pair_work *work)
{
	real by;
	int i, j;

	for (i = 0; i < 2; i++)
		for (j = 0; j < 2; j++) {
			by = (i ? row->share : 1 - row->share) *
			    (j ? col->share : 1 - col->share);
			if (by != 0)
				work(op, large,
				    from +
					(row->at[i] * width + col->at[j]) * n,
				    by, n);
		}
}

static int
each_pair(const struct op *op, const struct val *large, const struct val *small,
    pair_work *work)
{
	const int64_t *l = large->shape.dim, *s = small->shape.dim;
	const int64_t *by = op->window.size;
	struct source row, col;
	int64_t i, y, x, at = 0;

	memset(
	    op->out[0]->data, 0, (size_t)val_count(op->out[0]) * sizeof(real));
	for (i = 0; i < l[0]; i++)
		for (y = 0; y < l[1]; y++) {
			row = source_of(y, by[0], s[1], op->bilinear);
			for (x = 0; x < l[2]; x++, at += l[3]) {
				col = source_of(x, by[1], s[2], op->bilinear);
				each_source(op, &row, &col, at,
				    i * s[1] * s[2] * s[3], s[2], s[3], work);
			}
		}
	return 0;
}

int
ref_upsample(struct op *op, struct step *step)
{
	(void)step;
	return each_pair(op, op->out[0], op->in[0], gather);
}

int
ref_upsample_back(struct op *op, struct step *step)
{
	(void)step;
	return each_pair(op, op->in[0], op->out[0], scatter);
}
