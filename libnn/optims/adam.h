/* What adam and adamw share: their settings and their step. */
#ifndef NN_OPTIMS_ADAM_H
#define NN_OPTIMS_ADAM_H

#include "optim.h"

struct adam {
	double beta1, beta2, epsilon;
	int corrected_epsilon;
};

extern const struct attr adam_attrs[];

/* decoupled: decay shrinks w by lr decay itself, instead of joining the
   gradient. */
void adam_run(const struct adam *c, const struct optim_args *a, int decoupled);

#endif
