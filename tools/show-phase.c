/* What people see of the phases of a run. */
#include <string.h>

#include "base/text.h"
#include "frozen.h"
#include "run.h"

static double
rate_in(const struct run *r, int i)
{
	return r->plan.train.lr * r->plan.train.phases[i].lr;
}

/* "phase 2/3, from epoch 4: all, rate 0.0005" */
static void
phase_words(const struct run *r, int i, struct text *t)
{
	const struct train_phase *p = &r->plan.train.phases[i];
	char rate[32];

	text_addf(t, "phase %d/%d, ", i + 1, r->plan.train.nphases);
	if (p->epoch == TRAIN_PLATEAU)
		text_add(t, "after a plateau: ");
	else
		text_addf(t, "from epoch %lld: ",
		    (long long)(r->at.first_epoch + p->epoch + 1));
	text_addf(t, "%s%s, rate %s",
	    *p->select != '\0'           ? p->select
		: r->o->new_head != NULL ? "new head"
					 : "what is not frozen",
	    i > 0 ? " as well" : "", text_number(rate, rate_in(r, i)));
	if (p->plain && r->augment != NULL)
		text_add(t, ", not augmented");
	if (p->restart)
		text_add(t, ", the schedule begins anew");
}

void
show_phases(const struct run *r, struct text *t)
{
	for (int i = 0; i < r->plan.train.nphases; i++) {
		text_add(t, i == 0 ? "phases      " : "            ");
		phase_words(r, i, t);
		text_add(t, "\n");
	}
}

static int
log_phase(struct run *r, int64_t tensors, struct arena *arena, struct err *err)
{
	const struct train_phase *p = &r->plan.train.phases[r->at.phase];
	struct json *o;

	if (r->t->log_fd < 0)
		return 0;
	if ((o = tool_event(r->t, "phase", arena, err)) == NULL ||
	    json_put_int(o, "phase", r->at.phase + 1, arena, err) < 0 ||
	    json_put_int(o, "epoch", r->at.epoch, arena, err) < 0 ||
	    json_put_text(o, "select", p->select, arena, err) < 0 ||
	    json_put_int(o, "tensors", tensors, arena, err) < 0)
		return -1;
	return tool_log(r->t, o, err);
}

int64_t
show_learning(const struct graph *g, int64_t *numbers)
{
	int64_t tensors = 0;

	*numbers = 0;
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++) {
			const struct param *p = &g->nodes[i].params[k];

			if (tensor_is_frozen(&g->nodes[i], k) ||
			    p->role != ROLE_PARAMETER)
				continue;
			tensors++;
			*numbers += shape_count(&p->value.shape);
		}
	return tensors;
}

int
show_phase(struct run *r, int kept, struct err *err)
{
	struct arena arena = { 0 };
	int64_t numbers, tensors = show_learning(&r->s.model.graph, &numbers);
	struct text t;
	char *line;
	int status = -1;

	text_begin(&t, &arena, err);
	phase_words(r, (int)r->at.phase, &t);
	text_addf(&t, "; %lld tensors (%lld numbers)", (long long)tensors,
	    (long long)numbers);
	text_add(&t, " learn");
	if (r->at.phase > 0 && r->nslots > 0)
		text_addf(&t, ", the optimizer's state of %lld goes on",
		    (long long)(kept * tensors / r->nslots));
	if ((line = text_end(&t)) != NULL) {
		if (!r->o->common.dry_run)
			tool_line(r->t, "%s", line);
		status = log_phase(r, tensors, &arena, err);
	}
	arena_free(&arena);
	return status;
}
