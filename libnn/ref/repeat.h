/* Operations whose operands are repeated along dims of 1: the loop, given what
   is done for a tile.

   Shapes are compared from their last dim; dims in front that an operand does
   not have count as 1.  A result that is itself repeated is the sum over what
   it stands for, made in double: that is what gradients need. */
#ifndef NN_REF_REPEAT_H
#define NN_REF_REPEAT_H

#include "ref/ref.h"

enum { REPEAT_BLOCK = 64 };

/* The last two dims, or parts of them: operands that stand row and col apart
   (col is 0 or 1). */
struct tile {
	int nin;
	int64_t rows, cols;
	const real *in[OP_IN];
	int64_t row[OP_IN], col[OP_IN];
};

/* One number for each of the tile, side by side in rows. */
typedef void tile_map(const struct tile *t, real *to);

/* Adds the rows of the tile to sums of its columns, at most REPEAT_BLOCK. */
typedef void tile_add(const struct tile *t, double *sum);

/* Is out repeated along some dim? */
int repeat_sums(const struct op *op, const struct val *out);

/* Every number of out, which is not repeated; or every sum. */
void repeat_map(const struct op *op, const struct val *out, tile_map *work);
void repeat_add(const struct op *op, const struct val *out, tile_add *work);

#endif
