/* What nn-finetune does to a graph between reading it and training it, one kind
   of surgery a file. */
#ifndef NN_SURGERY_H
#define NN_SURGERY_H

#include "run.h"

/* --new-head (head.c): the layers tagged as the head give way to new ones for
   the classes of the data. */
int head_new(struct run *r, struct err *err);

/* --extend-head (head-rows.c): the classes that the model does not know get
   rows of their own behind the old ones, which stay. */
int head_extend(struct run *r, struct err *err);

/* After all selections: rows that are new have to learn. */
int head_check(const struct run *r, struct err *err);

/* --freeze, --train or --freeze-through (freeze.c), by name without dashes. */
int freeze_by(
    struct run *r, const char *option, const char *list, struct err *err);

#endif
