/* The assertions of nn-eval: figures by name, and whether they hold. */
#include <stdio.h>
#include <string.h>

#include "eval.h"

/* Whose figure it is. */
enum task { ANY, CLASSIFIER, NUMBERS };

static double
bytes_of(struct eval *e)
{
	return (double)e->s.model.file_bytes;
}

static double
n_of(struct eval *e)
{
	return (double)(eval_is_class(e) ? e->metric.n : e->fit.n);
}

static double
loss_of(struct eval *e)
{
	return eval_is_class(e) ? metric_loss(&e->metric)
				: metric_fit_loss(&e->fit);
}

static double
accuracy_of(struct eval *e)
{
	return metric_accuracy(&e->metric);
}

static double
low_of(struct eval *e)
{
	double low, high;

	metric_wilson(e->metric.right, e->metric.n, METRIC_Z95, &low, &high);
	return low;
}

static double
high_of(struct eval *e)
{
	double low, high;

	metric_wilson(e->metric.right, e->metric.n, METRIC_Z95, &low, &high);
	return high;
}

static double
macro_f1_of(struct eval *e)
{
	return metric_macro_f1(&e->metric);
}

static double
balanced_of(struct eval *e)
{
	return metric_balanced(&e->metric);
}

static double
ece_of(struct eval *e)
{
	return metric_ece(&e->metric);
}

static double
mce_of(struct eval *e)
{
	return metric_mce(&e->metric);
}

static double
auc_of(struct eval *e)
{
	return scores_auc(&e->scores);
}

static double
temperature_of(struct eval *e)
{
	return e->temperature;
}

static double
loss_before(struct eval *e)
{
	return metric_loss(&e->before);
}

static double
ece_before(struct eval *e)
{
	return metric_ece(&e->before);
}

static double
both_right(struct eval *e)
{
	return (double)e->other.versus.both;
}

static double
only_this(struct eval *e)
{
	return (double)e->other.versus.only_one;
}

static double
only_other(struct eval *e)
{
	return (double)e->other.versus.only_other;
}

static double
both_wrong(struct eval *e)
{
	return (double)e->other.versus.neither;
}

static double
other_of(struct eval *e)
{
	return versus_other(&e->other.versus);
}

static double
difference_of(struct eval *e)
{
	return versus_difference(&e->other.versus);
}

static double
difference_low(struct eval *e)
{
	double low, high;

	versus_interval(&e->other.versus, METRIC_Z95, &low, &high);
	return low;
}

static double
difference_high(struct eval *e)
{
	double low, high;

	versus_interval(&e->other.versus, METRIC_Z95, &low, &high);
	return high;
}

static double
mcnemar_of(struct eval *e)
{
	return versus_mcnemar(&e->other.versus);
}

static double
mae_of(struct eval *e)
{
	return metric_mae(&e->fit);
}

static double
rmse_of(struct eval *e)
{
	return metric_rmse(&e->fit);
}

static double
r2_of(struct eval *e)
{
	return metric_r2(&e->fit);
}

static double
class_recall(struct eval *e, int64_t class)
{
	return metric_row(&e->metric, class).recall;
}

static double
class_precision(struct eval *e, int64_t class)
{
	return metric_row(&e->metric, class).precision;
}

static double
class_f1(struct eval *e, int64_t class)
{
	return metric_row(&e->metric, class).f1;
}

static double
class_auc(struct eval *e, int64_t class)
{
	return scores_roc(&e->scores, class).auc;
}

static const struct figure {
	const char *name;
	enum task task;
	double (*whole)(struct eval *e);
	double (*of_class)(struct eval *e, int64_t class);
	int keeps;         /* follows from the scores of all samples */
	const char *needs; /* an option without which there is none */
} figures[] = {
	{ "n", ANY, n_of, NULL, 0, NULL },
	{ "loss", ANY, loss_of, NULL, 0, NULL },
	{ "accuracy", CLASSIFIER, accuracy_of, NULL, 0, NULL },
	{ "accuracy_low", CLASSIFIER, low_of, NULL, 0, NULL },
	{ "accuracy_high", CLASSIFIER, high_of, NULL, 0, NULL },
	{ "macro_f1", CLASSIFIER, macro_f1_of, NULL, 0, NULL },
	{ "balanced_accuracy", CLASSIFIER, balanced_of, NULL, 0, NULL },
	{ "ece", CLASSIFIER, ece_of, NULL, 0, NULL },
	{ "mce", CLASSIFIER, mce_of, NULL, 0, NULL },
	{ "auc", CLASSIFIER, auc_of, class_auc, 1, NULL },
	{ "temperature", CLASSIFIER, temperature_of, NULL, 0,
	    "fit-temperature" },
	{ "loss_before", CLASSIFIER, loss_before, NULL, 0, "fit-temperature" },
	{ "ece_before", CLASSIFIER, ece_before, NULL, 0, "fit-temperature" },
	{ "both_right", CLASSIFIER, both_right, NULL, 0, "compare" },
	{ "only_this", CLASSIFIER, only_this, NULL, 0, "compare" },
	{ "only_other", CLASSIFIER, only_other, NULL, 0, "compare" },
	{ "both_wrong", CLASSIFIER, both_wrong, NULL, 0, "compare" },
	{ "accuracy_other", CLASSIFIER, other_of, NULL, 0, "compare" },
	{ "difference", CLASSIFIER, difference_of, NULL, 0, "compare" },
	{ "difference_low", CLASSIFIER, difference_low, NULL, 0, "compare" },
	{ "difference_high", CLASSIFIER, difference_high, NULL, 0, "compare" },
	{ "mcnemar_p", CLASSIFIER, mcnemar_of, NULL, 0, "compare" },
	{ "recall", CLASSIFIER, NULL, class_recall, 0, NULL },
	{ "precision", CLASSIFIER, NULL, class_precision, 0, NULL },
	{ "f1", CLASSIFIER, NULL, class_f1, 0, NULL },
	{ "mae", NUMBERS, mae_of, NULL, 0, NULL },
	{ "rmse", NUMBERS, rmse_of, NULL, 0, NULL },
	{ "r2", NUMBERS, r2_of, NULL, 0, NULL },
	{ "bytes", ANY, bytes_of, NULL, 0, NULL },
};

enum { FIGURES = sizeof(figures) / sizeof(figures[0]) };

static const struct figure *
figure_find(const char *name)
{
	for (int i = 0; i < FIGURES; i++)
		if (strcmp(figures[i].name, name) == 0)
			return &figures[i];
	return NULL;
}

static int
unknown(const struct assertion *a, struct err *err)
{
	const char *names[FIGURES + 1] = { NULL }, *near;

	for (int i = 0; i < FIGURES; i++)
		names[i] = figures[i].name;
	near = text_nearest(a->metric, names);
	return err_set(err, ERR_USAGE,
	    "--assert: %s: there is no metric '%s'%s%s%s", a->text, a->metric,
	    near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
	    near != NULL ? "'?" : "");
}

static int
is_top(const char *name)
{
	return strncmp(name, "top", 3) == 0;
}

int
eval_check_metric(struct eval *e, const struct assertion *a, struct err *err)
{
	const struct figure *f = figure_find(a->metric);

	if (f == NULL && !is_top(a->metric))
		return unknown(a, err);
	if (a->class != NULL && (f == NULL || f->of_class == NULL))
		return err_set(err, ERR_USAGE,
		    "--assert: %s: only recall, precision, f1 and auc are of "
		    "a class",
		    a->text);
	if (a->class == NULL && f != NULL && f->whole == NULL)
		return err_set(err, ERR_USAGE,
		    "--assert: %s: of which class? write %s[NAME]", a->text,
		    a->metric);
	if (f != NULL && f->needs != NULL && !cli_given(&e->t->cli, f->needs))
		return err_set(err, ERR_USAGE,
		    "--assert: %s: %s is a figure of --%s", a->text, a->metric,
		    f->needs);
	e->keeps |= f != NULL && f->keeps;
	return 0;
}

static int
suits(const struct eval *e, enum task task)
{
	return task == ANY || (task == CLASSIFIER) == eval_is_class(e);
}

static int
top_value(const struct eval *e, const struct assertion *a, double *v)
{
	char top[32];

	snprintf(top, sizeof(top), "top%lld", (long long)e->metric.top);
	if (!eval_is_class(e) || e->metric.top < 2 ||
	    strcmp(a->metric, top) != 0)
		return -1;
	*v = metric_top(&e->metric);
	return 0;
}

static int
whole_value(
    struct eval *e, const struct assertion *a, double *v, struct err *err)
{
	const struct figure *f = figure_find(a->metric);

	if (f == NULL && top_value(e, a, v) == 0)
		return 0;
	if (f == NULL || !suits(e, f->task))
		return err_set(err, ERR_USAGE,
		    "--assert: %s: this model's task has no %s", a->text,
		    a->metric);
	*v = f->whole(e);
	return 0;
}

static int
class_value(
    struct eval *e, const struct assertion *a, double *v, struct err *err)
{
	const struct fmt_model *m = &e->s.model;
	int64_t i;

	for (i = 0; i < m->nlabels; i++)
		if (strcmp(m->labels[i], a->class) == 0)
			break;
	if (!eval_is_class(e) || i == m->nlabels)
		return err_set(err, ERR_USAGE,
		    "--assert: %s: the model has no class '%s'", a->text,
		    a->class);
	*v = figure_find(a->metric)->of_class(e, i);
	return 0;
}

int
eval_judge(struct eval *e, struct err *err)
{
	for (int i = 0; i < e->nasserts; i++) {
		const struct assertion *a = &e->asserts[i];
		double v = 0;

		if ((a->class != NULL ? class_value : whole_value)(
			e, a, &v, err) < 0)
			return -1;
		if (assertion_holds(a, v))
			continue;
		tool_warn(e->t, "%s: does not hold: %s is %.*g", a->text,
		    a->metric, v >= 1e6 && v < 1e15 ? 15 : 6, v);
		e->t->partial = 1;
	}
	return 0;
}
