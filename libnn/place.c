/* Where parameters, gradients and the optimizer's numbers are: learning
   tensors first, those with equal rules side by side, so that the optimizer
   sees few long spans instead of many short tensors. */
#include <stddef.h>
#include <string.h>

#include "net.h"

static int
rule_equal(const struct net_rule *a, const struct net_rule *b)
{
	return a->l1 == b->l1 && a->l2 == b->l2 && a->decay == b->decay &&
	    a->lr_scale == b->lr_scale && a->since == b->since &&
	    a->anchor == b->anchor;
}

static struct net_rule
rule_of(
    const struct net_conf *conf, const struct node *node, const struct param *p)
{
	struct net_rule rule = { node->name, p->name, 0, 0, 0, 1, 0, 0 };
	int i;

	for (i = 0; i < conf->nrules; i++)
		if (strcmp(conf->rules[i].layer, node->name) == 0 &&
		    strcmp(conf->rules[i].param, p->name) == 0)
			rule = conf->rules[i];
	return rule;
}

/* Which nodes the output that is trained depends on: what only others need
   does not learn, and is not decayed either. */
static char *
find_trained(struct net *net, struct err *err)
{
	const struct graph *g = &net->graph;
	char *trained = arena_alloc(&net->arena, (size_t)g->nnodes + 1, err);
	int i, k;

	if (trained == NULL)
		return NULL;
	trained[g->outputs[net->updates[0].output]] = 1;
	for (i = g->nnodes - 1; i >= 0; i--)
		for (k = 0; k < g->nodes[i].ninputs && trained[i]; k++)
			trained[g->nodes[i].inputs[k]] = 1;
	return trained;
}

static int
param_begin(struct net *net, const struct net_conf *conf, int node, int index,
    int trained, struct err *err)
{
	const struct node *n = &net->graph.nodes[node];
	const struct param *p = &n->params[index];
	struct net_param *to = &net->params[net->nparams++];
	const char *name =
	    arena_printf(&net->arena, err, "%s.%s", n->name, p->name);

	if (name == NULL)
		return -1;
	if (p->value.data == NULL)
		return err_set(err, ERR_MODEL,
		    "layer '%s': %s: has no numbers yet", n->name, p->name);
	to->node = node;
	to->index = index;
	to->learns = conf->train_batch > 0 && trained &&
	    p->role == ROLE_PARAMETER && !p->frozen && !n->frozen;
	to->rule = rule_of(conf, n, p);
	to->value.name = to->grad.name = name;
	to->value.shape = to->grad.shape = p->value.shape;
	to->value.slab = SLAB_PARAM;
	to->value.constant = conf->train_batch <= 0 || n->frozen ||
	    (p->role == ROLE_STATISTIC && conf->stored) ||
	    (p->role == ROLE_PARAMETER && !to->learns);
	to->grad.slab = SLAB_GRAD;
	return 0;
}

static int
list_params(struct net *net, const struct net_conf *conf, struct err *err)
{
	const struct graph *g = &net->graph;
	char *trained = find_trained(net, err);
	size_t count = 0;
	int i, j;

	for (i = 0; i < g->nnodes; i++)
		count += (size_t)g->nodes[i].nparams;
	net->params =
	    arena_array(&net->arena, count + 1, sizeof(*net->params), err);
	if (net->params == NULL || trained == NULL)
		return -1;
	for (i = 0; i < g->nnodes; i++)
		for (j = 0; j < g->nodes[i].nparams; j++)
			if (param_begin(net, conf, i, j, trained[i], err) < 0)
				return -1;
	return 0;
}

/* The next place in the parameter slab; gradients lie as parameters do. */
static int
place(struct net *net, struct net_param *p, struct err *err)
{
	size_t n = (size_t)val_count(&p->value) * sizeof(real);

	if (n > SIZE_MAX / 4 - net->sizes[SLAB_PARAM])
		return err_set(err, ERR_MODEL, "the parameters are too large");
	p->value.offset = p->grad.offset = net->sizes[SLAB_PARAM];
	net->sizes[SLAB_PARAM] += (n + PLACE - 1) / PLACE * PLACE;
	return 0;
}

static void
span_val(struct val *v, const char *name, enum slab_name slab, size_t offset,
    size_t from, size_t to)
{
	v->name = name;
	v->slab = slab;
	v->offset = offset;
	v->shape.rank = 1;
	v->shape.dim[0] = (int64_t)((to - from) / sizeof(real));
}

/* Places every tensor whose rule equals that of params[first]. */
static int
place_span(struct net *net, struct net_update *u, int first, struct err *err)
{
	struct net_param *p = &net->params[first];
	const struct net_rule rule = p->rule;
	struct span *s = &u->spans[u->nspans++];
	size_t from = net->sizes[SLAB_PARAM], to;
	int i;

	for (i = first; i < net->nparams; i++)
		if (net->params[i].learns &&
		    rule_equal(&net->params[i].rule, &rule) &&
		    place(net, &net->params[i], err) < 0)
			return -1;
	to = net->sizes[SLAB_PARAM];
	s->l1 = rule.l1;
	s->l2 = rule.l2;
	s->decay = rule.decay;
	s->lr_scale = rule.lr_scale;
	s->since = rule.since;
	s->anchor = rule.anchor;
	u->anchored |= rule.anchor > 0;
	span_val(&s->value, "parameters", SLAB_PARAM, from, from, to);
	span_val(&s->grad, "gradients", SLAB_GRAD, from, from, to);
	return 0;
}

/* Beside the parameters, in the next part of the slots' slab. */
static void
place_slot(const struct net *net, struct val *to, const struct val *value,
    const char *name)
{
	*to = *value;
	to->name = name;
	to->slab = SLAB_SLOT;
	to->offset += net->sizes[SLAB_SLOT];
}

/* Of every span the same one, as large together as the gradients. */
static void
place_beside(struct net *net, struct net_update *u, size_t member,
    size_t learning, const char *name)
{
	int i;

	for (i = 0; i < u->nspans; i++) {
		struct span *s = &u->spans[i];

		place_slot(net, (struct val *)(void *)((char *)s + member),
		    &s->value, name);
	}
	net->sizes[SLAB_SLOT] += learning;
}

/* Slots one after another, then averages, then anchors. */
static void
place_slots(struct net *net, struct net_update *u)
{
	size_t learning = net->sizes[SLAB_PARAM];
	int k;

	span_val(&u->grads, "gradients", SLAB_GRAD, 0, 0, learning);
	net->sizes[SLAB_GRAD] = learning;
	for (k = 0; k < OPTIM_SLOTS_MAX; k++)
		if (u->slots >> k & 1)
			place_beside(net, u,
			    offsetof(struct span, slot) +
				(size_t)k * sizeof(struct val),
			    learning, u->optim->slot[k]);
	if (u->ema > 0)
		place_beside(
		    net, u, offsetof(struct span, average), learning, "ema");
	if (u->anchored)
		place_beside(
		    net, u, offsetof(struct span, origin), learning, "anchor");
}

/* Was a tensor before this one, with the same rule, already placed? */
static int
placed_before(const struct net *net, int at)
{
	int i;

	for (i = 0; i < at; i++)
		if (net->params[i].learns &&
		    rule_equal(&net->params[i].rule, &net->params[at].rule))
			return 1;
	return 0;
}

int
net_place_params(struct net *net, const struct net_conf *conf, struct err *err)
{
	struct net_update *u = &net->updates[0];
	int i;

	if (list_params(net, conf, err) < 0)
		return -1;
	u->spans = arena_array(
	    &net->arena, (size_t)net->nparams + 1, sizeof(*u->spans), err);
	if (u->spans == NULL)
		return -1;
	for (i = 0; i < net->nparams; i++)
		if (net->params[i].learns && !placed_before(net, i) &&
		    place_span(net, u, i, err) < 0)
			return -1;
	if (net->nupdates > 0)
		place_slots(net, u);
	u->gathered = u->grads;
	u->gathered.slab = SLAB_GATHER;
	net->sizes[SLAB_GATHER] =
	    conf->accumulate > 1 ? net->sizes[SLAB_GRAD] : 0;
	for (i = 0; i < net->nparams; i++)
		if (!net->params[i].learns &&
		    place(net, &net->params[i], err) < 0)
			return -1;
	return 0;
}
