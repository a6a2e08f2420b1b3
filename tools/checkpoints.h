/* --keep-checkpoints: checkpoints that stay beside the one that is replaced. */
#ifndef NN_CHECKPOINTS_H
#define NN_CHECKPOINTS_H

#include "run.h"

/* Gives the checkpoint just written its second name, FILE.e0012 by the epochs of
   the model or FILE.u004500 by the updates of the run, and removes those that
   are more than the last N.  What cannot be removed is warned of. */
int checkpoints_keep(struct run *r, struct err *err);

/* ", the last 3 kept as FILE.eNNNN" for people, or nothing. */
void checkpoints_show(const struct run *r, struct text *out);

#endif
