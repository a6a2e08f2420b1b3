/* --lora: adapters for the layers that a selector means. */
#include "lora.h"

#include <string.h>

#include "select.h"
#include "surgery.h"

/* "SEL[,KEY=VALUE]...": a selector has no =, so the first one tells where it
   ends. */
static size_t
selector_end(const char *words)
{
	size_t end = strcspn(words, "=");

	if (words[end] == '\0')
		return end;
	while (end > 0 && words[end] != ',')
		end--;
	return end;
}

/* From the comma in front of the first setting. */
static int
parse_settings(
    const char *at, struct lora *how, struct arena *arena, struct err *err)
{
	struct settings s = { 0 };

	s.at = arena_array(arena, strlen(at) + 1, sizeof(*s.at), err);
	if (s.at == NULL)
		return -1;
	while (*at == ',') {
		size_t n = strcspn(++at, ",");
		char *key = arena_text_n(arena, at, n, err), *value;

		if (key == NULL)
			return -1;
		if ((value = strchr(key, '=')) == NULL)
			return err_set(err, ERR_USAGE,
			    "'%s': layers come before the settings", key);
		*value++ = '\0';
		s.at[s.n++] = (struct setting){
			.name = key, .type = ATTR_WORD, .s = value
		};
		at += n;
	}
	return attr_fill(lora_attrs, how, &s, arena, ERR_USAGE, err);
}

static int
parse(const char *words, const char **sel, struct lora *how,
    struct arena *arena, struct err *err)
{
	size_t end = selector_end(words);

	if (end == 0)
		return err_set(err, ERR_USAGE,
		    "no layers; write --lora=SEL,rank=8, as in "
		    "--lora=type:conv2d");
	if ((*sel = arena_text_n(arena, words, end, err)) == NULL)
		return -1;
	return parse_settings(words + end, how, arena, err);
}

int
lora_check(struct run *r, struct err *err)
{
	const struct cli_list *l = &r->o->lora;
	const char *sel;
	struct lora how;

	for (int i = 0; i < l->n; i++)
		if (parse(l->at[i].value, &sel, &how, &r->t->arena, err) < 0)
			return err_in(err, "--lora");
	return 0;
}

/* Does the layer belong to a head that is new or has new rows? */
static int
is_new_head(const struct run *r, const struct node *node)
{
	const struct train_options *o = r->o;
	int rows = o->extend_head || o->reuse_head != NULL;

	if (rows && node == &r->s.model.graph.nodes[r->head_layer])
		return 1;
	return (rows || o->new_head != NULL) && node_in_head(node);
}

/* Names what could have been selected. */
static int
none_suits(const struct run *r, const char *sel, struct err *err)
{
	const struct graph *g = &r->s.model.graph;
	struct text names;
	int n = 0;

	text_begin(&names, &r->t->arena, err);
	for (int i = 0; i < g->nnodes; i++)
		if (lora_suits(&g->nodes[i]) && !is_new_head(r, &g->nodes[i]) &&
		    n++ < 8)
			text_addf(&names, "%s%s", n > 1 ? ", " : "",
			    g->nodes[i].name);
	if (text_end(&names) == NULL)
		return -1;
	return err_set(err, ERR_USAGE,
	    "--lora: %s: selects no dense and no conv2d layer whose numbers "
	    "stay; there %s%s%s",
	    sel, n > 0 ? "is " : "is none in the model", names.s,
	    n > 8 ? ", ..." : "");
}

/* Other kinds that a selector catches are left alone, and so is a head that
   learns anyway. */
static int
select_one(
    struct run *r, const char *words, const struct lora **of, struct err *err)
{
	const struct graph *g = &r->s.model.graph;
	struct arena *arena = &r->t->arena;
	struct lora *how = arena_alloc(arena, sizeof(*how), err);
	struct selection s;
	const char *sel;
	int hits = 0;

	if (how == NULL || parse(words, &sel, how, arena, err) < 0 ||
	    select_parse(&s, g, sel, arena, err) < 0)
		return err_in(err, "--lora");
	for (int i = 0; i < g->nnodes; i++) {
		const struct node *node = &g->nodes[i];

		if (!select_has(&s, i, -1) || !lora_suits(node) ||
		    is_new_head(r, node))
			continue;
		of[i] = how;
		hits++;
	}
	return hits > 0 ? 0 : none_suits(r, sel, err);
}

/* What the adapters stand beside learns no more. */
static void
freeze_base(struct run *r)
{
	struct graph *g = &r->s.model.graph;

	for (int i = 0; i < g->nnodes; i++) {
		struct node *node = &g->nodes[i];

		if (lora_is_part(node) || is_new_head(r, node))
			continue;
		node->frozen = 1;
		for (int k = 0; k < node->nparams; k++)
			node->params[k].frozen = 1;
	}
}

static void
tell(struct run *r)
{
	const struct graph *g = &r->s.model.graph;
	int layers = lora_count(g);
	int64_t n = 0;

	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++)
			if (lora_is_part(&g->nodes[i]))
				n += shape_count(
				    &g->nodes[i].params[k].value.shape);
	tool_note(r->t,
	    "%d layer%s an adapter, %lld numbers in all; the model itself is "
	    "frozen, --train=SEL thaws layers of it",
	    layers, layers == 1 ? " has" : "s have", (long long)n);
}

int
lora_grow(struct run *r, struct err *err)
{
	struct graph *g = &r->s.model.graph;
	const struct cli_list *l = &r->o->lora;
	const char *head = g->nodes[r->head_layer].name;
	const struct lora **of;

	if (l->n == 0)
		return 0;
	of = arena_array(
	    &r->t->arena, (size_t)g->nnodes, sizeof(struct lora *), err);
	if (of == NULL)
		return -1;
	for (int i = 0; i < l->n; i++)
		if (select_one(r, l->at[i].value, of, err) < 0)
			return -1;
	if (lora_add(g, of, run_seed(r), err) < 0)
		return err_in(err, "--lora");
	r->head_layer = graph_find(g, head);
	freeze_base(r);
	tell(r);
	return 0;
}

int
lora_merge_check(const struct run *r, struct err *err)
{
	if (!r->o->merge || lora_count(&r->s.model.graph) > 0)
		return 0;
	return err_set(err, ERR_USAGE,
	    "--merge: %s has no adapters; give --lora=SEL", r->s.name);
}
