/* The learning rate of every update of a run: warm-up, schedule, floor.

   Over the first W updates the rate climbs in equal steps to the base rate;
   the schedule spans the rest; min_lr is the floor of both.  After each phase's
   beginning it climbs so to what the schedule says. */
#ifndef NN_RATE_H
#define NN_RATE_H

#include <stdint.h>

#include "base/arena.h"
#include "schedule.h"
#include "train.h"

struct rate {
	double base, floor;
	int64_t begin; /* update that the schedule counts from */
	int64_t rise;  /* and the one that a phase began with */
	int64_t warmup, total, per_epoch; /* updates */
	const struct schedule *schedule;
	void *conf;
};

/* For the phase at->phase of a run of total updates, of which per_epoch make an
   epoch.  Settings checked and settled (conf in the arena): ERR_USAGE if bad. */
int rate_open(struct rate *r, const struct train_plan *plan,
    const struct train_position *at, int64_t total, int64_t per_epoch,
    struct arena *arena, struct err *err);

/* The rate of an update, counted from 0. */
double rate_at(const struct rate *r, int64_t update);

#endif
