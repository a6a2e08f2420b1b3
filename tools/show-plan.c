/* What people see of a plan: --dry-run. */
#include <string.h>

#include "anchor.h"
#include "base/text.h"
#include "checkpoints.h"
#include "feature-cache.h"
#include "frozen.h"
#include "run.h"
#include "weights.h"

/* ", bias at 0.002" for a tensor whose rate is not that of the layer. */
static void
other_rate(struct run *r, int node, int k, double rate, struct text *t)
{
	const struct param *p = &r->s.model.graph.nodes[node].params[k];

	if (tensor_is_frozen(&r->s.model.graph.nodes[node], k))
		text_addf(t, ", %s frozen", p->name);
	else if (rates_of(r, node, k) != rate)
		text_addf(t, ", %s at %.6g", p->name, rates_of(r, node, k));
}

/* The largest tensor that learns, of equal ones the first, or -1. */
static int
main_param(const struct node *n)
{
	int best = -1;

	for (int k = 0; k < n->nparams; k++)
		if (n->params[k].role == ROLE_PARAMETER &&
		    !tensor_is_frozen(n, k) &&
		    (best < 0 ||
			shape_count(&n->params[k].value.shape) >
			    shape_count(&n->params[best].value.shape)))
			best = k;
	return best;
}

/* "trains at 0.001", "frozen", "drops 0.2", or nothing where there is nothing
   to learn. */
static const char *
layer_state(struct run *r, int node, struct err *err)
{
	const struct node *n = &r->s.model.graph.nodes[node];
	const char *norm = norms_state(r, n);
	int first = main_param(n);
	struct text t;

	if (droprate_of(n) > 0)
		return arena_printf(
		    &r->t->arena, err, "drops %.6g", droprate_of(n));
	if (n->nparams == 0)
		return "";
	text_begin(&t, &r->t->arena, err);
	if (n->frozen && r->thaws.enters[node] > 0)
		text_addf(
		    &t, "frozen until phase %d", r->thaws.enters[node] + 1);
	else if (n->frozen)
		text_add(&t, "frozen");
	else if (first < 0)
		text_add(&t, "tensors frozen");
	else
		text_addf(&t, "trains at %.6g", rates_of(r, node, first));
	for (int k = 0; k < n->nparams && !n->frozen && first >= 0; k++)
		if (k != first && n->params[k].role == ROLE_PARAMETER)
			other_rate(r, node, k, rates_of(r, node, first), &t);
	if (norm != NULL)
		text_addf(&t, ", %s", norm);
	return text_end(&t);
}

static int
plan_layers(struct run *r, struct text *t)
{
	int n = r->s.model.graph.nnodes;
	const char **state =
	    arena_array(&r->t->arena, (size_t)n, sizeof(*state), t->err);

	for (int i = 0; state != NULL && i < n; i++)
		if ((state[i] = layer_state(r, i, t->err)) == NULL)
			return -1;
	if (state == NULL)
		return -1;
	session_layers(&r->s, state, t);
	return 0;
}

/* A line for what the plan holds as words, when it does. */
static void
words(struct text *t, const char *what, const char *s)
{
	if (s != NULL && *s != '\0')
		text_addf(t, "%-12s%s\n", what, s);
}

static void
number(struct text *t, const char *what, double v)
{
	char s[32];

	if (v > 0)
		words(t, what, text_number(s, v));
}

/* How much of it learns. */
static void
plan_counts(const struct run *r, struct text *t)
{
	const struct graph *g = &r->s.model.graph;
	int64_t numbers, tensors = show_learning(g, &numbers);

	text_addf(t, "learns      %lld tensors (%lld of %lld numbers)%s\n",
	    (long long)tensors, (long long)numbers,
	    (long long)graph_param_count(g),
	    r->plan.train.nphases > 1 ? " at first" : "");
}

/* What comes, and how it is changed. */
static void
plan_data(const struct run *r, struct text *t)
{
	const struct train_plan *p = &r->plan.train;

	text_addf(t, "data        %lld samples, %lld batches of %lld, %s\n",
	    (long long)data_count(r->data), (long long)run_batches(r),
	    (long long)p->batch, r->plan.order);
	words(t, "surgery", r->plan.surgery);
	words(t, "sampler", r->plan.sampler);
	if (r->plan.class_weight != NULL) {
		text_add(t, "weights     ");
		weights_show(r, t);
	}
	if (p->accumulate > 1)
		text_addf(t, "updates     from %lld batches each\n",
		    (long long)p->accumulate);
	words(t, "augment", r->plan.augment);
	number(t, "mixup", r->plan.mixup);
	number(t, "cutmix", r->plan.cutmix);
	if (r->val != NULL)
		text_addf(t,
		    "validation  %lld samples%s%s, watching %s, keep %s\n",
		    (long long)data_count(r->val),
		    r->plan.fold != NULL ? ", part " : "",
		    r->plan.fold != NULL ? r->plan.fold : "", p->monitor,
		    p->keep);
	features_print(r, t);
}

static void
plan_length(const struct run *r, struct text *t)
{
	const struct train_plan *p = &r->plan.train;

	if (r->o->lr_find > 0)
		text_addf(t,
		    "length      at most %lld updates, growing rates\n",
		    (long long)r->o->lr_find);
	else if (p->steps > 0)
		text_addf(t, "length      %lld updates\n", (long long)p->steps);
	else
		text_addf(t, "length      epochs %lld to %lld\n",
		    (long long)r->at.first_epoch + 1,
		    (long long)(r->at.first_epoch + p->epochs));
}

/* What is done with the gradients. */
static void
plan_learning(struct run *r, struct text *t)
{
	const struct train_plan *p = &r->plan.train;
	struct arena *arena = &r->t->arena;
	char rate[32], *s;

	if ((s = choice_print(&p->optimizer, arena, t->err)) != NULL)
		text_addf(t, "optimizer   %s, rate %s\n", s,
		    text_number(rate, p->lr));
	words(t, "rates", r->plan.lr_scale);
	if (p->layer_decay < 1)
		text_addf(t, "            times %s a block from the output\n",
		    text_number(rate, p->layer_decay));
	if (p->ema > 0)
		text_addf(t, "average     of the weights, decay %s\n",
		    text_number(rate, p->ema));
	anchor_show(r, t);
	words(t, "dropout", r->plan.dropout);
	words(t, "schedule", choice_print(&p->schedule, arena, t->err));
	words(t, "loss", choice_print(&p->loss, arena, t->err));
}

static void
plan_running(const struct run *r, struct text *t)
{
	text_addf(t, "arithmetic  %s in %s, %d threads, %.1f MB\n",
	    net_backend(r->net), net_compute(r->net), net_threads(r->net),
	    (double)net_bytes(r->net) / 1e6);
	if (r->resumed)
		text_addf(t, "resumes     epoch %lld after %lld batches\n",
		    (long long)r->at.epoch + 1, (long long)r->at.batch_at);
	if (r->checkpoint != NULL) {
		text_addf(t, "checkpoint  %s", r->checkpoint);
		checkpoints_show(r, t);
		text_add(t, "\n");
	}
	words(t, "report", r->o->report_dir);
}

int
show_plan(struct run *r, struct err *err)
{
	struct text t;
	char *s;

	text_begin(&t, &r->t->arena, err);
	if (plan_layers(r, &t) < 0)
		return -1;
	plan_counts(r, &t);
	plan_data(r, &t);
	plan_length(r, &t);
	show_phases(r, &t);
	plan_learning(r, &t);
	plan_running(r, &t);
	if (r->t->common->verbose)
		net_print(r->net, &t);
	if ((s = text_end(&t)) == NULL || err->code != ERR_NONE)
		return -1;
	return tool_print(r->t, s, strlen(s), err);
}
