/* A new head: layers for the classes of the data in the place of those that are
   tagged as the head. */
#include <stdio.h>
#include <string.h>

#include "base/operand.h"
#include "base/text.h"
#include "kind.h"
#include "lora.h"
#include "spec.h"
#include "surgery.h"

/* Is word a setting of the layer term, in a list of layers? */
static int
is_layer_key(void *ctx, const char *term, const char *word)
{
	static const char *const common[] = { "name", "from", "tag", "out",
		NULL };
	const struct kind *k;
	char kind[64];

	(void)ctx;
	for (int i = 0; common[i] != NULL; i++)
		if (strcmp(common[i], word) == 0)
			return 1;
	snprintf(kind, sizeof(kind), "%.*s", (int)strcspn(term, ":,"), term);
	k = kind_find(kind);
	return k != NULL && k->attrs != NULL &&
	    attr_find(k->attrs, word) != NULL;
}

static int
is_width(const struct setting *s)
{
	return strcmp(s->name, "units") == 0;
}

/* The last layer of the old head with a width, or -1. */
static int
widest(const struct graph *g)
{
	for (int i = g->nnodes - 1; i >= 0; i--)
		for (int k = 0; k < g->nodes[i].settings.n; k++)
			if (node_in_head(&g->nodes[i]) &&
			    !lora_is_part(&g->nodes[i]) &&
			    is_width(&g->nodes[i].settings.at[k]))
				return i;
	return -1;
}

/* A layer as words, with another width unless that is 0. */
static char *
layer_words(const struct node *node, int64_t width, struct arena *arena,
    struct err *err)
{
	struct text t;

	text_begin(&t, arena, err);
	text_addf(&t, "%s,name=%s", node->kind, node->name);
	for (int k = 0; k < node->settings.n; k++) {
		const struct setting *s = &node->settings.at[k];
		char *v = setting_print(s, arena, err);

		if (v == NULL)
			return NULL;
		if (width > 0 && is_width(s))
			text_addf(&t, ",units=%lld", (long long)width);
		else
			text_addf(&t, ",%s=%s", s->name, v);
	}
	return text_end(&t);
}

/* The old head's layers as words, to be made again for other classes. */
static int
head_words(struct run *r, int64_t classes, const char ***words, int *n,
    struct err *err)
{
	const struct graph *g = &r->s.model.graph;
	struct arena *arena = &r->t->arena;
	int wide = widest(g);

	*n = 0;
	*words =
	    arena_array(arena, (size_t)g->nnodes + 1, sizeof(**words), err);
	if (*words == NULL)
		return -1;
	if (wide < 0)
		return err_set(err, ERR_USAGE,
		    "--new-head: the old head has no layer with a width; give "
		    "layers, as in --new-head=dense:%lld:softmax",
		    (long long)classes);
	for (int i = 0; i < g->nnodes; i++) {
		const struct node *node = &g->nodes[i];

		/* A temperature suits only the head it was fitted to, and an
		   adapter the layer it grew beside. */
		if (!node_in_head(node) || lora_is_part(node) ||
		    strcmp(node->kind, "temperature") == 0)
			continue;
		(*words)[*n] =
		    layer_words(node, i == wide ? classes : 0, arena, err);
		if ((*words)[(*n)++] == NULL)
			return -1;
	}
	return 0;
}

/* The layers given: words between spaces, or a list with commas. */
static int
given_words(struct run *r, const char ***words, int *n, struct err *err)
{
	struct arena *arena = &r->t->arena;
	const char *s = r->o->new_head;

	if (strchr(s, ' ') == NULL)
		return operand_split(
		    s, is_layer_key, NULL, words, n, arena, err);
	*n = 0;
	*words = arena_array(arena, strlen(s) + 1, sizeof(**words), err);
	if (*words == NULL)
		return -1;
	while (*(s += strspn(s, " ")) != '\0') {
		size_t len = strcspn(s, " ");

		(*words)[*n] = arena_text_n(arena, s, len, err);
		if ((*words)[(*n)++] == NULL)
			return -1;
		s += len;
	}
	return 0;
}

/* The classes of the data become the model's labels. */
static int
take_labels(struct run *r, int64_t *classes, struct err *err)
{
	const char *const *names;

	*classes = r->s.y.rank > 0 ? r->s.y.dim[0] : 1;
	if (r->s.target != TARGET_LABEL)
		return 0;
	*classes = data_labels(r->data, &names);
	if (*classes == 0)
		return err_set(err, ERR_DATA,
		    "%s: the data have no labels to make a head for",
		    r->t->cli.operands[0]);
	r->s.model.nlabels = 0;
	r->s.y = (struct shape){ 1, { *classes } };
	return session_labels(&r->s, r->data, err);
}

static int
append_head(
    struct run *r, int64_t classes, const char **words, int n, struct err *err)
{
	struct graph *g = &r->s.model.graph;
	int stubs[GRAPH_ENDS_MAX], nstubs, first;

	if ((nstubs = graph_cut(g, "head", stubs, err)) < 0)
		return -1;
	if (nstubs != 1)
		return err_set(err, ERR_MODEL,
		    "%s: the head hangs on %d layers; --new-head wants one",
		    r->s.name, nstubs);
	first = g->nnodes;
	if (spec_append(g, words, n, stubs[0], NULL, err) < 0 ||
	    nn_resolve(g, 1, ERR_USAGE, err) < 0)
		return err_in(err, "--new-head");
	for (int i = first; i < g->nnodes; i++)
		g->nodes[i].tag = "head";
	if (nn_init(g, run_seed(r), NULL, err) < 0 ||
	    nn_shape(g, g->outputs[0], &r->s.y, err) < 0)
		return -1;
	if (r->s.target == TARGET_LABEL &&
	    (r->s.y.rank != 1 || r->s.y.dim[0] != classes))
		return err_set(err, ERR_USAGE,
		    "--new-head: %lld classes in the data but the head ends "
		    "with %lld outputs; end it with dense:%lld:softmax",
		    (long long)classes, (long long)r->s.y.dim[r->s.y.rank - 1],
		    (long long)classes);
	return 0;
}

int
head_new(struct run *r, struct err *err)
{
	const struct graph *g = &r->s.model.graph;
	const char **words;
	int64_t classes;
	int n, tagged = 0, failed;

	for (int i = 0; i < g->nnodes; i++)
		tagged += node_in_head(&g->nodes[i]);
	if (tagged == 0)
		return err_set(err, ERR_MODEL,
		    "%s: no layer is tagged as the head; nn-init tags it, or "
		    "write tag=head behind the layer in a SPEC file",
		    r->s.name);
	if (take_labels(r, &classes, err) < 0)
		return -1;
	failed = *r->o->new_head != '\0'
	    ? given_words(r, &words, &n, err)
	    : head_words(r, classes, &words, &n, err);
	return failed < 0 ? -1 : append_head(r, classes, words, n, err);
}
