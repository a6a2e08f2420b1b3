/* RMSprop: the gradient over the root of its mean square.

   v = rho v + (1 - rho) g^2, s = lr g / sqrt(v + epsilon); centered takes the
   square of the mean gradient a from v first; with momentum u = momentum u + s
   and w -= u, else w -= s.  As in Keras epsilon (1e-7) is inside the root;
   outer_epsilon puts it outside, as PyTorch does (1e-8 there, and rho, which
   it calls alpha, 0.99).  decay w joins the gradient. */
#include <tgmath.h>

#include "optims/pull.h"

struct rmsprop {
	double rho, momentum, epsilon;
	int centered, outer_epsilon;
};

static const struct attr rmsprop_attrs[] = {
	{ ATTR(REAL, struct rmsprop, rho), 0, 0.99999999, "0.9",
	    "memory of the mean squared gradient" },
	{ ATTR(REAL, struct rmsprop, momentum), 0, 1, "0",
	    "share of the last step that goes on" },
	{ ATTR(REAL, struct rmsprop, epsilon), 1e-30, 1, "1e-7",
	    "keeps the division from zero" },
	{ ATTR(BOOL, struct rmsprop, centered), 0, 1, "false",
	    "divide by the spread of the gradient, not its size" },
	{ ATTR(BOOL, struct rmsprop, outer_epsilon), 0, 1, "false",
	    "add epsilon to the root, as PyTorch does" },
	{ 0 },
};

enum { VELOCITY, MOMENTUM, AVERAGE };

struct pace {
	struct pull pull;
	real lr, rho, rest, momentum, inner, outer;
};

/* The step of one parameter; rounding may not make the spread negative. */
static inline real
stride(struct pace p, real g, real square, real mean)
{
	real spread = square - mean * mean;

	spread = spread > 0 ? spread : 0;
	return p.lr * g / (sqrt(spread + p.inner) + p.outer);
}

/* u and a NULL: no momentum, not centered. */
static inline void
walk(const struct optim_args *args, struct pace p, real *restrict u,
    real *restrict a)
{
	real *restrict w = args->w, *restrict v = args->slot[VELOCITY];
	const real *restrict g = args->g;
	int64_t i;

	for (i = 0; i < args->n; i++) {
		real d = pull(p.pull, g[i], w[i]), mean = 0, s;

		v[i] = p.rho * v[i] + p.rest * d * d;
		if (a != NULL)
			mean = a[i] = p.rho * a[i] + p.rest * d;
		s = stride(p, d, v[i], mean);
		if (u != NULL)
			s = u[i] = p.momentum * u[i] + s;
		w[i] -= s;
	}
}

HOT static void
walk_all(
    const struct optim_args *args, struct pace p, int rolling, int centered)
{
	real *u = args->slot[MOMENTUM], *a = args->slot[AVERAGE];

	if (rolling && centered)
		walk(args, p, u, a);
	else if (rolling)
		walk(args, p, u, NULL);
	else if (centered)
		walk(args, p, NULL, a);
	else
		walk(args, p, NULL, NULL);
}

static int
rmsprop_slots(const void *conf)
{
	const struct rmsprop *c = conf;

	return 1 << VELOCITY | (c->momentum > 0) << MOMENTUM |
	    (c->centered != 0) << AVERAGE;
}

static void
rmsprop_update(const void *conf, const struct optim_args *a)
{
	const struct rmsprop *c = conf;
	struct pace p = {
		.pull = pull_of(a, a->decay),
		.lr = (real)a->lr,
		.rho = (real)c->rho,
		.rest = (real)(1 - c->rho),
		.momentum = (real)c->momentum,
		.inner = (real)(c->outer_epsilon ? 0 : c->epsilon),
		.outer = (real)(c->outer_epsilon ? c->epsilon : 0),
	};

	walk_all(a, p, c->momentum > 0, c->centered);
}

const struct optim optim_rmsprop = {
	.name = "rmsprop",
	.help = "the gradient over the root of its mean square",
	.conf_size = sizeof(struct rmsprop),
	.attrs = rmsprop_attrs,
	.slot = { "velocity", "momentum", "average_gradient" },
	.default_lr = 1e-3,
	.slots_used = rmsprop_slots,
	.update = rmsprop_update,
};
