/* Operations whose operands are repeated along dims of 1: the loop. */
#include "ref/repeat.h"

#include <string.h>

/* An operation over all dims, as strides that are 0 where a value is repeated;
   neighbours that all values take in one stride are one dim. */
struct loop {
	int rank, nin;
	int64_t dim[SHAPE_MAX];
	int64_t out[SHAPE_MAX], in[OP_IN][SHAPE_MAX];
	const real *from[OP_IN];
	real *to;
};

static void
widen(struct loop *l, const struct shape *s)
{
	int i, d;

	for (i = 0; i < s->rank; i++) {
		d = SHAPE_MAX - s->rank + i;
		if (s->dim[i] > l->dim[d])
			l->dim[d] = s->dim[i];
	}
}

static void
strides(const struct loop *l, const struct shape *s, int64_t stride[SHAPE_MAX])
{
	int64_t step = 1;
	int i, d;

	memset(stride, 0, SHAPE_MAX * sizeof(*stride));
	for (i = s->rank - 1; i >= 0; i--) {
		d = SHAPE_MAX - s->rank + i;
		stride[d] = s->dim[i] == 1 && l->dim[d] != 1 ? 0 : step;
		step *= s->dim[i];
	}
}

static int
joins(const struct loop *l, int outer, int inner)
{
	int64_t n = l->dim[inner];
	int i;

	if (l->dim[outer] == 1)
		return 1;
	if (l->out[outer] != l->out[inner] * n)
		return 0;
	for (i = 0; i < l->nin; i++)
		if (l->in[i][outer] != l->in[i][inner] * n)
			return 0;
	return 1;
}

static void
set_dim(struct loop *to, int at, const struct loop *from, int d)
{
	int i;

	to->dim[at] = from->dim[d];
	to->out[at] = from->out[d];
	for (i = 0; i < from->nin; i++)
		to->in[i][at] = from->in[i][d];
}

/* Joins neighbours, from the last dim on; at least two dims are left. */
static void
join_dims(struct loop *l)
{
	struct loop wide = *l;
	int d, at = SHAPE_MAX - 1, i;

	for (d = SHAPE_MAX - 2; d >= 0; d--) {
		if (joins(&wide, d, at) || (wide.dim[at] == 1 && at > d)) {
			int64_t n = wide.dim[d] * wide.dim[at];

			if (wide.dim[at] == 1)
				set_dim(&wide, at, &wide, d);
			wide.dim[at] = n;
		} else {
			set_dim(&wide, --at, &wide, d);
		}
	}
	for (; at > SHAPE_MAX - 2; at--) {
		wide.dim[at - 1] = 1;
		wide.out[at - 1] = 0;
		for (i = 0; i < wide.nin; i++)
			wide.in[i][at - 1] = 0;
	}
	l->rank = SHAPE_MAX - at;
	for (d = 0; d < l->rank; d++)
		set_dim(l, d, &wide, at + d);
}

static struct loop
loop_of(const struct op *op, const struct val *out)
{
	struct loop l = { .nin = op->nin, .to = out->data };
	int i;

	for (i = 0; i < SHAPE_MAX; i++)
		l.dim[i] = 1;
	widen(&l, &out->shape);
	for (i = 0; i < op->nin; i++)
		widen(&l, &op->in[i]->shape);
	strides(&l, &out->shape, l.out);
	for (i = 0; i < op->nin; i++) {
		strides(&l, &op->in[i]->shape, l.in[i]);
		l.from[i] = op->in[i]->data;
	}
	join_dims(&l);
	return l;
}

/* Is out repeated along the dim? */
static int
summed(const struct loop *l, int d)
{
	return l->dim[d] > 1 && l->out[d] == 0;
}

/* The next index over the dims in front of `end` that out repeats, or that it
   does not; 0 after the last. */
static int
next(const struct loop *l, int64_t index[SHAPE_MAX], int end, int repeated)
{
	int d;

	for (d = end - 1; d >= 0; d--) {
		if (l->dim[d] == 1 || summed(l, d) != repeated)
			continue;
		if (++index[d] < l->dim[d])
			return 1;
		index[d] = 0;
	}
	return 0;
}

/* The tile whose first number is at an index. */
static struct tile
tile_at(const struct loop *l, const int64_t index[SHAPE_MAX], int64_t rows,
    int64_t cols)
{
	struct tile t = { .nin = l->nin, .rows = rows, .cols = cols };
	int i, d;

	for (i = 0; i < l->nin; i++) {
		t.in[i] = l->from[i];
		for (d = 0; d < l->rank; d++)
			t.in[i] += index[d] * l->in[i][d];
		t.row[i] = l->in[i][l->rank - 2];
		t.col[i] = l->in[i][l->rank - 1];
	}
	return t;
}

void
repeat_map(const struct op *op, const struct val *out, tile_map *work)
{
	struct loop l = loop_of(op, out);
	int64_t index[SHAPE_MAX] = { 0 };
	int64_t rows = l.dim[l.rank - 2], cols = l.dim[l.rank - 1];
	struct tile t;

	do {
		t = tile_at(&l, index, rows, cols);
		work(&t, l.to);
		l.to += rows * cols;
	} while (next(&l, index, l.rank - 2, 0));
}

/* Sums of cols columns, over all that out repeats but the last dim. */
static void
sum_block(const struct loop *l, int64_t index[SHAPE_MAX], int64_t cols,
    tile_add *work, double *sum)
{
	int row = l->rank - 2;
	int64_t rows = summed(l, row) ? l->dim[row] : 1;
	struct tile t;

	do {
		t = tile_at(l, index, rows, cols);
		work(&t, sum);
	} while (next(l, index, row, 1));
}

/* The numbers of out along the last dim: each a sum, or one sum of all. */
static real *
sum_line(
    const struct loop *l, int64_t index[SHAPE_MAX], tile_add *work, real *to)
{
	int last = l->rank - 1, one = summed(l, last);
	double sum[REPEAT_BLOCK], all = 0;
	int64_t at, n, k;

	for (at = 0; at < l->dim[last]; at += n) {
		n = l->dim[last] - at < REPEAT_BLOCK ? l->dim[last] - at
						     : REPEAT_BLOCK;
		memset(sum, 0, sizeof(sum));
		index[last] = at;
		sum_block(l, index, n, work, sum);
		for (k = 0; k < n; k++) {
			all += sum[k];
			if (!one)
				*to++ = (real)sum[k];
		}
	}
	index[last] = 0;
	if (one)
		*to++ = (real)all;
	return to;
}

void
repeat_add(const struct op *op, const struct val *out, tile_add *work)
{
	struct loop l = loop_of(op, out);
	int64_t index[SHAPE_MAX] = { 0 };

	do
		l.to = sum_line(&l, index, work, l.to);
	while (next(&l, index, l.rank - 1, 0));
}

int
repeat_sums(const struct op *op, const struct val *out)
{
	struct loop l = loop_of(op, out);
	int d;

	for (d = 0; d < l.rank; d++)
		if (summed(&l, d))
			return 1;
	return 0;
}
