/* A model for a person: layers, labels, preprocessing, state, provenance. */
#include <string.h>

#include "data.h"
#include "describe.h"
#include "info.h"
#include "table.h"

enum {
	LABELS_SHOWN = 20,
	EPOCHS_SHOWN = 5,
	SHOWN = 120,
	ID_SHOWN = 12,
	LAYERS_SHOWN = 20
};

static void
add_name(struct text *out, const char *s)
{
	char shown[SHOWN];
	text_add(out, text_safe(shown, sizeof(shown), s, strlen(s)));
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

/* "a 1, b 2": a document's plain members, but its version. */
static void
add_members(struct text *out, const struct json *object)
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

static int
is_unfinished(const struct json *training)
{
	const struct json *position = json_get(training, "position");
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
	add_members(out, m->training);
	loss = json_get(m->training, "loss");
	if (loss && (loss = json_get(loss, "name")) &&
	    loss->type == JSON_IS_TEXT)
		text_addf(out, ", loss %s", loss->s);
	text_add(out, "\n");
	print_phases(m->training, out);
	if (is_unfinished(m->training))
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
	text_addf(out, ": %s model, %s bytes, written by ",
	    m->graph.task ? m->graph.task : "untyped",
	    table_count(count, (int64_t)m->file_bytes));
	add_name(out, m->writer);
	text_add(out, "\n\n");
	describe_layers(&m->graph, out);
	print_delta(m, out);
	text_add(out, "\n");
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

void
info_quote(struct text *out, const char *s)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789@%+=:,./_^-";
	char shown[2] = { 0 };

	if (*s && strspn(s, plain) == strlen(s)) {
		text_add(out, s);
		return;
	}
	text_add(out, "'");
	for (; *s; s++) {
		shown[0] = *s;
		text_add(out, *s == '\'' ? "'\\''" : shown);
	}
	text_add(out, "'");
}

static void
add_option(struct text *out, const char *name, const struct json *value)
{
	struct text word;

	if (value->type == JSON_IS_ARRAY) {
		for (const struct json *j = value->child; j; j = j->next)
			add_option(out, name, j);
		return;
	}
	text_begin(&word, out->arena, out->err);
	text_addf(&word, "--%s", name);
	if (value->type == JSON_IS_TEXT)
		text_addf(&word, "=%s", value->s);
	if (!text_end(&word))
		return;
	text_add(out, " ");
	info_quote(out, word.s);
}

static const char *
text_of(const struct json *record, const char *key)
{
	const struct json *j = json_get(record, key);
	return j && j->type == JSON_IS_TEXT ? j->s : "";
}

static void
add_layers(struct text *out, const struct json *layers, int full)
{
	int n = 0;

	for (const struct json *j = layers->child; j; j = j->next) {
		if (!full && n++ == LAYERS_SHOWN) {
			text_add(out, " ...");
			return;
		}
		text_add(out, " ");
		if (j->type == JSON_IS_TEXT)
			info_quote(out, j->s);
	}
}

/* The command that makes the step again. */
static void
add_command(struct text *out, const struct json *record, int full)
{
	const struct json *options = json_get(record, "options");
	const struct json *layers = json_get(record, "layers");
	const struct json *seed = json_get(record, "seed");

	info_quote(out, text_of(record, "tool"));
	for (const struct json *j = options ? options->child : NULL; j;
	     j = j->next)
		add_option(out, j->key, j);
	if (seed && seed->type == JSON_IS_INT && seed->i != 0)
		text_addf(out, " --seed=%lld", (long long)seed->i);
	if (layers && options && !json_get(options, "preset"))
		add_layers(out, layers, full);
}

static void
add_id(struct text *out, const char *what, const char *id, int full)
{
	if (*id)
		text_addf(
		    out, "     %s %.*s\n", what, full ? FMT_HEX : ID_SHOWN, id);
}

/* The models that were made one; the first is the one "from" which. */
static void
add_others(struct text *out, const struct json *members, int full)
{
	const struct json *j = members ? members->child : NULL;

	for (j = j ? j->next : NULL; j; j = j->next)
		if (j->type == JSON_IS_TEXT)
			add_id(out, "with", j->s, full);
}

void
info_lineage(const struct info *i, int full, struct text *out)
{
	int step = 0;

	if (!i->m.lineage)
		return;
	for (const struct json *r = i->m.lineage->child; r; r = r->next) {
		const struct json *metrics = json_get(r, "metrics");
		text_addf(out, "  %d  ", ++step);
		add_command(out, r, full);
		text_add(out, "\n");
		if (metrics && metrics->child) {
			text_add(out, "     ");
			add_members(out, metrics);
			text_add(out, "\n");
		}
		add_id(out, "data", text_of(r, "data"), full);
		add_id(out, "from", text_of(r, "parent"), full);
		add_others(out, json_get(r, "members"), full);
	}
}
