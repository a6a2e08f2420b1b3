/* Figures of a scored data set, counted batch by batch.

   Classification counts a confusion table, everything else follows from it
   and a few sums; regression keeps sums.  Reading figures changes nothing.
   One output is a yes or no: class 1 above one half, class 0 below. */
#ifndef NN_METRIC_H
#define NN_METRIC_H

#include <stdint.h>

#include "base/arena.h"
#include "real.h"

enum { METRIC_BINS = 10, METRIC_BINS_MAX = 1000 };

struct metric_bin {
	int64_t n, right;
	double sum; /* of the probabilities of the predicted classes */
};

struct metric {
	int64_t classes; /* 2 when width is 1 */
	int64_t width;   /* outputs of a sample */
	int64_t top;     /* k of top-k */
	int64_t n, right, right_top;
	int64_t *confusion; /* classes x classes: [truth][predicted] */
	double sum_loss;    /* as given */
	double sum_log;     /* -log of the probability of the truth */
	int bins;
	struct metric_bin *bin; /* by that probability */
};

/* Room for the confusion table of so many outputs, in the arena, and for
   METRIC_BINS bins; metric_bins, before the first sample, changes how many. */
int metric_bins(struct metric *m, int n, struct arena *arena, struct err *err);
int metric_begin(struct metric *m, int64_t width, int64_t top,
    struct arena *arena, struct err *err);

/* Counts n samples: outputs n x width (probabilities), class indices, which
   must be in range, losses (NULL: 0). */
void metric_add(struct metric *m, const real *output, const int32_t *label,
    const real *loss, int64_t n);

/* Losses were not given, but their mean is known. */
void metric_set_loss(struct metric *m, double mean);

/* The class of one row: the largest output, the first of equals. */
int64_t metric_class(const real *output, int64_t width);

/* The classes of the k largest outputs of a row, largest first, the first of
   equals first. */
void metric_order(const real *output, int64_t width, int64_t k, int32_t *order);

double metric_accuracy(const struct metric *m);
double metric_top(const struct metric *m);
double metric_loss(const struct metric *m);
double metric_log_loss(const struct metric *m);
/* Means over the classes that occur. */
double metric_balanced(const struct metric *m); /* of the recalls */
double metric_macro_f1(const struct metric *m);
/* Expected calibration error: how far the probability of the predicted class
   is from the share of right answers, mean over the bins by samples. */
double metric_ece(const struct metric *m);
/* The same of the bin that is farthest off. */
double metric_mce(const struct metric *m);

/* A bin: probabilities low <= p < high (the last: <= 1) of the predicted
   class, their mean and the share of right answers; NAN: no sample. */
struct metric_reliability {
	int64_t n;
	double low, high, confidence, accuracy;
};
struct metric_reliability metric_reliability(const struct metric *m, int bin);

/* One class: NAN where it is not defined (no sample of the class: recall; not
   predicted: precision; neither: f1). */
struct metric_row {
	int64_t support, predicted, right;
	double precision, recall, f1;
};
struct metric_row metric_row(const struct metric *m, int64_t class);

/* Wilson's interval of right out of n, z deviations (95 %: METRIC_Z95). */
#define METRIC_Z95 1.959964
void metric_wilson(
    int64_t right, int64_t n, double z, double *low, double *high);

/* Regression: over all numbers of all samples; r2 is 1 - the share of the
   variance of the targets that is left, the variances of all outputs summed:
   an output whose targets hardly vary (a picture's edge) counts as little. */
struct metric_fit {
	int64_t width, n;
	double sum_loss, sum_abs, sum_square;
	double *mean, *spread, *rest; /* width each: Welford's sums */
};
int metric_fit_begin(
    struct metric_fit *f, int64_t width, struct arena *arena, struct err *err);
void metric_fit_add(struct metric_fit *f, const real *output,
    const real *target, const real *loss, int64_t n);
double metric_fit_loss(const struct metric_fit *f);
double metric_mae(const struct metric_fit *f);
double metric_rmse(const struct metric_fit *f);
double metric_r2(const struct metric_fit *f);

#endif
