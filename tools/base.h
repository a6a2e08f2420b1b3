/* --adapter-only: the model that a result is written as a delta of. */
#ifndef NN_BASE_H
#define NN_BASE_H

#include "run.h"

/* With the model read: the graph of -m before surgery, and its numbers.  For a
   run that is resumed, whose model is the checkpoint, it is read again; a result
   is right with any base, for all is compared. */
int base_keep(struct run *r, struct err *err);
void base_free(struct run *r);

/* Makes m, whose graph is in arena then, the delta. */
int base_leave_out(
    struct run *r, struct fmt_model *m, struct arena *arena, struct err *err);

#endif
