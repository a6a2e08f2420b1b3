/* Half a cosine from 1 down to end: it starts and arrives gently.

   end + (1 - end) (1 + cos(pi at / total)) / 2, so that the update after the
   last one would have end itself (Keras's CosineDecay). */
#include <math.h>

#include "schedule.h"

struct cosine {
	double end;
};

static const struct attr cosine_attrs[] = {
	{ ATTR(REAL, struct cosine, end), 0, 1, "0",
	    "share of the rate that is left at the end", 1 },
	{ 0 },
};

static double
cosine_factor(const void *conf, int64_t at, int64_t total, int64_t per_epoch)
{
	const struct cosine *c = conf;
	double part = at < total ? (double)at / (double)total : 1;

	(void)per_epoch;
	return c->end + (1 - c->end) * (1 + cos(M_PI * part)) / 2;
}

const struct schedule schedule_cosine = {
	.name = "cosine",
	.help = "half a cosine down to the end",
	.conf_size = sizeof(struct cosine),
	.attrs = cosine_attrs,
	.factor = cosine_factor,
};
