/* What an optimizer is: one file with one constant, one line in optims.def. */
#ifndef NN_OPTIM_H
#define NN_OPTIM_H

#include <stdint.h>

#include "base/attr.h"
#include "real.h"

enum { OPTIM_SLOTS_MAX = 4 };

struct optim_args {
	int64_t n;
	real *w;       /* parameters, updated in place */
	const real *g; /* gradients */
	real *slot[OPTIM_SLOTS_MAX];
	double lr;      /* of this step and tensor */
	double g_scale; /* clipping: g counts times this */
	double l1, l2;  /* added to g: l1 sign(w) + 2 l2 w */
	double decay;   /* weight decay, as the optimizer means it */
	int64_t update; /* from 1 */
};

struct optim {
	const char *name;
	const char *help;
	size_t conf_size;
	const struct attr *attrs;
	const char *slot[OPTIM_SLOTS_MAX]; /* names, NULL-terminated */
	double default_lr;
	/* Which of the slots this conf uses: a bit mask. */
	int (*slots_used)(const void *conf);
	void (*update)(const void *conf, const struct optim_args *a);
};

extern const struct optim *const optims[];
const struct optim *optim_find(const char *name);

#endif
