/* Adapters taken in by the layers that they stand beside. */
#include <math.h>
#include <string.h>

#include "lora-parts.h"

int
lora_copy_node(
    struct graph *to, const struct node *node, const int *now, struct err *err)
{
	struct node *copy =
	    graph_append(to, node->name, node->kind, ERR_MODEL, err);
	const char *name, *kind;

	if (copy == NULL)
		return -1;
	name = copy->name;
	kind = copy->kind;
	*copy = *node;
	copy->name = name;
	copy->kind = kind;
	for (int i = 0; i < node->ninputs; i++)
		copy->inputs[i] = now[node->inputs[i]];
	return 0;
}

void
lora_copy_ends(struct graph *to, const struct graph *g, const int *now)
{
	to->task = g->task;
	to->ninputs = g->ninputs;
	to->noutputs = g->noutputs;
	for (int i = 0; i < g->ninputs; i++)
		to->inputs[i] = now[g->inputs[i]];
	for (int i = 0; i < g->noutputs; i++)
		to->outputs[i] = now[g->outputs[i]];
}

/* An adapter that was found: the indices of its layers. */
struct found {
	int x, part[LORA_PARTS]; /* dropout: -1 when there is none */
};

/* How often a node is read, by others and by the outputs. */
static int
readers(const struct graph *g, int at)
{
	int n = 0;

	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].ninputs; k++)
			n += g->nodes[i].inputs[k] == at;
	for (int i = 0; i < g->noutputs; i++)
		n += g->outputs[i] == at;
	return n;
}

/* Is the node at that part, of that kind, of the layer x, and does none but the
   next part read it? */
static int
is_part(
    const struct graph *g, int at, int x, enum lora_part part, const char *kind)
{
	const struct node *node = &g->nodes[at];
	size_t n = strlen(g->nodes[x].name);

	return strncmp(node->name, g->nodes[x].name, n) == 0 &&
	    node->name[n] == '/' &&
	    strcmp(node->name + n + 1, lora_part_names[part]) == 0 &&
	    strcmp(node->kind, kind) == 0 &&
	    (part == LORA_ADD || (node->ninputs == 1 && readers(g, at) == 1));
}

/* Do all settings but the width and the bias agree? */
static int
settings_agree(const struct node *x, const struct node *a, struct arena *arena)
{
	struct err quiet = { 0 };

	for (int i = 0; i < x->settings.n; i++) {
		const struct setting *s = &x->settings.at[i];
		const struct setting *t = lora_setting(a, s->name);
		const char *u, *v;

		if (strcmp(s->name, lora_width(x)) == 0 ||
		    strcmp(s->name, "bias") == 0)
			continue;
		u = setting_print(s, arena, &quiet);
		v = t == NULL ? NULL : setting_print(t, arena, &quiet);
		if (u == NULL || v == NULL || strcmp(u, v) != 0)
			return 0;
	}
	return 1;
}

/* The numbers of the only tensor, a kernel of so many columns; the rows. */
static int64_t
kernel_rows(const struct node *node, int64_t columns)
{
	const struct tensor *t = &node->params[0].value;

	if (node->nparams != 1 || strcmp(node->params[0].name, "kernel") != 0 ||
	    t->data == NULL || t->shape.rank < 2 ||
	    t->shape.dim[t->shape.rank - 1] != columns)
		return -1;
	return shape_count(&t->shape) / columns;
}

static const struct param *
kernel_of(const struct node *x)
{
	return node_param_find(x, "kernel");
}

/* Do kernels and settings make one product of rows, rank and columns? */
static int
fits(const struct graph *g, const struct found *f)
{
	const struct node *x = &g->nodes[f->x];
	const struct node *a = &g->nodes[f->part[LORA_A]];
	const struct node *b = &g->nodes[f->part[LORA_B]];
	const struct setting *rank = lora_setting(a, lora_width(x));
	const struct setting *width = lora_setting(x, lora_width(x));
	const struct setting *groups = lora_setting(b, "groups");
	const struct param *w = kernel_of(x);

	if (rank == NULL || width == NULL || w == NULL ||
	    w->value.data == NULL || (groups != NULL && groups->i != 1))
		return 0;
	groups = lora_setting(x, "groups");
	return (groups == NULL || groups->i == 1) &&
	    settings_agree(x, a, g->arena) &&
	    kernel_rows(b, width->i) == rank->i &&
	    kernel_rows(a, rank->i) * width->i == shape_count(&w->value.shape);
}

/* The adapter that ends at the node of kind add. */
static int
find(const struct graph *g, int at, struct found *f)
{
	const struct node *add = &g->nodes[at];
	const char *kind;
	int from;

	if (add->ninputs != 2)
		return 0;
	f->x = add->inputs[0];
	kind = g->nodes[f->x].kind;
	f->part[LORA_ADD] = at;
	f->part[LORA_SCALE] = add->inputs[1];
	f->part[LORA_DROPOUT] = -1;
	if (!lora_suits(&g->nodes[f->x]) || readers(g, f->x) != 1 ||
	    !is_part(g, at, f->x, LORA_ADD, "add") ||
	    !is_part(g, add->inputs[1], f->x, LORA_SCALE, "rescaling"))
		return 0;
	f->part[LORA_B] = g->nodes[f->part[LORA_SCALE]].inputs[0];
	if (!is_part(g, f->part[LORA_B], f->x, LORA_B, kind))
		return 0;
	f->part[LORA_A] = g->nodes[f->part[LORA_B]].inputs[0];
	if (!is_part(g, f->part[LORA_A], f->x, LORA_A, kind))
		return 0;
	from = g->nodes[f->part[LORA_A]].inputs[0];
	if (from != g->nodes[f->x].inputs[0]) {
		if (!is_part(g, from, f->x, LORA_DROPOUT, "dropout"))
			return 0;
		f->part[LORA_DROPOUT] = from;
		from = g->nodes[from].inputs[0];
	}
	return from == g->nodes[f->x].inputs[0] && fits(g, f);
}

/* to[i,u] = w[i,u] + scale sum_k a[i,k] b[k,u], in double; are all finite? */
static int
multiply(float *to, const float *w, const float *a, const float *b,
    const int64_t dim[3], double scale)
{
	int64_t rows = dim[0], rank = dim[1], columns = dim[2];
	int finite = 1;

	for (int64_t i = 0; i < rows; i++)
		for (int64_t u = 0; u < columns; u++) {
			double sum = 0;
			float *y = &to[i * columns + u];

			for (int64_t k = 0; k < rank; k++)
				sum += (double)a[i * rank + k] *
				    (double)b[k * columns + u];
			*y = (float)((double)w[i * columns + u] + scale * sum);
			finite &= isfinite(*y) != 0;
		}
	return finite;
}

/* Into the copy of x; what takes an adapter in learns as that did. */
static int
take_in(struct node *x, const struct graph *g, const struct found *f,
    struct arena *arena, struct err *err)
{
	const struct node *a = &g->nodes[f->part[LORA_A]];
	const struct node *b = &g->nodes[f->part[LORA_B]];
	const struct setting *scale =
	    lora_setting(&g->nodes[f->part[LORA_SCALE]], "scale");
	struct tensor *t = NULL;
	int64_t dim[3];
	float *to;
	size_t n;

	x->frozen = a->frozen;
	for (int k = 0; k < x->nparams; k++) {
		x->params[k].frozen = a->params[0].frozen;
		if (strcmp(x->params[k].name, "kernel") == 0)
			t = &x->params[k].value;
	}
	if (t == NULL || tensor_bytes(t, &n, err) < 0 ||
	    (to = arena_slab(arena, n, err)) == NULL)
		return -1;
	dim[1] = lora_setting(a, lora_width(x))->i;
	dim[2] = lora_setting(x, lora_width(x))->i;
	dim[0] = shape_count(&t->shape) / dim[2];
	if (!multiply(to, t->data, a->params[0].value.data,
		b->params[0].value.data, dim, scale->r))
		return err_set(err, ERR_NUMERIC,
		    "layer '%s': with its adapter merged its numbers are not "
		    "finite",
		    x->name);
	t->data = to;
	return 0;
}

/* gone[i]: the node is a part; of[i]: the adapter of the layer, or NULL. */
static int
find_all(const struct graph *g, char *gone, struct found **of, struct err *err)
{
	for (int i = 0; i < g->nnodes; i++) {
		struct found *f;

		if (lora_part_of(&g->nodes[i]) != LORA_ADD)
			continue;
		f = arena_alloc(g->arena, sizeof(*f), err);
		if (f == NULL)
			return -1;
		if (!find(g, i, f))
			return err_set(err, ERR_MODEL,
			    "layer '%s': is named as an adapter but is not "
			    "made as one, so it cannot be merged",
			    g->nodes[i].name);
		of[f->x] = f;
		for (int k = 0; k < LORA_PARTS; k++)
			if (f->part[k] >= 0)
				gone[f->part[k]] = 1;
	}
	return 0;
}

int
lora_merge(struct graph *g, struct err *err)
{
	size_t n = (size_t)g->nnodes;
	char *gone = arena_alloc(g->arena, n, err);
	int *now = arena_array(g->arena, n, sizeof(*now), err);
	struct found **of =
	    arena_array(g->arena, n, sizeof(struct found *), err);
	struct graph to;

	if (gone == NULL || now == NULL || of == NULL ||
	    find_all(g, gone, of, err) < 0)
		return -1;
	graph_begin(&to, g->arena);
	for (int i = 0; i < g->nnodes; i++) {
		int add = lora_part_of(&g->nodes[i]) == LORA_ADD;

		if (gone[i]) {
			now[i] = add ? now[g->nodes[i].inputs[0]] : -1;
			continue;
		}
		if (lora_copy_node(&to, &g->nodes[i], now, err) < 0)
			return -1;
		now[i] = to.nnodes - 1;
		if (of[i] != NULL &&
		    take_in(&to.nodes[now[i]], g, of[i], g->arena, err) < 0)
			return -1;
	}
	lora_copy_ends(&to, g, now);
	*g = to;
	return 0;
}
