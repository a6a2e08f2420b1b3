/* A graph in two: what stands still, and the rest. */
#include "halves.h"

#include <string.h>

#include "base/attr.h"
#include "net.h"

/* While a graph is cut. */
struct cut {
	const struct graph *g;
	struct halves *h;
	struct arena *arena;
	char *still; /* of each node */
	char *ends;  /* read by the rest, or an output */
	int *map;    /* place in the half it goes to */
	struct shape *shape;
};

static int
learns(const struct node *node)
{
	int i;

	for (i = 0; i < node->nparams && !node->frozen; i++)
		if (node->params[i].role == ROLE_PARAMETER &&
		    !node->params[i].frozen)
			return 1;
	return 0;
}

static int
stands_still(const struct cut *c, const struct node *node)
{
	const struct kind *k = kind_find(node->kind);
	int i;

	for (i = 0; i < node->ninputs; i++)
		if (!c->still[node->inputs[i]])
			return 0;
	return !learns(node) &&
	    (node->frozen || (!k->mixes_samples && !k->draws));
}

/* Which nodes stand still, and which of them the others read: how many, 0 also
   when an input is among them, of which nothing would be saved. */
static int
find(struct cut *c)
{
	const struct graph *g = c->g;
	int i, k, n = 0, inputs = 0;

	for (i = 0; i < g->nnodes; i++) {
		c->still[i] = (char)stands_still(c, &g->nodes[i]);
		for (k = 0; k < g->nodes[i].ninputs && !c->still[i]; k++)
			c->ends[g->nodes[i].inputs[k]] = 1;
	}
	for (i = 0; i < g->nnodes; i++) {
		c->ends[i] = c->ends[i] && c->still[i];
		n += c->ends[i];
		inputs += c->ends[i] && g->nodes[i].ninputs == 0;
	}
	return inputs > 0 ? 0 : n;
}

/* What no end needs has no place in the first half. */
static void
drop_unneeded(struct cut *c, char *needed)
{
	int i, k;

	for (i = c->g->nnodes - 1; i >= 0; i--) {
		needed[i] = needed[i] || c->ends[i];
		for (k = 0; k < c->g->nodes[i].ninputs && needed[i]; k++)
			needed[c->g->nodes[i].inputs[k]] = 1;
	}
}

/* A copy of a node at the end of a graph, reading from places in it. */
static int
move_node(struct cut *c, struct graph *to, int from, struct err *err)
{
	const struct node *node = &c->g->nodes[from];
	struct node *new =
	    graph_append(to, node->name, node->kind, ERR_BUG, err);
	const char *name;
	int i;

	if (new == NULL)
		return -1;
	name = new->name;
	*new = *node;
	new->name = name;
	for (i = 0; i < node->ninputs; i++)
		new->inputs[i] = c->map[node->inputs[i]];
	c->map[from] = to->nnodes - 1;
	return 0;
}

/* In its place an input of its name and shape. */
static int
put_input(struct cut *c, int from, struct err *err)
{
	struct graph *to = &c->h->rest;
	struct node *new =
	    graph_append(to, c->g->nodes[from].name, "input", ERR_BUG, err);
	struct setting *shape = arena_alloc(c->arena, sizeof(*shape), err);

	if (new == NULL || shape == NULL)
		return -1;
	*shape = (struct setting){
		.name = "shape", .type = ATTR_SHAPE, .shape = c->shape[from]
	};
	new->settings = (struct settings){ 1, shape };
	c->map[from] = to->nnodes - 1;
	to->inputs[to->ninputs++] = to->nnodes - 1;
	c->h->numbers += shape_count(&c->shape[from]);
	return 0;
}

static int
make_still(struct cut *c, const char *needed, struct err *err)
{
	struct graph *to = &c->h->still;
	int i;

	for (i = 0; i < c->g->nnodes; i++) {
		if (!needed[i])
			continue;
		if (move_node(c, to, i, err) < 0)
			return -1;
		c->h->layers += c->g->nodes[i].nparams > 0;
		if (c->ends[i])
			to->outputs[to->noutputs++] = c->map[i];
	}
	for (i = 0; i < c->g->ninputs; i++)
		if (needed[c->g->inputs[i]])
			to->inputs[to->ninputs++] = c->map[c->g->inputs[i]];
	return 0;
}

static int
make_rest(struct cut *c, struct err *err)
{
	struct graph *to = &c->h->rest;
	int i;

	for (i = 0; i < c->g->nnodes; i++)
		if ((c->ends[i] && put_input(c, i, err) < 0) ||
		    (!c->still[i] && move_node(c, to, i, err) < 0))
			return -1;
	for (i = 0; i < c->g->noutputs; i++)
		to->outputs[to->noutputs++] = c->map[c->g->outputs[i]];
	return nn_resolve(to, 0, ERR_BUG, err);
}

/* Outputs that stand still have nothing to learn behind them. */
static int
outputs_learn(const struct cut *c)
{
	int i;

	for (i = 0; i < c->g->noutputs; i++)
		if (c->still[c->g->outputs[i]])
			return 0;
	return 1;
}

static int
halve(struct cut *c, struct err *err)
{
	char *needed = arena_alloc(c->arena, (size_t)c->g->nnodes, err);
	int n = find(c);

	if (needed == NULL)
		return -1;
	if (n == 0 || n > GRAPH_ENDS_MAX || !outputs_learn(c))
		return 1;
	drop_unneeded(c, needed);
	return make_still(c, needed, err) < 0 || make_rest(c, err) < 0 ? -1 : 0;
}

int
nn_halve(const struct graph *g, struct halves *h, struct arena *arena,
    struct err *err)
{
	size_t n = (size_t)g->nnodes;
	struct cut c = { .g = g, .h = h, .arena = arena };

	*h = (struct halves){ .numbers = 0 };
	graph_begin(&h->still, arena);
	graph_begin(&h->rest, arena);
	h->still.task = h->rest.task = g->task;
	c.still = arena_alloc(arena, n, err);
	c.ends = arena_alloc(arena, n, err);
	c.map = arena_array(arena, n, sizeof(*c.map), err);
	c.shape = arena_array(arena, n, sizeof(*c.shape), err);
	if (c.still == NULL || c.ends == NULL || c.map == NULL ||
	    c.shape == NULL || nn_shapes(g, c.shape, err) < 0)
		return -1;
	return halve(&c, err);
}

int
nn_halves_pay(const struct halves *h, const struct net *still)
{
	const struct program *p = &still->predict[still->npredict - 1].p;

	return program_flops(p) / (double)p->n >
	    FLOPS_A_BYTE * (double)sizeof(float) * (double)h->numbers;
}

static void
keep_rows(const struct batch *b, const struct tensor *out, int64_t at,
    int64_t numbers, float *rows)
{
	struct shape sample = shape_sample(&out->shape);
	int64_t n = shape_count(&sample), k;
	const real *from = out->data;
	int i;

	for (i = 0; i < b->n; i++, from += n) {
		float *to = rows + (int64_t)b->id[i] * numbers + at;

		for (k = 0; k < n; k++)
			to[k] = (float)from[k];
	}
}

int
net_features(struct net *still, struct feed *feed, float *rows, int64_t numbers,
    struct err *err)
{
	struct tensor out[GRAPH_ENDS_MAX];
	struct batch batch;
	int64_t at;
	int i;

	if (feed->begin(feed, 0, 0, err) < 0)
		return -1;
	for (;;) {
		if (feed->next(feed, &batch, err) < 0)
			return -1;
		if (batch.n == 0)
			return 0;
		if (net_predict(still, &batch, out, NULL, err) < 0)
			return -1;
		for (i = 0, at = 0; at < numbers; i++) {
			struct shape sample = shape_sample(&out[i].shape);

			keep_rows(&batch, &out[i], at, numbers, rows);
			at += shape_count(&sample);
		}
	}
}
