/* The operations that kinds of layers are written in, and what a backend is.

   An operation is declared while a net is compiled (what, operands,
   attributes), planned once by a backend (which puts its function into run),
   and run in every step.  All values are row-major reals; the rows of a value
   are all its dims but the last. */
#ifndef NN_OP_H
#define NN_OP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/tensor.h"
#include "real.h"

struct elt;   /* elt.h: a function of one number, with its derivative */
struct loss;  /* loss.h */
struct optim; /* optim.h */
struct layer; /* kind.h */

/* Where a value lives. */
enum slab_name {
	SLAB_VALUE, /* activations and their gradients, planned by liveness */
	SLAB_PARAM,
	SLAB_GRAD,
	SLAB_SLOT,    /* optimizer state */
	SLAB_GATHER,  /* gradients of earlier batches of an update */
	SLAB_DERIVED, /* made from parameters by PHASE_PREPARE */
	SLAB_BOUND,   /* a buffer of the caller, bound anew each step */
	SLAB_N,
};

/* A place for numbers: known by shape while compiling, by address after. */
struct val {
	const char *name; /* "dense_1.y", for printing */
	struct shape shape;
	enum slab_name slab;
	struct val *alias;  /* shares the place of this one, or NULL */
	size_t offset;      /* bytes into the slab */
	real *data;         /* after allocation; of BOUND: each step */
	int first, last;    /* operations that write it first, touch it last */
	int keep;           /* read after the program has run */
	int constant;       /* PARAM, DERIVED: no update of this net changes
	                      it, only net_load does */
	int readers;        /* operations that read it or its aliases */
	int writers;        /* operations that write them */
	int reader, writer; /* the first of each, or -1 */
	int block;          /* 0: row-major; 16: pictures N H W C lie as
	                      N C/16 H W 16, of one backend's choice */
};

/* One line each in ops.def: name, and what it computes. */
enum op_what {
#define OP(NAME, text, help) OP_##NAME,
#include "ops.def"
#undef OP
	OP_COUNT,
};

enum {
	OP_IN = 32,
	OP_OUT = 32,
	FLOPS_A_BYTE = 12, /* operations that could be done while one moves */
};

/* What a step is told; the same for all operations of a program. */
struct step {
	int n; /* samples in the batch that count */
	uint64_t seed;
	uint32_t epoch;
	const uint64_t *id;   /* of the samples */
	const int32_t *label; /* class indices, or NULL */
	const real *target;   /* dense targets, or NULL */
	const real *weight;   /* of the samples' losses; NULL: 1 */
	double lr;
	int64_t update;     /* number of this update, from 1 */
	double grad_scale;  /* factor of the loss gradient: 1/n, or 1
	                           when gathering */
	double clip_scale;  /* factor of all gradients, from OP_NORM on */
	double sum_squares; /* of all gradients, by OP_NORM */
	double penalty;     /* what *PENALTY add to the loss */
	double move;        /* rate of every MOVE; 0: their own */
	uint64_t version;   /* of the parameters: another one after each
	                       update and each net_load; never 0 */
	uint64_t loaded;    /* the version that net_load made last */
};

/* A program runs phase by phase; between two the net looks at the results. */
enum phase {
	PHASE_PREPARE, /* again whenever the parameters have changed */
	PHASE_FORWARD,
	PHASE_LOSS, /* and its gradient */
	PHASE_BACKWARD,
	PHASE_NORM, /* OP_NORM, when all gradients are there */
	PHASE_KEEP, /* what a batch leaves beside its gradient: statistics */
	PHASE_UPDATE,
	PHASE_N,
};

/* What the factors of products (MATMUL, CONV*) are rounded to; sums, and all
   values outside the operation, stay reals. */
enum compute { COMPUTE_F32, COMPUTE_BF16 };

/* What slides over height and width: a convolution's kernel, a pool. */
struct window {
	int64_t size[2], stride[2], dilation[2]; /* height, width */
	int64_t before[2], after[2]; /* padding above, left; below, right */
};

/* Operands that are not always there stand behind those that are; the fields
   named after them say at which place, 0 = not there.

   The epilogue of a result (MATMUL, CONV, ADD, BATCHNORM, BATCHNORM_USE):
	out0 = elt(what ops.def says + in[bias] to each row + in[add])
   (also CONV_DATA's, which is the result of a transposed convolution).
   The epilogue of a gradient (MATMUL, CONV_DATA, MAXPOOL_BACK, AVGPOOL_BACK,
   ADD):
	out0 = (what ops.def says) * back'(in[mask])
   and the prologue of BATCHNORM_BACK:
	dz = in0 * back'(in[mask]), which is also out[pass] when that is set.
   in[mask] is y or x of the activation, as back->from_y says.

   BATCHNORM and BATCHNORM_BACK look at the samples that count, step->n, alone;
   the gradient of the others is zero. */
struct op {
	enum op_what what;
	enum phase phase;
	int nin, nout;
	struct val *in[OP_IN], *out[OP_OUT];
	const struct layer *layer; /* whose it is, or NULL: for printing */

	/* Attributes: those that `what` names in ops.def. */
	int trans_a, trans_b;
	int accumulate;         /* adds to out instead of replacing it */
	const struct elt *elt;  /* ELTWISE*, and the epilogue */
	const void *conf;       /* of the elt, loss or optim */
	int bias, add;          /* places in in[]: the epilogue */
	const struct elt *back; /* of the activation before */
	const void *back_conf;
	int mask, pass;       /* places in in[], out[] */
	int gamma, beta;      /* places in in[] of norms */
	int dgamma, dbeta;    /* places in out[] of norms' gradients */
	int dbias;            /* place in out[] of CONV_KERNEL */
	struct window window; /* CONV*, *POOL*, PAD, CROP, UPSAMPLE* */
	int64_t groups;       /* CONV*, GROUPNORM* */
	int count_pad;        /* AVGPOOL*: padding counts as zeros */
	int bilinear;         /* UPSAMPLE*: else nearest */
	int whole;            /* GROUPNORM*: over all positions of a sample,
	                          not row by row */
	double epsilon;       /* norms: added to the variance */
	double factor;        /* MOVE: of in0; ANCHOR* */
	double flops;         /* CHUNKS: of all that it is made of */
	const struct loss *loss;
	int fused; /* LOSS: in[0] are logits */
	const struct optim *optim;
	double l1, l2, decay, lr_scale;
	int64_t since; /* UPDATE, AVERAGE: updates count from there */
	double clip_norm, clip_value; /* NORM; 0: none */
	double rate;                  /* DROPOUT, MOVE, AVERAGE */
	const char *stream;           /* DROPOUT: its random stream */

	/* The plan. */
	int threads; /* at most so many, by the work in the whole program;
	                0: as many as the backend has */
	enum compute
	    compute; /* wanted; when planned, of a product, what it is */
	int (*run)(struct op *op, struct step *step); /* 0, or -1: failed */
	void (*release)(struct op *op);
	void *state;         /* the backend's */
	uint64_t version;    /* PHASE_PREPARE: of what it read last */
	const char *backend; /* whose run it is, for printing */
};

/* How many operands are the operation's own, before those of the epilogue. */
int op_terms(const struct op *op);

/* The epilogue, of a result or of a gradient, of out0 in place; and of n of
   its numbers from `at` on, which are at y. */
void op_epilogue(const struct op *op);
void op_epilogue_of(const struct op *op, real *y, int64_t at, int64_t n);

/* Floating point operations and bytes moved by one run, for printing. */
double op_flops(const struct op *op);
double op_bytes(const struct op *op);
const char *op_name(enum op_what what);
const char *op_help(enum op_what what);

/* Rows and columns of a value: product of all dims but the last, the last
   (a scalar or a vector of rank 1 is one row). */
int64_t val_rows(const struct val *v);
int64_t val_cols(const struct val *v);
int64_t val_count(const struct val *v);
struct val *val_root(struct val *v); /* follows aliases */

/* The version of a parameter, or of what is derived from parameters: as long
   as it stays the same, so do the numbers, and what a backend has made of
   them (packed weights) is good.  Never 0. */
uint64_t val_version(struct val *v, const struct step *step);

/* Somebody who plans operations.  plan returns 0 when op->run is set, 1 when
   the operation is not for this backend, -1 on error. */
struct backend {
	const char *name;
	/* A handle for one net: threads is how many it may use. */
	void *(*open)(int threads, struct err *err);
	void (*close)(void *handle);
	int (*plan)(void *handle, struct op *op, struct err *err);
	/* Pictures whose channels are a multiple of 16 may lie in blocks of
	   16 (struct val): what the operation gains when all of its own do,
	   in bytes that could be moved in the time; less than 0 when it
	   cannot have them so.  NULL: nothing can. */
	double (*blocks)(void *handle, const struct op *op);
	/* Calls work(arg, i, n) for every i of 0..n-1 on the backend's own
	   threads, all at the same time where there are so many; NULL: it has
	   none to lend. */
	void (*shares)(int n, void (*work)(void *arg, int i, int n), void *arg);
	/* Can this processor do it?  0, or -1 and why not; NULL: COMPUTE_F32
	   only. */
	int (*can)(enum compute compute, struct err *err);
};

extern const struct backend backend_ref;

#endif
