/* A rate that drops every few epochs: factor^(epoch / every), whole epochs. */
#include <math.h>

#include "schedule.h"

struct step_down {
	int64_t every;
	double factor;
};

static const struct attr step_attrs[] = {
	{ ATTR(INT, struct step_down, every), 1, 1000000000, "10",
	    "epochs between drops", 1 },
	{ ATTR(REAL, struct step_down, factor), 0, 1, "0.1",
	    "what the rate is multiplied by", 2 },
	{ 0 },
};

static double
step_factor(const void *conf, int64_t at, int64_t total, int64_t per_epoch)
{
	const struct step_down *c = conf;
	int64_t epoch = at / (per_epoch > 0 ? per_epoch : 1);
	int64_t drops = epoch / c->every;

	(void)total;
	return pow(c->factor, (double)drops);
}

const struct schedule schedule_step = {
	.name = "step",
	.help = "the rate drops every few epochs",
	.conf_size = sizeof(struct step_down),
	.attrs = step_attrs,
	.factor = step_factor,
};
