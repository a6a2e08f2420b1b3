/* Matrix product: out[i,j] = elt(sum_k a[i,k] b[k,j] + bias[j]).

   Blocked for the caches: a panel of b, at most DEPTH rows of LANES numbers,
   stays in the nearest cache while all rows of a pass over it, ROWS at a
   time, their sums in registers.  The order of the additions depends on the
   shapes alone. */
#include <string.h>

#include "elt.h"
#include "ref/ref.h"

enum {
	LANES = 64 / sizeof(real),
	ROWS = 6,
	DEPTH = 256,
};

/* Into the caller, so that it exists for every processor the caller does. */
#define INLINE static inline __attribute__((always_inline))

/* Numbers side by side; aligned only as one number is. */
typedef real lanes
    __attribute__((vector_size(64), aligned(sizeof(real)), may_alias));

/* A matrix seen through its strides: element (i, k) at i * row + k * col. */
struct view {
	const real *at;
	int64_t row, col;
};

struct product {
	struct view a, b;
	real *c;
	int64_t m, n, k;
};

/* c[rows x LANES] += a[rows x depth] panel[depth x LANES]. */
INLINE void
tile(int rows, const struct view *a, const real *panel, int64_t stride,
    int64_t depth, real *c, int64_t c_row)
{
	const real *at = a->at;
	lanes sum[ROWS], b;
	int64_t k;
	int i;

#pragma GCC unroll 6
	for (i = 0; i < rows; i++)
		sum[i] = *(const lanes *)(const void *)(c + i * c_row);
	for (k = 0; k < depth; k++, at += a->col) {
		b = *(const lanes *)(const void *)(panel + k * stride);
#pragma GCC unroll 6
		for (i = 0; i < rows; i++)
			sum[i] += at[i * a->row] * b;
	}
#pragma GCC unroll 6
	for (i = 0; i < rows; i++)
		*(lanes *)(void *)(c + i * c_row) = sum[i];
}

/* All rows of a against one panel. */
INLINE void
strip(struct view a, int64_t m, const real *panel, int64_t stride,
    int64_t depth, real *c, int64_t c_row)
{
	for (; m >= ROWS; m -= ROWS) {
		tile(ROWS, &a, panel, stride, depth, c, c_row);
		a.at += ROWS * a.row;
		c += ROWS * c_row;
	}
	if (m >= 3) {
		tile(3, &a, panel, stride, depth, c, c_row);
		a.at += 3 * a.row;
		c += 3 * c_row;
		m -= 3;
	}
	if (m == 2)
		tile(2, &a, panel, stride, depth, c, c_row);
	else if (m == 1)
		tile(1, &a, panel, stride, depth, c, c_row);
}

/* A panel of b in rows of LANES, zero where b has no more columns. */
INLINE void
pack(real *panel, const struct view *b, int64_t depth, int64_t width)
{
	int64_t k, j;

	for (k = 0; k < depth; k++)
		for (j = 0; j < LANES; j++)
			panel[k * LANES + j] =
			    j < width ? b->at[k * b->row + j * b->col] : 0;
}

/* The last columns: their rows of c are shorter than a tile's. */
INLINE void
narrow(const struct view *a, int64_t m, const real *panel, int64_t depth,
    real *c, int64_t c_row, int64_t width)
{
	real rows[ROWS * LANES];
	struct view some = *a;
	int64_t i, n;
	size_t bytes = (size_t)width * sizeof(real);

	for (; m > 0; m -= n) {
		n = m < ROWS ? m : ROWS;
		memset(rows, 0, sizeof(rows));
		for (i = 0; i < n; i++)
			memcpy(rows + i * LANES, c + i * c_row, bytes);
		strip(some, n, panel, LANES, depth, rows, LANES);
		for (i = 0; i < n; i++)
			memcpy(c + i * c_row, rows + i * LANES, bytes);
		some.at += n * some.row;
		c += n * c_row;
	}
}

/* One panel: `depth` rows of b from row k, LANES columns from column j. */
INLINE void
panel_add(const struct product *p, int64_t k, int64_t depth, int64_t j)
{
	real packed[DEPTH * LANES];
	struct view a = { p->a.at + k * p->a.col, p->a.row, p->a.col };
	struct view b = { p->b.at + k * p->b.row + j * p->b.col, p->b.row,
		p->b.col };
	int64_t width = p->n - j;

	if (width < LANES) {
		pack(packed, &b, depth, width);
		narrow(&a, p->m, packed, depth, p->c + j, p->n, width);
	} else if (b.col != 1) {
		pack(packed, &b, depth, LANES);
		strip(a, p->m, packed, LANES, depth, p->c + j, p->n);
	} else {
		strip(a, p->m, b.at, b.row, depth, p->c + j, p->n);
	}
}

HOT static void
product_add(const struct product *p)
{
	int64_t k, j, depth;

	for (k = 0; k < p->k; k += DEPTH) {
		depth = p->k - k < DEPTH ? p->k - k : DEPTH;
		for (j = 0; j < p->n; j += LANES)
			panel_add(p, k, depth, j);
	}
}

/* What the sums start from: the bias, or zero. */
static void
start(const struct op *op, struct product *p)
{
	size_t row = (size_t)p->n * sizeof(real);
	int64_t i;

	if (op->accumulate)
		return;
	for (i = 0; i < p->m; i++) {
		if (op->bias > 0)
			memcpy(p->c + i * p->n, op->in[op->bias]->data, row);
		else
			memset(p->c + i * p->n, 0, row);
	}
}

static struct view
view(const struct val *v, int trans)
{
	int64_t cols = val_cols(v);

	return trans ? (struct view){ v->data, 1, cols }
		     : (struct view){ v->data, cols, 1 };
}

int
ref_matmul(struct op *op, struct step *step)
{
	struct product p = {
		.a = view(op->in[0], op->trans_a),
		.b = view(op->in[1], op->trans_b),
		.c = op->out[0]->data,
		.m = val_rows(op->out[0]),
		.n = val_cols(op->out[0]),
		.k = op->trans_a ? val_rows(op->in[0]) : val_cols(op->in[0]),
	};

	(void)step;
	start(op, &p);
	product_add(&p);
	return 0;
}
