/* One cycle: up from a small rate to the full one, then down to almost
   nothing, both along half a cosine.

   The first update has 1 / start of the rate, the update at share peak of the
   run all of it, the last 1 / (start end); the meaning of PyTorch's
   OneCycleLR. */
#include <math.h>

#include "schedule.h"

struct onecycle {
	double peak, start, end;
};

static const struct attr onecycle_attrs[] = {
	{ ATTR(REAL, struct onecycle, peak), 0, 1, "0.3",
	    "share of the run that the rate rises", 1 },
	{ ATTR(REAL, struct onecycle, start), 1, 1e12, "25",
	    "the first rate is the full one divided by this" },
	{ ATTR(REAL, struct onecycle, end), 1, 1e12, "1e4",
	    "the last rate is the first one divided by this" },
	{ 0 },
};

/* From a (part 0) to b (part 1). */
static double
swing(double a, double b, double part)
{
	return b + (a - b) * (1 + cos(M_PI * part)) / 2;
}

static double
onecycle_factor(const void *conf, int64_t at, int64_t total, int64_t per_epoch)
{
	const struct onecycle *c = conf;
	double first = 1 / c->start, last = first / c->end;
	double top = c->peak * (double)total - 1, stop = (double)(total - 1);
	double t = (double)at;

	(void)per_epoch;
	if (t >= stop)
		return total > 1 ? last : 1;
	if (t < top)
		return swing(first, 1, t / top);
	top = top > 0 ? top : 0;
	return swing(1, last, (t - top) / (stop - top));
}

const struct schedule schedule_onecycle = {
	.name = "onecycle",
	.help = "up to the full rate and down to almost nothing",
	.conf_size = sizeof(struct onecycle),
	.attrs = onecycle_attrs,
	.factor = onecycle_factor,
};
