/* A new model: its graph, task and preprocessing, each checked against the
   others. */
#include <string.h>

#include "init.h"
#include "nn.h"
#include "spec.h"
#include "start.h"

enum { SHOWN = 100 };

static int
build_graph(struct tool *t, struct start *p)
{
	struct graph *g = &p->model.graph;
	const char *input;
	int from = -1, at = 0;

	graph_begin(g, &t->arena);
	if (*p->open.input) {
		if (strncmp(p->layers[0], "input:", 6) == 0)
			return err_set(&t->err, ERR_USAGE,
			    "layer '%s': --input gives the shape already; "
			    "leave one of them out",
			    p->layers[0]);
		input =
		    arena_printf(&t->arena, &t->err, "input:%s", p->open.input);
		if (!input || spec_append(g, &input, 1, -1, NULL, &t->err) < 0)
			return -1;
		g->noutputs = 0;
		from = 0;
	}
	if (spec_append(g, p->layers, p->nlayers, from, &at, &t->err) < 0)
		return p->lines
		    ? err_in(&t->err, "%s:%d", p->file, p->lines[at])
		    : -1;
	return nn_resolve(g, 1, ERR_USAGE, &t->err);
}

static int
ends_in_softmax(const struct graph *g)
{
	return strcmp(g->nodes[g->outputs[0]].kind, "softmax") == 0;
}

static int
take_task(struct tool *t, const struct start_options *o, struct start *p)
{
	static const char *const tasks[] = { "classify", "regress",
		"autoencoder", NULL };
	static const char *const later[] = { "multilabel", "gan", "lm", NULL };
	const char *near;
	char word[SHOWN];

	if (!o->task) {
		p->model.graph.task =
		    p->classes || ends_in_softmax(&p->model.graph) ? tasks[0]
								   : tasks[1];
		return 0;
	}
	for (int i = 0; tasks[i]; i++)
		if (strcmp(tasks[i], o->task) == 0) {
			p->model.graph.task = tasks[i];
			return 0;
		}
	for (int i = 0; later[i]; i++)
		if (strcmp(later[i], o->task) == 0)
			return err_set(&t->err, ERR_USAGE,
			    "--task: %s is not in this version; there is "
			    "classify, regress and autoencoder",
			    later[i]);
	near = text_nearest(o->task, tasks);
	return err_set(&t->err, ERR_USAGE,
	    "--task: '%s' is not one%s%s; there is classify, regress and "
	    "autoencoder",
	    text_safe(word, sizeof(word), o->task, strlen(o->task)),
	    near ? "; did you mean " : "", near ? near : "");
}

/* A sample of one class is one row of outputs, as wide as there are names. */
static int
check_classes(struct tool *t, struct start *p)
{
	const struct graph *g = &p->model.graph;
	struct shape y;
	char text[SHAPE_TEXT];
	const char *name = g->nodes[g->outputs[0]].name;

	if (strcmp(g->task, "classify") != 0) {
		if (p->classes)
			return err_set(&t->err, ERR_USAGE,
			    "--task=%s has no classes; leave out --labels and "
			    "-c",
			    g->task);
		return 0;
	}
	if (nn_shape(g, g->outputs[0], &y, &t->err) < 0)
		return -1;
	if (y.rank != 1)
		return err_set(&t->err, ERR_USAGE,
		    "layer '%s': its output is %s, but classes need one row; "
		    "put flatten before the last dense",
		    name, shape_print(text, &y));
	if (p->classes && y.dim[0] != p->classes)
		return err_set(&t->err, ERR_USAGE,
		    "layer '%s': has %lld outputs, but there are %lld "
		    "classes; make the last dense as wide",
		    name, (long long)y.dim[0], (long long)p->classes);
	return 0;
}

static int
check_autoencoder(struct tool *t, const struct start *p)
{
	const struct graph *g = &p->model.graph;
	struct shape x, y;
	char xs[SHAPE_TEXT], ys[SHAPE_TEXT];

	if (strcmp(g->task, "autoencoder") != 0)
		return 0;
	if (nn_shape(g, g->inputs[0], &x, &t->err) < 0 ||
	    nn_shape(g, g->outputs[0], &y, &t->err) < 0)
		return -1;
	if (shape_equal(&x, &y))
		return 0;
	return err_set(&t->err, ERR_USAGE,
	    "layer '%s': an autoencoder gives back its input (%s), but the "
	    "output is %s; end with dense and reshape:%s",
	    g->nodes[g->outputs[0]].name, shape_print(xs, &x),
	    shape_print(ys, &y), xs);
}

static int
unknown_init(struct tool *t, const char *name)
{
	const char *names[256], *near;
	char word[SHOWN];
	int n = 0;

	while (n < 255 && inits[n]) {
		names[n] = inits[n]->name;
		n++;
	}
	names[n] = NULL;
	near = text_nearest(name, names);
	text_safe(word, sizeof(word), name, strlen(name));
	if (near)
		return err_set(&t->err, ERR_USAGE,
		    "--init: '%s' is not one; did you mean '%s'?", word, near);
	return err_set(&t->err, ERR_USAGE,
	    "--init: '%s' is not one; --layers lists them", word);
}

/* "he" is short for "he_uniform", as "glorot" and "lecun" are; settings may
   stand behind: "variance_scaling:2,mode=fan_out". */
static int
take_init(struct tool *t, const struct start_options *o, struct start *p)
{
	size_t n = o->init ? strcspn(o->init, ":,") : 0;
	char *name, *longer;

	if (!o->init)
		return 0;
	p->init = o->init;
	name = arena_text_n(&t->arena, o->init, n, &t->err);
	if (!name)
		return -1;
	if (init_find(name))
		return 0;
	longer = arena_printf(&t->arena, &t->err, "%s_uniform", name);
	if (!longer)
		return -1;
	if (!init_find(longer))
		return unknown_init(t, name);
	p->init = arena_printf(&t->arena, &t->err, "%s%s", longer, o->init + n);
	return p->init ? 0 : -1;
}

int
start_make(struct tool *t, const struct start_options *o, struct start *p)
{
	if (start_words(t, o, p) < 0 || take_init(t, o, p) < 0 ||
	    build_graph(t, p) < 0 || take_task(t, o, p) < 0 ||
	    check_classes(t, p) < 0 || check_autoencoder(t, p) < 0 ||
	    start_pre(t, o, p) < 0)
		return -1;
	if (!spec_tagged(&p->model.graph))
		return graph_tag_head(&p->model.graph, &t->err);
	return 0;
}
