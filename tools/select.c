/* The selector language: terms, each one line of a table. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kind.h"
#include "select.h"

enum { SHOWN = 100, NAMES = 512 };

/* A term at work: marks what it matches, says how much that is. */
struct term {
	const struct graph *g;
	const char *argument; /* behind ':' */
	struct selection *s;
	char set; /* 1: select, 0: take away (^) */
	int hits;
};

static void
hit(struct term *t, int node)
{
	t->s->layer[node] = t->set;
	memset(t->s->param[node], t->set, NODE_PARAMS_MAX);
	t->hits++;
}

static int
number(const char *s, long long min, long long *out)
{
	return text_to_int(s, out) < 0 || *out < min ? -1 : 0;
}

static int
bad_number(const struct term *t, const char *what, struct err *err)
{
	char word[SHOWN];
	return err_set(err, ERR_USAGE, "'%s' is not %s",
	    text_safe(word, sizeof(word), t->argument, strlen(t->argument)),
	    what);
}

/* From that end up to the n-th layer with parameters; what stands between
   belongs to it. */
static int
term_first(struct term *t, struct err *err)
{
	long long n, seen = 0;

	if (number(t->argument, 1, &n) < 0)
		return bad_number(t, "a number of layers", err);
	for (int i = 0; i < t->g->nnodes && seen < n; i++) {
		seen += t->g->nodes[i].nparams > 0;
		hit(t, i);
	}
	if (seen < n)
		return err_set(err, ERR_USAGE,
		    "the model has only %lld layers with parameters", seen);
	return 0;
}

static int
term_last(struct term *t, struct err *err)
{
	long long n, seen = 0;

	if (number(t->argument, 1, &n) < 0)
		return bad_number(t, "a number of layers", err);
	for (int i = t->g->nnodes - 1; i >= 0 && seen < n; i--) {
		seen += t->g->nodes[i].nparams > 0;
		hit(t, i);
	}
	if (seen < n)
		return err_set(err, ERR_USAGE,
		    "the model has only %lld layers with parameters", seen);
	return 0;
}

/* "3" or "3-7", rows as nn-info numbers them. */
static int
term_index(struct term *t, struct err *err)
{
	char low[32];
	size_t n = strcspn(t->argument, "-");
	long long a = 0, b;

	if (n < sizeof(low)) {
		memcpy(low, t->argument, n);
		low[n] = '\0';
	}
	if (n >= sizeof(low) || number(low, 1, &a) < 0)
		return bad_number(t, "a row or rows A-B", err);
	b = a;
	if (t->argument[n] && number(t->argument + n + 1, a, &b) < 0)
		return bad_number(t, "rows A-B", err);
	if (b > t->g->nnodes)
		return err_set(
		    err, ERR_USAGE, "the model has only %d rows", t->g->nnodes);
	for (long long i = a; i <= b; i++)
		hit(t, (int)i - 1);
	return 0;
}

static int
term_type(struct term *t, struct err *err)
{
	const struct kind *k = kind_find(t->argument);
	const char *name = k ? k->name : t->argument;

	(void)err;
	for (int i = 0; i < t->g->nnodes; i++)
		if (strcmp(t->g->nodes[i].kind, name) == 0)
			hit(t, i);
	return 0;
}

static int
term_param(struct term *t, struct err *err)
{
	(void)err;
	for (int i = 0; i < t->g->nnodes; i++)
		for (int p = 0; p < t->g->nodes[i].nparams; p++)
			if (text_glob(
				t->argument, t->g->nodes[i].params[p].name)) {
				t->s->param[i][p] = t->set;
				t->hits++;
			}
	return 0;
}

static int
has_tag(const struct node *node, const char *tag)
{
	return node->tag && strcmp(node->tag, tag) == 0;
}

static int
term_tag(struct term *t, struct err *err)
{
	(void)err;
	for (int i = 0; i < t->g->nnodes; i++)
		if (has_tag(&t->g->nodes[i], t->argument))
			hit(t, i);
	return 0;
}

/* Head or the rest of it: there must be a head. */
static int
by_head(struct term *t, int head, struct err *err)
{
	int heads = 0;

	for (int i = 0; i < t->g->nnodes; i++) {
		int is = has_tag(&t->g->nodes[i], "head");
		heads += is;
		if (is == head)
			hit(t, i);
	}
	if (heads == 0)
		return err_set(err, ERR_USAGE,
		    "no layer of the model is tagged as head; name the layers "
		    "(last:1), or tag them when the model is made (tag=head)");
	return 0;
}

static int
term_head(struct term *t, struct err *err)
{
	return by_head(t, 1, err);
}

static int
term_backbone(struct term *t, struct err *err)
{
	return by_head(t, 0, err);
}

static int
term_all(struct term *t, struct err *err)
{
	(void)err;
	for (int i = 0; i < t->g->nnodes; i++)
		hit(t, i);
	return 0;
}

static int
term_none(struct term *t, struct err *err)
{
	(void)err;
	t->set = !t->set;
	for (int i = 0; i < t->g->nnodes; i++)
		hit(t, i);
	return 0;
}

static int
term_glob(struct term *t, struct err *err)
{
	(void)err;
	for (int i = 0; i < t->g->nnodes; i++)
		if (text_glob(t->argument, t->g->nodes[i].name))
			hit(t, i);
	return 0;
}

/* What a name of each kind could have been, for the hint. */
enum names { OF_LAYERS, OF_KINDS, OF_PARAMS, OF_TAGS };

static const struct term_row {
	const char *name;
	int takes; /* an argument behind ':' */
	int (*run)(struct term *t, struct err *err);
	enum names names;
} rows[] = {
	{ "first", 1, term_first, OF_LAYERS },
	{ "last", 1, term_last, OF_LAYERS },
	{ "index", 1, term_index, OF_LAYERS },
	{ "type", 1, term_type, OF_KINDS },
	{ "param", 1, term_param, OF_PARAMS },
	{ "tag", 1, term_tag, OF_TAGS },
	{ "head", 0, term_head, OF_TAGS },
	{ "backbone", 0, term_backbone, OF_TAGS },
	{ "all", 0, term_all, OF_LAYERS },
	{ "none", 0, term_none, OF_LAYERS },
	{ NULL, 0, term_glob, OF_LAYERS },
};

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
	static const char *const names[] = { "first", "last", "index", "type",
		"param", "tag", NULL };
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
	const struct term_row *r = rows;

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
	struct term t = { .g = g, .s = s, .set = !negative };
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

void
select_freeze(const struct selection *s, struct graph *g, int frozen)
{
	for (int i = 0; i < g->nnodes; i++) {
		if (s->layer[i])
			g->nodes[i].frozen = frozen;
		for (int p = 0; p < g->nodes[i].nparams; p++)
			if (s->param[i][p])
				g->nodes[i].params[p].frozen = frozen;
	}
}

int
select_has(const struct selection *s, int node, int param)
{
	return param < 0 ? s->layer[node] : s->param[node][param];
}
