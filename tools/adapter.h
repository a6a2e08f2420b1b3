/* Adapters: deltas read together with their base, and low-rank adapters merged
   into the layers that they stand beside. */
#ifndef NN_ADAPTER_H
#define NN_ADAPTER_H

#include "tool.h"

/* Before anything is read: is there such a file, and is at most one of the base
   at path, its adapter and the data standard input? */
int adapter_check(struct tool *t, const char *path, const char *adapter,
    const char *const *operands, int n, struct err *err);

/* The model m that the base at path and the delta at adapter make together.  Its
   numbers are borrowed from both, its bytes are those of both files; both are to be closed, after an error too. */
int adapter_read(struct tool *t, const char *path, const char *adapter,
    struct fmt_model *m, struct fmt_model *base, struct err *err);

/* Makes m, of which only the graph's own arena is left alone, a model without
   adapters: what it needs anew lives in arena.  The optimizer's state of what
   is gone goes too. */
int adapter_merge(struct fmt_model *m, struct arena *arena, struct err *err);

#endif
