/* The models that nn-merge makes one of: read, and held against the first. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "describe.h"
#include "merge.h"

enum { SAFE = 100 };

static int
read_one(struct merge *m, const char *path, struct err *err)
{
	struct session *s = &m->member[m->n++];

	*s = (struct session){ .t = m->t, .adapter = m->o->common.adapter };
	s->name = strcmp(path, "-") == 0 ? "standard input" : path;
	if (session_read_from(s, path, err) < 0)
		return -1;
	if (training_unfinished(&s->training))
		tool_warn(m->t, "%s: is an unfinished run", s->name);
	tool_detail(m->t, "%s: content_id %s", s->name, s->model.content_id);
	return 0;
}

int
members_read(struct merge *m, struct err *err)
{
	struct tool *t = m->t;
	int layers = 0;

	m->member = arena_array(
	    &t->arena, (size_t)t->cli.noperands, sizeof(*m->member), err);
	if (m->member == NULL)
		return -1;
	for (int i = 0; i < t->cli.noperands; i++) {
		if (read_one(m, t->cli.operands[i], err) < 0)
			return -1;
		layers += m->member[i].model.graph.nnodes;
		if (layers > MEMBERS_LAYERS_MAX)
			return err_set(err, ERR_MODEL,
			    "%s: more than %d layers in all models together",
			    m->member[i].name, MEMBERS_LAYERS_MAX);
	}
	return 0;
}

int
members_unchanged(struct merge *m, struct err *err)
{
	for (int i = 0; i < m->n; i++)
		if (session_unchanged(&m->member[i], err) < 0)
			return -1;
	return 0;
}

void
members_close(struct merge *m)
{
	for (int i = 0; i < m->n; i++)
		session_close(&m->member[i]);
}

/* Both texts the same?  NULL: there is none. */
static int
same(const struct merge *m, int other, const char *what, const char *first,
    const char *its, struct err *err)
{
	char a[SAFE], b[SAFE];

	first = first != NULL ? first : "none";
	its = its != NULL ? its : "none";
	if (strcmp(first, its) == 0)
		return 0;
	return err_set(err, ERR_DATA, "%s: %s is %s, but %s in %s",
	    m->member[other].name, what,
	    text_safe(b, sizeof(b), its, strlen(its)),
	    text_safe(a, sizeof(a), first, strlen(first)), m->member[0].name);
}

static int
same_number(const struct merge *m, int other, const char *what, int64_t first,
    int64_t its, struct err *err)
{
	char a[24], b[24];

	snprintf(a, sizeof(a), "%lld", (long long)first);
	snprintf(b, sizeof(b), "%lld", (long long)its);
	return same(m, other, what, a, b, err);
}

static int
same_shape(const struct merge *m, int other, const char *what,
    const struct shape *first, const struct shape *its, struct err *err)
{
	char a[SHAPE_TEXT], b[SHAPE_TEXT];

	return same(
	    m, other, what, shape_print(a, first), shape_print(b, its), err);
}

static int
same_labels(const struct merge *m, int other, struct err *err)
{
	const struct fmt_model *a = &m->member[0].model;
	const struct fmt_model *b = &m->member[other].model;
	char what[64];

	if (same_number(m, other, "the number of labels", a->nlabels,
		b->nlabels, err) < 0)
		return -1;
	for (int64_t i = 0; i < a->nlabels; i++) {
		snprintf(what, sizeof(what), "label %lld", (long long)i + 1);
		if (same(m, other, what, a->labels[i], b->labels[i], err) < 0)
			return -1;
	}
	return 0;
}

/* The same chain is the same words. */
static int
same_pre(const struct merge *m, int other, struct err *err)
{
	struct arena *arena = &m->t->arena;
	char *a = pre_print(m->member[0].model.preprocessing, arena, err);
	char *b = pre_print(m->member[other].model.preprocessing, arena, err);

	if (a == NULL || b == NULL)
		return -1;
	return same(m, other, "the preprocessing", *a != '\0' ? a : NULL,
	    *b != '\0' ? b : NULL, err);
}

int
members_same_ends(const struct merge *m, struct err *err)
{
	const struct session *a = &m->member[0];

	for (int i = 1; i < m->n; i++) {
		const struct session *b = &m->member[i];

		if (same(m, i, "the task", a->model.graph.task,
			b->model.graph.task, err) < 0 ||
		    same_shape(m, i, "the input", &a->x, &b->x, err) < 0 ||
		    same_pre(m, i, err) < 0 || same_labels(m, i, err) < 0 ||
		    same_shape(m, i, "the output", &a->y, &b->y, err) < 0)
			return -1;
	}
	return 0;
}

/* "dense:128 from a+b": all that a layer is but its numbers. */
static char *
layer_words(
    const struct merge *m, const struct graph *g, int i, struct err *err)
{
	const struct node *node = &g->nodes[i];
	char *kind = describe_kind(node, &m->t->arena, err);
	struct text t;

	if (kind == NULL)
		return NULL;
	text_begin(&t, &m->t->arena, err);
	text_add(&t, kind);
	for (int k = 0; k < node->ninputs; k++)
		text_addf(&t, "%s%s", k > 0 ? "+" : " from ",
		    g->nodes[node->inputs[k]].name);
	return text_end(&t);
}

static int
same_layer(const struct merge *m, int other, int i, struct err *err)
{
	const struct graph *a = &m->member[0].model.graph;
	const struct graph *b = &m->member[other].model.graph;
	char what[PATH_MAX_BYTES + 16], *wa, *wb;

	snprintf(what, sizeof(what), "layer %d", i + 1);
	if (same(m, other, what, a->nodes[i].name, b->nodes[i].name, err) < 0)
		return -1;
	snprintf(what, sizeof(what), "layer '%s'", a->nodes[i].name);
	if ((wa = layer_words(m, a, i, err)) == NULL ||
	    (wb = layer_words(m, b, i, err)) == NULL)
		return -1;
	return same(m, other, what, wa, wb, err);
}

/* With kinds, settings and wires the shapes of all tensors are the same. */
int
members_same_layers(const struct merge *m, struct err *err)
{
	const struct graph *a = &m->member[0].model.graph;

	for (int k = 1; k < m->n; k++) {
		const struct graph *b = &m->member[k].model.graph;

		if (same_number(m, k, "the number of layers", a->nnodes,
			b->nnodes, err) < 0)
			return -1;
		for (int i = 0; i < a->nnodes; i++)
			if (same_layer(m, k, i, err) < 0)
				return -1;
		if (same(m, k, "the output layer",
			session_output(&m->member[0])->name,
			session_output(&m->member[k])->name, err) < 0)
			return -1;
	}
	return 0;
}

/* What the runs had in common; no order of samples shall come again, so epochs
   count on from the longest. */
static int
join_training(struct merge *m, struct err *err)
{
	struct session *s = &m->result;
	struct training *k = &s->training;
	int first = -1;

	for (int i = 0; i < m->n; i++) {
		const struct session *b = &m->member[i];

		if (b->model.training == NULL)
			continue;
		if (first < 0) {
			first = i;
			*k = b->training;
		}
		if (b->training.epoch > k->epoch)
			k->epoch = b->training.epoch;
		if (k->loss.name != NULL &&
		    (b->training.loss.name == NULL ||
			strcmp(b->training.loss.name, k->loss.name) != 0))
			k->loss.name = NULL;
	}
	if (first < 0)
		return 0;
	k->has_plan = k->has_position = k->has_best = 0;
	s->model.training = training_write(k, &m->t->arena, err);
	return s->model.training == NULL ? -1 : 0;
}

int
members_same_ext(const struct merge *m)
{
	const struct fmt_model *a = &m->member[0].model;

	for (int i = 1; i < m->n; i++) {
		const struct fmt_model *b = &m->member[i].model;

		if (!fmt_ext_same(a, b) ||
		    strcmp(a->features_optional, b->features_optional) != 0)
			return 0;
	}
	return 1;
}

/* Does every model say that of itself in the same words? */
static int
all_say(const struct merge *m, const struct json *member, struct err *err)
{
	struct arena *arena = &m->t->arena;
	char *words = json_print(member, arena, err);

	for (int i = 1; i < m->n && words != NULL; i++) {
		const struct json *about = m->member[i].model.about;
		const struct json *its =
		    about != NULL ? json_get(about, member->key) : NULL;
		char *other = its != NULL ? json_print(its, arena, err) : NULL;

		if (other == NULL || strcmp(words, other) != 0)
			return 0;
	}
	return words != NULL;
}

static int
join_about(struct merge *m, struct err *err)
{
	const struct json *first = m->member[0].model.about;
	struct json *about = json_put_object(NULL, NULL, &m->t->arena, err);
	int n = 0;

	m->result.model.about = NULL;
	if (about == NULL)
		return -1;
	for (const struct json *j = first != NULL ? first->child : NULL;
	     j != NULL; j = j->next) {
		if (!all_say(m, j, err))
			continue;
		if (json_put_copy(about, j, &m->t->arena, err) < 0)
			return -1;
		n += strcmp(j->key, "version") != 0;
	}
	if (n > 0)
		m->result.model.about = about;
	return err->code == ERR_NONE ? 0 : -1;
}

int
members_result(struct merge *m, struct err *err)
{
	struct fmt_model *to = &m->result.model;
	int left = 0;

	m->result = m->member[0];
	to->map = NULL;
	to->nslots = to->nalternates = to->nmetrics = 0;
	to->optimizer_step = 0;
	for (int i = 0; i < m->n; i++)
		left |= m->member[i].model.nslots > 0 ||
		    m->member[i].model.nmetrics > 0;
	if (left)
		tool_note(m->t,
		    "the state of the optimizer and the history of epochs "
		    "belong to one model alone and are left out");
	return join_about(m, err) < 0 ? -1 : join_training(m, err);
}
