/* The terms of selectors. */
#include <string.h>

#include "base/text.h"
#include "kind.h"
#include "nn.h"
#include "select-terms.h"

enum { SHOWN = 100 };

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

/* The last n blocks, the head counting as one: as --layer-decay counts them. */
static int
term_blocks(struct term *t, struct err *err)
{
	int *depth, there;
	long long n;

	if (number(t->argument, 1, &n) < 0)
		return bad_number(t, "a number of blocks", err);
	depth =
	    arena_array(t->arena, (size_t)t->g->nnodes, sizeof(*depth), err);
	if (depth == NULL)
		return -1;
	if ((there = nn_depths(t->g, depth)) < n)
		return err_set(
		    err, ERR_USAGE, "the model has only %d blocks", there);
	for (int i = 0; i < t->g->nnodes; i++)
		if (depth[i] < n)
			hit(t, i);
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

const struct term_row term_rows[] = {
	{ "first", 1, term_first, OF_LAYERS },
	{ "last", 1, term_last, OF_LAYERS },
	{ "blocks", 1, term_blocks, OF_LAYERS },
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
