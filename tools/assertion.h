/* Assertions about a score: "accuracy>=0.97", "recall[cat]>0.9",
   "bytes<=300k". */
#ifndef NN_ASSERTION_H
#define NN_ASSERTION_H

#include "base/arena.h"
#include "base/err.h"

struct assertion {
	const char *text;
	const char *metric;
	const char *class; /* NULL: of the whole */
	const char *compare;
	double bound;
};

/* ERR_USAGE when it makes no sense; known metrics are the caller's. */
int assertion_parse(struct assertion *a, const char *text, struct arena *arena,
    struct err *err);

/* Does it hold for the value?  Not for one that is not a number. */
int assertion_holds(const struct assertion *a, double value);

#endif
