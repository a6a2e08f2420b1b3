/* Layers that normalise over the batch: which statistics they use in a run, and
   new ones measured on the data. */
#include <string.h>

#include "kind.h"
#include "run.h"

enum { STEADY_BATCH = 32 };

static int
is_norm(const struct node *node)
{
	return kind_find(node->kind)->mixes_samples;
}

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
	return norms_all_stored(r) && is_norm(node) &&
	    node->params[param].role == ROLE_STATISTIC;
}

const char *
norms_state(const struct run *r, const struct node *node)
{
	int measured = mode_is(r, "recalibrate");

	if (!is_norm(node))
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

		n += is_norm(node);
		if (is_norm(node) && node->frozen && mode_is(r, "train"))
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
		if (!is_norm(&g->nodes[i]) || g->nodes[i].frozen)
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

/* The batches of the first epoch, as they will come. */
static int
measure_all(struct run *r, struct net *net, struct feed *feed, struct err *err)
{
	struct batch batch;
	int64_t seen = 0;

	if (feed->begin(feed, (uint32_t)r->at.epoch, 0, err) < 0)
		return -1;
	for (;;) {
		if (feed->next(feed, &batch, err) < 0)
			return -1;
		if (batch.n == 0)
			break;
		seen += batch.n;
		if (net_measure(
			net, &batch, (double)batch.n / (double)seen, err) < 0)
			return -1;
	}
	tool_note(r->t,
	    "statistics of batch norms measured anew on %lld samples",
	    (long long)seen);
	return net_store(net, &r->s.model.graph, err);
}

int
norms_measure(struct run *r, struct err *err)
{
	const struct train_plan *p = &r->plan.train;
	const struct feed_conf order = {
		.batch = (int)p->batch,
		.shuffle = strcmp(r->plan.order, "shuffle") == 0,
		.seed = (uint64_t)p->seed,
		.threads = run_threads(r),
	};
	const struct net_conf conf = {
		.backend = r->o->backend,
		.module_dir = r->t->module_dir,
		.compute = p->compute,
		.threads = run_threads(r),
		.batch = (int)p->batch,
		.last_batch = (int)(data_count(r->data) % p->batch),
		.seed = (uint64_t)p->seed,
		.measure = 1,
	};
	struct feed *feed;
	struct net *net;
	int status = -1;

	if (!mode_is(r, "recalibrate") || r->resumed || r->o->common.dry_run)
		return 0;
	feed = data_feed(r->data, &order, err);
	net = feed == NULL ? NULL : net_build(&r->s.model.graph, &conf, err);
	if (net != NULL)
		status = measure_all(r, net, feed, err);
	net_free(net);
	data_feed_free(feed);
	return status;
}
