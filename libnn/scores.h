/* What a classifier said of every sample, kept: for figures that follow from
   the order of all samples, which sums batch by batch cannot give. */
#ifndef NN_SCORES_H
#define NN_SCORES_H

#include <stdint.h>

#include "base/arena.h"
#include "real.h"

struct scores {
	int64_t width;   /* outputs of a sample */
	int64_t classes; /* 2 when width is 1 */
	int64_t n, room;
	real *output;   /* room x width, of its own */
	int32_t *label; /* room */
	struct roc_rank *rank;
	struct roc_point *point;
};

/* Memory in the arena for at most room samples of so many outputs. */
int scores_begin(struct scores *s, int64_t width, int64_t room,
    struct arena *arena, struct err *err);

/* Keeps n samples: outputs n x width and the classes they are of. */
void scores_add(
    struct scores *s, const real *output, const int32_t *label, int64_t n);

/* One class against the rest: samples whose probability of it is at least the
   threshold are taken for it.  false_rate: share of the rest so taken,
   true_rate: share of the class. */
struct roc_point {
	double threshold; /* NAN: of the first point, where nothing is taken */
	double false_rate, true_rate;
};

struct roc {
	double auc; /* NAN: the class or the rest has no sample */
	int64_t n;
	const struct roc_point *point; /* from (0, 0) to (1, 1), corners only;
	                                  good until the next call */
};

/* Room for the curves; to be called once, before the first. */
int scores_rank(struct scores *s, struct arena *arena, struct err *err);

/* auc: how often a sample of the class has a higher probability of it than
   one of the rest; equal ones count half.  One output: class 0 is the
   opposite of class 1. */
struct roc scores_roc(struct scores *s, int64_t class);

/* Mean over the classes that have an area. */
double scores_auc(struct scores *s);

/* temper.c: the outputs kept are logits, numbers before a softmax, or before
   a sigmoid.  Divided by a temperature, the same for all samples, they give
   other probabilities in the same order.  The best one has the smallest
   cross-entropy; it is looked for between the inverse of TEMPER_MAX and it. */
#define TEMPER_MAX 32.0
struct temper {
	double temperature;
	double before, after; /* mean cross-entropy at 1 and at it */
	int at_end;           /* even more so would suit better: of samples
	                         that are all right, say */
};
struct temper scores_temper(const struct scores *s);

/* Makes the logits probabilities at a temperature. */
void scores_cool(struct scores *s, double temperature);

#endif
