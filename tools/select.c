/* The selector language: lists of terms over the layers of a graph. */
#include <string.h>

#include "base/text.h"
#include "select-terms.h"

enum { SHOWN = 100, NAMES = 512 };

static int
add_name(const char **names, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return n;
	if (n < NAMES)
		names[n++] = name;
	return n;
}

static int
list_names(const struct graph *g, enum names which, const char **names)
{
	int n = 0;

	for (int i = 0; i < g->nnodes; i++) {
		const struct node *node = &g->nodes[i];
		if (which == OF_LAYERS)
			n = add_name(names, n, node->name);
		else if (which == OF_KINDS)
			n = add_name(names, n, node->kind);
		else if (which == OF_TAGS && node->tag)
			n = add_name(names, n, node->tag);
		for (int p = 0; which == OF_PARAMS && p < node->nparams; p++)
			n = add_name(names, n, node->params[p].name);
	}
	names[n] = NULL;
	return n;
}

/* The nearest name, or the first few there are. */
static int
nothing_matched(const struct term *t, const struct term_row *row,
    struct arena *arena, struct err *err)
{
	const char *names[NAMES + 1];
	int n = list_names(t->g, row->names, names);
	const char *near = text_nearest(t->argument, names);
	struct text list;

	if (near)
		return err_set(err, ERR_USAGE,
		    "matches nothing in the model; did you mean '%s'?", near);
	text_begin(&list, arena, err);
	for (int i = 0; i < n && i < 8; i++)
		text_addf(&list, "%s%s", i ? ", " : "", names[i]);
	if (!text_end(&list))
		return -1;
	return err_set(err, ERR_USAGE,
	    "matches nothing in the model; there %s%s%s", n ? "is " : "is none",
	    list.s, n > 8 ? ", ..." : "");
}

static int
unknown_prefix(const char *word, size_t n, struct arena *arena, struct err *err)
{
	static const char *const names[] = { "first", "last", "blocks", "index",
		"type", "param", "tag", NULL };
	char *prefix = arena_text_n(arena, word, n, err);
	const char *near = prefix ? text_nearest(prefix, names) : NULL;

	if (!prefix)
		return -1;
	return err_set(err, ERR_USAGE, "unknown selector; did you mean '%s:'?",
	    near ? near : "type");
}

static const struct term_row *
find_row(const char *word, struct arena *arena, struct err *err)
{
	size_t n = strcspn(word, ":");
	const struct term_row *r = term_rows;

	for (; r->name; r++)
		if (strlen(r->name) == n && memcmp(r->name, word, n) == 0 &&
		    r->takes == (word[n] == ':'))
			return r;
	if (word[n]) {
		unknown_prefix(word, n, arena, err);
		return NULL;
	}
	return r;
}

static int
run_term(const struct graph *g, struct selection *s, const char *word,
    struct arena *arena, struct err *err)
{
	int negative = *word == '^';
	struct term t = { .g = g, .arena = arena, .s = s, .set = !negative };
	const struct term_row *row;

	word += negative;
	if (!*word)
		return err_set(err, ERR_USAGE, "is empty");
	row = find_row(word, arena, err);
	if (!row)
		return -1;
	t.argument = row->takes ? strchr(word, ':') + 1 : word;
	if (row->run(&t, err) < 0)
		return -1;
	return t.hits ? 0 : nothing_matched(&t, row, arena, err);
}

static int
begin(struct selection *s, const struct graph *g, int full, struct arena *arena,
    struct err *err)
{
	size_t n = (size_t)g->nnodes;

	s->nnodes = g->nnodes;
	s->layer = arena_alloc(arena, n, err);
	s->param = arena_array(arena, n, sizeof(*s->param), err);
	if (!s->layer || !s->param)
		return -1;
	memset(s->layer, full, n);
	memset(s->param, full, n * sizeof(*s->param));
	return 0;
}

int
select_parse(struct selection *s, const struct graph *g, const char *list,
    struct arena *arena, struct err *err)
{
	char shown[SHOWN];

	if (begin(s, g, *list == '^', arena, err) < 0)
		return -1;
	for (;;) {
		size_t n = strcspn(list, ",");
		char *word = arena_text_n(arena, list, n, err);
		if (!word)
			return -1;
		if (run_term(g, s, word, arena, err) < 0)
			return err_in(err, "selector '%s'",
			    text_safe(shown, sizeof(shown), word, n));
		if (!list[n])
			return 0;
		list += n + 1;
	}
}

/* Is the layer selected with every tensor of it? */
static int
has_whole(const struct selection *s, const struct graph *g, int i)
{
	for (int p = 0; p < g->nodes[i].nparams; p++)
		if (!s->param[i][p])
			return 0;
	return s->layer[i];
}

void
select_freeze(const struct selection *s, struct graph *g, int frozen)
{
	for (int i = 0; i < g->nnodes; i++) {
		if (frozen ? has_whole(s, g, i) : s->layer[i])
			g->nodes[i].frozen = frozen;
		for (int p = 0; p < g->nodes[i].nparams; p++)
			if (s->param[i][p])
				g->nodes[i].params[p].frozen = frozen;
	}
}

void
select_thaw(const struct selection *s, struct graph *g)
{
	select_freeze(s, g, 0);
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++)
			if (select_has(s, i, k))
				g->nodes[i].frozen = 0;
}

int
select_has(const struct selection *s, int node, int param)
{
	return param < 0 ? s->layer[node] : s->param[node][param];
}

void
select_offers(struct text *out)
{
	for (int i = 0; term_rows[i].name; i++)
		text_addf(out, "%s%s%s", out->len > 0 ? " " : "",
		    term_rows[i].name, term_rows[i].takes ? ":" : "");
}
