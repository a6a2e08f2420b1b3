/* The preprocessing chain from a raw sample to its row of the batch. */
#ifndef NN_PRE_H
#define NN_PRE_H

#include "base/arena.h"
#include "bounds.h"
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

/* The step of that name; NULL with the nearest one in err. */
const struct step_kind *pre_step_find(
    const char *name, enum err_code code, struct err *err);

/* Fills and checks the conf of step->kind. */
int pre_step_fill(struct pre_step *step, const struct settings *s,
    struct arena *arena, enum err_code code, struct err *err);

/* A step as an object at the end of the document, and out of one. */
int pre_step_put(struct json *document, const struct pre_step *step,
    struct arena *arena, struct err *err);
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

/* Changes the sample that pre_run made last; what it takes is a picture that
   came as one (H W or H W C). */
struct augment;
struct augmenter;
int pre_augment_fits(
    const struct pre_work *w, const struct augment *a, struct err *err);
int pre_augment(struct pre_work *w, const struct augmenter *a, uint32_t epoch,
    uint64_t id, float *row, struct err *err);

#endif
