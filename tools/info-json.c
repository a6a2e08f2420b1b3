/* A model as one JSON object. */
#include <stdio.h>
#include <string.h>

#include "describe.h"
#include "info.h"
#include "nn.h"

/* Where things are put: sticky through err. */
struct pen {
	struct arena *arena;
	struct err *err;
};

static void
put_text(struct pen *p, struct json *to, const char *key, const char *s)
{
	if (s)
		json_put_text(to, key, s, p->arena, p->err);
}

static void
put_int(struct pen *p, struct json *to, const char *key, int64_t v)
{
	json_put_int(to, key, v, p->arena, p->err);
}

/* Another document as a member: its nodes are shared, not copied. */
static void
put_document(
    struct pen *p, struct json *to, const char *key, const struct json *doc)
{
	struct json *j;

	if (!doc)
		return;
	j = arena_alloc(p->arena, sizeof(*j), p->err);
	if (!j)
		return;
	*j = *doc;
	j->key = key;
	j->next = NULL;
	if (to->last)
		to->last->next = j;
	else
		to->child = j;
	to->last = j;
}

static void
put_shape(
    struct pen *p, struct json *to, const char *key, const struct shape *s)
{
	struct json *list = json_put_array(to, key, p->arena, p->err);

	for (int i = 0; list && i < s->rank; i++)
		put_int(p, list, NULL, s->dim[i]);
}

static void
put_param(struct pen *p, struct json *to, const struct param *q)
{
	struct json *o = json_put_object(to, NULL, p->arena, p->err);

	if (!o)
		return;
	put_text(p, o, "name", q->name);
	put_text(p, o, "dtype", dtype_name(q->value.dtype));
	put_text(p, o, "role",
	    q->role == ROLE_STATISTIC ? "statistic" : "parameter");
	put_shape(p, o, "shape", &q->value.shape);
	json_put_bool(o, "frozen", q->frozen, p->arena, p->err);
	if (!q->value.data)
		json_put_bool(o, "in_base", 1, p->arena, p->err);
}

static void
put_layer(struct pen *p, struct json *to, const struct graph *g, int i,
    const struct shape *shape)
{
	const struct node *node = &g->nodes[i];
	struct json *o = json_put_object(to, NULL, p->arena, p->err), *list;
	int64_t learning, n = describe_params(node, &learning);

	if (!o)
		return;
	put_int(p, o, "index", i + 1);
	put_text(p, o, "name", node->name);
	put_text(p, o, "kind", node->kind);
	put_text(p, o, "tag", node->tag);
	put_shape(p, o, "output", shape);
	put_int(p, o, "parameters", n);
	json_put_bool(o, "frozen", node->frozen, p->arena, p->err);
	json_from_settings(o, "settings", &node->settings, p->arena, p->err);
	list = json_put_array(o, "inputs", p->arena, p->err);
	for (int k = 0; list && k < node->ninputs; k++)
		put_text(p, list, NULL, g->nodes[node->inputs[k]].name);
	list = json_put_array(o, "tensors", p->arena, p->err);
	for (int k = 0; list && k < node->nparams; k++)
		put_param(p, list, &node->params[k]);
}

static void
put_layers(struct pen *p, struct json *to, const struct graph *g)
{
	struct shape *shapes =
	    arena_array(p->arena, (size_t)g->nnodes, sizeof(*shapes), p->err);
	struct json *list = json_put_array(to, "layers", p->arena, p->err);

	if (!shapes || !list || nn_shapes(g, shapes, p->err) < 0)
		return;
	for (int i = 0; i < g->nnodes && !p->err->code; i++)
		put_layer(p, list, g, i, &shapes[i]);
}

static void
put_names(struct pen *p, struct json *to, const char *key,
    const struct graph *g, const int *ends, int n)
{
	struct json *list = json_put_array(to, key, p->arena, p->err);

	for (int i = 0; list && i < n; i++)
		put_text(p, list, NULL, g->nodes[ends[i]].name);
}

static void
put_optimizer(struct pen *p, struct json *to, const struct fmt_model *m)
{
	struct json *o;

	if (!m->optimizer.name)
		return;
	o = json_put_object(to, "optimizer", p->arena, p->err);
	if (!o)
		return;
	put_text(p, o, "name", m->optimizer.name);
	put_int(p, o, "step", m->optimizer_step);
	json_from_settings(
	    o, "settings", &m->optimizer.settings, p->arena, p->err);
}

/* Not measured is null. */
static void
put_history(struct pen *p, struct json *to, const struct fmt_model *m)
{
	struct json *o, *list, null = { .type = JSON_IS_NULL };

	if (!m->nmetrics)
		return;
	o = json_put_object(to, "history", p->arena, p->err);
	for (int i = 0; o && i < m->nmetrics; i++) {
		list = json_put_array(o, m->history[i].name, p->arena, p->err);
		for (int64_t e = 0; list && e < m->history[i].n; e++) {
			double v = m->history[i].value[e];
			if (v == v)
				json_put_real(list, NULL, v, p->arena, p->err);
			else
				put_document(p, list, NULL, &null);
		}
	}
}

static void
put_format(struct pen *p, struct json *o, const struct fmt_model *m)
{
	char text[48];

	snprintf(text, sizeof(text), "%lld.%lld", (long long)m->format_major,
	    (long long)m->format_minor);
	put_text(p, o, "format", text);
}

static void
put_all(struct pen *p, struct json *o, const struct info *i)
{
	const struct fmt_model *m = &i->m;
	const struct graph *g = &m->graph;
	struct json *labels;

	put_text(p, o, "file", i->name);
	put_int(p, o, "bytes", (int64_t)m->file_bytes);
	put_format(p, o, m);
	put_text(p, o, "writer", m->writer);
	put_text(p, o, "content_id", m->content_id);
	put_text(p, o, "weights_id", m->weights_id);
	put_text(p, o, "state_id", m->state_id);
	if (fmt_is_delta(m))
		put_text(p, o, "base", m->base_id);
	put_document(p, o, "about", m->about);
	put_text(p, o, "task", g->task);
	put_int(p, o, "parameters", graph_param_count(g));
	put_names(p, o, "inputs", g, g->inputs, g->ninputs);
	put_names(p, o, "outputs", g, g->outputs, g->noutputs);
	put_layers(p, o, g);
	labels = json_put_array(o, "labels", p->arena, p->err);
	for (int64_t k = 0; labels && k < m->nlabels; k++)
		put_text(p, labels, NULL, m->labels[k]);
	put_document(p, o, "preprocessing", m->preprocessing);
	put_optimizer(p, o, m);
	put_document(p, o, "training", m->training);
	put_history(p, o, m);
	put_document(p, o, "lineage", m->lineage);
}

void
info_json(const struct info *i, struct text *out)
{
	struct pen pen = { out->arena, out->err };
	struct json *o = json_put_object(NULL, NULL, pen.arena, pen.err);
	char *s;

	if (!o)
		return;
	put_all(&pen, o, i);
	if (pen.err->code)
		return;
	s = json_print(o, pen.arena, pen.err);
	if (s)
		text_addf(out, "%s\n", s);
}
