/* Adam: each parameter has its own pace, from the mean and the mean square of
   its gradients.

   m += (1 - beta1) (g - m),  v += (1 - beta2) (g^2 - v),
   w -= lr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon).
   The bias correction is folded into the step size as Keras does it, so that
   epsilon (1e-7 there) stands beside the uncorrected root.  With
   corrected_epsilon it stands beside the corrected root, as in PyTorch (1e-8
   there), which is the same step with another epsilon each time.
   decay w joins the gradient. */
#include <tgmath.h>

#include "optims/adam.h"
#include "optims/pull.h"

const struct attr adam_attrs[] = {
	{ ATTR(REAL, struct adam, beta1), 0, 0.99999999, "0.9",
	    "memory of the mean gradient" },
	{ ATTR(REAL, struct adam, beta2), 0, 0.99999999, "0.999",
	    "memory of the mean squared gradient" },
	{ ATTR(REAL, struct adam, epsilon), 1e-30, 1, "1e-7",
	    "keeps the division from zero" },
	{ ATTR(BOOL, struct adam, corrected_epsilon), 0, 1, "false",
	    "add epsilon after the bias correction, as PyTorch does" },
	{ 0 },
};

/* The numbers of one step, the same for every parameter. */
struct pace {
	struct pull pull;
	real rest1, rest2; /* 1 - beta */
	real rate, epsilon;
	real keep; /* of w */
};

HOT static void
walk(int64_t n, real *restrict w, const real *restrict g, real *restrict m,
    real *restrict v, struct pace p)
{
	int64_t i;

	for (i = 0; i < n; i++) {
		real d = pull(p.pull, g[i], w[i]);
		real mean = m[i] + p.rest1 * (d - m[i]);
		real square = v[i] + p.rest2 * (d * d - v[i]);

		m[i] = mean;
		v[i] = square;
		w[i] =
		    p.keep * w[i] - p.rate * mean / (sqrt(square) + p.epsilon);
	}
}

void
adam_run(const struct adam *c, const struct optim_args *a, int decoupled)
{
	double t = (double)a->update;
	double root = sqrt(1 - pow(c->beta2, t));
	struct pace p = {
		.pull = pull_of(a, decoupled ? 0 : a->decay),
		.rest1 = (real)(1 - c->beta1),
		.rest2 = (real)(1 - c->beta2),
		.rate = (real)(a->lr * root / (1 - pow(c->beta1, t))),
		.epsilon =
		    (real)(c->epsilon * (c->corrected_epsilon ? root : 1)),
		.keep = (real)(decoupled ? 1 - a->lr * a->decay : 1),
	};

	walk(a->n, a->w, a->g, a->slot[0], a->slot[1], p);
}

static int
adam_slots(const void *conf)
{
	(void)conf;
	return 3;
}

static void
adam_update(const void *conf, const struct optim_args *a)
{
	adam_run(conf, a, 0);
}

const struct optim optim_adam = {
	.name = "adam",
	.help = "a pace of its own for every parameter",
	.conf_size = sizeof(struct adam),
	.attrs = adam_attrs,
	.slot = { "momentum", "velocity" },
	.default_lr = 1e-3,
	.slots_used = adam_slots,
	.update = adam_update,
};
