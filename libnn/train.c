/* Epochs, evaluation, patience: training as a plan and a position.

   All that a run remembers between two updates is in the position, the
   parameters and the optimizer's slots; a run that begins from copies of them
   continues as this one would, in the same bytes. */
#include "train.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "phase.h"
#include "rate.h"
#include "turn.h"

static const char *const monitors[] = { "val_loss", "val_acc", "loss", "acc",
	NULL };
static const char *const keeps[] = { "best", "last", "ema", NULL };
static const char *const caches[] = { "auto", "always", "never", NULL };
static const char *const computes[] = { "f32", "bf16", NULL };

#define PLAN(TYPE, MEMBER) ATTR(TYPE, struct train_plan, MEMBER)
const struct attr train_plan_attrs[] = {
	{ PLAN(INT, epochs), 1, 4e9, "5", "how often to go through the data" },
	{ PLAN(INT, steps), 0, 1e15, "0",
	    "how many updates to make, instead of epochs" },
	{ PLAN(INT, batch), 1, 1 << 24, "32", "samples of a batch" },
	{ PLAN(INT, accumulate), 1, 1 << 20, "1",
	    "batches whose gradients make one update together" },
	{ PLAN(REAL, lr), 0, 1e6, "0",
	    "learning rate (0: the optimizer's own default)" },
	{ PLAN(INT, seed), 0, 9e15, "0", "what random numbers come from" },
	{ PLAN(WORD, monitor), 0, 0, "val_loss",
	    "what tells which epoch is the best", 0, monitors },
	{ PLAN(INT, patience), 0, 1e9, "0",
	    "stop after so many epochs that were not the best (0: never)" },
	{ PLAN(WORD, keep), 0, 0, "best",
	    "which weights are the result: of the best epoch, when there is "
	    "validation, of the last, or averaged",
	    0, keeps },
	{ PLAN(REAL, l1), 0, 1e6, "0", "penalty on the sum of |w|" },
	{ PLAN(REAL, l2), 0, 1e6, "0", "penalty on the sum of w^2" },
	{ PLAN(REAL, weight_decay), 0, 1e6, "0",
	    "weight decay (decoupled for adamw, else added to the gradient)" },
	{ PLAN(BOOL, decay_all), 0, 1, "false",
	    "penalties and decay on biases as well" },
	{ PLAN(REAL, clip_norm), 0, 1e30, "0",
	    "longest gradient over all parameters (0: any)" },
	{ PLAN(REAL, clip_value), 0, 1e30, "0",
	    "largest number of a gradient (0: any)" },
	{ PLAN(REAL, ema), 0, 0.999999, "0",
	    "average the weights with this decay, such as 0.999" },
	{ PLAN(REAL, val_split), 0, 0.99, "0",
	    "share of the data kept for validation" },
	{ PLAN(WORD, warmup), 0, 0, "0",
	    "updates, or a share such as 5%, over which the rate climbs" },
	{ PLAN(REAL, min_lr), 0, 1e6, "0", "the rate never falls below" },
	{ PLAN(REAL, layer_decay), 1e-6, 1, "1",
	    "multiply the rate of a layer by this for each block between it "
	    "and the output" },
	{ PLAN(WORD, compute), 0, 0, "f32",
	    "what products are made of: f32, or bf16 where the processor has "
	    "it",
	    0, computes },
	{ PLAN(WORD, cache_features), 0, 0, "auto",
	    "run frozen layers before those that learn once and keep what they "
	    "give: always, never, or auto: where it pays",
	    0, caches },
	{ 0 },
};

#define AT(TYPE, MEMBER) ATTR(TYPE, struct train_position, MEMBER)
const struct attr train_position_attrs[] = {
	{ AT(INT, first_epoch), 0, 4e9, "0", "epoch when the run began" },
	{ AT(INT, epoch), 0, 4e9, "0", "epoch now" },
	{ AT(INT, batch_at), 0, 9e15, "0", "batches of it that are done" },
	{ AT(INT, update), 0, 9e15, "0", "updates of this run" },
	{ AT(INT, optimizer_step), 0, 9e15, "0", "updates of the optimizer" },
	{ AT(REAL, sum_loss), -DBL_MAX, DBL_MAX, "0",
	    "losses of this epoch's samples" },
	{ AT(INT, sum_n), 0, 9e15, "0", "samples of this epoch" },
	{ AT(INT, sum_right), -1, 9e15, "0",
	    "right ones among them (-1: no labels)" },
	{ AT(REAL, best), -DBL_MAX, DBL_MAX, "0", "best monitored value" },
	{ AT(INT, best_epoch), 0, 4e9, "0", "its epoch, from 1 (0: none)" },
	{ AT(INT, bad_epochs), 0, 4e9, "0", "epochs since" },
	{ AT(INT, phase), 0, TRAIN_PHASES_MAX, "0", "phase of the plan" },
	{ AT(INT, phase_update), 0, 9e15, "0", "updates before it" },
	{ AT(BOOL, done), 0, 1, "false", "the run has ended" },
	{ 0 },
};

/* What train_run works with; the arguments and what follows from them. */
struct run {
	struct net *net;
	const struct train_plan *plan;
	struct train_position *at;
	struct feed *data, *val;
	const struct train_calls *calls;
	struct rate rate;
	int64_t batches; /* an epoch has so many; -1: not known */
	int64_t updates; /* and so many updates */
	int64_t total;   /* updates of this run; -1: not known */
	struct train_report report;
};

static double
share(double part, int64_t whole)
{
	return whole > 0 ? part / (double)whole : NAN;
}

static double
accuracy(int64_t right, int64_t n)
{
	return right >= 0 ? share((double)right, n) : NAN;
}

/* The report's running figures are those of the position. */
static void
refresh(struct run *r)
{
	const struct train_position *at = r->at;

	r->report.loss = share(at->sum_loss, at->sum_n);
	r->report.acc = accuracy(at->sum_right, at->sum_n);
}

static int
needs_length(const struct train_plan *plan)
{
	const char *s = plan->schedule.name, *w = plan->warmup;

	return (s != NULL && strcmp(s, "constant") != 0) ||
	    (w != NULL && strchr(w, '%') != NULL);
}

static int
measure(struct run *r, struct err *err)
{
	int64_t count = r->data->count, batch = r->data->batch;

	r->batches = count < 0 ? -1 : (count + batch - 1) / batch;
	r->updates = count < 0 ? -1 : phase_updates(r->plan, r->batches);
	r->total = r->plan->steps;
	if (r->total == 0)
		r->total = r->updates < 0 ? -1 : r->updates * r->plan->epochs;
	if (count == 0)
		return err_set(err, ERR_DATA, "there are no samples");
	if (r->total < 0 && needs_length(r->plan))
		return err_set(err, ERR_USAGE,
		    "the data have no known length, which the schedule or the "
		    "warm-up depends on; give a number of steps");
	return 0;
}

/* Can the monitored value be measured in this run? */
static int
is_monitored(const struct run *r)
{
	return r->val != NULL || strncmp(r->plan->monitor, "val_", 4) != 0;
}

static int
check_plan(const struct run *r, struct err *err)
{
	if (r->plan->patience > 0 && !is_monitored(r))
		return err_set(err, ERR_USAGE,
		    "patience needs validation data to watch %s; give --val "
		    "or --val-split",
		    r->plan->monitor);
	return phase_check(r->plan, r->at, err);
}

/* 1: an update was made; 0: the epoch has no more samples. */
static int
step(struct run *r, struct err *err)
{
	struct train_position *at = r->at;
	struct turn turn;
	struct step_args args = {
		.epoch = (uint32_t)at->epoch,
		.update = at->optimizer_step + 1,
		.lr = rate_at(&r->rate, at->update),
	};

	if (turn_run(r->net, r->data, r->plan->accumulate, &args, &turn, err) <
	    0)
		return -1;
	if (turn.n == 0)
		return 0;
	at->update++;
	at->optimizer_step++;
	at->batch_at += turn.batches;
	at->sum_loss += turn.loss;
	at->sum_n += turn.n;
	if (turn.right < 0)
		at->sum_right = -1;
	else if (at->sum_right >= 0)
		at->sum_right += turn.right;
	refresh(r);
	return 1;
}

static int
all_steps_done(const struct run *r)
{
	return r->plan->steps > 0 && r->at->update >= r->plan->steps;
}

/* The rest of this epoch.  1: the caller wants to stop here. */
static int
run_batches(struct run *r, struct err *err)
{
	int status;

	if (r->data->begin(
		r->data, (uint32_t)r->at->epoch, r->at->batch_at, err) < 0)
		return -1;
	while (!all_steps_done(r)) {
		if ((status = step(r, err)) < 0)
			return -1;
		if (status == 0)
			break;
		if (r->calls->on_step != NULL &&
		    r->calls->on_step(r->calls->ctx, &r->report))
			return 1;
	}
	if (r->at->sum_n == 0)
		return err_set(err, ERR_DATA, "epoch %lld has no samples",
		    (long long)r->at->epoch + 1);
	return 0;
}

static double
monitored(const struct run *r, const struct train_epoch *row)
{
	const double values[] = { row->val_loss, row->val_acc, row->loss,
		row->acc };
	int i;

	for (i = 0; monitors[i + 1] != NULL; i++)
		if (strcmp(monitors[i], r->plan->monitor) == 0)
			break;
	return values[i];
}

static int
judge(struct run *r, struct train_epoch *row, struct err *err)
{
	struct train_position *at = r->at;
	const char *monitor = r->plan->monitor;
	double value = monitored(r, row);
	int rising = strcmp(monitor + strlen(monitor) - 3, "acc") == 0;

	if (!is_monitored(r))
		return 0;
	if (isnan(value))
		return err_set(err, ERR_USAGE,
		    "monitor: %s cannot be measured on these data; %s", monitor,
		    rising ? "there are no labels, monitor a loss"
			   : "there are no samples");
	row->improved = at->best_epoch == 0 ||
	    (rising ? value > at->best : value < at->best);
	if (row->improved) {
		at->best = value;
		at->best_epoch = row->epoch;
		at->bad_epochs = 0;
	} else {
		at->bad_epochs++;
	}
	return 0;
}

/* Averaged weights are judged when they are what is kept. */
static int
score_kept(struct run *r, struct score *score, struct err *err)
{
	int averaged = strcmp(r->plan->keep, "ema") == 0, status;

	if (averaged)
		net_swap_average(r->net);
	status = train_score(r->net, r->val, score, err);
	if (averaged)
		net_swap_average(r->net);
	return status;
}

static int
score_epoch(struct run *r, struct train_epoch *row, struct err *err)
{
	struct score score;

	*row = (struct train_epoch){
		.epoch = r->at->epoch + 1,
		.loss = r->report.loss,
		.acc = r->report.acc,
		.val_loss = NAN,
		.val_acc = NAN,
		.lr = rate_at(&r->rate, r->at->update - 1),
	};
	if (r->val == NULL)
		return 0;
	if (score_kept(r, &score, err) < 0)
		return err_in(err, "validation");
	row->val_loss = score.loss;
	row->val_acc = accuracy(score.right, score.n);
	return 0;
}

/* Moves to the next epoch and decides whether there is one. */
static void
advance(struct run *r)
{
	struct train_position *at = r->at;
	int by_epochs = r->plan->steps == 0;

	at->epoch++;
	at->batch_at = 0;
	at->sum_loss = 0;
	at->sum_n = at->sum_right = 0;
	at->done = all_steps_done(r) ||
	    (by_epochs && at->epoch >= at->first_epoch + r->plan->epochs);
	if (at->done)
		return;
	if (phase_is_over(r->plan, at))
		phase_next(at);
	else
		at->done = phase_is_last(r->plan, at) &&
		    r->plan->patience > 0 &&
		    at->bad_epochs >= r->plan->patience;
}

/* The callbacks see the position of the next epoch: what they write down is
   where a resumed run begins. */
static int
end_epoch(struct run *r, struct err *err)
{
	const struct train_calls *calls = r->calls;
	struct train_epoch row;
	int status = 0;

	if (score_epoch(r, &row, err) < 0 || judge(r, &row, err) < 0)
		return -1;
	advance(r);
	r->report.epoch = &row;
	if (row.improved && calls->on_best != NULL &&
	    strcmp(r->plan->keep, "best") == 0)
		status = calls->on_best(calls->ctx, &r->report, err);
	if (status == 0 && calls->on_epoch != NULL)
		status = calls->on_epoch(calls->ctx, &r->report, err);
	r->report.epoch = NULL;
	return status;
}

static enum train_end
run_epochs(struct run *r, struct err *err)
{
	int64_t phase = r->at->phase;
	int status;

	while (!r->at->done) {
		status = run_batches(r, err);
		if (status > 0)
			return TRAIN_STOPPED;
		if (status < 0 || end_epoch(r, err) < 0)
			return TRAIN_FAILED;
		if (r->at->phase != phase)
			return TRAIN_PHASE;
	}
	if (r->plan->patience > 0 && r->at->bad_epochs >= r->plan->patience)
		return TRAIN_PATIENCE;
	return TRAIN_DONE;
}

enum train_end
train_run(struct net *net, const struct train_plan *plan,
    struct train_position *at, struct feed *data, struct feed *val,
    const struct train_calls *calls, struct err *err)
{
	struct arena arena = { 0 };
	struct run r = { net, plan, at, data, val, calls, .batches = 0 };
	enum train_end end = TRAIN_FAILED;

	if (measure(&r, err) == 0 && check_plan(&r, err) == 0 &&
	    rate_open(&r.rate, plan, at, r.total, r.updates, &arena, err) ==
		0) {
		r.report = (struct train_report){
			.plan = plan, .at = at, .batches = r.batches
		};
		refresh(&r);
		end = run_epochs(&r, err);
	}
	arena_free(&arena);
	return end;
}
