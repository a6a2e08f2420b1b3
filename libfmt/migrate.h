/* Steps from older formats to the one that is written, on the model in memory.

   A step changes what a reader of the newer format would take for something
   else; what both say alike it leaves alone.  Older formats are read for ever:
   a step is never taken away.  Private. */
#ifndef NN_MIGRATE_H
#define NN_MIGRATE_H

#include "fmt.h"

struct migration {
	int major, minor; /* from this format */
	int to_major, to_minor;
	int (*step)(struct fmt_model *m, struct arena *arena, struct err *err);
};

/* Every step, ascending, each to a newer format; the last row has no step. */
extern const struct migration migrations[];

/* Do the steps of the table lead from that format to major version `to`? */
int migrates(
    const struct migration *table, int64_t major, int64_t minor, int to);

/* Takes the steps from the format that m was read from to major version `to`,
   in order; m keeps the version that its file has.  A model that has it already
   is left alone. */
int migrate(const struct migration *table, struct fmt_model *m, int to,
    struct arena *arena, struct err *err);

#endif
