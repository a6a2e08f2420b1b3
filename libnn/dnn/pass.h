/* Passes of our own over values: what they share. */
#ifndef NN_DNN_PASS_H
#define NN_DNN_PASS_H

#include "dnn/prim.h"
#include "dnn/share.h"

enum {
	LANES = 16,  /* numbers side by side */
	TILE = 2048, /* numbers that stay in the nearest cache */
};

typedef float lanes
    __attribute__((vector_size(64), aligned(sizeof(float)), may_alias));

/* A value as pictures of rows of numbers side by side: N H W C itself, or
   with its channels in groups, N C/16 H W 16. */
struct grid {
	int64_t n, groups, height, width, inner;
};

struct grid grid_of(const struct val *v);

/* How many threads an operation that moves its operands is worth. */
int pass_threads(const struct dnn *dnn, const struct op *op);

/* Plan one operation each: 0, 1 = not for us, -1 = error. */
int dnn_add(struct dnn *dnn, struct op *op, struct err *err);
int dnn_each(struct dnn *dnn, struct op *op, struct err *err);
int dnn_update(struct dnn *dnn, struct op *op, struct err *err);
int dnn_batchnorm(struct dnn *dnn, struct op *op, struct err *err);
int dnn_batchnorm_use(struct dnn *dnn, struct op *op, struct err *err);
int dnn_batchnorm_back(struct dnn *dnn, struct op *op, struct err *err);
int dnn_groupnorm(struct dnn *dnn, struct op *op, struct err *err);
int dnn_pool(struct dnn *dnn, struct op *op, struct err *err);
int dnn_pool_back(struct dnn *dnn, struct op *op, struct err *err);

#endif
