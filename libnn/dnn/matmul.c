/* Products of matrices: the library's, or one that skips zeros.

   out0 = elt(op(in0) op(in1) [+ in2 to each row]), with transposes as strides.
   The activation runs behind the product, in place: as the library's epilogue
   a relu would turn NaN into 0 and hide it. */
#include "dnn/prim.h"
#include "dnn/zeros.h"
#include "elt.h"

struct matmul {
	struct prim prim;
	struct zeros_plan *zeros; /* NULL: not worth trying */
	struct prim elt;          /* of the result, in place; or none */
};

static int
matmul_run(struct op *op, struct step *step)
{
	struct matmul *m = op->state;

	(void)step;
	if (m->zeros == NULL || !zeros_run(m->zeros, op))
		if (prim_run(&m->prim) < 0)
			return -1;
	if (m->elt.made.primitive != NULL)
		return prim_run(&m->elt);
	op_epilogue(op);
	return 0;
}

static void
matmul_release(struct op *op)
{
	struct matmul *m = op->state;

	prim_close(&m->prim);
	prim_close(&m->elt);
}

static int
matmul_want(
    struct want *want, struct dnn *dnn, const struct op *op, struct err *err)
{
	int64_t rows = val_rows(op->out[0]), cols = val_cols(op->out[0]);
	int64_t inner = op->trans_a ? val_rows(op->in[0]) : val_cols(op->in[0]);

	want->make = MAKE_MATMUL;
	want->accumulate = op->accumulate;
	want->src = prim_matrix(dnn, rows, inner, op->trans_a, err);
	want->weights = prim_matrix(dnn, inner, cols, op->trans_b, err);
	want->dst = prim_matrix(dnn, rows, cols, 0, err);
	if (op->bias > 0)
		want->bias = prim_matrix(dnn, 1, cols, 0, err);
	return want->src == NULL || want->weights == NULL ||
		want->dst == NULL || (op->bias > 0 && want->bias == NULL)
	    ? -1
	    : 0;
}

static int
matmul_open(struct matmul *m, struct dnn *dnn, struct op *op, struct err *err)
{
	struct prim *p = &m->prim;
	struct want want = { 0 };
	int left;

	if (matmul_want(&want, dnn, op, err) < 0)
		return -1;
	left = prim_open(p, dnn, &want, err);
	if (left != 0)
		return left;
	if (prim_arg(p, DNNL_ARG_SRC, op->in[0], want.src, err) < 0 ||
	    prim_arg(p, DNNL_ARG_WEIGHTS, op->in[1], want.weights, err) < 0 ||
	    prim_arg(p, DNNL_ARG_DST, op->out[0], want.dst, err) < 0)
		return -1;
	return want.bias == NULL
	    ? 0
	    : prim_arg(p, DNNL_ARG_BIAS, op->in[op->bias], want.bias, err);
}

/* The activation's primitive, where there is one. */
static int
matmul_elt(struct matmul *m, struct dnn *dnn, struct op *op, struct err *err)
{
	if (op->elt == NULL || op->add > 0 || op->back != NULL)
		return 0;
	return dnn_elt(&m->elt, dnn, op->elt, op->out[0], op->out[0], err) < 0
	    ? -1
	    : 0;
}

int
dnn_matmul(struct dnn *dnn, struct op *op, struct err *err)
{
	struct matmul *m = arena_alloc(&dnn->arena, sizeof(*m), err);
	int left;

	if (m == NULL)
		return -1;
	op->state = m;
	m->prim.threads = dnn_threads(dnn, op_flops(op));
	left = matmul_open(m, dnn, op, err);
	if (left == 0)
		left = matmul_elt(m, dnn, op, err);
	if (left == 0)
		left = zeros_plan(&m->zeros, dnn, op, m->prim.threads, err);
	if (left != 0) {
		matmul_release(op);
		return left;
	}
	op->run = matmul_run;
	op->release = matmul_release;
	return 0;
}
