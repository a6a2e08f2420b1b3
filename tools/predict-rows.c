/* nn-predict: batches become rows, in the order of the input. */
#include <string.h>

#include "predict.h"

static int
row_info(struct predict *p, uint64_t id, struct row *row, struct err *err)
{
	struct sample_info info;

	if (data_info(p->data, id, &info, err) < 0)
		return -1;
	*row = (struct row){ .id = id, .file = info.name };
	row->truth = info.label;
	row->error = info.error;
	return 0;
}

/* Samples up to id that never came: they could not be read. */
static int
put_bad(struct predict *p, int64_t until, struct text *out, struct err *err)
{
	struct row row;

	for (; p->next < until; p->next++) {
		if (row_info(p, (uint64_t)p->next, &row, err) < 0)
			return -1;
		if (row.error == NULL)
			continue;
		p->t->partial = 1;
		tool_warn(p->t, "%s", row.error);
		if (p->o->keep_rows || p->rows.form == ROWS_NPY)
			rows_put(&p->rows, &row, out);
	}
	return 0;
}

/* The outputs of sample i; one yes-or-no output has two sides. */
static const float *
outputs(const struct predict *p, const float *y, int i, float sides[2])
{
	if (shape_count(&p->y) == p->rows.width)
		return y + i * p->rows.width;
	sides[0] = p->o->logits ? -y[i] : 1 - y[i];
	sides[1] = y[i];
	return sides;
}

/* The outputs of a batch, or their mean over all views of the samples. */
static int
predict_batch(
    struct predict *p, const struct batch *b, const float **y, struct err *err)
{
	struct tensor out[GRAPH_ENDS_MAX];
	int64_t n = b->n * shape_count(&p->y);
	struct batch view = *b;

	for (int k = 0; p->views != NULL && k < views_count(p->views); k++) {
		if (views_make(p->views, k, b, &view, err) < 0 ||
		    net_predict(p->net, &view, out, NULL, err) < 0)
			return -1;
		mean_add(&p->mean, out[0].data, n);
	}
	if (p->views != NULL) {
		*y = mean_take(&p->mean, n);
		return 0;
	}
	if (net_predict(p->net, b, out, NULL, err) < 0)
		return -1;
	*y = out[0].data;
	return 0;
}

static int
put_batch(
    struct predict *p, const struct batch *b, struct text *out, struct err *err)
{
	const float *y;
	float sides[2];
	struct row row;

	if (predict_batch(p, b, &y, err) < 0)
		return -1;
	for (int i = 0; i < b->n; i++) {
		if (put_bad(p, (int64_t)b->id[i], out, err) < 0 ||
		    row_info(p, b->id[i], &row, err) < 0)
			return -1;
		row.error = NULL;
		row.y = outputs(p, y, i, sides);
		rows_put(&p->rows, &row, out);
		p->next = (int64_t)b->id[i] + 1;
	}
	return 0;
}

/* Rows of a batch in memory of their own, written at once. */
static int
flush(struct predict *p, struct text *out, struct arena *arena, struct err *err)
{
	char *s = text_end(out);
	int status = s == NULL ? -1 : 0;

	if (status == 0 && out->len > 0)
		status = result_put(&p->result, s, out->len, err);
	arena_free(arena);
	text_begin(out, arena, err);
	return status;
}

static void
look_at(struct predict *p, const struct batch *b)
{
	double mean, spread;

	batch_stats(b, &mean, &spread);
	session_compare(&p->s, mean, spread, p->operands[0]);
}

static int
run_batches(
    struct predict *p, struct text *out, struct arena *arena, struct err *err)
{
	struct feed *f = p->feed;
	struct batch b;
	struct progress bar = { "predicting", 0, data_count(p->data), "samples",
		"" };
	int64_t bad;

	if (f->begin(f, 0, 0, err) < 0)
		return -1;
	for (;;) {
		if (f->next(f, &b, err) < 0)
			return -1;
		if (b.n == 0)
			break;
		if (bar.done == 0)
			look_at(p, &b);
		if (put_batch(p, &b, out, err) < 0 ||
		    flush(p, out, arena, err) < 0)
			return -1;
		bar.done += b.n;
		tool_progress(p->t, &bar);
	}
	bad = data_bad(p->data, NULL);
	if (bar.done + bad == 0) {
		tool_warn(p->t,
		    "%s: nothing to predict (did the previous stage fail?)",
		    strcmp(p->operands[0], "png:-") == 0 ? "standard input"
							 : p->operands[0]);
		p->t->partial = 1;
	}
	if (put_bad(p,
		data_count(p->data) >= 0 ? data_count(p->data) : bar.done + bad,
		out, err) < 0)
		return -1;
	tool_progress_clear(p->t);
	if (bad > 1)
		tool_warn(p->t, "%lld of %lld samples could not be read",
		    (long long)bad, (long long)(bar.done + bad));
	return flush(p, out, arena, err);
}

int
predict_rows(struct predict *p, struct err *err)
{
	struct arena arena = { 0 };
	struct text out;
	int status = -1;

	text_begin(&out, &arena, err);
	if (!p->o->no_header)
		rows_head(&p->rows, &out);
	if (result_begin(&p->result, p->t, p->o->common.output, err) == 0 &&
	    run_batches(p, &out, &arena, err) == 0)
		status = result_end(&p->result, err);
	result_drop(&p->result);
	arena_free(&arena);
	return status;
}
