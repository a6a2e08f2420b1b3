/* A graph as flat programs: kinds append operations, gradients are summed at
   forks, and what nobody needs is not there. */
#include <assert.h>
#include <string.h>

#include "net.h"

/* Contributions to the gradient of one node's output. */
struct part {
	struct val *v;
	struct part *next;
};

/* A node while its program is compiled. */
struct spot {
	int used;           /* the outputs of this program depend on it */
	int learns;         /* a learning parameter is in it or upstream */
	struct part *parts; /* gradients from its readers, first one first */
};

struct compile {
	struct net *net;
	struct compiled *c;
	struct build b;
	struct layer *layers;
	struct spot *spots;
	int *first_param; /* of each node, in the net's list */
	const struct loss *loss;
	void *loss_conf;
};

static int
compile_begin(struct compile *k, struct net *net, struct compiled *c,
    const char *name, int64_t n, struct err *err)
{
	size_t nodes = (size_t)net->graph.nnodes;
	int i;

	memset(k, 0, sizeof(*k));
	k->net = net;
	k->c = c;
	c->p.name = name;
	c->p.n = n;
	c->p.arena = &net->arena;
	k->b = (struct build){ &c->p, &net->arena, NULL, err, 0 };
	k->layers = arena_array(&net->arena, nodes, sizeof(*k->layers), err);
	k->spots = arena_array(&net->arena, nodes, sizeof(*k->spots), err);
	k->first_param =
	    arena_array(&net->arena, nodes + 1, sizeof(*k->first_param), err);
	if (k->layers == NULL || k->spots == NULL || k->first_param == NULL)
		return -1;
	for (i = 0; i < net->graph.nnodes; i++)
		k->first_param[i + 1] =
		    k->first_param[i] + net->graph.nodes[i].nparams;
	return layers_open(
	    &net->graph, n, k->layers, &net->arena, ERR_MODEL, err);
}

/* Everything upstream of the nodes marked so far. */
static void
mark_used(struct compile *k)
{
	const struct node *node;
	int i, j;

	for (i = k->net->graph.nnodes - 1; i >= 0; i--) {
		node = &k->net->graph.nodes[i];
		for (j = 0; j < node->ninputs && k->spots[i].used; j++)
			k->spots[node->inputs[j]].used = 1;
	}
}

/* An activation has a gradient if and only if a parameter that learns lies
   upstream of it. */
static void
mark_learning(struct compile *k)
{
	const struct node *node;
	int i, j;

	for (i = 0; i < k->net->nparams; i++)
		if (k->net->params[i].learns)
			k->spots[k->net->params[i].node].learns = 1;
	for (i = 0; i < k->net->graph.nnodes; i++) {
		node = &k->net->graph.nodes[i];
		for (j = 0; j < node->ninputs; j++)
			k->spots[i].learns |= k->spots[node->inputs[j]].learns;
	}
}

/* The layer's tensors in the order of its kind. */
static void
hang_params(struct compile *k, struct layer *l, int at)
{
	struct net_param *p;
	const char *name;
	int i, j;

	for (i = k->first_param[at]; i < k->first_param[at + 1]; i++) {
		p = &k->net->params[i];
		name = l->node->params[p->index].name;
		for (j = 0; strcmp(l->kind->param[j], name) != 0; j++)
			;
		l->param[j] = &p->value;
		l->grad[j] = p->learns ? &p->grad : NULL;
		l->stays[j] =
		    !k->net->measure && l->node->params[p->index].frozen;
	}
}

/* The batch's numbers for one input of the graph. */
static void
bind_input(struct compile *k, struct layer *l, int at)
{
	int i;

	l->y = build_val(&k->b, &l->y_shape, "x");
	for (i = 0; l->y != NULL && i < k->net->graph.ninputs; i++)
		if (k->net->graph.inputs[i] == at)
			k->c->in[i] = l->y;
	if (l->y != NULL)
		l->y->slab = SLAB_BOUND;
}

/* Which form a layer has: only what normalises over the batch may differ from
   the rest. */
static int
training_form(const struct compile *k, const struct layer *l, int training)
{
	if (k->net->measure)
		return l->kind->mixes_samples;
	if (k->net->stored && l->kind->mixes_samples)
		return 0;
	return training && !l->node->frozen;
}

static int
forward(struct compile *k, int at, int training)
{
	struct layer *l = &k->layers[at];
	int i;

	k->b.layer = l;
	l->training = training_form(k, l, training);
	for (i = 0; i < l->nx; i++)
		l->x[i] = k->layers[l->node->inputs[i]].y;
	hang_params(k, l, at);
	if (l->nx == 0)
		bind_input(k, l, at);
	return l->kind->forward(l, &k->b);
}

static int
forward_all(struct compile *k, int training, int leave_out)
{
	int i;

	k->c->p.phase = PHASE_FORWARD;
	for (i = 0; i < k->net->graph.nnodes; i++)
		if (k->spots[i].used && i != leave_out &&
		    forward(k, i, training) < 0)
			return -1;
	return 0;
}

static int
readers(const struct graph *g, int of)
{
	int i, j, n = 0;

	for (i = 0; i < g->nnodes; i++)
		for (j = 0; j < g->nodes[i].ninputs; j++)
			n += g->nodes[i].inputs[j] == of;
	return n;
}

/* Can the loss take over the activation that node `at` is?  A softmax along
   the last of several dims is not one over the whole sample. */
static int
takes_over(const struct compile *k, int at)
{
	const struct layer *l = &k->layers[at];

	return k->loss->fuses != NULL &&
	    strcmp(l->kind->name, k->loss->fuses) == 0 &&
	    (l->kind->elt != NULL || l->y_shape.rank == 2) &&
	    readers(&k->net->graph, at) == 0;
}

/* Appends the loss of z; returns the gradient's value when wanted. */
static struct val *
append_loss(struct compile *k, struct val *z, int fused, int with_gradient)
{
	struct shape n = { 1, { k->c->p.n } };
	struct val *gradient = NULL;
	struct op *op;

	k->c->p.phase = PHASE_LOSS;
	k->b.layer = NULL;
	op = build_op(&k->b, with_gradient ? OP_LOSS : OP_LOSS_VALUE);
	k->c->loss = build_val(&k->b, &n, "loss");
	if (with_gradient)
		gradient = build_val(&k->b, &z->shape, "loss.dx");
	if (build_status(&k->b) < 0)
		return NULL;
	k->c->loss->keep = 1;
	op->loss = k->loss;
	op->conf = k->loss_conf;
	op->fused = fused;
	build_in(op, z);
	build_out(op, k->c->loss);
	build_out(op, gradient);
	return gradient;
}

/* Another reader of node `at` has a gradient for it. */
static void
add_part(struct compile *k, int at, struct val *v)
{
	struct part *part, **end = &k->spots[at].parts;

	if (v == NULL)
		return;
	part = arena_alloc(k->b.arena, sizeof(*part), k->b.err);
	if (part == NULL) {
		k->b.failed = 1;
		return;
	}
	part->v = v;
	while (*end != NULL)
		end = &(*end)->next;
	*end = part;
}

/* The gradients of all readers as one: the sum where a fork has several. */
static struct val *
sum_parts(struct compile *k, int at)
{
	const struct part *part = k->spots[at].parts;
	struct val *sum = part->v;
	struct op *op;

	for (part = part->next; part != NULL && !k->b.failed;) {
		op = build_op(&k->b, OP_ADD);
		build_in(op, sum);
		for (; part != NULL && op != NULL && op->nin < OP_IN;
		     part = part->next)
			build_in(op, part->v);
		sum = build_val(&k->b, &k->layers[at].y_shape, "dy");
		build_out(op, sum);
	}
	return sum;
}

static int
backward(struct compile *k, int at)
{
	struct layer *l = &k->layers[at];
	int i;

	k->b.layer = l;
	l->dy = sum_parts(k, at);
	for (i = 0; i < l->nx; i++)
		l->want[i] = k->spots[l->node->inputs[i]].learns;
	if (build_status(&k->b) < 0 || l->kind->backward(l, &k->b) < 0)
		return -1;
	for (i = 0; i < l->nx; i++)
		if (l->want[i])
			add_part(k, l->node->inputs[i], l->dx[i]);
	return build_status(&k->b);
}

static int
backward_all(struct compile *k)
{
	int i;

	k->c->p.phase = PHASE_BACKWARD;
	for (i = k->net->graph.nnodes - 1; i >= 0; i--)
		if (k->spots[i].learns && k->spots[i].parts != NULL &&
		    backward(k, i) < 0)
			return -1;
	return 0;
}

static int
compile_end(struct compile *k, int training, struct err *err)
{
	if (build_status(&k->b) < 0 ||
	    program_fold(&k->c->p, training, err) < 0)
		return -1;
	if (!k->net->apart)
		program_fuse(&k->c->p);
	program_prune(&k->c->p);
	return 0;
}

int
compile_train(struct net *net, struct net_update *u, int64_t n,
    struct compiled *c, struct err *err)
{
	struct compile k;
	struct val *z, *dz;
	int end = net->graph.outputs[u->output];
	int start, fused;

	if (compile_begin(&k, net, c, "train", n, err) < 0)
		return -1;
	k.loss = u->loss;
	k.loss_conf = u->loss_conf;
	k.spots[end].used = 1;
	mark_used(&k);
	mark_learning(&k);
	fused = c->fused = takes_over(&k, end);
	start = fused ? net->graph.nodes[end].inputs[0] : end;
	if (forward_all(&k, 1, fused ? end : -1) < 0)
		return -1;
	z = c->out[0] = k.layers[start].y;
	val_root(z)->keep = 1;
	dz = append_loss(&k, z, fused, 1);
	update_penalties(&k.b, u);
	add_part(&k, start, dz);
	if (build_status(&k.b) < 0 || backward_all(&k) < 0)
		return -1;
	update_append(&k.b, u);
	return compile_end(&k, 1, err);
}

/* The loss of predictions takes the first output, or its logits. */
static void
append_evaluation(struct compile *k)
{
	int end = k->net->graph.outputs[0];
	int fused;

	if (k->net->loss == NULL)
		return;
	k->loss = k->net->loss;
	k->loss_conf = k->net->loss_conf;
	fused = takes_over(k, end);
	append_loss(
	    k, fused ? k->layers[end].x[0] : k->layers[end].y, fused, 0);
}

int
compile_predict(struct net *net, int64_t n, struct compiled *c, struct err *err)
{
	struct compile k;
	int i;

	if (compile_begin(&k, net, c, "predict", n, err) < 0)
		return -1;
	for (i = 0; i < net->graph.noutputs; i++)
		k.spots[net->graph.outputs[i]].used = 1;
	mark_used(&k);
	if (forward_all(&k, 0, -1) < 0)
		return -1;
	for (i = 0; i < net->graph.noutputs; i++) {
		c->out[i] = k.layers[net->graph.outputs[i]].y;
		val_root(c->out[i])->keep = 1;
	}
	append_evaluation(&k);
	return compile_end(&k, 0, err);
}
