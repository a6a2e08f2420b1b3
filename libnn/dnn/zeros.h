/* Products that skip the zeros of their left operand.

   Pictures on a plain ground and the outputs of a relu are mostly zeros; half
   of them or more make these products faster than any that multiply them.
   Which way is taken depends on the numbers alone, so bytes stay the same. */
#ifndef NN_DNN_ZEROS_H
#define NN_DNN_ZEROS_H

#include "dnn/prim.h"

struct zeros_plan;

/* For a product that profits when zeros are many, on a processor that we have
   a kernel for; NULL in *z otherwise.  threads: that the product has when zeros
   are few.  0, or -1 for want of memory. */
int zeros_plan(struct zeros_plan **z, struct dnn *dnn, const struct op *op,
    int threads, struct err *err);

/* Does the product (without its activation): 1; or 0 when zeros are few. */
int zeros_run(struct zeros_plan *z, const struct op *op);

#endif
