/* Gradient descent, with a momentum that remembers earlier steps.

   Without momentum w -= lr g.  With it, as in Keras, u = momentum u - lr g and
   w += u, or, looking ahead (nesterov), w += momentum u - lr g.  The rate is
   inside u: a rate that falls slows the steps to come, not those remembered.
   decay w joins the gradient. */
#include "optims/pull.h"

struct sgd {
	double momentum;
	int nesterov;
};

static const struct attr sgd_attrs[] = {
	{ ATTR(REAL, struct sgd, momentum), 0, 1, "0",
	    "share of the last step that goes on" },
	{ ATTR(BOOL, struct sgd, nesterov), 0, 1, "false",
	    "measure the momentum one step ahead" },
	{ 0 },
};

HOT static void
slide(
    int64_t n, real *restrict w, const real *restrict g, struct pull p, real lr)
{
	int64_t i;

	for (i = 0; i < n; i++)
		w[i] -= lr * pull(p, g[i], w[i]);
}

/* ahead 1: nesterov. */
HOT static void
roll(int64_t n, real *restrict w, const real *restrict g, real *restrict u,
    struct pull p, real lr, real momentum, int ahead)
{
	int64_t i;

	for (i = 0; i < n; i++) {
		real step = lr * pull(p, g[i], w[i]);
		real next = momentum * u[i] - step;

		u[i] = next;
		w[i] += ahead ? momentum * next - step : next;
	}
}

static int
sgd_slots(const void *conf)
{
	const struct sgd *c = conf;

	return c->momentum > 0;
}

static void
sgd_update(const void *conf, const struct optim_args *a)
{
	const struct sgd *c = conf;
	struct pull p = pull_of(a, a->decay);

	if (c->momentum > 0)
		roll(a->n, a->w, a->g, a->slot[0], p, (real)a->lr,
		    (real)c->momentum, c->nesterov);
	else
		slide(a->n, a->w, a->g, p, (real)a->lr);
}

const struct optim optim_sgd = {
	.name = "sgd",
	.help = "straight down the gradient, with momentum if given",
	.conf_size = sizeof(struct sgd),
	.attrs = sgd_attrs,
	.slot = { "momentum" },
	.default_lr = 1e-2,
	.slots_used = sgd_slots,
	.update = sgd_update,
};
