/* Model, preprocessing and data brought together, for every tool that runs a
   model. */
#include "session.h"

#include <stdio.h>
#include <string.h>

#include "adapter.h"
#include "base/text.h"
#include "loss.h"

/* What a task wants of its data, and the loss that goes with it. */
static const struct task {
	const char *name;
	enum target target;
	const char *loss;
} tasks[] = {
	{ "classify", TARGET_LABEL, "ce" },
	{ "regress", TARGET_VALUE, "mse" },
	{ "autoencoder", TARGET_SELF, "mse" },
	{ "multilabel", TARGET_VALUE, "bce" },
	{ 0 },
};

static const struct task *
task_find(const char *name)
{
	for (const struct task *k = tasks; k->name != NULL; k++)
		if (name != NULL && strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

int
session_check(struct session *s, struct tool *t, const char *const *operands,
    int n, struct err *err)
{
	const char *model = t->common->model;

	*s = (struct session){ .t = t };
	s->name = strcmp(model, "-") == 0 ? "standard input" : model;
	s->adapter = t->common->adapter;
	if (tool_check_input(t, model, operands, n, err) < 0 ||
	    (s->adapter != NULL &&
		adapter_check(t, model, s->adapter, operands, n, err) < 0))
		return -1;
	if (strcmp(model, "-") == 0 ||
	    (s->adapter != NULL && strcmp(s->adapter, "-") == 0))
		return data_check(operands, n, err);
	return 0;
}

int64_t
session_classes(const struct session *s)
{
	return s->y.dim[0] == 1 ? 2 : s->y.dim[0];
}

int
session_ends(struct session *s, struct err *err)
{
	struct graph *g = &s->model.graph;
	const struct task *task = task_find(g->task);

	if (task == NULL)
		return err_set(err, ERR_MODEL,
		    "the task '%s' belongs to a later version of nn-tools",
		    g->task != NULL ? g->task : "");
	if (g->ninputs != 1 || g->noutputs != 1)
		return err_set(err, ERR_MODEL,
		    "%d inputs and %d outputs; this version runs models with "
		    "one of each",
		    g->ninputs, g->noutputs);
	s->target = task->target;
	if (nn_shape(g, g->inputs[0], &s->x, err) < 0 ||
	    nn_shape(g, g->outputs[0], &s->y, err) < 0)
		return -1;
	if (s->target == TARGET_LABEL && s->y.rank != 1)
		return err_set(err, ERR_MODEL,
		    "layer '%s': a classifier's output is one row of classes",
		    session_output(s)->name);
	if (s->target == TARGET_LABEL && s->model.nlabels > 0 &&
	    session_classes(s) != s->model.nlabels)
		return err_set(err, ERR_MODEL,
		    "%lld labels but layer '%s' has %lld outputs",
		    (long long)s->model.nlabels, session_output(s)->name,
		    (long long)s->y.dim[0]);
	return 0;
}

/* Every parameter needs numbers to run; nn-init gives them. */
static int
check_numbers(const struct graph *g, struct err *err)
{
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++)
			if (g->nodes[i].params[k].value.data == NULL)
				return err_set(err, ERR_MODEL,
				    "layer '%s': %s has no numbers",
				    g->nodes[i].name,
				    g->nodes[i].params[k].name);
	return 0;
}

int
session_read_from(struct session *s, const char *path, struct err *err)
{
	struct tool *t = s->t;

	if (s->adapter != NULL ? adapter_read(t, path, s->adapter, &s->model,
				     &s->base, err) < 0
			       : tool_read_model(t, path, &s->model, err) < 0)
		return -1;
	if (nn_resolve(&s->model.graph, 0, ERR_MODEL, err) < 0 ||
	    session_ends(s, err) < 0 ||
	    check_numbers(&s->model.graph, err) < 0 ||
	    training_read(&s->training, s->model.training, &t->arena, err) < 0)
		return err_in(err, "%s", s->name);
	return 0;
}

int
session_read(struct session *s, struct err *err)
{
	return session_read_from(s, s->t->common->model, err);
}

int
session_pre(struct session *s, const char *words, struct err *err)
{
	struct json *document;
	enum err_code code = words != NULL ? ERR_USAGE : ERR_MODEL;

	if (words != NULL) {
		document = pre_parse(words, &s->t->arena, err);
		if (document == NULL)
			return err_in(err, "--pre");
		s->model.preprocessing = document;
	}
	s->pre =
	    pre_open(s->model.preprocessing, &s->x, &s->t->arena, code, err);
	if (s->pre == NULL)
		return err_in(err, "%s", words != NULL ? "--pre" : s->name);
	if (words != NULL && pre_check(s->pre, code, err) < 0)
		return err_in(err, "--pre");
	return 0;
}

/* A class that the model does not know has three ways out; the data room,
   which found it, knows no tools. */
static int
explain_labels(struct session *s, struct err *err)
{
	size_t n = strlen(err->text);

	if (err->code != ERR_DATA || s->target != TARGET_LABEL ||
	    strstr(err->text, "is not among the model's") == NULL)
		return -1;
	snprintf(err->text + n, sizeof(err->text) - n,
	    "; leave those samples out, give the model these labels with "
	    "nn-init, or a head for them with nn-finetune --new-head, "
	    "--extend-head or --reuse-head");
	return -1;
}

int
session_data(struct session *s, const char *const *operands, int n,
    enum classes whose, struct dataset **out, struct err *err)
{
	int fresh = whose == CLASSES_DATA;
	struct data_want want = {
		.target = s->target,
		.pre = s->pre,
		.y = s->y,
		.nlabels = fresh ? 0 : s->model.nlabels,
		.labels = fresh ? NULL : s->model.labels,
		.more_labels = whose == CLASSES_BOTH,
		.strict_labels = s->strict_labels,
		.skip_bad = s->skip_bad,
		.keep_bad = s->keep_bad,
		.again = s->again,
		.threads = s->t->threads,
	};
	const char *notice;

	if ((*out = data_open(operands, n, &want, err)) == NULL)
		return explain_labels(s, err);
	for (int i = 0; (notice = data_notice(*out, i)) != NULL; i++)
		tool_note(s->t, "%s", notice);
	return 0;
}

int
session_labels(struct session *s, const struct dataset *d, struct err *err)
{
	const char *const *names;
	int64_t n;

	if (s->target != TARGET_LABEL || s->model.nlabels > 0)
		return 0;
	n = data_labels(d, &names);
	if (n == 0)
		return err_set(err, ERR_DATA,
		    "the data have no labels; give them as folders, a labels "
		    "file or a label column");
	if (n != session_classes(s))
		return err_set(err, ERR_DATA,
		    "%lld classes in the data but layer '%s' has %lld outputs; "
		    "use nn-finetune --new-head, or nn-init with these labels",
		    (long long)n, session_output(s)->name,
		    (long long)s->y.dim[0]);
	s->model.labels =
	    arena_array(&s->t->arena, (size_t)n, sizeof(char *), err);
	if (s->model.labels == NULL)
		return -1;
	for (int64_t i = 0; i < n; i++)
		if ((s->model.labels[i] =
			    arena_text(&s->t->arena, names[i], err)) == NULL)
			return -1;
	s->model.nlabels = n;
	return 0;
}

/* One output says yes or no: its cross-entropy is bce, as the share of one
   class among one is always 1. */
static const char *
loss_of_one(const char *words, struct arena *arena, struct err *err)
{
	size_t n = strcspn(words, ",");

	return n == 2 && strncmp(words, "ce", n) == 0
	    ? arena_printf(arena, err, "b%s", words)
	    : words;
}

int
session_loss(
    struct session *s, const char *words, struct choice *loss, struct err *err)
{
	const struct task *task = task_find(s->model.graph.task);
	const struct loss *l;

	if (words == NULL || strcmp(words, "auto") == 0)
		words = task->loss;
	if (s->target == TARGET_LABEL && s->y.dim[0] == 1 &&
	    (words = loss_of_one(words, &s->t->arena, err)) == NULL)
		return -1;
	if (choice_parse(loss, CHOICE_LOSS, words, &s->t->arena, err) < 0)
		return err_in(err, "--loss");
	l = loss_find(loss->name);
	if (s->target == TARGET_LABEL && l != NULL && !l->takes_labels)
		return err_set(err, ERR_USAGE,
		    "--loss: %s compares numbers, but the model's task is to "
		    "classify; use ce",
		    loss->name);
	return 0;
}

int
session_classifies(
    struct session *s, const char *const *options, struct err *err)
{
	if (s->target == TARGET_LABEL)
		return 0;
	for (; *options != NULL; options++)
		if (cli_given(&s->t->cli, *options))
			return err_set(err, ERR_USAGE,
			    "--%s: has no effect, the model's task is not to "
			    "classify",
			    *options);
	return 0;
}

const struct node *
session_output(const struct session *s)
{
	const struct graph *g = &s->model.graph;

	return &g->nodes[g->outputs[0]];
}

int
session_digest(struct session *s, struct dataset *d, const char **hex,
    uint8_t bytes[SHA256_BYTES], struct err *err)
{
	char text[FMT_HEX];

	if (data_digest(d, bytes, err) < 0)
		return -1;
	digest_hex(text, bytes, SHA256_BYTES);
	return (*hex = arena_text(&s->t->arena, text, err)) ? 0 : -1;
}

void
session_layers(
    const struct session *s, const char *const *state, struct text *out)
{
	const struct graph *g = &s->model.graph;
	struct shape *y =
	    arena_array(&s->t->arena, (size_t)g->nnodes, sizeof(*y), out->err);

	if (y == NULL || nn_shapes(g, y, out->err) < 0)
		return;
	text_addf(out, "%-4s%-20s %-12s %-14s %10s%s\n", "#", "layer", "kind",
	    "output", "numbers", state != NULL ? "  state" : "");
	for (int i = 0; i < g->nnodes; i++) {
		const struct node *node = &g->nodes[i];
		char shape[SHAPE_TEXT];
		int64_t n = 0;

		for (int k = 0; k < node->nparams; k++)
			n += shape_count(&node->params[k].value.shape);
		text_addf(out, "%-4d%-20s %-12s %-14s %10lld%s%s\n", i + 1,
		    node->name, node->kind, shape_print(shape, &y[i]),
		    (long long)n,
		    state == NULL || *state[i] == '\0' ? "" : "  ",
		    state == NULL ? "" : state[i]);
	}
	if (s->adapter != NULL)
		text_addf(out, "adapter     %s, of the weights %.12s\n",
		    s->adapter, s->base.weights_id);
}

int
session_unchanged(struct session *s, struct err *err)
{
	if (fmt_unchanged(&s->model, err) < 0)
		return err_in(
		    err, "%s", s->adapter != NULL ? s->adapter : s->name);
	return fmt_unchanged(&s->base, err) < 0 ? err_in(err, "%s", s->name)
						: 0;
}

void
session_close(struct session *s)
{
	fmt_close(&s->model);
	fmt_close(&s->base);
}
