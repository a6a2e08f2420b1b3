/* The preprocessing chain from a raw sample to its row of the batch. */
#ifndef NN_PRE_H
#define NN_PRE_H

#include "base/arena.h"
#include "data.h"
#include "step.h"

struct pre_step {
	const struct step_kind *kind;
	void *conf;
};

struct pre {
	int n;
	struct pre_step *steps;
	struct shape sample; /* what comes out */
	int64_t numbers;     /* of it */
};

enum { PRE_STEPS_MAX = 32 };

/* One step's settings out of its object in the document. */
int pre_step_read(struct pre_step *step, const struct json *object,
    struct arena *arena, enum err_code code, struct err *err);

/* Makes samples ready; belongs to one thread, remembers how samples of the
   shape it saw last are treated. */
struct pre_work;
struct pre_work *pre_work_new(const struct pre *pre, struct err *err);
void pre_work_free(struct pre_work *w);

/* The sample's numbers, ready, into row. */
int pre_run(
    struct pre_work *w, const struct tensor *x, float *row, struct err *err);

#endif
