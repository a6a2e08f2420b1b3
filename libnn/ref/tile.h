/* What products are made of: tiles of numbers in registers, rows of one side
   against a panel of the other.

   A panel, at most DEPTH rows of LANES numbers, stays in the nearest cache
   while all rows of a pass over it, ROWS at a time, their sums in registers.
   The order of the additions depends on the shapes alone. */
#ifndef NN_REF_TILE_H
#define NN_REF_TILE_H

#include <stdint.h>
#include <string.h>

#include "real.h"

enum {
	LANES = 64 / sizeof(real),
	ROWS = 6,
	DEPTH = 256,
};

/* Into the caller, so that it exists for every processor the caller does. */
#define INLINE static inline __attribute__((always_inline))

/* Half the numbers of a row of a panel; aligned only as one number is.  Whole
   ones would go through memory where registers have 32 bytes. */
typedef real half
    __attribute__((vector_size(32), aligned(sizeof(real)), may_alias));

/* A matrix seen through its strides: element (i, k) at i * row + k * col. */
struct view {
	const real *at;
	int64_t row, col;
};

/* c[rows x LANES] += a[rows x depth] panel[depth x LANES]. */
INLINE void
tile(int rows, const struct view *a, const real *panel, int64_t stride,
    int64_t depth, real *c, int64_t c_row)
{
	const real *at = a->at;
	half low[ROWS], high[ROWS];
	int64_t k;
	int i;

#pragma GCC unroll 6
	for (i = 0; i < rows; i++) {
		const half *from = (const void *)(c + i * c_row);

		low[i] = from[0];
		high[i] = from[1];
	}
	for (k = 0; k < depth; k++, at += a->col) {
		const half *b = (const void *)(panel + k * stride);

#pragma GCC unroll 6
		for (i = 0; i < rows; i++) {
			low[i] += at[i * a->row] * b[0];
			high[i] += at[i * a->row] * b[1];
		}
	}
#pragma GCC unroll 6
	for (i = 0; i < rows; i++) {
		half *to = (void *)(c + i * c_row);

		to[0] = low[i];
		to[1] = high[i];
	}
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

/* `depth` rows of b, `width` columns: as they lie, or packed. */
struct panel {
	const real *at;
	int64_t stride, depth, width;
};

INLINE struct panel
panel_open(real packed[DEPTH * LANES], const struct view *b, int64_t depth,
    int64_t width)
{
	if (width >= LANES && b->col == 1)
		return (struct panel){ b->at, b->row, depth, LANES };
	if (width > LANES)
		width = LANES;
	pack(packed, b, depth, width);
	return (struct panel){ packed, LANES, depth, width };
}

/* c[m x width] += a[m x depth] panel[depth x width]. */
INLINE void
panel_add(const struct panel *p, const struct view *a, int64_t m, real *c,
    int64_t c_row)
{
	if (p->width < LANES)
		narrow(a, m, p->at, p->depth, c, c_row, p->width);
	else
		strip(*a, m, p->at, p->stride, p->depth, c, c_row);
}

#endif
