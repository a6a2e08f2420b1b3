/* Phases of unfreezing: what they make of a graph. */
#include "phases.h"

#include "run.h"
#include "select.h"

static int
thaw(struct run *r, struct graph *g, const struct train_phase *phase,
    struct err *err)
{
	struct selection s;

	if (*phase->select == '\0')
		return 0;
	if (select_parse(&s, g, phase->select, &r->t->arena, err) < 0)
		return err_in(err, "--unfreeze");
	select_thaw(&s, g);
	return 0;
}

/* How many tensors of a node learn. */
static int
learning(const struct node *node)
{
	int n = 0;

	for (int k = 0; k < node->nparams; k++)
		n += node->params[k].role == ROLE_PARAMETER && !node->frozen &&
		    !node->params[k].frozen;
	return n;
}

/* How many tensors learn by now; which nodes did not before this phase. */
static int
note_entries(struct thaws *t, int phase)
{
	int all = 0, n;

	for (int i = 0; i < t->ever.nnodes; i++) {
		n = learning(&t->ever.nodes[i]);
		if (n > 0 && t->enters[i] < 0)
			t->enters[i] = phase;
		all += n;
	}
	return all;
}

/* Words of the command line that thaw nothing are a mistake. */
static int
check_entry(struct run *r, int phase, int more, struct err *err)
{
	if (more > 0 || r->o->unfreeze.n == 0 || r->resumed ||
	    *r->plan.train.phases[phase].select == '\0')
		return 0;
	return err_set(err, ERR_USAGE,
	    "--unfreeze: %s: has no effect, nothing of it is frozen then",
	    r->plan.train.phases[phase].select);
}

int
phases_survey(struct run *r, struct err *err)
{
	const struct train_plan *p = &r->plan.train;
	const struct graph *g = &r->s.model.graph;
	struct arena *arena = &r->t->arena;
	struct thaws *t = &r->thaws;
	size_t n = (size_t)g->nnodes;
	int first = p->nphases > 0 ? (int)r->at.phase : 0, before = 0, now;

	t->enters = arena_array(arena, n, sizeof(*t->enters), err);
	t->since = arena_array(arena, n, sizeof(*t->since), err);
	if (t->enters == NULL || t->since == NULL ||
	    graph_copy(&t->ever, g, arena, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		t->enters[i] = -1;
	if (p->nphases == 0 || *p->phases[0].select == '\0')
		before = note_entries(t, 0);
	for (int i = first; i < p->nphases; i++, before = now) {
		if (thaw(r, &t->ever, &p->phases[i], err) < 0)
			return -1;
		now = note_entries(t, i);
		if (check_entry(r, i, now - before, err) < 0)
			return -1;
	}
	return 0;
}

int
phases_thaw(struct run *r, struct err *err)
{
	for (int64_t i = 0; i < r->plan.train.nphases && i <= r->at.phase; i++)
		if (thaw(r, &r->s.model.graph, &r->plan.train.phases[i], err) <
		    0)
			return -1;
	return 0;
}

int
phases_plain(const struct run *r)
{
	const struct train_plan *p = &r->plan.train;

	return p->nphases > 0 && p->phases[r->at.phase].plain;
}
