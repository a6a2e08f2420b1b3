/* The norm of all gradients, which every step takes: sums of squares in
   floats, short ones, gathered in doubles. */
#include <math.h>

#include "dnn/share.h"
#include "dnn/team.h"

enum { LANES = 16, ROUND = 4 * LANES, SHORT = 4096 };

struct norm {
	struct team team;
};

typedef float lanes
    __attribute__((vector_size(64), aligned(sizeof(float)), may_alias));

/* The sum of n <= SHORT squares, side by side in a fixed order. */
HOT static double
short_sum(const float *g, int64_t n)
{
	lanes a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 };
	const lanes *at = (const lanes *)g;
	double total = 0;
	int64_t i;

	for (i = 0; i + ROUND <= n; i += ROUND, at += 4) {
		a += at[0] * at[0];
		b += at[1] * at[1];
		c += at[2] * at[2];
		d += at[3] * at[3];
	}
	for (; i < n; i++)
		total += (double)(g[i] * g[i]);
	a = (a + b) + (c + d);
	for (i = 0; i < LANES; i++)
		total += (double)a[i];
	return total;
}

/* Each share sums the squares of its part of every gradient. */
struct sums {
	const struct op *op;
	double sum[TEAM_MAX];
};

static void
sum_share(void *arg, int share, int shares)
{
	struct sums *s = arg;
	double sum = 0;
	int64_t i, n, end;
	int k;

	for (k = 0; k < s->op->nin; k++) {
		n = val_count(s->op->in[k]);
		i = share_begin(n, LANES, share, shares);
		end = share_begin(n, LANES, share + 1, shares);
		for (; i < end; i += SHORT)
			sum += short_sum(s->op->in[k]->data + i,
			    end - i < SHORT ? end - i : SHORT);
	}
	s->sum[share] = sum;
}

static double
sum_short(const struct op *op)
{
	const struct norm *norm = op->state;
	struct sums s = { .op = op };
	double sum = 0;
	int i;

	team_run(&norm->team, sum_share, &s);
	for (i = 0; i < norm->team.n; i++)
		sum += s.sum[i];
	return sum;
}

static double
sum_long(const struct op *op)
{
	double sum = 0, g;
	int64_t i;
	int k;

	for (k = 0; k < op->nin; k++)
		for (i = 0; i < val_count(op->in[k]); i++) {
			g = (double)op->in[k]->data[i];
			sum += g * g;
		}
	return sum;
}

/* Squares leave the range of floats long before that of doubles. */
static int
norm_run(struct op *op, struct step *step)
{
	double sum = sum_short(op), norm;

	if (!(sum > 1e-20 && sum < 1e30))
		sum = sum_long(op);
	norm = sqrt(sum);
	step->sum_squares = sum;
	step->clip_scale = op->clip_norm > 0 && norm > op->clip_norm
	    ? op->clip_norm / norm
	    : 1;
	return 0;
}

/* Clipping single numbers changes them and is left to the reference. */
int
dnn_norm(struct dnn *dnn, struct op *op, struct err *err)
{
	struct norm *norm;

	if (op->clip_value > 0)
		return 1;
	norm = arena_alloc(&dnn->arena, sizeof(*norm), err);
	if (norm == NULL)
		return -1;
	if (team_plan(&norm->team, dnn, op_flops(op), TEAM_MAX, err) < 0)
		return -1;
	op->state = norm;
	op->run = norm_run;
	return 0;
}
