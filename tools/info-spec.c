/* A model as a SPEC file. */
#include <string.h>

#include "data.h"
#include "info.h"
#include "labels.h"
#include "spec.h"

/* Are the tags those that nn-init would give by itself? */
static int
tags_are_usual(const struct graph *g, struct arena *arena, struct err *err)
{
	struct graph copy;

	if (graph_copy(&copy, g, arena, err) < 0)
		return 1;
	for (int i = 0; i < copy.nnodes; i++)
		copy.nodes[i].tag = NULL;
	if (graph_tag_head(&copy, err) < 0)
		return 1;
	for (int i = 0; i < g->nnodes; i++) {
		const char *a = g->nodes[i].tag, *b = copy.nodes[i].tag;
		if (!a || !b ? a != b : strcmp(a, b) != 0)
			return 0;
	}
	return 1;
}

static void
add_labels(const struct fmt_model *m, struct text *out)
{
	struct text list;

	if (!m->nlabels)
		return;
	text_begin(&list, out->arena, out->err);
	labels_print(m->labels, m->nlabels, &list);
	if (!text_end(&list))
		return;
	if (strpbrk(list.s, "\n\r"))
		err_set(out->err, ERR_MODEL,
		    "a label holds a line break, which a SPEC cannot say");
	text_addf(out, "--labels=%s\n", list.s);
}

/* What nn-init was told, out of its record. */
static const char *
recorded_init(const struct fmt_model *m)
{
	const struct json *first = m->lineage ? m->lineage->child : NULL;
	const struct json *tool = first ? json_get(first, "tool") : NULL;
	const struct json *options = first ? json_get(first, "options") : NULL;
	const struct json *init = NULL;

	if (tool && tool->type == JSON_IS_TEXT &&
	    strcmp(tool->s, "nn-init") == 0 && options)
		init = json_get(options, "init");
	return init && init->type == JSON_IS_TEXT ? init->s : NULL;
}

static void
add_options(const struct fmt_model *m, struct text *out)
{
	char *pre;

	if (m->graph.task)
		text_addf(out, "--task=%s\n", m->graph.task);
	add_labels(m, out);
	if (recorded_init(m))
		text_addf(out, "--init=%s\n", recorded_init(m));
	if (!m->preprocessing)
		return;
	pre = pre_print(m->preprocessing, out->arena, out->err);
	if (pre && *pre)
		text_addf(out, "--pre=%s\n", pre);
}

/* "input:28x28x1" as the first layer is the option --input. */
static void
add_layer(struct text *out, const char *word, int first)
{
	if (first && strncmp(word, "input:", 6) == 0 && !strchr(word, ','))
		text_addf(out, "--input=%s\n", word + 6);
	else
		text_addf(out, "%s\n", word);
}

void
info_spec(const struct info *i, struct text *out)
{
	const struct graph *g = &i->m.graph;
	const char **words;
	int n;
	int tagged = !tags_are_usual(g, out->arena, out->err);

	add_options(&i->m, out);
	if (spec_print(g, tagged, &words, &n, out->arena, out->err) < 0)
		return;
	for (int k = 0; k < n; k++)
		add_layer(out, words[k], k == 0);
}
