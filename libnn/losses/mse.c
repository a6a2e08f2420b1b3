/* Mean squared error: loss = mean_k (z_k - t_k)^2, gradient 2 (z - t) / width.
 */
#include "loss.h"

static void
mse_run(const void *conf, const struct loss_args *a)
{
	real share = 1 / (real)a->width;
	int64_t i, k, at;

	(void)conf;
	for (i = 0; i < a->n; i++) {
		real sum = 0;

		for (k = 0; k < a->width; k++) {
			at = i * a->width + k;
			real d = a->z[at] - a->target[at];

			sum += d * d;
			if (a->grad != NULL)
				a->grad[at] = 2 * d * share * a->scale;
		}
		a->loss[i] = sum * share;
	}
}

const struct loss loss_mse = {
	.name = "mse",
	.help = "mean squared error",
	.run = mse_run,
};
