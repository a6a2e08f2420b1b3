/* nn-eval: what its parts share. */
#ifndef NN_EVAL_H
#define NN_EVAL_H

#include "assertion.h"
#include "metric.h"
#include "report.h"
#include "scores.h"
#include "session.h"
#include "versus.h"
#include "worst.h"

enum { TABLES = 8 };

struct eval_options {
	struct common common;
	const char *form, *confusion, *report_dir, *errors, *compare, *backend,
	    *compute;
	int per_class, ci, pass, roc, fit;
	int64_t top, skip_bad, calibration;
	int strict_labels;
	struct cli_list assert;
};

/* The model of --compare. */
struct other {
	struct session s;
	struct dataset *data; /* NULL: the samples are those of the first */
	struct feed *feed;
	struct net *net;
	struct versus versus;
};

struct eval {
	struct tool *t;
	struct eval_options *o;
	struct session s;
	int nasserts;
	struct assertion *asserts;
	struct dataset *data;
	struct feed *feed;
	struct net *net;
	struct metric metric;  /* classification */
	struct metric_fit fit; /* all other tasks */
	int keeps;             /* what the model said of every sample: */
	struct scores scores;
	uint64_t *id;
	double temperature;   /* fitted: that of the model to be written, */
	struct metric before; /* and the figures without it */
	struct other other;
	struct text errors;
	struct worst worst; /* for --report-dir */
	struct report table[TABLES];
	int ntables;
};

int eval_is_class(const struct eval *e);

/* The name of a class, or its number in the buffer. */
const char *eval_label(const struct eval *e, int64_t class, char number[24]);

/* eval-assert.c: a metric that no model has is an error before one is read,
   and what it needs is kept; afterwards an assertion that does not hold makes
   the result negative. */
int eval_check_metric(
    struct eval *e, const struct assertion *a, struct err *err);
int eval_judge(struct eval *e, struct err *err);

/* eval-score.c: all of the data, counted; and the counters anew. */
int eval_score(struct eval *e, struct err *err);
int eval_begin_classes(struct eval *e, struct err *err);

/* eval-temper.c: can the model have a temperature; the one that suits the
   logits kept, which become probabilities, in the model and in the figures;
   the run in its lineage. */
int eval_temper_check(const struct eval *e, struct err *err);
int eval_temper_fit(struct eval *e, struct err *err);
int eval_record(struct eval *e, struct err *err);

/* eval-compare.c: the other model, as its file is read, made ready for the
   data, fed with them; y: what the first said of the batch. */
int eval_compare_read(struct eval *e, struct err *err);
int eval_compare_open(struct eval *e, const struct feed_conf *feed,
    const struct net_conf *conf, struct err *err);
int eval_compare_begin(struct eval *e, struct err *err);
int eval_compare_add(
    struct eval *e, const struct batch *b, const float *y, struct err *err);
void eval_compare_close(struct eval *e);

/* eval-report.c */
int eval_tables(struct eval *e, struct err *err);
int eval_report(struct eval *e, struct err *err);
int eval_log(struct eval *e, struct err *err);

/* eval-dir.c: --report-dir, before the model is read; and filled. */
int eval_dir_check(struct eval *e, struct err *err);
int eval_dir_write(struct eval *e, struct err *err);

#endif
