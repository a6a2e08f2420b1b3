/* Norm and clipping of the gradients, penalties, anchors, and the optimizer. */
#include <math.h>

#include "optim.h"
#include "ref/ref.h"

enum { LANES = 32 };

/* Sums side by side, added in a fixed order: the same bits on every
   processor. */
HOT static double
sum_squares(const real *g, int64_t n)
{
	double sum[LANES] = { 0 }, all = 0;
	int64_t i;
	int k;

	for (i = 0; i + LANES <= n; i += LANES)
		for (k = 0; k < LANES; k++)
			sum[k] += (double)g[i + k] * (double)g[i + k];
	for (k = 0; i + k < n; k++)
		sum[k] += (double)g[i + k] * (double)g[i + k];
	for (k = 0; k < LANES; k++)
		all += sum[k];
	return all;
}

HOT static double
sum_sizes(const real *w, int64_t n)
{
	double sum = 0;
	int64_t i;

	for (i = 0; i < n; i++)
		sum += fabs((double)w[i]);
	return sum;
}

HOT static void
clip_each(real *g, int64_t n, real most)
{
	int64_t i;

	for (i = 0; i < n; i++)
		g[i] = g[i] > most ? most : g[i] < -most ? -most : g[i];
}

static double
sum_all(const struct op *op)
{
	double sum = 0;
	int i;

	for (i = 0; i < op->nin; i++)
		sum += sum_squares(op->in[i]->data, val_count(op->in[i]));
	return sum;
}

/* What is reported is the norm before clipping; the scale is taken after
   single numbers were clipped. */
int
ref_norm(struct op *op, struct step *step)
{
	double norm;
	int i;

	step->sum_squares = sum_all(op);
	norm = sqrt(step->sum_squares);
	if (op->clip_value > 0 && isfinite(norm)) {
		for (i = 0; i < op->nin; i++)
			clip_each(op->in[i]->data, val_count(op->in[i]),
			    (real)op->clip_value);
		norm = sqrt(sum_all(op));
	}
	step->clip_scale = 1;
	if (op->clip_norm > 0 && norm > op->clip_norm)
		step->clip_scale = op->clip_norm / norm;
	return 0;
}

int
ref_penalty(struct op *op, struct step *step)
{
	const struct val *w = op->in[0];

	if (op->l1 != 0)
		step->penalty += op->l1 * sum_sizes(w->data, val_count(w));
	if (op->l2 != 0)
		step->penalty += op->l2 * sum_squares(w->data, val_count(w));
	return 0;
}

/* Beside each other, as in sum_squares. */
HOT static double
sum_distances(const real *w, const real *from, int64_t n)
{
	double sum[LANES] = { 0 }, all = 0;
	int64_t i;
	int k;

	for (i = 0; i + LANES <= n; i += LANES)
		for (k = 0; k < LANES; k++)
			sum[k] += (double)(w[i + k] - from[i + k]) *
			    (double)(w[i + k] - from[i + k]);
	for (k = 0; i + k < n; k++)
		sum[k] += (double)(w[i + k] - from[i + k]) *
		    (double)(w[i + k] - from[i + k]);
	for (k = 0; k < LANES; k++)
		all += sum[k];
	return all;
}

int
ref_anchor_penalty(struct op *op, struct step *step)
{
	const struct val *w = op->in[0];

	step->penalty += op->factor / 2 *
	    sum_distances(w->data, op->in[1]->data, val_count(w));
	return 0;
}

HOT static void
pull_back(
    real *restrict g, const real *w, const real *from, real share, int64_t n)
{
	int64_t i;

	EACH
	for (i = 0; i < n; i++)
		g[i] += share * (w[i] - from[i]);
}

/* The optimizer multiplies gradients by the clip scale; what an anchor adds is
   not clipped. */
int
ref_anchor(struct op *op, struct step *step)
{
	pull_back(op->out[0]->data, op->in[0]->data, op->in[1]->data,
	    (real)(op->factor / step->clip_scale), val_count(op->out[0]));
	return 0;
}

int
ref_update(struct op *op, struct step *step)
{
	int used =
	    op->optim->slots_used == NULL ? 0 : op->optim->slots_used(op->conf);
	struct optim_args a = {
		.n = val_count(op->out[0]),
		.w = op->out[0]->data,
		.g = op->in[0]->data,
		.lr = step->lr * op->lr_scale,
		.g_scale = step->clip_scale,
		.l1 = op->l1,
		.l2 = op->l2,
		.decay = op->decay,
		.update = step->update - op->since,
	};
	int i, at = 1;

	for (i = 0; i < OPTIM_SLOTS_MAX; i++)
		if (used >> i & 1)
			a.slot[i] = op->out[at++]->data;
	op->optim->update(op->conf, &a);
	return 0;
}

HOT static void
move(real *v, const real *to, real share, int64_t n)
{
	int64_t i;

	EACH
	for (i = 0; i < n; i++)
		v[i] += share * (to[i] - v[i]);
}

/* At first weights are followed closely, for the first ones are bad. */
int
ref_average(struct op *op, struct step *step)
{
	double t = (double)(step->update - op->since);
	double early = (1 + t) / (10 + t);
	double decay = op->rate < early ? op->rate : early;

	move(op->out[0]->data, op->in[0]->data, (real)(1 - decay),
	    val_count(op->out[0]));
	return 0;
}
