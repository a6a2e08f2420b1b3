/* Layers that normalise over the batch: which statistics they use in a run, and
   new ones measured on the data. */
#include <string.h>

#include "measure.h"
#include "run.h"

enum { STEADY_BATCH = 32 };

static int
mode_is(const struct run *r, const char *word)
{
	return r->plan.bn != NULL && strcmp(r->plan.bn, word) == 0;
}

int
norms_all_stored(const struct run *r)
{
	return mode_is(r, "frozen");
}

int
norms_stored(const struct run *r, const struct node *node, int param)
{
	return norms_all_stored(r) && measure_is_norm(node) &&
	    node->params[param].role == ROLE_STATISTIC;
}

const char *
norms_state(const struct run *r, const struct node *node)
{
	int measured = mode_is(r, "recalibrate");

	if (!measure_is_norm(node))
		return NULL;
	if (node->frozen)
		return measured ? "statistics measured anew"
				: "stored statistics";
	if (norms_all_stored(r))
		return "stored statistics";
	return measured ? "statistics measured anew, then the batch's"
			: "the batch's statistics";
}

int
norms_check(struct run *r, struct err *err)
{
	const struct graph *g = &r->thaws.ever;
	int n = 0;

	if (r->plan.bn == NULL)
		return 0;
	for (int i = 0; i < g->nnodes; i++) {
		const struct node *node = &g->nodes[i];

		n += measure_is_norm(node);
		if (measure_is_norm(node) && node->frozen &&
		    mode_is(r, "train"))
			return err_set(err, ERR_USAGE,
			    "--bn=train: layer '%s' is frozen, so its "
			    "statistics stay; give --train=%s as well, or "
			    "freeze tensors instead of the layer "
			    "(--freeze=param:gamma)",
			    node->name, node->name);
	}
	if (n == 0)
		return err_set(err, ERR_USAGE,
		    "--bn: has no effect, no layer of %s normalises over the "
		    "batch",
		    r->s.name);
	return 0;
}

/* Few samples say little about a batch: their statistics are noise. */
void
norms_warn(const struct run *r)
{
	const struct graph *g = &r->thaws.ever;
	const char *first = NULL;
	int i, others = 0;

	for (i = 0; i < g->nnodes; i++) {
		if (!measure_is_norm(&g->nodes[i]) || g->nodes[i].frozen)
			continue;
		others += first != NULL;
		if (first == NULL)
			first = g->nodes[i].name;
	}
	if (first != NULL && !norms_all_stored(r) &&
	    r->plan.train.batch < STEADY_BATCH)
		tool_warn(r->t,
		    "%s: layer '%s'%s normalises over the batch: %lld samples "
		    "are few for that; give -b %d or more",
		    r->s.name, first, others > 0 ? " (and not it alone)" : "",
		    (long long)r->plan.train.batch, STEADY_BATCH);
}

/* On the batches of the first epoch, as they will come. */
int
norms_measure(struct run *r, struct err *err)
{
	const struct train_plan *p = &r->plan.train;
	const struct feed_conf order = {
		.batch = (int)p->batch,
		.shuffle = strcmp(r->plan.order, "shuffle") == 0,
		.seed = (uint64_t)p->seed,
		.threads = run_threads(r),
		.augment = r->augment,
	};
	const struct net_conf conf = {
		.backend = r->o->backend,
		.module_dir = r->t->module_dir,
		.compute = p->compute,
		.threads = run_threads(r),
		.seed = (uint64_t)p->seed,
	};

	if (!mode_is(r, "recalibrate") || r->resumed || r->o->common.dry_run)
		return 0;
	return measure_data(r->t, &r->s.model.graph, r->data, &order,
	    (uint32_t)r->at.epoch, &conf, NULL, err);
}
