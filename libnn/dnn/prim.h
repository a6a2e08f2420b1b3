/* A planned oneDNN primitive whose arguments are values of a program.

   Everything is created when the operation is planned; running it binds the
   addresses that changed and executes.  The scratchpad is one for all
   primitives of a net, as they run one after another. */
#ifndef NN_DNN_PRIM_H
#define NN_DNN_PRIM_H

#include "base/arena.h"
#include "dnn/api.h"
#include "op.h"

enum { PASSING = 3 };

/* Memory that one operation after another uses, as large as any asks. */
struct passing {
	struct val val; /* whose data it is */
	size_t size;
	const struct val *holds; /* after the operation planned last, or NULL */
	const struct layout *as;
};

/* One net's share of the library. */
struct dnn {
	struct arena arena; /* what is planned lives here */
	struct api api;
	int threads;       /* at most */
	int now;           /* at most, in the program that is being planned */
	struct pool *pool; /* team.h: NULL until a small program shares */
	void *scratch;     /* slab, as large as the hungriest primitive asks */
	size_t scratch_size;
	int blocks; /* the processor is one for pictures in blocks of 16 */
	struct passing passing[PASSING]; /* copies of operands */
};

enum { PRIM_ARGS = 8 };

struct prim {
	struct dnn *dnn;
	int threads;
	struct made made;
	int n;
	dnnl_exec_arg_t arg[PRIM_ARGS];
	struct val *val[PRIM_ARGS]; /* NULL: the scratchpad */
	const void *bound[PRIM_ARGS];
};

/* Of the threads wanted, those that the user's settings of OpenMP allow: a
   primitive that is run by fewer than it was made for computes nonsense. */
int dnn_threads_allowed(int wanted);

/* How many threads an operation of so many floating point operations gets.
   How many the program is worth is decided already: here only that handing
   out shares costs more than a short operation. */
int dnn_threads(const struct dnn *dnn, double flops);

/* At least so many bytes at dnn->scratch, which moves when another operation
   asks for more. */
int dnn_scratch(struct dnn *dnn, size_t size, struct err *err);

/* The version of a kernel, 0 when it may be another one each time. */
uint64_t prim_kernel_version(struct val *kernel, const struct step *step);

/* Memory of at least so many bytes, good while one operation runs; it moves
   when another one wants more.  NULL on error. */
struct val *dnn_passing(
    struct dnn *dnn, int slot, size_t size, struct err *err);

/* Creates the primitive wanted, for p->threads: 0; 1 when the library has
   none, without error, so that the operation can be left to another backend;
   -1.  p->made says how its arguments lie. */
int prim_open(
    struct prim *p, struct dnn *dnn, const struct want *want, struct err *err);

/* Says that argument `what` (DNNL_ARG_SRC) is v, laid out so.  v must stay
   where it is; its data may move. */
int prim_arg(struct prim *p, int what, struct val *v, const struct layout *l,
    struct err *err);

/* 0, or -1 when the library failed. */
int prim_run(struct prim *p);
void prim_close(struct prim *p);

/* The rows x cols matrix of a row-major value; turned: its transpose.  NULL
   on error. */
const struct layout *prim_matrix(struct dnn *dnn, int64_t rows, int64_t cols,
    int turned, enum number number, struct err *err);

/* y = elt(x), as a primitive: 0; 1 when the library is not the better one. */
int dnn_elt(struct prim *p, struct dnn *dnn, const struct elt *elt,
    struct val *x, struct val *y, struct err *err);

/* What an operation gains from pictures in blocks; see struct backend. */
double dnn_blocks(void *handle, const struct op *op);

/* Plans one operation each: 0, 1 = not for us, -1 = error. */
int dnn_matmul(struct dnn *dnn, struct op *op, struct err *err);
int dnn_eltwise(struct dnn *dnn, struct op *op, struct err *err);
int dnn_conv(struct dnn *dnn, struct op *op, struct err *err);
int dnn_reorder(struct dnn *dnn, struct op *op, struct err *err);
int dnn_norm(struct dnn *dnn, struct op *op, struct err *err);

#endif
