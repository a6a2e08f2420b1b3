/* nn-finetune: adapt a trained model to new data: freeze layers, replace the
   head, train what is left with a fresh optimizer. */
#include <stdio.h>
#include <string.h>

#include "base/operand.h"
#include "base/text.h"
#include "kind.h"
#include "select.h"
#include "spec.h"
#include "run.h"

static const struct cli_option options[] = {
	{ CLI_GROUP, .help = "What learns" },
	{ CLI_LIST, "freeze", 0, offsetof(struct train_options, freeze), "SEL",
	    "these layers and tensors learn no more", .result = 1 },
	{ CLI_LIST, "train", 0, offsetof(struct train_options, freeze), "SEL",
	    "these learn; freeze and train act in the order given",
	    .result = 1 },
	{ CLI_LIST, "freeze-through", 0, offsetof(struct train_options, freeze),
	    "NAME", "freeze everything up to the layer NAME", .result = 1 },
	{ CLI_TEXT, "new-head", 0, offsetof(struct train_options, new_head),
	    "LAYERS",
	    "replace the head by one for the classes of the data: like the "
	    "old one, or these layers",
	    .optional = "", .result = 1 },
	{ CLI_TEXT, "pre", 0, offsetof(struct train_options, pre), "LIST",
	    "replace the preprocessing chain", .result = 1 },
	{ CLI_REFUSED("extend-head", NULL, "adding classes to a head") },
	{ CLI_REFUSED("reuse-head", "MAP", "mapping classes") },
	{ CLI_REFUSED("unfreeze", "WHEN:SEL", "thawing by plan") },
	{ CLI_REFUSED("gradual", NULL, "thawing by plan") },
	{ CLI_REFUSED("recipe", "NAME", "a recipe") },
	{ CLI_REFUSED("bn", "WORD", "batch normalisation") },
	{ CLI_REFUSED("lora", "SEL", "training adapters") },
	{ CLI_REFUSED("adapter", "FILE", "reading adapters") },
	{ CLI_REFUSED("adapter-only", NULL, "writing adapters") },
	{ CLI_REFUSED("merge", NULL, "merging adapters") },
	{ CLI_REFUSED("keep-mask", NULL, "pruning") },
	{ CLI_REFUSED("distill", "TEACHER", "distillation") },
	{ CLI_REFUSED("anchor", "TERM", "anchoring weights") },
	{ CLI_REFUSED("input-channels", "N", "adapting the input") },
	{ CLI_REFUSED("input-size", "HxW", "adapting the input") },
#include "train-options.def"
	{ 0 },
};

static const char *const usage[] = {
	"[-m MODEL] [-o MODEL] [OPTION]... DATA...",
	"--new-head[=LAYERS] [-m MODEL] [-o MODEL] [OPTION]... DATA...",
	NULL,
};

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

/* The old head's layers as words, to be made again for other classes.  The
   width is the last "units" among its settings. */
static int
head_words(struct run *r, int64_t classes, const char ***words, int *n,
    struct err *err)
{
	const struct graph *g = &r->s.model.graph;
	struct arena *arena = &r->t->arena;
	int widest = -1;

	*n = 0;
	*words =
	    arena_array(arena, (size_t)g->nnodes + 1, sizeof(**words), err);
	if (*words == NULL)
		return -1;
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].settings.n; k++)
			if (g->nodes[i].tag != NULL &&
			    strcmp(g->nodes[i].tag, "head") == 0 &&
			    strcmp(g->nodes[i].settings.at[k].name, "units") ==
				0)
				widest = i;
	if (widest < 0)
		return err_set(err, ERR_USAGE,
		    "--new-head: the old head has no layer with a width; give "
		    "layers, as in --new-head=dense:%lld:softmax",
		    (long long)classes);
	for (int i = 0; i < g->nnodes; i++) {
		const struct node *node = &g->nodes[i];
		struct text t;

		/* A temperature suits only the head it was fitted to. */
		if (node->tag == NULL || strcmp(node->tag, "head") != 0 ||
		    strcmp(node->kind, "temperature") == 0)
			continue;
		text_begin(&t, arena, err);
		text_addf(&t, "%s,name=%s", node->kind, node->name);
		for (int k = 0; k < node->settings.n; k++) {
			const struct setting *s = &node->settings.at[k];
			int width =
			    i == widest && strcmp(s->name, "units") == 0;
			char *v = setting_print(s, arena, err);

			if (v == NULL)
				return -1;
			if (width)
				text_addf(
				    &t, ",units=%lld", (long long)classes);
			else
				text_addf(&t, ",%s=%s", s->name, v);
		}
		if (((*words)[(*n)++] = text_end(&t)) == NULL)
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
	uint64_t seed =
	    r->t->seed_given ? r->t->seed : (uint64_t)r->s.training.seed;

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
	if (nn_init(g, seed, NULL, err) < 0 ||
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

static int
new_head(struct run *r, struct err *err)
{
	const struct graph *g = &r->s.model.graph;
	const char **words;
	int64_t classes;
	int n, tagged = 0, failed;

	for (int i = 0; i < g->nnodes; i++)
		tagged += g->nodes[i].tag != NULL &&
		    strcmp(g->nodes[i].tag, "head") == 0;
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

static int
freeze_through(struct run *r, const char *name, struct err *err)
{
	struct graph *g = &r->s.model.graph;
	int last = graph_find(g, name);

	if (last < 0) {
		const char **names = arena_array(
		    &r->t->arena, (size_t)g->nnodes + 1, sizeof(*names), err);
		const char *near;

		if (names == NULL)
			return -1;
		for (int i = 0; i < g->nnodes; i++)
			names[i] = g->nodes[i].name;
		near = text_nearest(name, names);
		return err_set(err, ERR_USAGE,
		    "--freeze-through: there is no layer '%s'%s%s%s", name,
		    near != NULL ? "; did you mean '" : "",
		    near != NULL ? near : "", near != NULL ? "'?" : "");
	}
	for (int i = 0; i <= last; i++) {
		g->nodes[i].frozen = 1;
		for (int k = 0; k < g->nodes[i].nparams; k++)
			g->nodes[i].params[k].frozen = 1;
	}
	return 0;
}

/* A layer of which one tensor learns again is frozen no more; its other
   tensors stay as they are. */
static void
thaw(const struct selection *s, struct graph *g)
{
	select_freeze(s, g, 0);
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++)
			if (select_has(s, i, k))
				g->nodes[i].frozen = 0;
}

static int
freeze_by(struct run *r, const char *option, const char *list, struct err *err)
{
	struct graph *g = &r->s.model.graph;
	struct selection s;

	if (strcmp(option, "freeze-through") == 0)
		return freeze_through(r, list, err);
	if (select_parse(&s, g, list, &r->t->arena, err) < 0)
		return err_in(err, "--%s", option);
	if (strcmp(option, "freeze") == 0)
		select_freeze(&s, g, 1);
	else
		thaw(&s, g);
	return 0;
}

/* Between reading the model and training it.  A new head alone learns alone:
   what it stands on is frozen unless options say what learns. */
static int
operate(struct run *r, struct err *err)
{
	const struct cli_list *l = &r->o->freeze;

	if (r->o->new_head != NULL && new_head(r, err) < 0)
		return -1;
	if (r->o->new_head != NULL && l->n == 0) {
		tool_note(r->t,
		    "only the new head learns; --train=all trains "
		    "every layer");
		return freeze_by(r, "freeze", "backbone", err);
	}
	for (int i = 0; i < l->n; i++)
		if (freeze_by(r, l->at[i].option, l->at[i].value, err) < 0)
			return -1;
	return 0;
}

static int
finetune(struct tool *t, void *o)
{
	struct run r = { .fresh = 1 };

	return run_all(&r, t, o, operate);
}

static const struct cli_tool what = {
	.name = "nn-finetune",
	.brief = "adapt a trained model to new data",
	.usage = usage,
	.options = options,
	.run = finetune,
};

int
main(int argc, char **argv)
{
	struct train_options o = { 0 };

	return tool_main(&what, &o, argc, argv);
}
