/* From one phase of a run to the next: the layers that learn now, the net made
   anew for them, the optimizer's state of those that go on. */
#include <string.h>

#include "feature-cache.h"
#include "frozen.h"
#include "phases.h"
#include "state.h"

/* Where the optimizer's state comes from. */
struct source {
	struct fmt_named *slots;
	int n;
};

static int
has_state(const struct source *from, const char *layer, const char *param)
{
	for (int i = 0; i < from->n; i++)
		if (strcmp(from->slots[i].layer, layer) == 0 &&
		    strcmp(from->slots[i].param, param) == 0)
			return 1;
	return 0;
}

/* What has no state begins with the next update. */
static void
date_tensors(struct run *r, const struct source *from)
{
	const struct graph *g = &r->s.model.graph;

	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++)
			if (!has_state(from, g->nodes[i].name,
				g->nodes[i].params[k].name))
				r->thaws.since[i][k] = r->at.optimizer_step;
}

/* Numbers of a graph into the same graph, which owns what has changed since. */
static int
go_back(struct graph *to, const struct graph *from, struct err *err)
{
	for (int i = 0; i < from->nnodes; i++)
		for (int k = 0; k < from->nodes[i].nparams; k++) {
			struct tensor *a = &to->nodes[i].params[k].value;
			const struct tensor *b =
			    &from->nodes[i].params[k].value;
			size_t n;

			if (tensor_bytes(b, &n, err) < 0)
				return -1;
			if (memcmp(a->data, b->data, n) == 0)
				continue;
			if (!arena_owns(to->arena, a->data) &&
			    (a->data = arena_slab(to->arena, n, err)) == NULL)
				return -1;
			memcpy(a->data, b->data, n);
		}
	return 0;
}

/* No update of this phase has been made yet. */
static int
is_new(const struct run *r)
{
	return r->at.phase > 0 && r->at.update == r->at.phase_update;
}

/* A plateau ends where the run was best. */
static int
restore_best(struct run *r, struct source *from, struct err *err)
{
	if (!is_new(r) || r->best == NULL ||
	    r->plan.train.phases[r->at.phase].epoch != TRAIN_PLATEAU)
		return 0;
	r->at.optimizer_step = r->best->at.optimizer_step;
	*from = (struct source){ r->best->slots, r->best->nslots };
	return go_back(&r->s.model.graph, &r->best->graph, err);
}

static int
load_slots(struct run *r, const struct source *from, struct err *err)
{
	int fitted = slots_load(r, from->slots, from->n, NULL);

	if (r->resumed && r->at.optimizer_step > 0 && !is_new(r) &&
	    r->entered == 0 && fitted != r->nslots)
		return err_set(err, ERR_MODEL,
		    "%s: optimizer: state of %d tensors is missing", r->s.name,
		    r->nslots - fitted);
	if (!is_new(r) && fitted > 0 && fitted < r->nslots)
		tool_note(r->t,
		    "%s: optimizer state of %d of %d tensors starts fresh",
		    r->s.name, r->nslots - fitted, r->nslots);
	if (r->plan.train.nphases > 0)
		return show_phase(r, fitted, err);
	return 0;
}

static int
enter(struct run *r, struct source from, struct err *err)
{
	if (phases_thaw(r, err) < 0 || restore_best(r, &from, err) < 0)
		return -1;
	date_tensors(r, &from);
	if (run_build(r, err) < 0)
		return -1;
	r->proof = freeze_proof_take(
	    &r->s.model.graph, norms_all_stored(r), &r->t->arena, err);
	if (r->proof == NULL || load_slots(r, &from, err) < 0)
		return -1;
	r->entered++;
	return 0;
}

/* The model's optimizer state is of use unless the run begins afresh, or with
   another optimizer. */
static int
is_of_use(struct run *r)
{
	const struct fmt_model *m = &r->s.model;
	const char *now = r->plan.train.optimizer.name;

	if (r->fresh && !r->resumed)
		return 0;
	if (m->optimizer.name == NULL || strcmp(m->optimizer.name, now) == 0)
		return m->nslots > 0 || m->optimizer_step > 0;
	tool_note(r->t, "%s: trained with %s; %s starts fresh", r->s.name,
	    m->optimizer.name, now);
	return 0;
}

int
run_phase_first(struct run *r, struct err *err)
{
	const struct fmt_model *m = &r->s.model;
	struct source from = { 0 };
	int useful = is_of_use(r);

	if ((useful || r->resumed) &&
	    fmt_verify(&r->s.model, FMT_SLOTS, err) < 0)
		return -1;
	if (useful)
		from = (struct source){ m->slots, m->nslots };
	else
		r->at.optimizer_step = 0;
	since_load(r, from.slots, from.n);
	if (enter(r, from, err) < 0)
		return -1;
	if (!useful && r->resumed)
		slots_load(r, m->slots, m->nslots, STATE_ANCHOR);
	return 0;
}

int
run_phase_next(struct run *r, struct err *err)
{
	struct arena arena = { 0 };
	struct source now = { 0 };
	int status = -1, verified;

	if (net_store(r->net, &r->s.model.graph, err) < 0)
		return -1;
	verified = freeze_proof_check(r->proof, &r->s.model.graph, err);
	if (verified < 0)
		return -1;
	show_verified(r, verified);
	if (slots_copy(r, &now.slots, &now.n, &arena, err) == 0) {
		run_close_net(r);
		status = enter(r, now, err);
	}
	arena_free(&arena);
	return status;
}
