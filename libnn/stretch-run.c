/* A stretch at work: each lane goes through its samples, chunk by chunk;
   gradients are added up in the end. */
#include "stretch.h"

#include <string.h>

/* The numbers of the next n samples are in each set's ends. */
static void
bind(const struct stretch *t, struct set *set, int64_t at)
{
	int64_t each;
	int i;

	for (i = 0; i < t->nends; i++) {
		if (set->end[i] == NULL)
			continue;
		each = val_count(t->end[i]) / t->n;
		program_bind(&set->p, set->end[i], t->end[i]->data + at * each);
	}
}

HOT static void
add_numbers(real *restrict to, const real *restrict from, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++)
		to[i] += from[i];
}

/* The first lane adds up in place, the others beside it. */
static void
add_sums(const struct stretch *t, const struct set *set, int lane, int first)
{
	real *beside = t->lanes[lane].sums, *to;
	int64_t n;
	int i;

	for (i = 0; i < t->nsums; i++, beside += n) {
		n = val_count(t->sum[i]);
		to = lane == 0 ? t->sum[i]->data : beside;
		if (first)
			memcpy(to, set->sum[i]->data, (size_t)n * sizeof(real));
		else
			add_numbers(to, set->sum[i]->data, n);
	}
}

static int
run_set(struct set *set, const struct step *step, int64_t at)
{
	struct step own = *step;
	int phase, failed = 0;

	own.n = (int)set->p.n;
	own.id = step->id == NULL ? NULL : step->id + at;
	for (phase = PHASE_FORWARD; phase < PHASE_N && !failed; phase++)
		failed = program_run(&set->p, phase, &own);
	return failed;
}

static void
run_share(void *arg, int i, int n)
{
	struct stretch *t = arg;
	struct share *h = &t->shares[i];
	struct set *set;
	int64_t at;

	(void)n;
	h->failed = 0;
	for (at = h->from; at < h->to && !h->failed; at += set->p.n) {
		set = &h->set[h->to - at >= t->chunk ? 0 : 1];
		bind(t, set, at);
		h->failed = run_set(set, t->step, at);
		add_sums(t, set, i, at == h->from);
	}
}

/* In the order of the lanes: the same bytes for the same threads. */
static void
join_sums(const struct stretch *t)
{
	const real *beside;
	int i, lane;

	for (lane = 1; lane < t->nlanes; lane++) {
		beside = t->lanes[lane].sums;
		for (i = 0; i < t->nsums; i++) {
			add_numbers(
			    t->sum[i]->data, beside, val_count(t->sum[i]));
			beside += val_count(t->sum[i]);
		}
	}
}

int
stretch_run(struct op *op, struct step *step)
{
	struct stretch *t = op->state;
	int i, failed = 0;

	t->step = step;
	if (t->nlanes > 1)
		t->backend->shares(t->nlanes, run_share, t);
	else
		run_share(t, 0, 1);
	for (i = 0; i < t->nlanes; i++)
		failed |= t->shares[i].failed;
	join_sums(t);
	return failed ? -1 : 0;
}
