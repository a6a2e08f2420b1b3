/* --class-weight: a word, or a table of classes and weights. */
#ifndef NN_WEIGHTS_H
#define NN_WEIGHTS_H

#include "run.h"

/* Is what the option names there and well formed?  Before the model is
   read. */
int weights_check(struct run *r, struct err *err);

/* The option as the plan holds it: "balanced", or a line CLASS<TAB>WEIGHT for
   every class of the model whose weight is not 1; NULL in *words when there is
   none. */
int weights_plan(struct run *r, const char **words, struct err *err);

/* The weights of the plan, one for each class: r->class_weight.  Balanced ones
   follow from the training data, which must be split already. */
int weights_open(struct run *r, struct err *err);

/* "balanced: a 0.7, b 7" for people. */
void weights_show(const struct run *r, struct text *out);

#endif
