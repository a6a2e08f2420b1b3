/* Binary cross-entropy: each number is the probability of a yes.

   loss = mean_k -(t_k log p_k + (1 - t_k) log(1 - p_k)).  Fused with sigmoid
   it starts from the logits: max(z, 0) - z t + log(1 + exp(-|z|)), gradient
   (p - t) / width.  Alone p is held in 1e-7..1 - 1e-7 as in Keras.  A class
   index is the target itself when there is one output, else a one-hot row. */
#include <tgmath.h>

#include "loss.h"

struct bce {
	double label_smoothing;
};

static const struct attr bce_attrs[] = {
	{ ATTR(REAL, struct bce, label_smoothing), 0, 1, "0",
	    "how far targets are drawn towards one half" },
	{ 0 },
};

static const real least = REAL_C(1e-7);

static real
aim(const struct loss_args *a, int64_t i, int64_t k, real smoothing)
{
	real t;

	if (a->target != NULL)
		t = a->target[i * a->width + k];
	else if (a->width == 1)
		t = (real)a->label[i];
	else
		t = (real)(a->label[i] == k);
	return t * (1 - smoothing) + smoothing / 2;
}

/* Loss of one number; its derivative goes to *slope. */
static real
from_logit(real z, real t, real *slope)
{
	real e = exp(-fabs(z));

	*slope = (z >= 0 ? 1 / (1 + e) : e / (1 + e)) - t;
	return (z > 0 ? z : 0) - z * t + log1p(e);
}

static real
from_share(real p, real t, real *slope)
{
	int held = p < least || p > 1 - least;

	p = p < least ? least : p > 1 - least ? 1 - least : p;
	*slope = held ? 0 : (p - t) / (p * (1 - p));
	return -(t * log(p) + (1 - t) * log1p(-p));
}

static void
bce_run(const void *conf, const struct loss_args *a)
{
	const struct bce *c = conf;
	real smoothing = (real)c->label_smoothing;
	real share = 1 / (real)a->width, slope = 0;
	int64_t i, k, at;

	for (i = 0; i < a->n; i++) {
		real sum = 0;

		for (k = 0; k < a->width; k++) {
			at = i * a->width + k;
			sum += (a->fused ? from_logit : from_share)(
			    a->z[at], aim(a, i, k, smoothing), &slope);
			if (a->grad != NULL)
				a->grad[at] = slope * share * a->scale;
		}
		a->loss[i] = sum * share;
	}
}

const struct loss loss_bce = {
	.name = "bce",
	.help = "binary cross-entropy of each output by itself",
	.conf_size = sizeof(struct bce),
	.attrs = bce_attrs,
	.fuses = "sigmoid",
	.takes_labels = 1,
	.run = bce_run,
};
