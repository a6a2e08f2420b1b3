/* A model for a person: layers, labels, preprocessing, state, provenance. */
#include <string.h>

#include "data.h"
#include "describe.h"
#include "info.h"
#include "table.h"

enum { LABELS_SHOWN = 20, EPOCHS_SHOWN = 5, SHOWN = 120, ID_SHOWN = 12 };

static void
add_name(struct text *out, const char *s)
{
	char shown[SHOWN];
	text_add(out, text_safe(shown, sizeof(shown), s, strlen(s)));
}

static void
add_whole(struct text *out, const char *s)
{
	size_t room = 4 * strlen(s) + 1;
	char *shown = arena_slab(out->arena, room, out->err);

	if (shown)
		text_add(out, text_safe(shown, room, s, strlen(s)));
}

/* One line, cut; all: every line, set off. */
static void
add_text(struct text *out, const char *s, int all)
{
	while (all && strchr(s, '\n')) {
		size_t n = strcspn(s, "\n");
		char *line = arena_text_n(out->arena, s, n, out->err);

		text_add(out, "\n  ");
		if (line)
			add_whole(out, line);
		s += n + 1;
		if (!strchr(s, '\n'))
			text_add(out, *s ? "\n  " : "");
	}
	if (all)
		add_whole(out, s);
	else
		add_name(out, s);
}

/* "title: ...", a line for each thing that is said. */
static void
print_about(const struct fmt_model *m, int all, struct text *out)
{
	static const char *const order[] = { "title", "description", "authors",
		"license", "citation", "url", "keywords", NULL };

	for (int i = 0; m->about && order[i]; i++) {
		const struct json *j = json_get(m->about, order[i]);

		if (!j)
			continue;
		text_addf(out, "%s: ", order[i]);
		if (j->type == JSON_IS_TEXT)
			add_text(out, j->s, all);
		for (const struct json *k = j->child; k; k = k->next) {
			text_add(out, k == j->child ? "" : ", ");
			add_text(out, k->s, all);
		}
		text_add(out, "\n");
	}
}

static void
print_labels(const struct fmt_model *m, int all, struct text *out)
{
	char count[32];
	int64_t n =
	    all || m->nlabels <= LABELS_SHOWN ? m->nlabels : LABELS_SHOWN;
	if (!m->nlabels)
		return;
	text_addf(out, "labels (%s):", table_count(count, m->nlabels));
	for (int64_t i = 0; i < n; i++) {
		text_add(out, " ");
		add_name(out, m->labels[i]);
	}
	text_add(out, n < m->nlabels ? " ...\n" : "\n");
}

static void
print_preprocessing(const struct fmt_model *m, struct text *out)
{
	char *words;

	if (!m->preprocessing)
		return;
	words = pre_print(m->preprocessing, out->arena, out->err);
	if (words)
		text_addf(out, "preprocessing: %s\n", *words ? words : "none");
}

static void
print_optimizer(const struct fmt_model *m, struct text *out)
{
	const struct settings *s = &m->optimizer.settings;
	char count[32];

	if (!m->optimizer.name)
		return;
	text_addf(out, "optimizer: %s", m->optimizer.name);
	for (int i = 0; i < s->n; i++) {
		char *value = setting_print(&s->at[i], out->arena, out->err);
		if (!value)
			return;
		text_addf(out, ",%s=%s", s->at[i].name, value);
	}
	text_addf(out, ", step %s\n", table_count(count, m->optimizer_step));
}

/* Numbers to six digits, digests to a few. */
static void
add_value(struct text *out, const struct json *j)
{
	switch (j->type) {
	case JSON_IS_INT:
		text_addf(out, "%lld", (long long)j->i);
		break;
	case JSON_IS_REAL:
		text_addf(out, "%.6g", j->r);
		break;
	case JSON_IS_BOOL:
		text_add(out, j->i ? "yes" : "no");
		break;
	case JSON_IS_TEXT:
		if (strlen(j->s) == FMT_HEX - 1)
			text_addf(out, "%.*s", ID_SHOWN, j->s);
		else
			add_name(out, j->s);
		break;
	default:
		text_add(out, "-");
	}
}

void
info_members(struct text *out, const struct json *object)
{
	const char *between = "";

	for (const struct json *j = object->child; j; j = j->next) {
		if (j->type == JSON_IS_OBJECT || j->type == JSON_IS_ARRAY ||
		    strcmp(j->key, "version") == 0)
			continue;
		text_addf(out, "%s%s ", between, j->key);
		add_value(out, j);
		between = ", ";
	}
}

int
info_unfinished(const struct fmt_model *m)
{
	const struct json *position =
	    m->training ? json_get(m->training, "position") : NULL;
	const struct json *done = position ? json_get(position, "done") : NULL;

	return position && !(done && done->i);
}

/* "phases: head, all from epoch 5 of the run, blocks:4 after a plateau" */
static void
print_phases(const struct json *training, struct text *out)
{
	const struct json *plan = json_get(training, "plan");
	const struct json *list = plan ? json_get(plan, "phases") : NULL;
	const struct json *j = list ? list->child : NULL;

	for (; j; j = j->next) {
		const struct json *select = json_get(j, "select");
		const struct json *epoch = json_get(j, "epoch");

		text_add(out, j == list->child ? "phases: " : ", ");
		add_name(out,
		    select && select->type == JSON_IS_TEXT && *select->s
			? select->s
			: "what is not frozen");
		if (!epoch)
			text_add(out, " after a plateau");
		else if (epoch->i > 0)
			text_addf(out, " from epoch %lld of the run",
			    (long long)epoch->i);
	}
	if (list && list->child)
		text_add(out, "\n");
}

static void
print_training(const struct fmt_model *m, struct text *out)
{
	const struct json *loss;

	if (!m->training || m->training->type != JSON_IS_OBJECT)
		return;
	text_add(out, "training: ");
	info_members(out, m->training);
	loss = json_get(m->training, "loss");
	if (loss && (loss = json_get(loss, "name")) &&
	    loss->type == JSON_IS_TEXT)
		text_addf(out, ", loss %s", loss->s);
	text_add(out, "\n");
	print_phases(m->training, out);
	if (info_unfinished(m))
		text_add(out,
		    "unfinished: go on with nn-train --resume and the same "
		    "data\n");
}

/* One figure of an epoch; not measured (or not a number): "-". */
static void
add_figure(struct table *t, const struct fmt_metric *metric, int64_t epoch)
{
	if (epoch >= metric->n || metric->value[epoch] != metric->value[epoch])
		table_cell(t, "-");
	else
		table_cell(t, "%.4g", metric->value[epoch]);
}

static void
print_history(const struct fmt_model *m, int all, struct text *out)
{
	static const char align[] = "rrrrrrrrrrrr";
	int columns = m->nmetrics < TABLE_COLUMNS_MAX - 1
	    ? m->nmetrics
	    : TABLE_COLUMNS_MAX - 1;
	int64_t epochs = 0, from = 0;
	struct table t;

	for (int c = 0; c < columns; c++)
		if (m->history[c].n > epochs)
			epochs = m->history[c].n;
	if (!epochs)
		return;
	if (!all && epochs > EPOCHS_SHOWN)
		from = epochs - EPOCHS_SHOWN;
	table_begin(&t, align + sizeof(align) - 1 - (columns + 1), out->arena,
	    out->err);
	table_cell(&t, "epoch");
	for (int c = 0; c < columns; c++)
		table_cell(&t, "%s", m->history[c].name);
	for (int64_t e = from; e < epochs; e++) {
		table_cell(&t, "%lld", (long long)e + 1);
		for (int c = 0; c < columns; c++)
			add_figure(&t, &m->history[c], e);
	}
	table_print(&t, out);
}

/* Whose tensors are not here. */
static void
print_delta(const struct fmt_model *m, struct text *out)
{
	char here[32], of[32];
	int64_t numbers = 0;
	int n = 0, all = 0;

	for (int i = 0; i < m->graph.nnodes; i++)
		for (int k = 0; k < m->graph.nodes[i].nparams; k++) {
			const struct tensor *t =
			    &m->graph.nodes[i].params[k].value;
			all++;
			n += t->data != NULL;
			numbers += t->data ? shape_count(&t->shape) : 0;
		}
	if (fmt_is_delta(m))
		text_addf(out,
		    "adapter of the model with weights %s:\n"
		    "%d of %d tensors are here, %s of %s parameters\n",
		    m->base_id, n, all, table_count(here, numbers),
		    table_count(of, graph_param_count(&m->graph)));
}

void
info_print(const struct info *i, int all, struct text *out)
{
	const struct fmt_model *m = &i->m;
	char count[32];

	add_name(out, i->name);
	text_addf(out, ": %s model, %s bytes, format %lld.%lld, written by ",
	    m->graph.task ? m->graph.task : "untyped",
	    table_count(count, (int64_t)m->file_bytes),
	    (long long)m->format_major, (long long)m->format_minor);
	add_name(out, m->writer);
	text_add(out, "\n\n");
	describe_layers(&m->graph, out);
	print_delta(m, out);
	text_add(out, "\n");
	print_about(m, all, out);
	print_labels(m, all, out);
	print_preprocessing(m, out);
	print_optimizer(m, out);
	print_training(m, out);
	print_history(m, all, out);
	if (m->lineage && json_length(m->lineage)) {
		text_add(out, "made by:\n");
		info_lineage(i, all, out);
	}
	text_addf(out, "content_id %s\nweights_id %s\nstate_id   %s\n",
	    m->content_id, m->weights_id, m->state_id);
}
