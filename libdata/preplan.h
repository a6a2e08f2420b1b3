/* How samples of one shape pass the preprocessing chain. */
#ifndef NN_PREPLAN_H
#define NN_PREPLAN_H

#include "pre.h"

/* An intermediate picture holds at most so many numbers. */
extern const int64_t pre_numbers_max;

/* A picture step (none in the first pass), then pointwise arithmetic. */
struct pass {
	const struct pre_step *step;
	struct affine before; /* the range that the step sees */
	struct affine after;
	struct shape out; /* H W C */
	struct step_work work;
};

struct pre_work {
	const struct pre *pre;
	int planned;
	enum dtype dtype;
	struct shape raw;
	int npasses;
	struct pass *passes;
	struct step_work scratch; /* of random changes */
	void *picture[2];
	size_t picture_size[2];
	struct arena arena;
};

/* Its parts: the passes alone; does what comes out fit the model? */
int pre_plan_passes(
    struct pre_work *w, const struct tensor *x, struct err *err);
int pre_plan_fits(const struct pre_work *w);

/* Makes the plan for samples like x. */
int pre_plan(struct pre_work *w, const struct tensor *x, struct err *err);

#endif
