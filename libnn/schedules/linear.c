/* A straight line from 1 down to end, which the update after the last one
   would have. */
#include "schedule.h"

struct linear {
	double end;
};

static const struct attr linear_attrs[] = {
	{ ATTR(REAL, struct linear, end), 0, 1, "0",
	    "share of the rate that is left at the end", 1 },
	{ 0 },
};

static double
linear_factor(const void *conf, int64_t at, int64_t total, int64_t per_epoch)
{
	const struct linear *c = conf;
	double part = at < total ? (double)at / (double)total : 1;

	(void)per_epoch;
	return 1 - (1 - c->end) * part;
}

const struct schedule schedule_linear = {
	.name = "linear",
	.help = "a straight line down to the end",
	.conf_size = sizeof(struct linear),
	.attrs = linear_attrs,
	.factor = linear_factor,
};
