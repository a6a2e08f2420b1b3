/* A graph as layers in words: what spec.c reads back to the same graph. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "kind.h"
#include "spec.h"

static const struct attr no_attrs[] = { { 0 } };

/* ',' is written ",,". */
static void
add_escaped(struct text *t, const char *s)
{
	for (; *s; s++)
		text_add_n(t, *s == ',' ? ",," : s, *s == ',' ? 2 : 1);
}

/* Would node i be called so without name=?  KIND_N, N counted per kind from 1,
   past names that earlier layers took. */
static int
is_default_name(const struct graph *g, int i)
{
	char name[PATH_MAX_BYTES + 1];
	int n = 1;

	for (int k = 0; k < i; k++)
		n += strcmp(g->nodes[k].kind, g->nodes[i].kind) == 0;
	for (;; n++) {
		int at;
		snprintf(name, sizeof(name), "%s_%d", g->nodes[i].kind, n);
		at = graph_find(g, name);
		if (at < 0 || at >= i)
			return at == i;
	}
}

/* The settings of a node that differ from their defaults, typed. */
static int
changed(const struct node *node, const struct kind *k, struct settings *out,
    struct arena *arena, struct err *err)
{
	const struct attr *table = k->attrs ? k->attrs : no_attrs;
	void *conf = arena_alloc(arena, k->conf_size + 1, err);

	if (!conf ||
	    attr_fill(table, conf, &node->settings, arena, ERR_MODEL, err) < 0)
		return -1;
	return attr_list(table, conf, 1, out, arena, err);
}

static const struct setting *
setting_at_place(const struct settings *s, const struct attr *table, int place)
{
	for (int i = 0; i < s->n; i++) {
		const struct attr *row = attr_find(table, s->at[i].name);
		if (row && row->place == place)
			return &s->at[i];
	}
	return NULL;
}

/* ":128" for places from 1 on without a gap, then ",key=value". */
static int
add_settings(struct text *t, const struct settings *s, const struct kind *k,
    struct arena *arena, struct err *err)
{
	const struct attr *table = k->attrs ? k->attrs : no_attrs;
	const struct setting *at;
	int places = 0;

	while ((at = setting_at_place(s, table, places + 1))) {
		char *value = setting_print(at, arena, err);
		if (!value)
			return -1;
		if (!*value || strchr(value, ':'))
			break;
		text_add(t, ":");
		add_escaped(t, value);
		places++;
	}
	for (int i = 0; i < s->n; i++) {
		const struct attr *row = attr_find(table, s->at[i].name);
		char *value = setting_print(&s->at[i], arena, err);
		if (!value)
			return -1;
		if (row->place >= 1 && row->place <= places)
			continue;
		text_addf(t, ",%s=", s->at[i].name);
		add_escaped(t, value);
	}
	return 0;
}

static int
same_tag(const struct node *a, const struct node *b)
{
	if (!a->tag || !b->tag)
		return a->tag == b->tag;
	return strcmp(a->tag, b->tag) == 0;
}

static int
is_output(const struct graph *g, int i)
{
	for (int k = 0; k < g->noutputs; k++)
		if (g->outputs[k] == i)
			return 1;
	return 0;
}

/* Is node i + 1 the activation written in the same word as node i? */
static int
folds(const struct graph *g, int i, int tagged, struct arena *arena,
    struct err *err)
{
	const struct node *a = &g->nodes[i], *b = a + 1;
	struct settings s = { 0 };
	size_t n = strlen(a->name);

	if (i + 1 >= g->nnodes || !spec_is_activation(b->kind) ||
	    strcmp(a->kind, "input") == 0 || b->ninputs != 1 ||
	    b->inputs[0] != i || is_output(g, i) || (tagged && !same_tag(a, b)))
		return 0;
	if (strncmp(b->name, a->name, n) != 0 || b->name[n] != '_' ||
	    strcmp(b->name + n + 1, b->kind) != 0)
		return 0;
	return changed(b, kind_find(b->kind), &s, arena, err) == 0 && s.n == 0;
}

static void
add_wiring(struct text *t, const struct graph *g, int i, int last, int tagged)
{
	const struct node *node = &g->nodes[i];

	if (!is_default_name(g, i))
		text_addf(t, ",name=%s", node->name);
	if (node->ninputs > 1 || (node->ninputs && node->inputs[0] != i - 1))
		for (int k = 0; k < node->ninputs; k++)
			text_addf(t, "%s%s",
			    k ? "+" : ",from=", g->nodes[node->inputs[k]].name);
	if (tagged && node->tag)
		text_addf(t, ",tag=%s", node->tag);
	if (is_output(g, last) && last != g->nnodes - 1)
		text_add(t, ",out");
}

/* Places of a kind that are still open would swallow the activation. */
static int
places_open(const struct kind *k, const struct settings *s)
{
	const struct attr *table = k->attrs ? k->attrs : no_attrs;
	int n = 0;

	while (setting_at_place(s, table, n + 1))
		n++;
	for (; table->type != ATTR_END; table++)
		if (table->place == n + 1)
			return 1;
	return 0;
}

/* The kind of a node with its changed settings: "dense:128", ",bias=false".
   Split in two, for the activation goes between. */
static int
print_kind(const struct node *node, char **places, char **keys, int *open,
    struct arena *arena, struct err *err)
{
	const struct kind *k = kind_find(node->kind);
	struct settings s = { 0 };
	struct text t;
	char *comma;

	if (!k)
		return err_set(err, ERR_MODEL, "layer '%s': unknown kind '%s'",
		    node->name, node->kind);
	if (changed(node, k, &s, arena, err) < 0)
		return -1;
	*open = places_open(k, &s);
	text_begin(&t, arena, err);
	text_add(&t, node->kind);
	if (add_settings(&t, &s, k, arena, err) < 0 || !text_end(&t))
		return -1;
	for (comma = t.s; *comma; comma += comma[0] == ',' ? 2 : 1)
		if (comma[0] == ',' && comma[1] != ',')
			break;
	*keys = comma;
	*places = arena_text_n(arena, t.s, (size_t)(comma - t.s), err);
	return *places ? 0 : -1;
}

char *
spec_print_kind(const struct node *node, struct arena *arena, struct err *err)
{
	char *places, *keys;
	int open;

	if (print_kind(node, &places, &keys, &open, arena, err) < 0)
		return NULL;
	return arena_printf(arena, err, "%s%s", places, keys);
}

/* The word for node i; *next: the node after those it tells of. */
static char *
print_word(const struct graph *g, int i, int tagged, int *next,
    struct arena *arena, struct err *err)
{
	struct text word;
	char *places, *keys;
	int open, fold;

	if (print_kind(&g->nodes[i], &places, &keys, &open, arena, err) < 0)
		return NULL;
	fold = !open && folds(g, i, tagged, arena, err);
	*next = i + 1 + fold;
	text_begin(&word, arena, err);
	text_add(&word, places);
	if (fold)
		text_addf(&word, ":%s", g->nodes[i + 1].kind);
	text_add(&word, keys);
	add_wiring(&word, g, i, *next - 1, tagged);
	return text_end(&word);
}

int
spec_print(const struct graph *g, int tagged, const char ***layers, int *n,
    struct arena *arena, struct err *err)
{
	*n = 0;
	*layers =
	    arena_array(arena, (size_t)g->nnodes + 1, sizeof(**layers), err);
	if (!*layers)
		return -1;
	for (int i = 0; i < g->nnodes;) {
		const char *word = print_word(g, i, tagged, &i, arena, err);
		if (!word)
			return -1;
		(*layers)[(*n)++] = word;
	}
	return 0;
}
