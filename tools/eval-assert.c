/* The assertions of nn-eval: metrics by name, and whether they hold. */
#include <stdio.h>
#include <string.h>

#include "eval.h"

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
	if (eval_is_class(e) && m->top > 1 && strcmp(a->metric, top) == 0) {
		*v = metric_top(m);
		return 0;
	}
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (strcmp(row[i].name, a->metric) == 0 &&
		    (row[i].of_class < 0 ||
			row[i].of_class == eval_is_class(e))) {
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
	if (!eval_is_class(e) || i == m->nlabels)
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
int
eval_check_metric(const struct assertion *a, struct err *err)
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

int
eval_judge(struct eval *e, struct err *err)
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
		tool_warn(e->t, "%s: does not hold: %s is %.*g", a->text,
		    a->metric, v >= 1e6 && v < 1e15 ? 15 : 6, v);
		e->t->partial = 1;
	}
	return 0;
}
