/* The learning rate of every update of a run: warm-up, schedule, floor. */
#include "rate.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "optim.h"

/* "5%" of the run, or a number of updates. */
static int
parse_warmup(const char *text, int64_t total, int64_t *updates, struct err *err)
{
	char part[32];
	size_t n = strlen(text);
	long long count;
	double share;

	if (text_to_int(text, &count) == 0 && count >= 0) {
		*updates = count < total ? count : total;
		return 0;
	}
	if (n > 1 && n < sizeof(part) && text[n - 1] == '%') {
		memcpy(part, text, n);
		part[n - 1] = '\0';
		if (text_to_real(part, &share) == 0 && share >= 0 &&
		    share <= 100) {
			*updates = (int64_t)floor(share / 100 * (double)total);
			return 0;
		}
	}
	return err_set(err, ERR_USAGE,
	    "warmup: '%s' is neither a number of updates nor a share of them "
	    "such as 5%%",
	    text);
}

static int
open_schedule(struct rate *r, const struct choice *choice, struct arena *arena,
    struct err *err)
{
	const char *name = choice->name != NULL ? choice->name : "constant";

	r->schedule = schedule_find(name);
	if (r->schedule == NULL)
		return err_set(
		    err, ERR_USAGE, "schedule: '%s' is unknown", name);
	if (r->schedule->attrs == NULL)
		return 0;
	r->conf = arena_alloc(arena, r->schedule->conf_size, err);
	if (r->conf == NULL)
		return -1;
	if (attr_fill(r->schedule->attrs, r->conf, &choice->settings, arena,
		ERR_USAGE, err) < 0)
		return err_in(err, "schedule %s", name);
	return 0;
}

static int
base_rate(const struct train_plan *plan, double *base, struct err *err)
{
	const char *name =
	    plan->optimizer.name != NULL ? plan->optimizer.name : "adam";
	const struct optim *optim = optim_find(name);

	if (optim == NULL)
		return err_set(
		    err, ERR_USAGE, "optimizer: '%s' is unknown", name);
	*base = plan->lr > 0 ? plan->lr : optim->default_lr;
	if (plan->min_lr > *base)
		return err_set(err, ERR_USAGE,
		    "min_lr: %g is above the rate itself, %g", plan->min_lr,
		    *base);
	return 0;
}

/* Where the schedule that holds in a phase begins and ends. */
static void
find_span(struct rate *r, const struct train_plan *plan,
    const struct train_position *at)
{
	int64_t i, n = plan->nphases;

	for (i = at->phase; i > 0 && !plan->phases[i].restart; i--)
		;
	if (i > 0)
		r->begin = i == at->phase
		    ? at->phase_update
		    : plan->phases[i].epoch * r->per_epoch;
	for (i = at->phase + 1; i < n && !plan->phases[i].restart; i++)
		;
	if (i < n && plan->phases[i].epoch != TRAIN_PLATEAU)
		r->total = plan->phases[i].epoch * r->per_epoch;
	r->total -= r->begin;
	r->rise = at->phase_update - r->begin;
	if (n > 0)
		r->base *= plan->phases[at->phase].lr;
}

int
rate_open(struct rate *r, const struct train_plan *plan,
    const struct train_position *at, int64_t total, int64_t per_epoch,
    struct arena *arena, struct err *err)
{
	*r = (struct rate){
		.floor = plan->min_lr, .total = total, .per_epoch = per_epoch
	};
	if (base_rate(plan, &r->base, err) < 0 ||
	    open_schedule(r, &plan->schedule, arena, err) < 0)
		return -1;
	find_span(r, plan, at);
	return parse_warmup(plan->warmup != NULL ? plan->warmup : "0", r->total,
	    &r->warmup, err);
}

double
rate_at(const struct rate *r, int64_t update)
{
	int64_t at = update - r->begin;
	double factor = 1;

	if (at >= r->warmup)
		factor = r->schedule->factor(r->conf, at - r->warmup,
		    r->total - r->warmup, r->per_epoch);
	if (at < r->rise + r->warmup)
		factor *= (double)(at - r->rise + 1) / (double)r->warmup;
	return fmax(r->base * factor, r->floor);
}

int
train_rate(const struct train_plan *plan, int64_t update, int64_t total,
    int64_t per_epoch, double *lr, struct err *err)
{
	const struct train_position start = { 0 };
	struct arena arena = { 0 };
	struct rate r;
	int status = rate_open(&r, plan, &start, total, per_epoch, &arena, err);

	if (status == 0)
		*lr = rate_at(&r, update);
	arena_free(&arena);
	return status;
}
