/* Adapters: merged into the layers that they stand beside. */
#ifndef NN_ADAPTER_H
#define NN_ADAPTER_H

#include "fmt.h"

/* Makes m, of which only the graph's own arena is left alone, a model without
   adapters: what it needs anew lives in arena.  The optimizer's state of what
   is gone goes too. */
int adapter_merge(struct fmt_model *m, struct arena *arena, struct err *err);

#endif
