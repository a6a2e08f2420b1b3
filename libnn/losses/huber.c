/* Huber: squared near the target, straight beyond delta.

   With d = z - t: d^2 / 2 where |d| <= delta, else delta (|d| - delta / 2);
   the mean over the outputs, as in Keras. */
#include <tgmath.h>

#include "loss.h"

struct huber {
	double delta;
};

static const struct attr huber_attrs[] = {
	{ ATTR(REAL, struct huber, delta), 1e-30, 1e30, "1",
	    "where the square becomes a straight line", 1 },
	{ 0 },
};

static void
huber_run(const void *conf, const struct loss_args *a)
{
	const struct huber *c = conf;
	real delta = (real)c->delta, share = 1 / (real)a->width;
	int64_t i, k, at;

	for (i = 0; i < a->n; i++) {
		real sum = 0;

		for (k = 0; k < a->width; k++) {
			at = i * a->width + k;
			real d = a->z[at] - a->target[at], far = fabs(d);
			real slope = far <= delta ? d : copysign(delta, d);

			sum += far <= delta ? d * d / 2
					    : delta * (far - delta / 2);
			if (a->grad != NULL)
				a->grad[at] = slope * share * a->scale;
		}
		a->loss[i] = sum * share;
	}
}

const struct loss loss_huber = {
	.name = "huber",
	.help = "squared error near the target, absolute error far away",
	.conf_size = sizeof(struct huber),
	.attrs = huber_attrs,
	.run = huber_run,
};
