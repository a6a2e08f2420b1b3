/* The report of nn-eval: its tables, and where they go. */
#include <stdio.h>
#include <string.h>

#include "eval.h"

const char *
eval_label(const struct eval *e, int64_t class, char number[24])
{
	if (class < e->s.model.nlabels)
		return e->s.model.labels[class];
	snprintf(number, 24, "%lld", (long long)class);
	return number;
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
		metric_wilson(m->right, m->n, METRIC_Z95, &low, &high);
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
	if (e->o->calibration > 0)
		put_metric(r, "mce", metric_mce(m));
	if (e->o->roc)
		put_metric(r, "auc", scores_auc(&e->scores));
	if (e->o->fit) {
		put_metric(r, "temperature", e->temperature);
		put_metric(r, "loss_before", metric_loss(&e->before));
		put_metric(r, "ece_before", metric_ece(&e->before));
	}
}

static void
table_metrics(struct eval *e, struct err *err)
{
	struct report *r = new_table(e, "metrics", 2, err);
	const struct metric_fit *f = &e->fit;

	report_text(r, "metric");
	report_text(r, "value");
	report_text(r, "n");
	report_int(r, eval_is_class(e) ? e->metric.n : f->n);
	if (eval_is_class(e)) {
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
		"precision", "recall", "f1", "auc" };
	int columns = e->o->roc ? 7 : 6;
	struct report *r = new_table(e, "per_class", columns, err);
	char number[24];

	for (int i = 0; i < columns; i++)
		report_text(r, head[i]);
	for (int64_t c = 0; c < e->metric.classes; c++) {
		struct metric_row row = metric_row(&e->metric, c);

		report_text(r, eval_label(e, c, number));
		report_int(r, row.support);
		report_int(r, row.predicted);
		report_real(r, row.precision);
		report_real(r, row.recall);
		report_real(r, row.f1);
		if (e->o->roc)
			report_real(r, scores_roc(&e->scores, c).auc);
	}
}

/* One row a bin of probabilities; in a calibrated model confidence and
   accuracy are equal. */
static void
table_calibration(struct eval *e, struct err *err)
{
	static const char *const head[] = { "low", "high", "n", "confidence",
		"accuracy" };
	struct report *r = new_table(e, "calibration", 5, err);

	for (int i = 0; i < 5; i++)
		report_text(r, head[i]);
	for (int i = 0; i < e->metric.bins; i++) {
		struct metric_reliability b = metric_reliability(&e->metric, i);

		report_real(r, b.low);
		report_real(r, b.high);
		report_int(r, b.n);
		report_real(r, b.confidence);
		report_real(r, b.accuracy);
	}
}

/* In JSON its members stand beside the tables. */
static void
table_compare(struct eval *e, struct err *err)
{
	struct report *r = new_table(e, "compare", 2, err);
	const struct versus *v = &e->other.versus;
	const struct {
		const char *name;
		int64_t n;
	} counts[] = { { "both_right", v->both }, { "only_this", v->only_one },
		{ "only_other", v->only_other }, { "both_wrong", v->neither } };
	double low, high;

	r->bare = 1;
	report_text(r, "compare");
	report_text(r, "value");
	for (int i = 0; i < 4; i++) {
		report_text(r, counts[i].name);
		report_int(r, counts[i].n);
	}
	versus_interval(v, METRIC_Z95, &low, &high);
	put_metric(r, "accuracy_other", versus_other(v));
	put_metric(r, "difference", versus_difference(v));
	put_metric(r, "difference_low", low);
	put_metric(r, "difference_high", high);
	put_metric(r, "mcnemar_p", versus_mcnemar(v));
}

/* The corners of the curve of each class against the rest. */
static void
table_roc(struct eval *e, struct err *err)
{
	struct report *r = new_table(e, "roc", 4, err);
	char number[24];

	report_text(r, "class");
	report_text(r, "threshold");
	report_text(r, "false_positive_rate");
	report_text(r, "true_positive_rate");
	for (int64_t c = 0; c < e->metric.classes; c++) {
		struct roc curve = scores_roc(&e->scores, c);

		for (int64_t i = 0; i < curve.n; i++) {
			report_text(r, eval_label(e, c, number));
			report_real(r, curve.point[i].threshold);
			report_real(r, curve.point[i].false_rate);
			report_real(r, curve.point[i].true_rate);
		}
	}
}

/* Curves are long: a report on the terminal does without. */
static int
shows_curves(const struct eval *e)
{
	enum report_form form = report_form(e->o->form);

	return e->o->roc &&
	    (e->o->report_dir != NULL || form == REPORT_JSON ||
		form == REPORT_MD);
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
		report_text(r, eval_label(e, c, number));
	for (int i = 0; i < n; i++) {
		report_text(r, eval_label(e, i, number));
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

int
eval_tables(struct eval *e, struct err *err)
{
	table_metrics(e, err);
	if (e->o->per_class)
		table_classes(e, err);
	if (e->o->confusion != NULL)
		table_confusion(e, err);
	if (e->o->compare != NULL)
		table_compare(e, err);
	if (e->o->calibration > 0)
		table_calibration(e, err);
	if (shows_curves(e))
		table_roc(e, err);
	return err->code != ERR_NONE ? -1 : 0;
}

/* The report: to the folder, to standard error beside a model that passes
   through, else to the output. */
int
eval_report(struct eval *e, struct err *err)
{
	enum report_form form = report_form(e->o->form);
	int n = e->ntables;
	struct text t;
	char *s;

	if (e->o->report_dir != NULL) {
		if (eval_dir_write(e, err) < 0)
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

int
eval_log(struct eval *e, struct err *err)
{
	struct arena *arena = &e->t->arena;
	struct json *o;

	if (e->t->log_fd < 0)
		return 0;
	if ((o = tool_event(e->t, "score", arena, err)) == NULL)
		return -1;
	for (int64_t i = 2; i < e->table[0].cells; i += 2) {
		double v;

		if (text_to_real(e->table[0].cell[i + 1].s, &v) == 0 &&
		    json_put_real(o, e->table[0].cell[i].s, v, arena, err) < 0)
			return -1;
	}
	return tool_log(e->t, o, err);
}
