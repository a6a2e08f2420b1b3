/* The same rate from the first update to the last. */
#include "schedule.h"

static double
constant_factor(const void *conf, int64_t at, int64_t total, int64_t per_epoch)
{
	(void)conf;
	(void)at;
	(void)total;
	(void)per_epoch;
	return 1;
}

const struct schedule schedule_constant = {
	.name = "constant",
	.help = "the same rate all the time",
	.factor = constant_factor,
};
