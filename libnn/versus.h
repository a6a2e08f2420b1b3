/* Two classifiers on the same samples: pairs of right and wrong. */
#ifndef NN_VERSUS_H
#define NN_VERSUS_H

#include "metric.h"

struct versus {
	int64_t width, other_width; /* outputs of a sample */
	const int32_t *map; /* the other's classes as ours; NULL: same */
	int64_t n, both, only_one, only_other, neither;
};

/* n samples more: their classes, and the outputs of both. */
void versus_add(struct versus *v, const int32_t *label, const real *one,
    const real *other, int64_t n);

/* Share of right answers of the other. */
double versus_other(const struct versus *v);

/* McNemar's exact test, two-sided: were both right equally often, how often
   would those that differ fall so unevenly, or more? */
double versus_mcnemar(const struct versus *v);

/* Accuracy of the one less that of the other, and its interval for paired
   samples (Bonett and Price), z deviations. */
double versus_difference(const struct versus *v);
void versus_interval(
    const struct versus *v, double z, double *low, double *high);

#endif
