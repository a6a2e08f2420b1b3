/* Predictions as rows: which columns there are, and one sample printed as
   TSV, CSV or a JSON line, or its numbers in NPY. */
#ifndef NN_ROWS_H
#define NN_ROWS_H

#include <stdint.h>

#include "base/tensor.h"
#include "base/text.h"
#include "report.h"

enum rows_form { ROWS_TSV, ROWS_CSV, ROWS_JSONL, ROWS_NPY };
extern const char *const rows_words[];
enum rows_form rows_form(const char *word);

struct rows {
	enum rows_form form;
	int64_t width;   /* outputs of a sample */
	int64_t nlabels; /* 0: numbers, not classes */
	const char *const *labels;
	int64_t k;          /* most probable classes to name */
	int wide;           /* one column a class */
	int truth;          /* a column with the true class */
	int logits;         /* the numbers are logits */
	int errors;         /* a column says what could not be read */
	double threshold;   /* below it the label is "-" */
	int32_t *order;     /* room for k */
	struct shape array; /* NPY: of the whole file, samples first */
};

struct row {
	uint64_t id;
	const char *file, *truth;
	const char *error; /* set: there are no numbers */
	const float *y;    /* width outputs */
};

void rows_head(const struct rows *r, struct text *out);
void rows_put(const struct rows *r, struct row *row, struct text *out);

#endif
