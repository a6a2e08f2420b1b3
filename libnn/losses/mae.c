/* Mean absolute error: loss = mean_k |z_k - t_k|, gradient sign(z - t) / width,
   0 where they are equal. */
#include <tgmath.h>

#include "loss.h"

static void
mae_run(const void *conf, const struct loss_args *a)
{
	real share = 1 / (real)a->width;
	int64_t i, k, at;

	(void)conf;
	for (i = 0; i < a->n; i++) {
		real sum = 0;

		for (k = 0; k < a->width; k++) {
			at = i * a->width + k;
			real d = a->z[at] - a->target[at];
			real sign = (real)((d > 0) - (d < 0));

			sum += fabs(d);
			if (a->grad != NULL)
				a->grad[at] = sign * share * a->scale;
		}
		a->loss[i] = sum * share;
	}
}

const struct loss loss_mae = {
	.name = "mae",
	.help = "mean absolute error",
	.run = mae_run,
};
