/* A training run from options to result: what nn-train and nn-finetune do.

   Everything that can be wrong is looked at before the work begins, and what
   was done is never lost: a run that is stopped leaves its checkpoint, one
   that fails leaves every file as it was. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "checkpoints.h"
#include "feature-cache.h"
#include "frozen.h"
#include "run-report.h"
#include "state.h"

static double
seconds_since(uint64_t then)
{
	return (double)(tool_clock() - then) * 1e-9;
}

static int
checkpoint_due(const struct run *r)
{
	const struct every *e = &r->every;

	if (e->steps > 0 && r->at.update - r->saved_update >= e->steps)
		return 1;
	if (e->epochs > 0 && r->at.epoch - r->saved_epoch >= e->epochs)
		return 1;
	return e->seconds > 0 && seconds_since(r->saved) >= e->seconds;
}

static int
checkpoint_now(struct run *r, struct err *err)
{
	if (checkpoint_write(r, err) < 0)
		return err_in(err, "checkpoint");
	r->saved = tool_clock();
	r->saved_update = r->at.update;
	r->saved_epoch = r->at.epoch;
	return 0;
}

/* The one that was due: more than the latest may be kept. */
static int
checkpoint_regular(struct run *r, struct err *err)
{
	if (checkpoint_now(r, err) < 0)
		return -1;
	if (r->o->keep_checkpoints > 0 && checkpoints_keep(r, err) < 0)
		return err_in(err, "--keep-checkpoints");
	return 0;
}

static int
on_step(void *ctx, const struct train_report *report)
{
	struct run *r = ctx;

	r->samples += r->plan.train.batch * r->plan.train.accumulate;
	show_step(r, report);
	if (tool_line_wanted())
		show_status(r, report);
	if (tool_snapshot_wanted()) {
		if (r->checkpoint == NULL)
			tool_warn(r->t,
			    "no snapshot: give --checkpoint=FILE or -o FILE");
		else if (checkpoint_now(r, &r->t->err) < 0)
			return 1;
	}
	if (checkpoint_due(r) && checkpoint_regular(r, &r->t->err) < 0)
		return 1;
	r->out_of_time =
	    r->o->max_time > 0 && seconds_since(r->began) >= r->o->max_time;
	return r->out_of_time || tool_stopped();
}

static int
on_epoch(void *ctx, const struct train_report *report, struct err *err)
{
	struct run *r = ctx;

	if (history_add(r->history, report->epoch, err) < 0)
		return -1;
	if (show_epoch(r, report, err) < 0)
		return -1;
	return checkpoint_due(r) ? checkpoint_regular(r, err) : 0;
}

static int
on_best(void *ctx, const struct train_report *report, struct err *err)
{
	struct run *r = ctx;

	(void)report;
	if (strcmp(r->plan.train.keep, "best") != 0)
		return 0;
	return state_take(r, &r->best, err);
}

/* Stopped between two updates: keep what was done and say how to go on. */
static int
stopped(struct run *r, struct err *err)
{
	const char *why = tool_stopped() ? "stopped" : "the time is up";
	char text[ERR_TEXT];

	if (r->checkpoint != NULL && checkpoint_now(r, err) < 0)
		return -1;
	snprintf(text, sizeof(text),
	    "%s in epoch %lld after %lld batches; %s%s%s", why,
	    (long long)r->at.epoch + 1, (long long)r->at.batch_at,
	    r->checkpoint != NULL ? "kept in " : "nothing is kept",
	    r->checkpoint != NULL ? r->checkpoint : "",
	    r->checkpoint != NULL ? "; the same command with --resume goes on"
				  : ", for there is no --checkpoint=FILE");
	if (!tool_stopped())
		return err_set(err, ERR_BUDGET, "%s", text);
	tool_warn(r->t, "%s", text);
	tool_raise(r->t);
	return err_set(err, ERR_BUG, "a signal has no effect");
}

/* Those of the epoch that is kept; a finished checkpoint has them. */
static int
record_metrics(struct run *r, struct err *err)
{
	static const char *const names[] = { "loss", "acc", "val_loss",
		"val_acc" };
	const struct train_position *kept = state_kept(r);
	int64_t row = r->history->rows - 1 - (r->at.epoch - kept->epoch);

	if (r->record == NULL || kept->epoch == kept->first_epoch ||
	    json_get(r->record, "metrics") != NULL)
		return 0;
	for (int i = 0; i < 4; i++) {
		double v = history_value(r->history, names[i], row);

		if (!number_is_none(v) &&
		    lineage_metric(r->t, r->record, names[i], v, err) < 0)
			return -1;
	}
	return 0;
}

static int
finish(struct run *r, struct err *err)
{
	int piped = strcmp(r->result, "-") == 0;
	int verified;

	r->at.done = 1;
	if (net_store(r->net, &r->s.model.graph, err) < 0 ||
	    (verified = freeze_proof_check(r->proof, &r->s.model.graph, err)) <
		0 ||
	    record_metrics(r, err) < 0)
		return -1;
	if (r->checkpoint != NULL && !r->own_checkpoint &&
	    checkpoint_now(r, err) < 0)
		return -1;
	/* Nothing may fail behind a result that went down a pipe; a file of a
	   long run is safe before pictures are drawn. */
	if ((piped && run_report(r, err) < 0) || result_write(r, err) < 0 ||
	    show_end(r, verified, err) < 0)
		return -1;
	if (r->own_checkpoint && unlink(r->checkpoint) < 0 && errno != ENOENT)
		return err_errno(err, "%s", r->checkpoint);
	if (r->o->profile && show_profile(r, err) < 0)
		return -1;
	return piped ? 0 : run_report(r, err);
}

/* Where the last good state is, when numbers have gone bad. */
static int
failed(struct run *r, struct err *err)
{
	size_t n = strlen(err->text);

	if (err->code == ERR_NUMERIC && r->checkpoint != NULL &&
	    access(r->checkpoint, F_OK) == 0)
		snprintf(err->text + n, sizeof(err->text) - n,
		    "; the last good state is in %s", r->checkpoint);
	return -1;
}

static enum train_end
train_phases(struct run *r, struct err *err)
{
	const struct train_calls calls = { r, on_step, on_epoch, on_best };
	enum train_end end;

	for (;;) {
		end = train_run(r->net, &r->plan.train, &r->at, r->feed,
		    r->val_feed, &calls, err);
		if (end != TRAIN_PHASE)
			return end;
		if (run_phase_next(r, err) < 0)
			return TRAIN_FAILED;
	}
}

static int
train(struct run *r, struct err *err)
{
	enum train_end end = TRAIN_DONE;

	r->began = r->saved = tool_clock();
	r->saved_update = r->at.update;
	r->saved_epoch = r->at.epoch;
	tool_catch();
	if (!r->at.done && r->plan.train.epochs + r->plan.train.steps > 0)
		end = train_phases(r, err);
	else
		tool_note(r->t, "the plan is complete already");
	tool_progress_clear(r->t);
	if (end == TRAIN_FAILED || err->code != ERR_NONE)
		return failed(r, err);
	if (end == TRAIN_STOPPED)
		return stopped(r, err);
	return finish(r, err);
}

static void
run_free(struct run *r)
{
	state_free(r->best);
	if (r->history != NULL)
		history_free(r->history);
	run_close_net(r);
	data_free(r->data);
	data_free(r->val);
	base_free(r);
	session_close(&r->s);
}

static int
run_steps(struct run *r, const struct surgery *surgery, struct err *err)
{
	if (run_check(r, surgery, err) < 0 || run_read(r, err) < 0 ||
	    run_open(r, surgery, err) < 0 || run_settle(r, err) < 0 ||
	    run_prepare(r, err) < 0)
		return -1;
	if (r->o->contact_sheet != NULL && show_sheet(r, err) < 0)
		return -1;
	if (r->o->common.dry_run)
		return show_plan(r, err);
	return r->o->lr_find > 0 ? run_find(r, err) : train(r, err);
}

int
run_all(struct run *r, struct tool *t, struct train_options *o,
    const struct surgery *surgery)
{
	int status;

	r->t = t;
	r->o = o;
	status = run_steps(r, surgery, &t->err);
	run_free(r);
	return status;
}
