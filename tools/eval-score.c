/* nn-eval: all of the data through the model, and what is counted. */
#include <string.h>

#include "eval.h"

static int64_t
top_of(const struct eval *e)
{
	if (e->o->top > 0)
		return e->o->top;
	return e->s.y.dim[0] >= 10 ? 5 : 1;
}

int
eval_begin_classes(struct eval *e, struct err *err)
{
	struct arena *arena = &e->t->arena;

	if (metric_begin(&e->metric, e->s.y.dim[0], top_of(e), arena, err) < 0)
		return -1;
	if (e->o->calibration == 0)
		return 0;
	return metric_bins(&e->metric, (int)e->o->calibration, arena, err);
}

static int
begin_metrics(struct eval *e, struct err *err)
{
	struct arena *arena = &e->t->arena;
	int64_t n = data_count(e->data), width = e->s.y.dim[0];

	text_begin(&e->errors, arena, err);
	text_add(&e->errors, "file\ttruth\tlabel\tprob\n");
	if (!eval_is_class(e))
		return metric_fit_begin(
		    &e->fit, shape_count(&e->s.y), arena, err);
	if (e->keeps &&
	    (scores_begin(&e->scores, width, n, arena, err) < 0 ||
		(e->id = arena_slab(
		     arena, (size_t)(n + 1) * sizeof(*e->id), err)) == NULL))
		return -1;
	return eval_begin_classes(e, err);
}

static int
add_errors(struct eval *e, int64_t n, const uint64_t *id, const int32_t *label,
    const float *y, struct err *err)
{
	int64_t width = e->metric.width;
	struct sample_info info;
	char number[24];

	for (int64_t i = 0; i < n; i++) {
		const float *row = y + i * width;
		int64_t class = metric_class(row, width);

		if (class == label[i])
			continue;
		if (data_info(e->data, id[i], &info, err) < 0)
			return -1;
		report_put(&e->errors, REPORT_TSV, info.name);
		text_add(&e->errors, "\t");
		report_put(
		    &e->errors, REPORT_TSV, eval_label(e, label[i], number));
		text_add(&e->errors, "\t");
		report_put(
		    &e->errors, REPORT_TSV, eval_label(e, class, number));
		text_addf(&e->errors, "\t%.6g\n",
		    (double)(width > 1  ? row[class]
			    : class > 0 ? row[0]
					: 1 - row[0]));
	}
	return 0;
}

/* Probabilities; logits, when these are to get a temperature. */
static void
keep(struct eval *e, const struct batch *b, const float *y)
{
	memcpy(e->id + e->scores.n, b->id, (size_t)b->n * sizeof(*e->id));
	scores_add(&e->scores, y, b->label, b->n);
}

static int
add_batch(struct eval *e, const struct batch *b, struct err *err)
{
	struct tensor out[GRAPH_ENDS_MAX];
	const real *loss;

	if (net_predict(e->net, b, out, &loss, err) < 0)
		return -1;
	if (!eval_is_class(e)) {
		metric_fit_add(&e->fit, out[0].data, b->y.data, loss, b->n);
		return 0;
	}
	metric_add(&e->metric, out[0].data, b->label, loss, b->n);
	if (e->o->compare != NULL &&
	    eval_compare_add(e, b, out[0].data, err) < 0)
		return -1;
	if (e->keeps)
		keep(e, b, out[e->o->fit].data);
	if (e->o->report_dir != NULL && !e->o->fit)
		worst_add(&e->worst, out[0].data, e->metric.width, b->label,
		    b->id, b->n);
	if (e->o->errors != NULL && !e->o->fit)
		return add_errors(e, b->n, b->id, b->label, out[0].data, err);
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
run_batches(struct eval *e, struct err *err)
{
	struct feed *f = e->feed;
	struct batch b;
	int64_t done = 0;
	struct progress p = { "scoring", 0, data_count(e->data), "samples",
		"" };

	if (f->begin(f, 0, 0, err) < 0 || eval_compare_begin(e, err) < 0)
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

/* The losses count no probability as less than 1e-7 unless they look behind a
   softmax or a sigmoid.  Behind a mean of probabilities there is none: its
   cross-entropy is taken from the probabilities themselves. */
static void
take_log_loss(struct eval *e)
{
	const char *loss = e->s.training.loss.name;
	const char *own = e->s.y.dim[0] > 1 ? "ce" : "bce";

	if (strcmp(session_output(&e->s)->kind, "average") == 0 &&
	    strcmp(loss != NULL ? loss : own, own) == 0)
		metric_set_loss(&e->metric, metric_log_loss(&e->metric));
}

/* With its temperature the model has other probabilities. */
static int
fit(struct eval *e, struct err *err)
{
	struct scores *s = &e->scores;

	if (eval_temper_fit(e, err) < 0)
		return -1;
	worst_add(&e->worst, s->output, s->width, s->label, e->id, s->n);
	if (e->o->errors == NULL)
		return 0;
	return add_errors(e, s->n, e->id, s->label, s->output, err);
}

int
eval_score(struct eval *e, struct err *err)
{
	if (begin_metrics(e, err) < 0 || run_batches(e, err) < 0)
		return -1;
	if (eval_is_class(e))
		take_log_loss(e);
	if (e->o->fit && fit(e, err) < 0)
		return -1;
	if (!e->keeps || !eval_is_class(e))
		return 0;
	return scores_rank(&e->scores, &e->t->arena, err);
}
