/* When a convolution by Winograd's F(4,3) is the faster one. */
#ifndef NN_DNN_WINOGRAD_H
#define NN_DNN_WINOGRAD_H

#include "op.h"

/* CONV, CONV_DATA or CONV_KERNEL, by its shapes and batch: is its kernel one
   for it, and does it pay?  Decided by a table, never by timing. */
int winograd_pays(const struct op *op);

#endif
