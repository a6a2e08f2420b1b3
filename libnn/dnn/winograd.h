/* Convolutions of 3 x 3, and their gradients, by Winograd's F(4,3): pictures
   in rows or blocks, in kernels of our own. */
#ifndef NN_DNN_WINOGRAD_H
#define NN_DNN_WINOGRAD_H

#include "dnn/prim.h"

/* CONV, CONV_DATA or CONV_KERNEL, by its shapes and batch: is its kernel one
   for it, and does it pay?  Decided by a table, never by timing. */
int winograd_pays(const struct op *op);

/* Plans one that pays: 0, or -1 for want of memory. */
int winograd_plan(struct dnn *dnn, struct op *op, struct err *err);

#endif
