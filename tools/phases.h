/* Phases of unfreezing: what options say of them becomes part of the plan, and
   layers learn when their time has come. */
#ifndef NN_PHASES_H
#define NN_PHASES_H

#include "base/err.h"
#include "base/graph.h"
#include "base/json.h"
#include "train.h"

struct run;
struct run_plan;

/* What the phases of the plan make of a graph. */
struct thaws {
	struct graph ever; /* a copy in which all that learns in any phase is
	                       thawed; its numbers are borrowed */
	int *enters;       /* of each node: the phase from which it learns */
	int64_t (*since)[NODE_PARAMS_MAX]; /* optimizer's updates before each
	                                      tensor's first: net_rule */
};

/* Do options ask for phases?  Then nothing learns but what they say, and a
   new head. */
int phases_asked(const struct run *r);

/* Before any model is read: do the words make sense? */
int phases_check(struct run *r, struct err *err);

/* What a recipe gives for options that were not given; then, with the options
   in, the phases.  After the surgery.  ERR_USAGE. */
int phases_defaults(struct run *r, struct run_plan *p, struct err *err);
int phases_plan(struct run *r, struct run_plan *p, struct err *err);

/* Of any run, with its plan made: r->thaws. */
int phases_survey(struct run *r, struct err *err);

/* The layers of the phase r->at.phase, and of all before it, are thawed in the
   model's graph. */
int phases_thaw(struct run *r, struct err *err);

/* Are samples of the present phase as they are, whatever the plan says of
   augmentation? */
int phases_plain(const struct run *r);

/* The phases in the document /training (plan-phases.c). */
int phases_put(struct json *plan, const struct train_plan *p,
    struct arena *arena, struct err *err);
int phases_get(struct train_plan *p, const struct json *plan,
    struct arena *arena, struct err *err);

#endif
