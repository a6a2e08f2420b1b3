/* The worst mistakes of a classifier: those of which it was surest. */
#ifndef NN_WORST_H
#define NN_WORST_H

#include <stdint.h>

#include "real.h"

enum { WORST_MAX = 36 };

struct mistake {
	uint64_t id; /* of the sample */
	int32_t truth, answer;
	double prob; /* of the answer */
};

/* The surest first, of equals the one that came first.  Begins as zeros. */
struct worst {
	int n;
	struct mistake at[WORST_MAX];
};

/* Looks at n samples: outputs n x width (probabilities), their classes, their
   numbers. */
void worst_add(struct worst *w, const real *output, int64_t width,
    const int32_t *label, const uint64_t *id, int64_t n);

#endif
