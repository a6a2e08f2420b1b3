/* What differs between two models, in words. */
#include <stdio.h>
#include <string.h>

#include "info.h"
#include "nn.h"
#include "spec.h"

struct diff {
	const struct info *a, *b;
	struct text *out;
	int lines;
};

static void
line(struct diff *d, const char *what, const char *a, const char *b)
{
	char sa[120], sb[120];

	d->lines++;
	text_addf(d->out, "%s: %s | %s\n", what,
	    text_safe(sa, sizeof(sa), a, strlen(a)),
	    text_safe(sb, sizeof(sb), b, strlen(b)));
}

static void
compare_text(struct diff *d, const char *what, const char *a, const char *b)
{
	a = a ? a : "none";
	b = b ? b : "none";
	if (strcmp(a, b) != 0)
		line(d, what, a, b);
}

static void
compare_int(struct diff *d, const char *what, int64_t a, int64_t b)
{
	char sa[32], sb[32];

	snprintf(sa, sizeof(sa), "%lld", (long long)a);
	snprintf(sb, sizeof(sb), "%lld", (long long)b);
	compare_text(d, what, sa, sb);
}

static void
compare_document(struct diff *d, const char *what, const struct json *a,
    const struct json *b)
{
	struct arena *arena = d->out->arena;
	char *sa = a ? json_print(a, arena, d->out->err) : NULL;
	char *sb = b ? json_print(b, arena, d->out->err) : NULL;

	if (!d->out->err->code)
		compare_text(d, what, sa, sb);
}

/* "inputs, kind and settings, tag" of a node in one text. */
static char *
node_text(struct diff *d, const struct graph *g, const struct node *node)
{
	char *kind = spec_print_kind(node, d->out->arena, d->out->err);
	struct text t;

	if (!kind)
		return NULL;
	text_begin(&t, d->out->arena, d->out->err);
	text_add(&t, kind);
	for (int i = 0; i < node->ninputs; i++)
		text_addf(&t, "%s%s", i ? "+" : " from ",
		    g->nodes[node->inputs[i]].name);
	if (node->tag)
		text_addf(&t, " tag %s", node->tag);
	return text_end(&t);
}

static int
tensors_equal(const struct tensor *a, const struct tensor *b)
{
	struct err ignored = { 0 };
	size_t na, nb;

	if (a->dtype != b->dtype || !shape_equal(&a->shape, &b->shape))
		return 0;
	if (!a->data || !b->data) /* of a base, which is compared by its id */
		return a->data == b->data;
	if (tensor_bytes(a, &na, &ignored) < 0 ||
	    tensor_bytes(b, &nb, &ignored) < 0)
		return 0;
	return na == nb && memcmp(a->data, b->data, na) == 0;
}

static void
compare_param(struct diff *d, const struct node *node, const struct param *a,
    const struct param *b)
{
	char what[PATH_MAX_BYTES + 64], sa[SHAPE_TEXT], sb[SHAPE_TEXT];

	snprintf(what, sizeof(what), "weights %s/%s", node->name, a->name);
	if (!shape_equal(&a->value.shape, &b->value.shape))
		line(d, what, shape_print(sa, &a->value.shape),
		    shape_print(sb, &b->value.shape));
	else if (!tensors_equal(&a->value, &b->value))
		line(d, what, "these numbers", "other numbers");
	snprintf(what, sizeof(what), "frozen %s/%s", node->name, a->name);
	compare_text(
	    d, what, a->frozen ? "yes" : "no", b->frozen ? "yes" : "no");
}

static void
compare_node(struct diff *d, const struct node *a, const struct node *b)
{
	char what[PATH_MAX_BYTES + 64];

	snprintf(what, sizeof(what), "layer %s", a->name);
	compare_text(d, what, node_text(d, &d->a->m.graph, a),
	    node_text(d, &d->b->m.graph, b));
	snprintf(what, sizeof(what), "frozen %s", a->name);
	compare_text(
	    d, what, a->frozen ? "yes" : "no", b->frozen ? "yes" : "no");
	for (int i = 0; i < a->nparams; i++) {
		const struct param *q = node_param_find(b, a->params[i].name);
		if (q)
			compare_param(d, a, &a->params[i], q);
	}
}

/* Layers by name; then, if all names are the same, their order. */
static void
compare_graphs(struct diff *d)
{
	const struct graph *a = &d->a->m.graph, *b = &d->b->m.graph;
	char what[PATH_MAX_BYTES + 64];

	compare_text(d, "task", a->task, b->task);
	for (int i = 0; i < a->nnodes; i++) {
		int k = graph_find(b, a->nodes[i].name);
		snprintf(what, sizeof(what), "layer %s", a->nodes[i].name);
		if (k < 0)
			line(d, what, a->nodes[i].kind, "not there");
		else
			compare_node(d, &a->nodes[i], &b->nodes[k]);
	}
	for (int i = 0; i < b->nnodes; i++) {
		snprintf(what, sizeof(what), "layer %s", b->nodes[i].name);
		if (graph_find(a, b->nodes[i].name) < 0)
			line(d, what, "not there", b->nodes[i].kind);
	}
}

static void
compare_ends(struct diff *d, const char *what, const int *a, int na,
    const int *b, int nb)
{
	const struct graph *ga = &d->a->m.graph, *gb = &d->b->m.graph;

	compare_int(d, what, na, nb);
	for (int i = 0; i < na && i < nb; i++)
		compare_text(
		    d, what, ga->nodes[a[i]].name, gb->nodes[b[i]].name);
}

static void
compare_labels(struct diff *d)
{
	const struct fmt_model *a = &d->a->m, *b = &d->b->m;
	char what[64];

	compare_int(d, "number of labels", a->nlabels, b->nlabels);
	for (int64_t i = 0; i < a->nlabels && i < b->nlabels; i++) {
		snprintf(what, sizeof(what), "label %lld", (long long)i + 1);
		compare_text(d, what, a->labels[i], b->labels[i]);
	}
}

static int
same_place(const struct fmt_named *a, const struct fmt_named *b)
{
	return strcmp(a->layer, b->layer) == 0 &&
	    strcmp(a->param, b->param) == 0 && strcmp(a->name, b->name) == 0;
}

/* Tensors beside the weights: each of one that the other lacks or has with
   other numbers.  once: only what is missing, for the way back. */
static void
compare_named(struct diff *d, const char *kind, const struct fmt_named *a,
    int na, const struct fmt_named *b, int nb, int once)
{
	char what[2 * PATH_MAX_BYTES];

	for (int i = 0; i < na; i++) {
		int k = 0;
		while (k < nb && !same_place(&a[i], &b[k]))
			k++;
		snprintf(what, sizeof(what), "%s %s/%s/%s", kind, a[i].layer,
		    a[i].param, a[i].name);
		if (k == nb)
			line(d, what, once ? "not there" : "there",
			    once ? "there" : "not there");
		else if (!once && !tensors_equal(&a[i].value, &b[k].value))
			line(d, what, "these numbers", "other numbers");
	}
}

static char *
optimizer_text(struct diff *d, const struct choice *c)
{
	struct text t;

	if (!c->name)
		return NULL;
	text_begin(&t, d->out->arena, d->out->err);
	text_add(&t, c->name);
	for (int i = 0; i < c->settings.n; i++) {
		const struct setting *s = &c->settings.at[i];
		char *v = setting_print(s, d->out->arena, d->out->err);
		text_addf(&t, ",%s=%s", s->name, v ? v : "");
	}
	return text_end(&t);
}

static void
compare_optimizers(struct diff *d)
{
	const struct fmt_model *a = &d->a->m, *b = &d->b->m;

	compare_text(d, "optimizer", optimizer_text(d, &a->optimizer),
	    optimizer_text(d, &b->optimizer));
	compare_int(d, "optimizer step", a->optimizer_step, b->optimizer_step);
	compare_named(
	    d, "optimizer", a->slots, a->nslots, b->slots, b->nslots, 0);
	compare_named(
	    d, "optimizer", b->slots, b->nslots, a->slots, a->nslots, 1);
	compare_named(d, "alternate", a->alternates, a->nalternates,
	    b->alternates, b->nalternates, 0);
	compare_named(d, "alternate", b->alternates, b->nalternates,
	    a->alternates, a->nalternates, 1);
}

static const struct fmt_metric *
find_metric(const struct fmt_model *m, const char *name)
{
	for (int i = 0; i < m->nmetrics; i++)
		if (strcmp(m->history[i].name, name) == 0)
			return &m->history[i];
	return NULL;
}

static void
compare_history(struct diff *d)
{
	const struct fmt_model *a = &d->a->m, *b = &d->b->m;
	char what[160];

	compare_int(d, "metrics in history", a->nmetrics, b->nmetrics);
	for (int i = 0; i < a->nmetrics; i++) {
		const struct fmt_metric *x = &a->history[i];
		const struct fmt_metric *y = find_metric(b, x->name);
		snprintf(what, sizeof(what), "history %s", x->name);
		if (!y)
			line(d, what, "there", "not there");
		else if (x->n != y->n)
			compare_int(d, what, x->n, y->n);
		else if (memcmp(x->value, y->value,
			     (size_t)x->n * sizeof(double)) != 0)
			line(d, what, "these numbers", "other numbers");
	}
}

/* All of /training but what describes the run that was done last. */
static void
compare_training(struct diff *d)
{
	static const struct json none = { .type = JSON_IS_OBJECT };
	const struct json *a = d->a->m.training ? d->a->m.training : &none;
	const struct json *b = d->b->m.training ? d->b->m.training : &none;
	char what[160];

	for (const struct json *j = a->child; j; j = j->next) {
		snprintf(what, sizeof(what), "training %s", j->key);
		if (strcmp(j->key, "plan") != 0)
			compare_document(d, what, j, json_get(b, j->key));
	}
	for (const struct json *j = b->child; j; j = j->next) {
		snprintf(what, sizeof(what), "training %s", j->key);
		if (strcmp(j->key, "plan") != 0 && !json_get(a, j->key))
			compare_document(d, what, NULL, j);
	}
}

int
info_diff(const struct info *a, const struct info *b, struct text *out)
{
	struct diff d = { a, b, out, 0 };
	const struct graph *ga = &a->m.graph, *gb = &b->m.graph;

	compare_text(&d, "base", fmt_is_delta(&a->m) ? a->m.base_id : NULL,
	    fmt_is_delta(&b->m) ? b->m.base_id : NULL);
	compare_graphs(&d);
	compare_ends(
	    &d, "inputs", ga->inputs, ga->ninputs, gb->inputs, gb->ninputs);
	compare_ends(&d, "outputs", ga->outputs, ga->noutputs, gb->outputs,
	    gb->noutputs);
	compare_labels(&d);
	compare_document(&d, "about", a->m.about, b->m.about);
	compare_document(
	    &d, "preprocessing", a->m.preprocessing, b->m.preprocessing);
	compare_optimizers(&d);
	compare_training(&d);
	compare_history(&d);
	return d.lines;
}
