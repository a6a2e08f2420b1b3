/* Operations that take numbers one by one: in shares, tile by tile, so that
   what stands behind them finds its numbers in the nearest cache. */
#include "dnn/pass.h"
#include "dnn/team.h"
#include "elt.h"
#include "optim.h"

struct grid
grid_of(const struct val *v)
{
	const int64_t *d = v->shape.dim;
	struct grid g = { d[0], 1, 1, 1, val_cols(v) };

	if (v->shape.rank < 2)
		return (struct grid){ 1, 1, 1, 1, val_count(v) };
	if (v->shape.rank == 4)
		g.height = d[1];
	g.width = val_rows(v) / (g.n * g.height);
	if (v->block > 0) {
		g.groups = g.inner / v->block;
		g.inner = v->block;
	}
	return g;
}

int
pass_threads(const struct dnn *dnn, const struct op *op)
{
	return dnn_threads(dnn, FLOPS_A_BYTE * op_bytes(op));
}

HOT static void
add_two(float *y, const float *a, const float *b, int64_t n)
{
	int64_t i;

	EACH
	for (i = 0; i < n; i++)
		y[i] = a[i] + b[i];
}

static void
add_share(void *arg, int share, int shares)
{
	const struct op *op = arg;
	int64_t count = val_count(op->out[0]), n;
	int64_t at = share_begin(count, LANES, share, shares);
	int64_t end = share_begin(count, LANES, share + 1, shares);
	int i;

	for (; at < end; at += n) {
		float *y = op->out[0]->data + at;

		n = end - at < TILE ? end - at : TILE;
		add_two(y, op->in[0]->data + at, op->in[1]->data + at, n);
		for (i = 2; i < op_terms(op); i++)
			add_two(y, y, op->in[i]->data + at, n);
		op_epilogue_of(op, y, at, n);
	}
}

static void
each_share(void *arg, int share, int shares)
{
	const struct op *op = arg;
	int64_t n = val_count(op->out[0]);
	int64_t at = share_begin(n, LANES, share, shares);
	const float *x = op->in[0]->data + at;
	float *y = op->out[0]->data + at;

	n = share_begin(n, LANES, share + 1, shares) - at;
	if (op->what == OP_ELTWISE)
		op->elt->forward(op->conf, y, x, n);
	else
		op->elt->backward(op->conf, y, x, op->in[1]->data + at, n);
}

/* The optimizer's numbers of one step, and their share of the tensors. */
struct update {
	const struct op *op;
	struct optim_args all;
};

static void
update_share(void *arg, int share, int shares)
{
	const struct update *u = arg;
	struct optim_args a = u->all;
	int64_t at = share_begin(a.n, LANES, share, shares);
	int i;

	a.n = share_begin(a.n, LANES, share + 1, shares) - at;
	a.w += at;
	a.g += at;
	for (i = 0; i < OPTIM_SLOTS_MAX; i++)
		if (a.slot[i] != NULL)
			a.slot[i] += at;
	u->op->optim->update(u->op->conf, &a);
}

/* A pass keeps nothing but how many shares it has. */
struct pass {
	int threads;
};

static int
pass_plan(struct dnn *dnn, struct op *op,
    int (*run)(struct op *op, struct step *step), struct err *err)
{
	struct pass *p = arena_alloc(&dnn->arena, sizeof(*p), err);

	if (p == NULL)
		return -1;
	p->threads = pass_threads(dnn, op);
	op->state = p;
	op->run = run;
	return 0;
}

static int
add_run(struct op *op, struct step *step)
{
	const struct pass *p = op->state;

	(void)step;
	shares_run(p->threads, add_share, op);
	return 0;
}

static int
each_run(struct op *op, struct step *step)
{
	const struct pass *p = op->state;

	(void)step;
	shares_run(p->threads, each_share, op);
	return 0;
}

static int
update_run(struct op *op, struct step *step)
{
	const struct team *t = op->state;
	int i, at = 1, used;
	struct update u = { op,
		{ .n = val_count(op->out[0]),
		    .w = op->out[0]->data,
		    .g = op->in[0]->data,
		    .lr = step->lr * op->lr_scale,
		    .g_scale = step->clip_scale,
		    .l1 = op->l1,
		    .l2 = op->l2,
		    .decay = op->decay,
		    .update = step->update } };

	used =
	    op->optim->slots_used == NULL ? 0 : op->optim->slots_used(op->conf);
	for (i = 0; i < OPTIM_SLOTS_MAX; i++)
		if (used >> i & 1)
			u.all.slot[i] = op->out[at++]->data;
	team_run(t, update_share, &u);
	return 0;
}

int
dnn_add(struct dnn *dnn, struct op *op, struct err *err)
{
	return op_terms(op) < 2 ? 1 : pass_plan(dnn, op, add_run, err);
}

/* One share is what the reference does. */
int
dnn_each(struct dnn *dnn, struct op *op, struct err *err)
{
	return pass_threads(dnn, op) == 1 ? 1
					  : pass_plan(dnn, op, each_run, err);
}

int
dnn_update(struct dnn *dnn, struct op *op, struct err *err)
{
	struct team *t = arena_alloc(&dnn->arena, sizeof(*t), err);

	if (t == NULL ||
	    team_plan(t, dnn, FLOPS_A_BYTE * op_bytes(op), TEAM_MAX, err) < 0)
		return -1;
	if (t->n == 1)
		return 1;
	op->state = t;
	op->run = update_run;
	return 0;
}
