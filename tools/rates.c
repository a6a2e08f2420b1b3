/* The rate of each tensor, as a factor of the run's. */
#include "rates.h"

#include "frozen.h"
#include "run.h"
#include "select.h"

const struct scoped_range lr_scale_range = {
	.option = "lr-scale",
	.min = 1e-12,
	.max = 1e6,
	.zero = "a rate of 0 teaches nothing; freeze instead: nn-finetune "
		"--freeze=SEL",
};

static int
learns(const struct graph *g, int node, int k)
{
	return g->nodes[node].params[k].role == ROLE_PARAMETER &&
	    !tensor_is_frozen(&g->nodes[node], k);
}

static int
scale(struct run *r, const struct scoped_item *item, struct err *err)
{
	const struct graph *g = &r->s.model.graph;
	struct selection s;
	int hits = 0;

	if (select_parse(&s, g, item->sel, &r->t->arena, err) < 0)
		return err_in(err, "--lr-scale");
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++)
			if (select_has(&s, i, k)) {
				r->rates.factor[i][k] = item->value;
				hits += learns(&r->thaws.ever, i, k);
			}
	if (hits == 0)
		return err_set(err, ERR_USAGE,
		    "--lr-scale: %s: has no effect, nothing of it learns; "
		    "select layers with parameters that are not frozen",
		    item->sel);
	return 0;
}

static int
decay(struct run *r, struct err *err)
{
	const struct graph *g = &r->s.model.graph;
	double by = r->plan.train.layer_decay;
	int *depth =
	    arena_array(&r->t->arena, (size_t)g->nnodes, sizeof(*depth), err);
	int hits = 0;

	if (depth == NULL)
		return -1;
	nn_depths(g, depth);
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++) {
			r->rates.factor[i][k] *= nn_decayed(by, depth[i]);
			hits += depth[i] > 0 && learns(&r->thaws.ever, i, k);
		}
	if (hits == 0 && cli_given(&r->t->cli, "layer-decay"))
		return err_set(err, ERR_USAGE,
		    "--layer-decay: has no effect, nothing learns but the "
		    "head; leave it out, or let more layers train");
	return 0;
}

static int
make(struct run *r, struct err *err)
{
	const struct graph *g = &r->s.model.graph;
	struct scoped all;

	if (scoped_parse(
		&all, r->plan.lr_scale, &lr_scale_range, &r->t->arena, err) < 0)
		return -1;
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < NODE_PARAMS_MAX; k++)
			r->rates.factor[i][k] = 1;
	for (int i = 0; i < all.n; i++)
		if (scale(r, &all.at[i], err) < 0)
			return -1;
	return r->plan.train.layer_decay < 1 ? decay(r, err) : 0;
}

/* What the file recorded and nobody gave anew is the file's mistake. */
int
rates_make(struct run *r, struct err *err)
{
	r->rates.factor = arena_array(&r->t->arena,
	    (size_t)r->s.model.graph.nnodes, sizeof(*r->rates.factor), err);
	if (r->rates.factor == NULL)
		return -1;
	if (make(r, err) == 0)
		return 0;
	if (!r->resumed || r->o->replan || err->code != ERR_USAGE)
		return -1;
	err_blame(err, ERR_MODEL);
	return err_in(err, "%s: training: plan", r->s.name);
}

double
rates_of(const struct run *r, int node, int param)
{
	return r->plan.train.lr * r->rates.factor[node][param];
}
