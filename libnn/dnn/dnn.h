/* What the module exports: its one constant, found by name. */
#ifndef NN_DNN_DNN_H
#define NN_DNN_DNN_H

#include "op.h"

extern const struct backend backend_dnnl;

#endif
