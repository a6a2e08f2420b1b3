/* What a schedule of the learning rate is: one file, one line. */
#ifndef NN_SCHEDULE_H
#define NN_SCHEDULE_H

#include <stdint.h>

#include "base/attr.h"

struct schedule {
	const char *name;
	const char *help;
	size_t conf_size;
	const struct attr *attrs;
	/* The factor of the base rate at update `at` (from 0) of `total`, with
	   `per_epoch` updates an epoch. */
	double (*factor)(
	    const void *conf, int64_t at, int64_t total, int64_t per_epoch);
};

extern const struct schedule *const schedules[];
const struct schedule *schedule_find(const char *name);

#endif
