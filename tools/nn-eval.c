/* nn-eval: score a model on labelled data. */
#include <stdio.h>
#include <string.h>

#include "assertion.h"
#include "metric.h"
#include "report.h"
#include "session.h"

enum { BATCH = 256, TABLES = 4 };

struct options {
	struct common common;
	const char *form, *confusion, *report_dir, *errors, *backend;
	int per_class, ci, pass;
	int64_t top, skip_bad;
	int strict_labels;
	struct cli_list assert;
};

static const char *const confusion_words[] = { "count", "row", "col", NULL };
static const char *const backend_words[] = { "auto", "ref", "dnn", NULL };

#define AT(MEMBER) offsetof(struct options, MEMBER)
#define LATER(NAME, ARG, WHY) \
	CLI_LATER, NAME, 0, 0, ARG, WHY " belongs to a later version"
static const struct cli_option options[] = {
	{ CLI_GROUP, .help = "Streams" },
	{ CLI_COMMON, "model" },
	{ CLI_COMMON, "output" },
	{ CLI_COMMON, "force" },
	{ CLI_COMMON, "dry-run" },
	{ CLI_FLAG, "pass-through", 'p', AT(pass), NULL,
	    "copy the model to the output; the report goes to standard error "
	    "or --report-dir" },
	{ CLI_GROUP, .help = "Report" },
	{ CLI_WORD, "format", 'O', AT(form), "WORD",
	    "tsv, csv, json or md (Markdown)", "tsv", .words = report_words },
	{ CLI_FLAG, "per-class", 0, AT(per_class), NULL,
	    "precision, recall and f1 of each class" },
	{ CLI_WORD, "confusion", 0, AT(confusion), "WORD",
	    "which class was taken for which: count, or shares of the row or "
	    "col",
	    .optional = "count", .words = confusion_words },
	{ CLI_INT, "top", 0, AT(top), "K",
	    "also count the truth among the K most probable (default 5, from "
	    "10 classes on)",
	    .min = 1, .max = 1 << 20 },
	{ CLI_FLAG, "ci", 0, AT(ci), NULL,
	    "95 % intervals of the accuracy (Wilson)" },
	{ CLI_TEXT, "report-dir", 0, AT(report_dir), "DIR",
	    "write each table to a file of its own in DIR" },
	{ CLI_TEXT, "errors", 0, AT(errors), "FILE",
	    "write a TSV of the mistakes to FILE" },
	{ CLI_LIST, "assert", 0, AT(assert), "EXPR",
	    "exit 1 unless EXPR holds: accuracy>=0.97, recall[cat]>0.9, "
	    "bytes<=300k" },
	{ LATER("roc", NULL, "the ROC") },
	{ LATER("calibration", "BINS", "the calibration table") },
	{ LATER("compare", "MODEL", "comparing models") },
	{ LATER("adapter", "FILE", "adapters") },
	{ CLI_GROUP, .help = "Running" },
	{ CLI_INT, "skip-bad", 0, AT(skip_bad), "MAX",
	    "go on without samples that cannot be read, at most MAX",
	    .optional = "1000000000", .min = 1, .max = 1e9 },
	{ CLI_FLAG, "strict-labels", 0, AT(strict_labels), NULL,
	    "a class of the model without samples is an error" },
	{ CLI_WORD, "backend", 0, AT(backend), "NAME",
	    "who does the arithmetic: auto, ref (plain C), dnn (oneDNN)",
	    .init = "auto", .words = backend_words },
	{ CLI_COMMON, "threads" },
	{ CLI_COMMON, "spool" },
	{ CLI_GROUP, .help = "Messages" },
	{ CLI_COMMON, "quiet" },
	{ CLI_COMMON, "verbose" },
	{ CLI_COMMON, "progress" },
	{ CLI_COMMON, "log" },
	{ 0 },
};

struct eval {
	struct tool *t;
	struct options *o;
	struct session s;
	int nasserts;
	struct assertion *asserts;
	struct dataset *data;
	struct feed *feed;
	struct net *net;
	struct metric metric;  /* classification */
	struct metric_fit fit; /* all other tasks */
	struct text errors;
	struct report table[TABLES];
	int ntables;
};

static int
is_class(const struct eval *e)
{
	return e->s.target == TARGET_LABEL;
}

/* Names that an assertion may use.  NULL class: one of the whole. */
static int
assertion_value(const struct eval *e, const struct assertion *a, double *v)
{
	const struct metric *m = &e->metric;
	const struct metric_fit *f = &e->fit;
	const struct {
		const char *name;
		int of_class; /* needs a classifier */
		double value;
	} row[] = {
		{ "bytes", -1, (double)e->s.model.file_bytes },
		{ "n", 1, (double)m->n },
		{ "n", 0, (double)f->n },
		{ "loss", 1, metric_loss(m) },
		{ "loss", 0, metric_fit_loss(f) },
		{ "accuracy", 1, metric_accuracy(m) },
		{ "macro_f1", 1, metric_macro_f1(m) },
		{ "balanced_accuracy", 1, metric_balanced(m) },
		{ "ece", 1, metric_ece(m) },
		{ "mae", 0, metric_mae(f) },
		{ "rmse", 0, metric_rmse(f) },
		{ "r2", 0, metric_r2(f) },
	};
	char top[32];

	snprintf(top, sizeof(top), "top%lld", (long long)m->top);
	if (is_class(e) && m->top > 1 && strcmp(a->metric, top) == 0) {
		*v = metric_top(m);
		return 0;
	}
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (strcmp(row[i].name, a->metric) == 0 &&
		    (row[i].of_class < 0 || row[i].of_class == is_class(e))) {
			*v = row[i].value;
			return 0;
		}
	return -1;
}

static int
class_value(
    const struct eval *e, const struct assertion *a, double *v, struct err *err)
{
	const struct fmt_model *m = &e->s.model;
	struct metric_row row;
	int64_t i;

	for (i = 0; i < m->nlabels; i++)
		if (strcmp(m->labels[i], a->class) == 0)
			break;
	if (!is_class(e) || i == m->nlabels)
		return err_set(err, ERR_USAGE,
		    "--assert: %s: the model has no class '%s'", a->text,
		    a->class);
	row = metric_row(&e->metric, i);
	*v = strcmp(a->metric, "recall") == 0     ? row.recall
	    : strcmp(a->metric, "precision") == 0 ? row.precision
						  : row.f1;
	return 0;
}

/* Metrics known by name, before any model is read. */
static int
check_metric(const struct assertion *a, struct err *err)
{
	static const char *const known[] = { "n", "loss", "accuracy",
		"macro_f1", "balanced_accuracy", "ece", "mae", "rmse", "r2",
		"bytes", "recall", "precision", "f1", NULL };
	const char *near;
	int i;

	for (i = 0; known[i] != NULL; i++)
		if (strcmp(known[i], a->metric) == 0)
			break;
	if (known[i] == NULL && strncmp(a->metric, "top", 3) != 0) {
		near = text_nearest(a->metric, known);
		return err_set(err, ERR_USAGE,
		    "--assert: %s: there is no metric '%s'%s%s%s", a->text,
		    a->metric, near != NULL ? "; did you mean '" : "",
		    near != NULL ? near : "", near != NULL ? "'?" : "");
	}
	if ((i >= 10 && i <= 12) != (a->class != NULL))
		return err_set(err, ERR_USAGE,
		    a->class != NULL
			? "--assert: %s: only recall, precision and f1 are "
			  "of a class"
			: "--assert: %s: of which class? write recall[NAME]",
		    a->text);
	return 0;
}

static int
check_all(struct eval *e, struct err *err)
{
	struct tool *t = e->t;
	const struct cli_list *l = &e->o->assert;

	if (t->cli.noperands == 0)
		return err_set(err, ERR_USAGE,
		    "no data; give labelled files or folders to score on");
	e->asserts =
	    arena_array(&t->arena, (size_t)l->n + 1, sizeof(*e->asserts), err);
	if (e->asserts == NULL)
		return -1;
	for (; e->nasserts < l->n; e->nasserts++)
		if (assertion_parse(&e->asserts[e->nasserts],
			l->at[e->nasserts].value, &t->arena, err) < 0 ||
		    check_metric(&e->asserts[e->nasserts], err) < 0)
			return -1;
	if (!e->o->common.dry_run &&
	    tool_check_output(t, t->common->output, e->o->pass, err) < 0)
		return -1;
	if (e->o->errors != NULL &&
	    tool_check_output(t, e->o->errors, 0, err) < 0)
		return -1;
	if (session_check(&e->s, t, t->cli.operands, t->cli.noperands, err) < 0)
		return -1;
	e->s.skip_bad = e->o->skip_bad;
	e->s.strict_labels = e->o->strict_labels;
	return 0;
}

/* The loss the model was trained with, without what only training wants. */
static int
eval_loss(struct eval *e, struct choice *loss, struct err *err)
{
	const struct choice *own = &e->s.training.loss;
	char *words = NULL;

	if (own->name != NULL && strcmp(own->name, "ce") != 0 &&
	    (words = choice_print(own, &e->t->arena, err)) == NULL)
		return -1;
	return session_loss(&e->s, words, loss, err);
}

static int
open_all(struct eval *e, struct err *err)
{
	struct tool *t = e->t;
	struct session *s = &e->s;
	struct feed_conf feed = { .batch = BATCH, .threads = 1 };
	struct net_conf conf = {
		.backend = e->o->backend,
		.module_dir = t->module_dir,
		.threads = t->threads,
		.batch = BATCH,
	};

	if (session_read(s, err) < 0 || session_pre(s, NULL, err) < 0 ||
	    session_data(
		s, t->cli.operands, t->cli.noperands, 0, &e->data, err) < 0 ||
	    session_labels(s, e->data, err) < 0 ||
	    eval_loss(e, &conf.loss, err) < 0)
		return -1;
	if (training_unfinished(&s->training))
		tool_warn(t, "%s: is an unfinished run", s->name);
	e->net = net_build(&s->model.graph, &conf, err);
	if (e->net == NULL ||
	    (e->feed = data_feed(e->data, &feed, err)) == NULL)
		return -1;
	return 0;
}

static int64_t
top_of(const struct eval *e)
{
	if (e->o->top > 0)
		return e->o->top;
	return e->s.y.dim[0] >= 10 ? 5 : 1;
}

static int
begin_metrics(struct eval *e, struct err *err)
{
	struct arena *arena = &e->t->arena;

	text_begin(&e->errors, arena, err);
	text_add(&e->errors, "file\ttruth\tlabel\tprob\n");
	if (is_class(e))
		return metric_begin(
		    &e->metric, e->s.y.dim[0], top_of(e), arena, err);
	return metric_fit_begin(&e->fit, shape_count(&e->s.y), arena, err);
}

static const char *
label_of(const struct eval *e, int64_t class, char number[24])
{
	if (class < e->s.model.nlabels)
		return e->s.model.labels[class];
	snprintf(number, 24, "%lld", (long long)class);
	return number;
}

static int
add_errors(
    struct eval *e, const struct batch *b, const float *y, struct err *err)
{
	int64_t width = e->metric.width;
	struct sample_info info;
	char number[24];

	for (int i = 0; i < b->n; i++) {
		const float *row = y + i * width;
		int64_t class = metric_class(row, width);

		if (class == b->label[i])
			continue;
		if (data_info(e->data, b->id[i], &info, err) < 0)
			return -1;
		report_put(&e->errors, REPORT_TSV, info.name);
		text_add(&e->errors, "\t");
		report_put(
		    &e->errors, REPORT_TSV, label_of(e, b->label[i], number));
		text_add(&e->errors, "\t");
		report_put(&e->errors, REPORT_TSV, label_of(e, class, number));
		text_addf(&e->errors, "\t%.6g\n",
		    (double)(width > 1  ? row[class]
			    : class > 0 ? row[0]
					: 1 - row[0]));
	}
	return 0;
}

static int
add_batch(struct eval *e, const struct batch *b, struct err *err)
{
	struct tensor out[GRAPH_ENDS_MAX];
	const real *loss;

	if (net_predict(e->net, b, out, &loss, err) < 0)
		return -1;
	if (!is_class(e)) {
		metric_fit_add(&e->fit, out[0].data, b->y.data, loss, b->n);
		return 0;
	}
	metric_add(&e->metric, out[0].data, b->label, loss, b->n);
	if (e->o->errors != NULL)
		return add_errors(e, b, out[0].data, err);
	return 0;
}

static void
look_at(struct eval *e, const struct batch *b)
{
	double mean, spread;

	batch_stats(b, &mean, &spread);
	session_compare(&e->s, mean, spread, e->t->cli.operands[0]);
}

static int
score(struct eval *e, struct err *err)
{
	struct feed *f = e->feed;
	struct batch b;
	int64_t done = 0;
	struct progress p = { "scoring", 0, data_count(e->data), "samples",
		"" };

	if (f->begin(f, 0, 0, err) < 0)
		return -1;
	for (;;) {
		if (f->next(f, &b, err) < 0)
			return -1;
		if (b.n == 0)
			break;
		if (done == 0)
			look_at(e, &b);
		if (add_batch(e, &b, err) < 0)
			return -1;
		p.done = done += b.n;
		tool_progress(e->t, &p);
	}
	tool_progress_clear(e->t);
	if (done == 0)
		return err_set(err, ERR_DATA, "%s: no samples to score on",
		    e->t->cli.operands[0]);
	return 0;
}

static struct report *
new_table(struct eval *e, const char *name, int columns, struct err *err)
{
	struct report *r = &e->table[e->ntables++];

	report_begin(r, name, columns, &e->t->arena, err);
	return r;
}

static void
put_metric(struct report *r, const char *name, double v)
{
	report_text(r, name);
	report_real(r, v);
}

static void
class_metrics(struct eval *e, struct report *r)
{
	const struct metric *m = &e->metric;
	double low, high;
	char top[32];

	put_metric(r, "loss", metric_loss(m));
	put_metric(r, "accuracy", metric_accuracy(m));
	if (e->o->ci) {
		metric_wilson(m->right, m->n, 1.959964, &low, &high);
		put_metric(r, "accuracy_low", low);
		put_metric(r, "accuracy_high", high);
	}
	if (m->top > 1) {
		snprintf(top, sizeof(top), "top%lld", (long long)m->top);
		put_metric(r, top, metric_top(m));
	}
	put_metric(r, "macro_f1", metric_macro_f1(m));
	put_metric(r, "balanced_accuracy", metric_balanced(m));
	put_metric(r, "ece", metric_ece(m));
}

static void
table_metrics(struct eval *e, struct err *err)
{
	struct report *r = new_table(e, "metrics", 2, err);
	const struct metric_fit *f = &e->fit;

	report_text(r, "metric");
	report_text(r, "value");
	report_text(r, "n");
	report_int(r, is_class(e) ? e->metric.n : f->n);
	if (is_class(e)) {
		class_metrics(e, r);
		return;
	}
	put_metric(r, "loss", metric_fit_loss(f));
	put_metric(r, "mae", metric_mae(f));
	put_metric(r, "rmse", metric_rmse(f));
	put_metric(r, "r2", metric_r2(f));
}

static void
table_classes(struct eval *e, struct err *err)
{
	static const char *const head[] = { "class", "n", "predicted",
		"precision", "recall", "f1" };
	struct report *r = new_table(e, "per_class", 6, err);
	char number[24];

	for (int i = 0; i < 6; i++)
		report_text(r, head[i]);
	for (int64_t c = 0; c < e->metric.classes; c++) {
		struct metric_row row = metric_row(&e->metric, c);

		report_text(r, label_of(e, c, number));
		report_int(r, row.support);
		report_int(r, row.predicted);
		report_real(r, row.precision);
		report_real(r, row.recall);
		report_real(r, row.f1);
	}
}

/* One row a true class, one column a predicted one. */
static void
table_confusion(struct eval *e, struct err *err)
{
	const struct metric *m = &e->metric;
	int n = (int)m->classes;
	struct report *r = new_table(e, "confusion", n + 1, err);
	const char *form = e->o->confusion;
	char number[24];

	report_text(r, "truth");
	for (int c = 0; c < n; c++)
		report_text(r, label_of(e, c, number));
	for (int i = 0; i < n; i++) {
		report_text(r, label_of(e, i, number));
		for (int c = 0; c < n; c++) {
			int64_t v = m->confusion[(int64_t)i * n + c];
			struct metric_row row =
			    metric_row(m, *form == 'r' ? i : c);
			int64_t of = *form == 'r' ? row.support : row.predicted;

			if (strcmp(form, "count") == 0)
				report_int(r, v);
			else
				report_real(r,
				    of > 0 ? (double)v / (double)of
					   : number_none());
		}
	}
}

static int
make_tables(struct eval *e, struct err *err)
{
	table_metrics(e, err);
	if (e->o->per_class || e->o->confusion != NULL) {
		if (!is_class(e))
			return err_set(err, ERR_USAGE,
			    "--per-class and --confusion: have no effect, the "
			    "model's task is not to classify");
		if (e->o->per_class)
			table_classes(e, err);
		if (e->o->confusion != NULL)
			table_confusion(e, err);
	}
	return err->code != ERR_NONE ? -1 : 0;
}

static int
write_dir(struct eval *e, enum report_form form, struct err *err)
{
	struct arena *arena = &e->t->arena;

	for (int i = 0; i < e->ntables; i++) {
		char *path = arena_printf(arena, err, "%s/%s.%s",
		    e->o->report_dir, e->table[i].name, report_words[form]);
		struct text t;
		char *s;

		text_begin(&t, arena, err);
		report_print(&e->table[i], form, &t);
		if (path == NULL || (s = text_end(&t)) == NULL ||
		    tool_write_text(e->t, path, s, t.len, err) < 0)
			return -1;
	}
	return 0;
}

/* The report: to the folder, to standard error beside a model that passes
   through, else to the output. */
static int
write_report(struct eval *e, struct err *err)
{
	enum report_form form = report_form(e->o->form);
	int n = e->ntables;
	struct text t;
	char *s;

	if (e->o->report_dir != NULL) {
		if (write_dir(e, form, err) < 0)
			return -1;
		if (e->o->pass)
			return 0;
		n = 1;
	}
	text_begin(&t, &e->t->arena, err);
	report_print_all(e->table, n, form, &t);
	if ((s = text_end(&t)) == NULL)
		return -1;
	if (e->o->pass) {
		fputs(s, stderr);
		return 0;
	}
	if (strcmp(e->t->common->output, "-") == 0)
		return tool_print(e->t, s, t.len, err);
	return tool_write_text(e->t, e->t->common->output, s, t.len, err);
}

static int
judge(struct eval *e, struct err *err)
{
	for (int i = 0; i < e->nasserts; i++) {
		const struct assertion *a = &e->asserts[i];
		double v = 0;

		if (a->class != NULL) {
			if (class_value(e, a, &v, err) < 0)
				return -1;
		} else if (assertion_value(e, a, &v) < 0) {
			return err_set(err, ERR_USAGE,
			    "--assert: %s: this model's task has no %s",
			    a->text, a->metric);
		}
		if (assertion_holds(a, v))
			continue;
		tool_warn(e->t, "%s: does not hold: %s is %.6g", a->text,
		    a->metric, v);
		e->t->partial = 1;
	}
	return 0;
}

static int
log_score(struct eval *e, struct err *err)
{
	struct arena *arena = &e->t->arena;
	struct json *o;

	if (e->t->log_fd < 0)
		return 0;
	if ((o = json_put_object(NULL, NULL, arena, err)) == NULL ||
	    json_put_text(o, "event", "score", arena, err) < 0 ||
	    json_put_text(o, "tool", e->t->name, arena, err) < 0)
		return -1;
	for (int64_t i = 2; i < e->table[0].cells; i += 2) {
		double v;

		if (text_to_real(e->table[0].cell[i + 1].s, &v) == 0 &&
		    json_put_real(o, e->table[0].cell[i].s, v, arena, err) < 0)
			return -1;
	}
	return tool_log(e->t, o, err);
}

static int
finish(struct eval *e, struct err *err)
{
	char *s;

	if (make_tables(e, err) < 0 || judge(e, err) < 0 ||
	    write_report(e, err) < 0 || log_score(e, err) < 0)
		return -1;
	if (e->o->errors != NULL &&
	    ((s = text_end(&e->errors)) == NULL ||
		tool_write_text(e->t, e->o->errors, s, e->errors.len, err) < 0))
		return -1;
	if (!e->o->pass || e->t->partial)
		return 0;
	return tool_write_model(e->t, e->t->common->output, &e->s.model, err);
}

static int
show_plan(struct eval *e, struct err *err)
{
	struct text t;
	char *s;

	text_begin(&t, &e->t->arena, err);
	session_layers(&e->s, &t);
	text_addf(
	    &t, "data        %lld samples\n", (long long)data_count(e->data));
	text_addf(&t, "arithmetic  %s, %d threads, %.1f MB\n",
	    net_backend(e->net), net_threads(e->net),
	    (double)net_bytes(e->net) / 1e6);
	if (e->o->common.verbose)
		net_print(e->net, &t);
	if ((s = text_end(&t)) == NULL)
		return -1;
	return tool_print(e->t, s, t.len, err);
}

static int
eval(struct tool *t, void *o)
{
	struct eval e = { .t = t, .o = o };
	struct err *err = &t->err;
	int status = -1;

	if (check_all(&e, err) == 0 && open_all(&e, err) == 0) {
		if (e.o->common.dry_run)
			status = show_plan(&e, err);
		else if (begin_metrics(&e, err) == 0 && score(&e, err) == 0)
			status = finish(&e, err);
	}
	data_feed_free(e.feed);
	net_free(e.net);
	data_free(e.data);
	session_close(&e.s);
	return status;
}

static const char *const usage[] = {
	"[-m MODEL] [-O FORM] [OPTION]... DATA...",
	"-p [-m MODEL] [-o MODEL] [OPTION]... DATA...",
	NULL,
};

static const struct cli_tool what = {
	.name = "nn-eval",
	.brief = "score a model on labelled data",
	.usage = usage,
	.options = options,
	.run = eval,
};

int
main(int argc, char **argv)
{
	struct options o = { 0 };

	return tool_main(&what, &o, argc, argv);
}
