/* What pulls a parameter, in every optimizer: its gradient, clipped, plus the
   penalties.

   pull = g g_scale + l1 sign(w) + 2 l2 w + decay w.  The penalties are those
   of Keras: l1 sum |w| and l2 sum w^2 in the loss.  An optimizer that decays
   by itself (adamw) leaves the last term out.  Where there are no penalties the
   terms are zero: they hide behind the division and the root that most
   optimizers take. */
#ifndef NN_OPTIMS_PULL_H
#define NN_OPTIMS_PULL_H

#include "optim.h"

struct pull {
	real scale, l1, l2; /* l2: the factor of w */
};

static inline struct pull
pull_of(const struct optim_args *a, double decay)
{
	return (struct pull){ (real)a->g_scale, (real)a->l1,
		(real)(2 * a->l2 + decay) };
}

static inline real
pull(struct pull p, real g, real w)
{
	real side = w > 0 ? p.l1 : 0;

	side = w < 0 ? -p.l1 : side;
	return g * p.scale + side + p.l2 * w;
}

#endif
