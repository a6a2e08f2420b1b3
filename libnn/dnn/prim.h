/* A planned oneDNN primitive whose arguments are values of a program.

   Everything is created when the operation is planned; running it binds the
   addresses that changed and executes.  The scratchpad is one for all
   primitives of a net, as they run one after another. */
#ifndef NN_DNN_PRIM_H
#define NN_DNN_PRIM_H

#include <dnnl.h>

#include "base/arena.h"
#include "op.h"

/* One net's share of the library. */
struct dnn {
	struct arena arena; /* what is planned lives here */
	dnnl_engine_t engine;
	dnnl_stream_t stream;
	int threads;   /* at most */
	void *scratch; /* slab, as large as the hungriest primitive asks */
	size_t scratch_size;
};

enum { PRIM_ARGS = 8 };

struct prim {
	struct dnn *dnn;
	int threads;
	dnnl_primitive_t primitive;
	int n;
	dnnl_exec_arg_t arg[PRIM_ARGS];
	struct val *val[PRIM_ARGS]; /* NULL: the scratchpad */
	const void *bound[PRIM_ARGS];
};

/* Sets err to ERR_BUG, what could not be done and the library's reason. */
int dnn_refuse(struct err *err, const char *what, dnnl_status_t status);

/* Of the threads wanted, those that the user's settings of OpenMP allow: a
   primitive that is run by fewer than it was made for computes nonsense. */
int dnn_threads_allowed(int wanted);

/* How many threads so many floating point operations are worth: waking others
   and moving lines between cores costs more than a short product. */
int dnn_threads(const struct dnn *dnn, double flops);

/* Creates the primitive of a descriptor, for p->threads; attr may be NULL.
   dnnl_unimplemented is returned as 1 without error, so that the operation
   can be left to another backend. */
int prim_open(struct prim *p, struct dnn *dnn, const_dnnl_op_desc_t desc,
    dnnl_primitive_attr_t attr, struct err *err);

/* Says that argument `what` (DNNL_ARG_SRC) is v, laid out as md. */
int prim_arg(struct prim *p, int what, struct val *v,
    const dnnl_memory_desc_t *md, struct err *err);

/* 0, or -1 when the library failed. */
int prim_run(struct prim *p);
void prim_close(struct prim *p);

/* The rows x cols matrix of a row-major value; turned: its transpose. */
int prim_matrix(dnnl_memory_desc_t *md, int64_t rows, int64_t cols, int turned,
    struct err *err);

/* Attributes with the user's scratchpad; accumulate: results are added to
   what is there.  Owned by the caller. */
int dnn_attr(dnnl_primitive_attr_t *attr, int accumulate, struct err *err);

/* y = elt(x), as a primitive: 0; 1 when the library is not the better one. */
int dnn_elt(struct prim *p, struct dnn *dnn, const struct elt *elt,
    struct val *x, struct val *y, struct err *err);

/* Plans one operation each: 0, 1 = not for us, -1 = error. */
int dnn_matmul(struct dnn *dnn, struct op *op, struct err *err);
int dnn_eltwise(struct dnn *dnn, struct op *op, struct err *err);
int dnn_norm(struct dnn *dnn, struct op *op, struct err *err);

#endif
