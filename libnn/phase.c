/* The phases of a run: do they follow each other, and when does one end? */
#include "phase.h"

/* One phase against the one before it: does it begin behind it, and is it
   known what its schedule spans? */
static int
check_phase(
    const struct train_plan *plan, int i, int64_t *begun, struct err *err)
{
	const struct train_phase *p = &plan->phases[i];

	if (p->epoch == TRAIN_PLATEAU && plan->patience == 0)
		return err_set(err, ERR_USAGE,
		    "phase %d: begins at a plateau, which patience tells; give "
		    "--patience",
		    i + 1);
	if (p->epoch == TRAIN_PLATEAU)
		return i > 0 && (!p->restart || i + 1 == plan->nphases)
		    ? 0
		    : err_set(err, ERR_USAGE,
			  "phase %d: cannot begin at a plateau", i + 1);
	if (i > 0 ? p->epoch <= *begun : p->epoch != 0)
		return err_set(err, ERR_USAGE,
		    "phase %d: begins at epoch %lld, where the one before it "
		    "has not begun",
		    i + 1, (long long)p->epoch);
	if (plan->steps == 0 && p->epoch >= plan->epochs)
		return err_set(err, ERR_USAGE,
		    "phase %d: begins at epoch %lld, and the run has %lld; "
		    "give "
		    "more --epochs",
		    i + 1, (long long)p->epoch, (long long)plan->epochs);
	*begun = p->epoch;
	return 0;
}

int
phase_check(const struct train_plan *plan, const struct train_position *at,
    struct err *err)
{
	int64_t begun = 0;
	int i;

	for (i = 0; i < plan->nphases; i++)
		if (check_phase(plan, i, &begun, err) < 0)
			return -1;
	if (at->phase > 0 && at->phase >= plan->nphases)
		return err_set(err, ERR_USAGE, "there is no phase %lld",
		    (long long)at->phase + 1);
	return 0;
}

int
phase_is_last(const struct train_plan *plan, const struct train_position *at)
{
	return at->phase + 1 >= plan->nphases;
}

int
phase_is_over(const struct train_plan *plan, const struct train_position *at)
{
	const struct train_phase *next = &plan->phases[at->phase + 1];

	if (phase_is_last(plan, at))
		return 0;
	return next->epoch == TRAIN_PLATEAU
	    ? at->bad_epochs >= plan->patience
	    : at->epoch - at->first_epoch >= next->epoch;
}

void
phase_next(struct train_position *at)
{
	at->phase++;
	at->phase_update = at->update;
	at->bad_epochs = 0;
}

int64_t
phase_updates(const struct train_plan *plan, int64_t batches)
{
	int64_t each = plan->accumulate > 1 ? plan->accumulate : 1;

	return (batches + each - 1) / each;
}

int64_t
train_phase_epochs(const struct train_plan *plan,
    const struct train_position *at, int64_t batches)
{
	int64_t updates = phase_updates(plan, batches);
	int64_t from = updates > 0 ? at->phase_update / updates : 0;
	int64_t to = plan->epochs;

	if (!phase_is_last(plan, at) &&
	    plan->phases[at->phase + 1].epoch != TRAIN_PLATEAU)
		to = plan->phases[at->phase + 1].epoch;
	return to - from;
}
