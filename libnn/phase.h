/* The phases of a run: do they follow each other, and when does one end? */
#ifndef NN_PHASE_H
#define NN_PHASE_H

#include "train.h"

/* ERR_USAGE where they do not, or where at is in none of them. */
int phase_check(const struct train_plan *plan, const struct train_position *at,
    struct err *err);

int phase_is_last(
    const struct train_plan *plan, const struct train_position *at);

/* Between two epochs: has the phase had its time?  Then the next begins. */
int phase_is_over(
    const struct train_plan *plan, const struct train_position *at);
void phase_next(struct train_position *at);

/* How many updates so many batches make. */
int64_t phase_updates(const struct train_plan *plan, int64_t batches);

#endif
