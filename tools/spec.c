/* Layers as words, read: operands of nn-init, lines of SPEC files. */
#include <string.h>

#include "base/operand.h"
#include "base/text.h"
#include "kind.h"
#include "spec.h"

enum { SHOWN = 100, NAMES = 512, LAYERS_MAX = GRAPH_NODES_MAX };

/* What every layer may say, whatever its kind. */
struct wiring {
	const char *name, *from, *tag;
	int out;
};

static const struct attr no_attrs[] = { { 0 } };
static const char *const wiring_keys[] = { "name", "from", "tag", "out", NULL };

static const char *
shown(char out[SHOWN], const char *s)
{
	return text_safe(out, SHOWN, s, strlen(s));
}

int
spec_is_activation(const char *name)
{
	const struct kind *k = kind_find(name);
	return k && (k->elt || strcmp(k->name, "softmax") == 0);
}

static int
unknown_kind(const char *name, int activations, struct err *err)
{
	const char *names[NAMES], *near;
	char word[SHOWN];
	int n = 0;

	for (int i = 0; kinds[i] && n < NAMES - 2; i++) {
		if (activations && !spec_is_activation(kinds[i]->name))
			continue;
		names[n++] = kinds[i]->name;
		if (kinds[i]->alias)
			names[n++] = kinds[i]->alias;
	}
	names[n] = NULL;
	near = text_nearest(name, names);
	if (near)
		return err_set(err, ERR_USAGE,
		    "'%s' is not %s; did you mean '%s'?", shown(word, name),
		    activations ? "an activation" : "a kind of layer", near);
	return err_set(err, ERR_USAGE,
	    "'%s' is not %s; nn-init --layers lists them", shown(word, name),
	    activations ? "an activation" : "a kind of layer");
}

static int
is_wiring(const char *key)
{
	for (int i = 0; wiring_keys[i]; i++)
		if (strcmp(wiring_keys[i], key) == 0)
			return 1;
	return 0;
}

static int
unknown_key(const struct attr *table, const char *key, struct err *err)
{
	const char *names[NAMES], *near;
	char word[SHOWN];
	int n = 0;

	for (int i = 0; table[i].type != ATTR_END && n < NAMES - 8; i++)
		names[n++] = table[i].name;
	for (int i = 0; wiring_keys[i]; i++)
		names[n++] = wiring_keys[i];
	names[n] = NULL;
	near = text_nearest(key, names);
	return err_set(err, ERR_USAGE, "unknown setting '%s'%s%s%s",
	    shown(word, key), near ? "; did you mean '" : "",
	    near ? near : "; nn-init --layers=KIND lists them",
	    near ? "'?" : "");
}

static void
put_wiring(struct wiring *w, const char *key, const char *value)
{
	if (strcmp(key, "name") == 0)
		w->name = value;
	else if (strcmp(key, "from") == 0)
		w->from = value;
	else if (strcmp(key, "tag") == 0)
		w->tag = value;
	else
		w->out = strcmp(value, "false") != 0;
}

/* Moves the keys of every layer out of the operand; the rest must be in the
   table of the kind. */
static int
split_keys(struct operand *o, const struct attr *table, struct wiring *w,
    struct err *err)
{
	int kept = 0;

	for (int i = 0; i < o->keys.n; i++) {
		const struct setting *k = &o->keys.at[i];
		if (is_wiring(k->name) && !attr_find(table, k->name))
			put_wiring(w, k->name, k->s);
		else if (attr_find(table, k->name))
			o->keys.at[kept++] = *k;
		else
			return unknown_key(table, k->name, err);
	}
	o->keys.n = kept;
	return 0;
}

static int
unknown_layer(const struct graph *g, const char *name, struct err *err)
{
	const char *names[NAMES + 1], *near;
	char word[SHOWN];
	int n = 0;

	/* The last is the layer itself. */
	for (int i = g->nnodes - 2; i >= 0 && n < NAMES; i--)
		names[n++] = g->nodes[i].name;
	names[n] = NULL;
	near = text_nearest(name, names);
	return err_set(err, ERR_USAGE,
	    "from=%s: no earlier layer has that name%s%s%s", shown(word, name),
	    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* "A+B": the layers read from, by name. */
static int
wire_from(struct graph *g, struct node *node, const char *from, struct err *err)
{
	int self = g->nnodes - 1;

	for (;;) {
		size_t n = strcspn(from, "+");
		char *name = arena_text_n(g->arena, from, n, err);
		int i = name ? graph_find(g, name) : -1;
		if (!name)
			return -1;
		if (i < 0 || i == self)
			return unknown_layer(g, name, err);
		if (node->ninputs == NODE_INPUTS_MAX)
			return err_set(err, ERR_USAGE,
			    "from: more than %d layers", NODE_INPUTS_MAX);
		node->inputs[node->ninputs++] = i;
		if (!from[n])
			return 0;
		from += n + 1;
	}
}

static int
add_end(int *ends, int *n, int node, const char *what, struct err *err)
{
	if (*n == GRAPH_ENDS_MAX)
		return err_set(
		    err, ERR_USAGE, "more than %d %s", GRAPH_ENDS_MAX, what);
	ends[(*n)++] = node;
	return 0;
}

/* Inputs of the node that was just appended. */
static int
wire(struct graph *g, struct node *node, const struct wiring *w, int before,
    struct err *err)
{
	int self = g->nnodes - 1;

	if (strcmp(node->kind, "input") == 0) {
		if (w->from)
			return err_set(
			    err, ERR_USAGE, "an input reads from no layer");
		return add_end(g->inputs, &g->ninputs, self, "inputs", err);
	}
	if (w->from)
		return wire_from(g, node, w->from, err);
	if (before < 0)
		return err_set(err, ERR_USAGE,
		    "nothing comes before it; begin with -i SHAPE or "
		    "input:SHAPE");
	node->inputs[node->ninputs++] = before;
	return 0;
}

static int
put_tag(struct graph *g, struct node *node, const char *tag, struct err *err)
{
	char word[SHOWN];

	if (!tag)
		return 0;
	if (!graph_name_ok(tag))
		return err_set(err, ERR_USAGE,
		    "tag: '%s' is not a name (letters, digits, _ - .)",
		    shown(word, tag));
	node->tag = arena_text(g->arena, tag, err);
	return node->tag ? 0 : -1;
}

/* The second layer of "dense:128:relu", named NAME_relu. */
static int
append_activation(
    struct graph *g, const char *kind, const struct wiring *w, struct err *err)
{
	int before = g->nnodes - 1;
	const struct kind *k = kind_find(kind);
	struct node *node;
	char *name;

	if (!spec_is_activation(kind))
		return unknown_kind(kind, 1, err);
	name = arena_printf(
	    g->arena, err, "%s_%s", g->nodes[before].name, k->name);
	if (!name)
		return -1;
	node = graph_append(g, name, k->name, ERR_USAGE, err);
	if (!node)
		return -1;
	node->inputs[node->ninputs++] = before;
	return put_tag(g, node, w->tag, err);
}

/* Places that the kind has no row for: one activation at most. */
static int
append_rest(struct graph *g, const struct operand *o, int used,
    const struct wiring *w, struct err *err)
{
	char word[SHOWN];

	if (used == o->nplaces)
		return 0;
	if (strcmp(o->name, "input") == 0 || used + 1 < o->nplaces)
		return err_set(err, ERR_USAGE, "':%s' is one value too many",
		    shown(word, o->place[o->nplaces - 1]));
	return append_activation(g, o->place[used], w, err);
}

/* One word; before: the node it follows. */
static int
append_word(struct graph *g, const char *word, int before, struct err *err)
{
	struct operand o;
	struct wiring w = { 0 };
	struct settings settings;
	const struct kind *k;
	const struct attr *table;
	struct node *node;
	int used = 0;

	if (operand_parse(&o, word, g->arena, err) < 0)
		return -1;
	k = kind_find(o.name);
	if (!k)
		return unknown_kind(o.name, 0, err);
	table = k->attrs ? k->attrs : no_attrs;
	if (split_keys(&o, table, &w, err) < 0 ||
	    operand_settings(&o, table, &settings, &used, g->arena, err) < 0)
		return -1;
	node = graph_append(g, w.name, k->name, ERR_USAGE, err);
	if (!node)
		return -1;
	node->settings = settings;
	if (wire(g, node, &w, before, err) < 0 ||
	    put_tag(g, node, w.tag, err) < 0 ||
	    append_rest(g, &o, used, &w, err) < 0)
		return -1;
	if (w.out)
		return add_end(
		    g->outputs, &g->noutputs, g->nnodes - 1, "outputs", err);
	return 0;
}

/* The last layer is the main output: it stands before the further ones. */
static int
add_main_output(struct graph *g, int last, int at, struct err *err)
{
	for (int i = at; i < g->noutputs; i++)
		if (g->outputs[i] == last)
			g->outputs[i] = g->outputs[--g->noutputs];
	if (add_end(g->outputs, &g->noutputs, last, "outputs", err) < 0)
		return -1;
	memmove(g->outputs + at + 1, g->outputs + at,
	    (size_t)(g->noutputs - 1 - at) * sizeof(*g->outputs));
	g->outputs[at] = last;
	return 0;
}

int
spec_append(struct graph *g, const char *const *layers, int n, int from,
    int *at, struct err *err)
{
	int outputs = g->noutputs;
	char word[SHOWN];

	for (int i = 0; i < n; i++) {
		if (at)
			*at = i;
		if (append_word(g, layers[i], from, err) < 0)
			return err_in(
			    err, "layer '%s'", shown(word, layers[i]));
		from = g->nnodes - 1;
	}
	return n ? add_main_output(g, from, outputs, err) : 0;
}

int
spec_tagged(const struct graph *g)
{
	for (int i = 0; i < g->nnodes; i++)
		if (g->nodes[i].tag)
			return 1;
	return 0;
}
