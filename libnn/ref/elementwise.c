/* Operations that take numbers one by one, and those that only move them. */
#include <string.h>

#include "base/rng.h"
#include "elt.h"
#include "ref/ref.h"

int
ref_eltwise(struct op *op, struct step *step)
{
	(void)step;
	op->elt->forward(
	    op->conf, op->out[0]->data, op->in[0]->data, val_count(op->in[0]));
	return 0;
}

int
ref_eltwise_back(struct op *op, struct step *step)
{
	(void)step;
	op->elt->backward(op->conf, op->out[0]->data, op->in[0]->data,
	    op->in[1]->data, val_count(op->in[0]));
	return 0;
}

HOT static void
add_terms(real *to, const real *from, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++)
		to[i] += from[i];
}

int
ref_add(struct op *op, struct step *step)
{
	int64_t n = val_count(op->out[0]);
	int i;

	(void)step;
	if (op->out[0]->data != op->in[0]->data)
		memcpy(op->out[0]->data, op->in[0]->data,
		    (size_t)n * sizeof(real));
	for (i = 1; i < op_terms(op); i++)
		add_terms(op->out[0]->data, op->in[i]->data, n);
	return 0;
}

int
ref_rowsum(struct op *op, struct step *step)
{
	int64_t rows = val_rows(op->in[0]), cols = val_cols(op->in[0]), i;
	real *to = op->out[0]->data;

	(void)step;
	if (!op->accumulate)
		memset(to, 0, (size_t)cols * sizeof(real));
	for (i = 0; i < rows; i++)
		add_terms(to, op->in[0]->data + i * cols, cols);
	return 0;
}

/* Rows of parts and of the whole: out of one into the other. */
static void
move_rows(real *to, int64_t to_row, const real *from, int64_t from_row,
    int64_t rows, int64_t width)
{
	int64_t i;

	for (i = 0; i < rows; i++)
		memcpy(to + i * to_row, from + i * from_row,
		    (size_t)width * sizeof(real));
}

int
ref_concat(struct op *op, struct step *step)
{
	const struct val *to = op->out[0];
	int64_t at = 0, width;
	int i;

	(void)step;
	for (i = 0; i < op->nin; i++, at += width) {
		width = val_cols(op->in[i]);
		move_rows(to->data + at, val_cols(to), op->in[i]->data, width,
		    val_rows(to), width);
	}
	return 0;
}

int
ref_split(struct op *op, struct step *step)
{
	const struct val *from = op->in[0];
	int64_t at = 0, width;
	int i;

	(void)step;
	for (i = 0; i < op->nout; i++, at += width) {
		width = val_cols(op->out[i]);
		move_rows(op->out[i]->data, width, from->data + at,
		    val_cols(from), val_rows(from), width);
	}
	return 0;
}

int
ref_copy(struct op *op, struct step *step)
{
	(void)step;
	if (op->out[0]->data != op->in[0]->data)
		memcpy(op->out[0]->data, op->in[0]->data,
		    (size_t)val_count(op->in[0]) * sizeof(real));
	return 0;
}

enum { DRAWN = 512 }; /* random numbers at once */

/* One sample: number i is kept when its random number is not below rate. */
static void
drop(real *y, const real *x, int64_t n, double rate, struct rng_key key,
    uint32_t epoch, uint64_t id)
{
	const real scale = (real)(1 / (1 - rate));
	uint32_t word[DRAWN];
	int64_t i, k, some;

	for (i = 0; i < n; i += some) {
		some = n - i < DRAWN ? n - i : DRAWN;
		rng_words(word, (size_t)(some + 3) / 4, key, epoch, id,
		    (uint32_t)(i / 4));
		for (k = 0; k < some; k++)
			y[i + k] = rng_unit(word[k]) < (float)rate
			    ? 0
			    : x[i + k] * scale;
	}
}

/* The same numbers are dropped on the way back: counters, not masks. */
int
ref_dropout(struct op *op, struct step *step)
{
	const struct val *x = op->in[0];
	struct rng_key key = rng_key(step->seed, op->stream);
	int64_t rows = x->shape.dim[0], each = val_count(x) / rows, i;
	uint64_t id;

	for (i = 0; i < rows; i++) {
		id =
		    step->id != NULL && i < step->n ? step->id[i] : (uint64_t)i;
		drop(op->out[0]->data + i * each, x->data + i * each, each,
		    op->rate, key, step->epoch, id);
	}
	return 0;
}
