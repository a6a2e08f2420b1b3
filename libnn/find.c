/* Searching a rate: updates whose rate grows while the loss is watched. */
#include "find.h"

#include <math.h>

#include "optim.h"
#include "turn.h"

/* The mean forgets with KEEP a step: the memory of some five steps, half a
   decade of a hundred steps.  The first SETTLE steps say little about the
   mean and nothing about its minimum. */
#define KEEP 0.8
enum { SETTLE = 5 };

int
find_begin(struct find *f, const struct train_plan *plan, int steps,
    struct arena *arena, struct err *err)
{
	const struct optim *optim = optim_find(plan->optimizer.name);

	if (optim == NULL)
		return err_set(err, ERR_USAGE, "optimizer: '%s' is unknown",
		    plan->optimizer.name);
	*f = (struct find){
		.from = FIND_FROM * (optim->default_lr / 1e-3),
		.to = FIND_TO,
		.steps = steps,
		.accumulate = plan->accumulate,
		.best = -1,
	};
	f->row = arena_array(arena, (size_t)steps, sizeof(*f->row), err);
	return f->row != NULL ? 0 : -1;
}

static double
rate_of(const struct find *f, int i)
{
	return f->from *
	    pow(f->to / f->from, f->steps > 1 ? (double)i / (f->steps - 1) : 0);
}

/* Each number counts KEEP times as much as the one after it. */
static double
smooth(const struct find *f, double loss)
{
	double weight = 1, sum = loss, all = 1;
	int i;

	for (i = f->n - 1; i >= 0 && weight > 1e-12; i--) {
		weight *= KEEP;
		sum += weight * f->row[i].loss;
		all += weight;
	}
	return sum / all;
}

static int
has_exploded(const struct find *f)
{
	double least = INFINITY;
	int i;

	for (i = SETTLE; i < f->n; i++)
		least = fmin(least, f->row[i].smoothed);
	return f->n > SETTLE && f->row[f->n - 1].smoothed > FIND_STOP * least;
}

/* The steepest descent between the neighbours of a row; rates are evenly
   spaced in their logarithm. */
static void
choose(struct find *f)
{
	double slope, steepest = 0;
	int i;

	f->best = -1;
	for (i = SETTLE + 1; i + 1 < f->n; i++) {
		slope = f->row[i + 1].smoothed - f->row[i - 1].smoothed;
		if (slope < steepest) {
			steepest = slope;
			f->best = i;
		}
	}
}

/* One update, by the next epoch when this one is over; its loss is a row.  1:
   the numbers are not finite any more. */
static int
find_step(struct find *f, struct net *net, struct feed *data,
    struct step_args *args, struct err *err)
{
	struct turn turn = { 0 };
	int tries, status = 0;

	args->lr = rate_of(f, f->n);
	for (tries = 0; tries < 2 && status == 0 && turn.n == 0; tries++) {
		if (tries > 0 && data->begin(data, ++args->epoch, 0, err) < 0)
			return -1;
		status = turn_run(net, data, f->accumulate, args, &turn, err);
	}
	if (status < 0) {
		if (err->code != ERR_NUMERIC || f->n == 0)
			return -1;
		err_clear(err);
		return 1;
	}
	if (turn.n == 0)
		return err_set(err, ERR_DATA, "there are no samples");
	args->update++;
	f->row[f->n].lr = args->lr;
	f->row[f->n].loss = turn.loss / (double)turn.n;
	f->row[f->n].smoothed = smooth(f, f->row[f->n].loss);
	f->n++;
	return 0;
}

int
find_run(struct find *f, struct net *net, const struct train_position *at,
    struct feed *data, void (*on_step)(void *ctx, const struct find *f),
    void *ctx, struct err *err)
{
	struct step_args args = {
		.epoch = (uint32_t)at->epoch,
		.update = at->optimizer_step + 1,
	};
	int status;

	if (data->begin(data, args.epoch, 0, err) < 0)
		return -1;
	while (f->n < f->steps && !has_exploded(f)) {
		if ((status = find_step(f, net, data, &args, err)) < 0)
			return -1;
		if (status > 0)
			break;
		if (on_step != NULL)
			on_step(ctx, f);
	}
	choose(f);
	return 0;
}
