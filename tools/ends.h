/* What goes into a model and what comes out, as options give it to a model:
   preprocessing in words, names of classes from data. */
#ifndef NN_ENDS_H
#define NN_ENDS_H

#include "data.h"
#include "tool.h"

/* The model's preprocessing from now on, ready for samples of its shape; NULL
   with t->err. */
struct pre *ends_pre(struct tool *t, const char *words, struct fmt_model *m);

/* Its labels from now on: folders, or what the format of the data knows. */
int ends_labels(struct tool *t, const char *operand, struct fmt_model *m);

#endif
