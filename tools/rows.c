/* Predictions as rows. */
#include "rows.h"

#include <stdio.h>
#include <string.h>

#include "data.h"
#include "metric.h"
#include "plan.h"

const char *const rows_words[] = { "tsv", "csv", "jsonl", "npy", NULL };

enum rows_form
rows_form(const char *word)
{
	for (int i = 0; rows_words[i] != NULL; i++)
		if (strcmp(rows_words[i], word) == 0)
			return (enum rows_form)i;
	return ROWS_TSV;
}

static enum report_form
cell_form(const struct rows *r)
{
	return r->form == ROWS_CSV ? REPORT_CSV : REPORT_TSV;
}

static void
cell(const struct rows *r, struct text *out, int first, const char *s)
{
	if (!first)
		text_add(out, r->form == ROWS_CSV ? "," : "\t");
	report_put(out, cell_form(r), s);
}

static void
number_cell(const struct rows *r, struct text *out, double v)
{
	char number[32];

	cell(r, out, 0, report_number(number, v));
}

static void
npy_head(const struct rows *r, struct text *out)
{
	char head[DATA_NPY_HEAD];

	data_npy_head(&r->array, head);
	text_add_n(out, head, sizeof(head));
}

/* What could not be read has its place, without numbers. */
static void
put_npy(const struct rows *r, const struct row *row, struct text *out)
{
	const float none = (float)number_none();

	if (row->error == NULL)
		text_add_n(out, (const char *)row->y,
		    (size_t)r->width * sizeof(*row->y));
	for (int64_t i = 0; row->error != NULL && i < r->width; i++)
		text_add_n(out, (const char *)&none, sizeof(none));
}

void
rows_head(const struct rows *r, struct text *out)
{
	const char *prob = r->logits ? "logit" : "prob";
	char name[32];

	if (r->form == ROWS_NPY)
		npy_head(r, out);
	if (r->form == ROWS_NPY || r->form == ROWS_JSONL)
		return;
	cell(r, out, 1, "file");
	if (r->nlabels > 0) {
		cell(r, out, 0, "label");
		if (!r->wide)
			cell(r, out, 0, prob);
	}
	if (r->k > 1)
		cell(r, out, 0, "rank");
	if (r->truth)
		cell(r, out, 0, "truth");
	if (r->errors)
		cell(r, out, 0, "error");
	for (int64_t i = 0; r->wide && i < r->width; i++) {
		snprintf(name, sizeof(name), "y%lld", (long long)i + 1);
		cell(r, out, 0, r->nlabels > 0 ? r->labels[i] : name);
	}
	text_add(out, "\n");
}

/* The label of a class, or "-" when it is not sure enough. */
static const char *
label_of(const struct rows *r, const float *y, int64_t class)
{
	return (double)y[class] < r->threshold ? "-" : r->labels[class];
}

static void
put_rank(
    const struct rows *r, const struct row *row, int64_t rank, struct text *out)
{
	char number[24];
	int64_t class = r->order[rank];

	cell(r, out, 1, row->file);
	if (r->nlabels > 0) {
		cell(r, out, 0,
		    row->error != NULL ? "" : label_of(r, row->y, class));
		if (!r->wide && row->error == NULL)
			number_cell(r, out, (double)row->y[class]);
		else if (!r->wide)
			cell(r, out, 0, "");
	}
	snprintf(number, sizeof(number), "%lld", (long long)rank + 1);
	if (r->k > 1)
		cell(r, out, 0, row->error != NULL ? "" : number);
	if (r->truth)
		cell(r, out, 0, row->truth != NULL ? row->truth : "");
	if (r->errors)
		cell(r, out, 0, row->error != NULL ? row->error : "");
	for (int64_t i = 0; r->wide && i < r->width; i++)
		if (row->error == NULL)
			number_cell(r, out, (double)row->y[i]);
		else
			cell(r, out, 0, "");
	text_add(out, "\n");
}

static void
json_text(struct text *out, const char *key, const char *s)
{
	text_addf(out, ",\"%s\":", key);
	report_json_text(out, s);
}

static void
json_number(struct text *out, const char *key, double v)
{
	char number[32];
	const char *s = report_number(number, v);

	text_addf(out, "\"%s\":%s", key, strcmp(s, "nan") == 0 ? "null" : s);
}

/* {"label":"rose","prob":0.52} for the most probable classes. */
static void
json_top(const struct rows *r, const struct row *row, struct text *out)
{
	const char *prob = r->logits ? "logit" : "prob";

	text_add(out, ",\"top\":[");
	for (int64_t i = 0; i < r->k; i++) {
		text_add(out, i > 0 ? ",{\"label\":" : "{\"label\":");
		report_json_text(out, r->labels[r->order[i]]);
		text_add(out, ",");
		json_number(out, prob, (double)row->y[r->order[i]]);
		text_add(out, "}");
	}
	text_add(out, "]");
}

static void
json_wide(const struct rows *r, const struct row *row, struct text *out)
{
	char number[32];

	text_add(out, r->logits ? ",\"logits\":[" : ",\"y\":[");
	for (int64_t i = 0; i < r->width; i++) {
		const char *s = report_number(number, (double)row->y[i]);

		text_add(out, i > 0 ? "," : "");
		text_add(out, strcmp(s, "nan") == 0 ? "null" : s);
	}
	text_add(out, "]");
}

static void
put_json(const struct rows *r, const struct row *row, struct text *out)
{
	text_addf(out, "{\"n\":%llu", (unsigned long long)row->id);
	json_text(out, "file", row->file);
	if (row->error != NULL) {
		json_text(out, "error", row->error);
	} else if (r->nlabels > 0) {
		json_text(out, "label", label_of(r, row->y, r->order[0]));
		text_add(out, ",");
		json_number(out, r->logits ? "logit" : "prob",
		    (double)row->y[r->order[0]]);
		if (r->k > 1)
			json_top(r, row, out);
	}
	if (r->truth && row->truth != NULL)
		json_text(out, "truth", row->truth);
	if (r->wide && row->error == NULL)
		json_wide(r, row, out);
	text_add(out, "}\n");
}

void
rows_put(const struct rows *r, struct row *row, struct text *out)
{
	int64_t ranks = row->error != NULL ? 1 : r->k;

	if (r->form == ROWS_NPY) {
		put_npy(r, row, out);
		return;
	}
	if (row->error == NULL && r->nlabels > 0)
		metric_order(row->y, r->width, r->k, r->order);
	if (r->form == ROWS_JSONL) {
		put_json(r, row, out);
		return;
	}
	for (int64_t i = 0; i < ranks; i++)
		put_rank(r, row, i, out);
}
