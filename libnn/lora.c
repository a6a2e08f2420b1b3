/* Adapters grow on a graph. */
#include "lora.h"

#include <string.h>

#include "lora-parts.h"
#include "nn.h"

/* kaiming_uniform with a = sqrt(5): variance 1 / (3 inputs). */
static const char lora_init[] =
    "variance_scaling:0.3333333333333333:fan_in:uniform";

const struct attr lora_attrs[] = {
	{ ATTR(INT, struct lora, rank), 1, 1 << 16, "8",
	    "width of the layers in between", 0, NULL },
	{ ATTR(REAL, struct lora, alpha), 1e-6, 1e6, "16",
	    "the factor times the rank", 0, NULL },
	{ ATTR(REAL, struct lora, dropout), 0, 0.999999, "0",
	    "share of the input that is dropped", 0, NULL },
	{ 0 },
};

const char *const lora_part_names[] = {
	[LORA_DROPOUT] = "lora_dropout",
	[LORA_A] = "lora_a",
	[LORA_B] = "lora_b",
	[LORA_SCALE] = "lora_scale",
	[LORA_ADD] = "lora_add",
};

int
lora_part_of(const struct node *node)
{
	const char *slash = strrchr(node->name, '/');

	for (int i = 0; slash != NULL && i < LORA_PARTS; i++)
		if (strcmp(slash + 1, lora_part_names[i]) == 0)
			return i;
	return -1;
}

int
lora_is_part(const struct node *node)
{
	return lora_part_of(node) >= 0;
}

int
lora_count(const struct graph *g)
{
	int n = 0;

	for (int i = 0; i < g->nnodes; i++)
		n += lora_part_of(&g->nodes[i]) == LORA_ADD;
	return n;
}

const char *
lora_width(const struct node *node)
{
	if (strcmp(node->kind, "dense") == 0)
		return "units";
	return strcmp(node->kind, "conv2d") == 0 ? "filters" : NULL;
}

int
lora_suits(const struct node *node)
{
	return lora_width(node) != NULL && !lora_is_part(node);
}

const struct setting *
lora_setting(const struct node *node, const char *name)
{
	for (int i = 0; i < node->settings.n; i++)
		if (strcmp(node->settings.at[i].name, name) == 0)
			return &node->settings.at[i];
	return NULL;
}

/* The graph that grows, and what the old nodes' readers read now. */
struct growing {
	struct graph to;
	int *now;
	int *zero, nzero; /* nodes whose kernel begins as zeros */
	struct err *err;
};

/* Appends X/lora_PART, which reads one node; its index, or -1. */
static int
append(struct growing *w, const struct node *x, enum lora_part part,
    const char *kind, int from)
{
	const char *name = arena_printf(
	    w->to.arena, w->err, "%s/%s", x->name, lora_part_names[part]);
	struct node *node = name == NULL
	    ? NULL
	    : graph_append(&w->to, name, kind, ERR_USAGE, w->err);

	if (node == NULL)
		return -1;
	node->tag = x->tag;
	node->inputs[0] = from;
	node->ninputs = 1;
	return w->to.nnodes - 1;
}

/* Gives the node that was appended last these settings. */
static int
put_settings(struct growing *w, const struct setting *from, int n)
{
	struct settings *s = &w->to.nodes[w->to.nnodes - 1].settings;

	s->at = arena_array(w->to.arena, (size_t)n + 1, sizeof(*s->at), w->err);
	if (s->at == NULL)
		return -1;
	memcpy(s->at, from, (size_t)n * sizeof(*s->at));
	s->n = n;
	return 0;
}

static int
append_real(struct growing *w, const struct node *x, enum lora_part part,
    const char *kind, const char *name, double value, int from)
{
	const struct setting s = { name, ATTR_REAL, .r = value };
	int at = append(w, x, part, kind, from);

	return at < 0 || put_settings(w, &s, 1) < 0 ? -1 : at;
}

/* A is the layer once more, as wide as the rank, without bias. */
static int
append_a(struct growing *w, const struct node *x, int64_t rank, int from)
{
	int at = append(w, x, LORA_A, x->kind, from);
	struct settings *s;

	if (at < 0 || put_settings(w, x->settings.at, x->settings.n) < 0)
		return -1;
	s = &w->to.nodes[at].settings;
	for (int i = 0; i < s->n; i++) {
		if (strcmp(s->at[i].name, lora_width(x)) == 0)
			s->at[i].i = rank;
		if (strcmp(s->at[i].name, "bias") == 0)
			s->at[i].i = 0;
	}
	return at;
}

static int
append_b(struct growing *w, const struct node *x, int from)
{
	const struct setting s[] = {
		*lora_setting(x, lora_width(x)),
		{ "bias", ATTR_BOOL, .i = 0 },
		{ "kernel", ATTR_WORD, .s = "1" },
	};
	int at = append(w, x, LORA_B, x->kind, from);
	int conv = strcmp(x->kind, "conv2d") == 0;

	if (at < 0 || put_settings(w, s, conv ? 3 : 2) < 0)
		return -1;
	w->zero[w->nzero++] = at;
	return at;
}

/* Behind the copy at `at` of x. */
static int
append_adapter(
    struct growing *w, const struct node *x, int at, const struct lora *how)
{
	int from = w->to.nodes[at].inputs[0];

	if (how->dropout > 0)
		from = append_real(
		    w, x, LORA_DROPOUT, "dropout", "rate", how->dropout, from);
	if (from < 0 || (from = append_a(w, x, how->rank, from)) < 0 ||
	    (from = append_b(w, x, from)) < 0)
		return -1;
	from = append_real(w, x, LORA_SCALE, "rescaling", "scale",
	    how->alpha / (double)how->rank, from);
	if (from < 0 || append(w, x, LORA_ADD, "add", at) < 0)
		return -1;
	w->to.nodes[w->to.nnodes - 1].inputs[1] = from;
	w->to.nodes[w->to.nnodes - 1].ninputs = 2;
	return 0;
}

static int
check(const struct graph *g, const struct node *x, struct err *err)
{
	char name[PATH_MAX_BYTES + 16];
	const struct setting *groups = lora_setting(x, "groups");
	size_t n = strlen(x->name);

	if (!lora_suits(x))
		return err_set(err, ERR_USAGE,
		    "layer '%s': is no dense and no conv2d, so it cannot have "
		    "an adapter",
		    x->name);
	if (groups != NULL && groups->i != 1)
		return err_set(err, ERR_USAGE,
		    "layer '%s': cannot have an adapter, its channels are in "
		    "%lld groups; leave it out with ^%s",
		    x->name, (long long)groups->i, x->name);
	memcpy(name, x->name, n);
	memcpy(name + n, "/lora_add", sizeof("/lora_add"));
	if (graph_find(g, name) >= 0)
		return err_set(err, ERR_USAGE,
		    "layer '%s': has an adapter already; train that one, or "
		    "merge it first",
		    x->name);
	return 0;
}

static int
grow(struct growing *w, const struct graph *g, const struct lora *const *of)
{
	for (int i = 0; i < g->nnodes; i++) {
		const struct node *x = &g->nodes[i];

		if (lora_copy_node(&w->to, x, w->now, w->err) < 0)
			return -1;
		w->now[i] = w->to.nnodes - 1;
		if (of[i] == NULL)
			continue;
		if (check(g, x, w->err) < 0 ||
		    append_adapter(w, x, w->now[i], of[i]) < 0)
			return -1;
		w->now[i] = w->to.nnodes - 1;
	}
	return 0;
}

/* Numbers for the new kernels. */
static int
fill(struct growing *w, uint64_t seed)
{
	for (int i = 0; i < w->nzero; i++) {
		struct tensor *t = &w->to.nodes[w->zero[i]].params[0].value;
		size_t n;

		if (tensor_bytes(t, &n, w->err) < 0 ||
		    (t->data = arena_slab(w->to.arena, n, w->err)) == NULL)
			return -1;
	}
	return nn_init(&w->to, seed, lora_init, w->err);
}

int
lora_add(struct graph *g, const struct lora *const *of, uint64_t seed,
    struct err *err)
{
	struct growing w = { .err = err };
	size_t n = (size_t)g->nnodes;

	graph_begin(&w.to, g->arena);
	w.now = arena_array(g->arena, n, sizeof(*w.now), err);
	w.zero = arena_array(g->arena, n, sizeof(*w.zero), err);
	if (w.now == NULL || w.zero == NULL || grow(&w, g, of) < 0)
		return -1;
	lora_copy_ends(&w.to, g, w.now);
	if (nn_resolve(&w.to, 1, ERR_USAGE, err) < 0 || fill(&w, seed) < 0)
		return -1;
	*g = w.to;
	return 0;
}
