/* What a run writes: checkpoints and the result, put together in one place, so
   that both hold what a resumed run needs. */
#include <string.h>

#include "adapter.h"
#include "base.h"
#include "frozen.h"
#include "state.h"

/* What is written, put together in an arena of its own. */
struct writing {
	struct arena arena;
	struct fmt_model m;
	struct training training;
};

/* Slots of a tensor stand side by side: its last one? */
static int
is_last_of_tensor(const struct fmt_named *slots, int n, int i)
{
	return i + 1 == n || strcmp(slots[i].layer, slots[i + 1].layer) != 0 ||
	    strcmp(slots[i].param, slots[i + 1].param) != 0;
}

static int64_t *
since_of(struct run *r, const struct fmt_named *slot)
{
	int i = graph_find(&r->s.model.graph, slot->layer);
	const struct node *node = &r->s.model.graph.nodes[i];

	return &r->thaws.since[i][node_param_find(node, slot->param) -
	    node->params];
}

/* The slots of the net or of a state, behind those of each tensor the update
   that it began with. */
static int
put_slots(
    struct writing *w, struct run *r, const struct state *from, struct err *err)
{
	int n = from != NULL ? from->nslots : r->nslots, at = 0;
	struct fmt_named *slots =
	    arena_array(&w->arena, 2 * (size_t)n + 1, sizeof(*slots), err);
	struct fmt_named *in =
	    arena_array(&w->arena, (size_t)n + 1, sizeof(*in), err);

	if (slots == NULL || in == NULL)
		return -1;
	for (int i = 0; i < n; i++)
		in[i] = from != NULL
		    ? from->slots[i]
		    : (struct fmt_named){ r->slots[i].layer, r->slots[i].param,
			      r->slots[i].slot, r->slots[i].value };
	for (int i = 0; i < n; i++) {
		int64_t *since = since_of(r, &in[i]);

		slots[at++] = in[i];
		if (*since > 0 && is_last_of_tensor(in, n, i))
			slots[at++] =
			    (struct fmt_named){ in[i].layer, in[i].param,
				    STATE_SINCE, { DTYPE_I64, { 0 }, since } };
	}
	w->m.slots = slots;
	w->m.nslots = at;
	return 0;
}

static int
is_trained(const struct node *node, int k)
{
	return !node->frozen && !node->params[k].frozen;
}

/* The best weights (of those that learn, or have learnt since) and their
   optimizer state. */
static int
put_best(struct writing *w, const struct run *r, const struct state *best,
    struct err *err)
{
	const struct graph *g = &best->graph;
	int n = 0, room = best->nslots;
	struct fmt_named *a;

	for (int i = 0; i < g->nnodes; i++)
		room += g->nodes[i].nparams;
	a = arena_array(&w->arena, (size_t)room + 1, sizeof(*a), err);
	if (a == NULL)
		return -1;
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++)
			if (is_trained(&r->s.model.graph.nodes[i], k))
				a[n++] = (struct fmt_named){
					g->nodes[i].name,
					g->nodes[i].params[k].name,
					STATE_BEST,
					g->nodes[i].params[k].value,
				};
	for (int i = 0; i < best->nslots; i++) {
		a[n] = best->slots[i];
		a[n].name = arena_printf(
		    &w->arena, err, "%s%s", STATE_BEST_SLOT, a[n].name);
		if (a[n++].name == NULL)
			return -1;
	}
	w->m.alternates = a;
	w->m.nalternates = n;
	w->training.has_best = 1;
	w->training.best = best->at;
	return 0;
}

/* The first rows of the history, without metrics that were never taken. */
static int
put_history(
    struct writing *w, const struct history *h, int64_t rows, struct err *err)
{
	struct fmt_metric *to =
	    arena_array(&w->arena, (size_t)h->nmetrics + 1, sizeof(*to), err);

	if (to == NULL)
		return -1;
	w->m.history = to;
	w->m.nmetrics = 0;
	for (int i = 0; i < h->nmetrics && rows > 0; i++) {
		int64_t seen = 0;

		while (seen < rows && number_is_none(h->value[i][seen]))
			seen++;
		if (seen == rows)
			continue;
		to[w->m.nmetrics++] =
		    (struct fmt_metric){ h->name[i], rows, h->value[i] };
	}
	return 0;
}

/* The best may be from an earlier phase: what is frozen is that of the last. */
static void
copy_flags(struct graph *to, const struct graph *from)
{
	for (int i = 0; i < from->nnodes; i++) {
		to->nodes[i].frozen = from->nodes[i].frozen;
		for (int k = 0; k < from->nodes[i].nparams; k++)
			to->nodes[i].params[k].frozen =
			    from->nodes[i].params[k].frozen;
	}
}

/* All but what differs between a checkpoint and a result. */
static int
writing_begin(struct writing *w, struct run *r, const struct state *from,
    const struct train_position *at, struct err *err)
{
	const struct history *h = r->history;
	struct training *k = &w->training;

	*w = (struct writing){ .m = r->s.model };
	w->m.map = NULL;
	if (from != NULL) {
		w->m.graph = from->graph;
		copy_flags(&w->m.graph, &r->s.model.graph);
	}
	w->m.optimizer = r->plan.train.optimizer;
	w->m.optimizer_step = at->optimizer_step;
	w->m.nalternates = 0;
	*k = r->s.training;
	k->epoch = at->epoch;
	k->seed = r->plan.train.seed;
	k->threads = net_threads(r->net);
	k->lr = r->plan.train.lr;
	k->loss = r->plan.train.loss;
	k->has_plan = k->has_position = k->has_best = 0;
	k->plan = r->plan;
	if (put_slots(w, r, from, err) < 0)
		return -1;
	return put_history(w, h, h->rows - (r->at.epoch - at->epoch), err);
}

static int
put_position(struct writing *w, struct run *r, struct err *err)
{
	struct training *k = &w->training;

	k->has_plan = k->has_position = 1;
	k->at = r->at;
	k->numerics = run_numerics(r, err);
	k->data_batches = run_batches(r);
	k->recorded = r->record != NULL && !r->t->common->no_provenance;
	if (k->numerics == NULL)
		return -1;
	return r->best != NULL ? put_best(w, r, r->best, err) : 0;
}

static int
writing_end(struct writing *w, struct run *r, struct err *err)
{
	if ((w->m.training = training_write(&w->training, &w->arena, err)) ==
	    NULL)
		return -1;
	if (r->record == NULL || r->t->common->no_provenance)
		return 0;
	return fmt_lineage_add(&w->m, r->record, &w->arena, err);
}

int
checkpoint_write_to(struct run *r, const char *path, struct err *err)
{
	struct writing w = { 0 };
	int status = -1;

	if (net_store(r->net, &r->s.model.graph, err) == 0 &&
	    writing_begin(&w, r, NULL, &r->at, err) == 0 &&
	    put_position(&w, r, err) == 0 && writing_end(&w, r, err) == 0)
		status = fmt_save(&w.m, path, err);
	arena_free(&w.arena);
	return status;
}

int
checkpoint_write(struct run *r, struct err *err)
{
	return checkpoint_write_to(r, r->checkpoint, err);
}

/* What a finished run was held by is of no use to the next one; nor is when a
   tensor began that has no other state. */
static void
drop_anchors(struct writing *w)
{
	struct fmt_named *s = w->m.slots;
	int n = 0;

	for (int i = 0; i < w->m.nslots; i++) {
		if (strcmp(s[i].name, STATE_ANCHOR) == 0)
			continue;
		if (strcmp(s[i].name, STATE_SINCE) == 0 &&
		    (n == 0 || strcmp(s[n - 1].layer, s[i].layer) != 0 ||
			strcmp(s[n - 1].param, s[i].param) != 0))
			continue;
		s[n++] = s[i];
	}
	w->m.nslots = n;
}

/* What options do to a result and not to a checkpoint. */
static int
make_result(struct writing *w, struct run *r, struct err *err)
{
	w->training.has_plan = !r->t->common->no_provenance;
	drop_anchors(w);
	if (r->o->strip) {
		w->m.nslots = 0;
		w->m.optimizer_step = 0;
	}
	if (r->o->merge && adapter_merge(&w->m, &w->arena, err) < 0)
		return -1;
	return r->base != NULL ? base_leave_out(r, &w->m, &w->arena, err) : 0;
}

const struct train_position *
state_kept(const struct run *r)
{
	return r->best != NULL && strcmp(r->plan.train.keep, "best") == 0
	    ? &r->best->at
	    : &r->at;
}

int
result_write(struct run *r, struct err *err)
{
	const struct train_position *at = state_kept(r);
	const struct state *from = at != &r->at ? r->best : NULL;
	struct writing w = { 0 };
	int status = -1;

	if (net_store_average(r->net, &r->s.model.graph, err) == 0 &&
	    writing_begin(&w, r, from, at, err) == 0 &&
	    make_result(&w, r, err) == 0 && writing_end(&w, r, err) == 0)
		status = tool_write_model(r->t, r->result, &w.m, err);
	arena_free(&w.arena);
	return status;
}
