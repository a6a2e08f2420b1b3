/* Products that skip the zeros of their left operand: when they are worth it.
   0 times infinity counts as 0. */
#include "dnn/zeros.h"
#include "dnn/zeros-kernel.h"

/* Zeros must be half of x: then half of the products are left out, at some
   cost for finding the others.  The library's product has its threads, this
   one does not. */
static int
few(const struct zeros *z, int64_t nonzeros)
{
	return 2 * z->threads * nonzeros > z->rows * z->depth;
}

static int
run_forward(struct zeros *z, const struct op *op)
{
	const float *x = op->in[0]->data;
	const float *bias = op->bias > 0 ? op->in[op->bias]->data : z->none;

	if (few(z, zeros_mask_rows(z, x)))
		return 0;
	zeros_forward(z, x, op->in[1]->data, bias, op->out[0]->data);
	return 1;
}

static int
run_gradient(struct zeros *z, const struct op *op)
{
	const float *x = op->in[0]->data;

	if (few(z, zeros_mask_columns(z, x)))
		return 0;
	zeros_gradient(z, x, op->in[1]->data, op->out[0]->data);
	return 1;
}

/* Narrow products gain nothing: finding the zeros costs as much. */
static int
profits(const struct op *op)
{
	return !op->trans_b && !op->accumulate &&
	    !(op->trans_a && op->bias > 0) && val_cols(op->in[0]) >= 64 &&
	    val_cols(op->in[1]) >= 32 && zeros_can();
}

static void *
numbers(struct arena *arena, int64_t n, size_t size, struct err *err)
{
	return arena_slab(arena, (size_t)n * size, err);
}

int
zeros_plan(struct zeros **out, const struct op *op, int threads,
    struct arena *arena, struct err *err)
{
	struct zeros *z;

	*out = NULL;
	if (!profits(op))
		return 0;
	z = arena_alloc(arena, sizeof(*z), err);
	if (z == NULL)
		return -1;
	z->rows = val_rows(op->in[0]);
	z->depth = val_cols(op->in[0]);
	z->cols = val_cols(op->in[1]);
	z->words = (z->depth + 63) / 64;
	z->gradient = op->trans_a;
	z->threads = threads;
	if (z->gradient) {
		z->column = numbers(arena,
		    (z->rows + ZEROS_GROUP - 1) / ZEROS_GROUP * z->depth,
		    sizeof(*z->column), err);
	} else {
		z->row =
		    numbers(arena, z->rows * z->words, sizeof(*z->row), err);
		z->none = numbers(arena, z->cols, sizeof(*z->none), err);
	}
	*out = z;
	return z->column != NULL || (z->row != NULL && z->none != NULL) ? 0
									: -1;
}

int
zeros_run(struct zeros *z, const struct op *op)
{
	return z->gradient ? run_gradient(z, op) : run_forward(z, op);
}
