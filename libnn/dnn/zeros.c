/* Products that skip the zeros of their left operand: when they are worth it,
   and in how many shares.  0 times infinity counts as 0.

   The inner dimension of the forward product is what is shared out: each share
   reads only the rows of the kernel that the same share's gradient and update
   write, and these stay in the cache of one core.  What crosses between cores
   is y, which is far smaller. */
#include <string.h>

#include "dnn/share.h"
#include "dnn/team.h"
#include "dnn/zeros-kernel.h"
#include "dnn/zeros.h"

enum { LINE = 16 }; /* floats of a line of the cache */

struct zeros_plan {
	int gradient;
	struct team team;
	int64_t threads; /* that the other way would have */
	int64_t y_count;
	float *none;          /* zeros: no bias */
	float *sum[TEAM_MAX]; /* of shares but the first: their y */
	struct zeros part[TEAM_MAX];
};

/* A product on its way through the shares. */
struct work {
	struct zeros_plan *z;
	const struct op *op;
};

static void
find_zeros(void *arg, int i, int n)
{
	const struct work *w = arg;
	struct zeros *part = &w->z->part[i];

	(void)n;
	if (w->z->gradient)
		zeros_mask_columns(part, w->op->in[0]->data);
	else
		zeros_mask_rows(part, w->op->in[0]->data);
}

/* Zeros must be half of x, or more where the library has more threads: then
   half of the products are left out, at some cost for finding the others. */
static int
few(const struct zeros_plan *z)
{
	int64_t nonzeros = 0, all = 0;
	int i;

	for (i = 0; i < z->team.n; i++) {
		nonzeros += z->part[i].nonzeros;
		all += z->part[i].rows * z->part[i].depth;
	}
	return 2 * z->threads * nonzeros > z->team.n * all;
}

static void
run_part(void *arg, int i, int n)
{
	const struct work *w = arg;
	const struct op *op = w->op;
	const struct zeros_plan *z = w->z;
	const float *bias =
	    i == 0 && op->bias > 0 ? op->in[op->bias]->data : z->none;

	(void)n;
	if (z->gradient)
		zeros_gradient(&z->part[i], op->in[0]->data, op->in[1]->data,
		    op->out[0]->data);
	else
		zeros_forward(&z->part[i], op->in[0]->data, op->in[1]->data,
		    bias, i == 0 ? op->out[0]->data : z->sum[i]);
}

HOT static void
add(float *restrict y, const float *restrict more, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++)
		y[i] += more[i];
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
numbers(struct dnn *dnn, int64_t n, size_t size, struct err *err)
{
	return arena_slab(&dnn->arena, (size_t)n * size, err);
}

static int
part_open(struct zeros_plan *z, struct dnn *dnn, const struct op *op, int i,
    struct err *err)
{
	struct zeros *p = &z->part[i];
	int64_t groups;

	p->rows = val_rows(op->in[0]);
	p->cols = val_cols(op->in[1]);
	p->stride = val_cols(op->in[0]);
	p->from = share_begin(p->stride, LINE, i, z->team.n);
	p->depth = share_begin(p->stride, LINE, i + 1, z->team.n) - p->from;
	p->words = (p->depth + 63) / 64;
	groups = (p->rows + ZEROS_GROUP - 1) / ZEROS_GROUP;
	if (z->gradient) {
		p->column =
		    numbers(dnn, groups * p->depth, sizeof(*p->column), err);
		return p->column == NULL ? -1 : 0;
	}
	p->row = numbers(dnn, p->rows * p->words, sizeof(*p->row), err);
	if (p->row == NULL)
		return -1;
	if (i == 0)
		return 0;
	z->sum[i] = numbers(dnn, z->y_count, sizeof(float), err);
	return z->sum[i] == NULL ? -1 : 0;
}

int
zeros_plan(struct zeros_plan **out, struct dnn *dnn, const struct op *op,
    int threads, struct err *err)
{
	struct zeros_plan *z;
	int i;

	*out = NULL;
	if (!profits(op))
		return 0;
	z = arena_alloc(&dnn->arena, sizeof(*z), err);
	if (z == NULL)
		return -1;
	z->gradient = op->trans_a;
	z->threads = threads;
	z->y_count = val_count(op->out[0]);
	z->none = numbers(dnn, val_cols(op->in[1]), sizeof(float), err);
	/* Shares of less than 64 columns are not worth it. */
	if (z->none == NULL ||
	    team_plan(
		&z->team, dnn, op_flops(op), val_cols(op->in[0]) / 64, err) < 0)
		return -1;
	for (i = 0; i < z->team.n; i++)
		if (part_open(z, dnn, op, i, err) < 0)
			return -1;
	*out = z;
	return 0;
}

int
zeros_run(struct zeros_plan *z, const struct op *op)
{
	struct work w = { z, op };
	int i;

	team_run(&z->team, find_zeros, &w);
	if (few(z))
		return 0;
	team_run(&z->team, run_part, &w);
	for (i = 1; i < z->team.n && !z->gradient; i++)
		add(op->out[0]->data, z->sum[i], z->y_count);
	return 1;
}
