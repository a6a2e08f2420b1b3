/* Products of matrices: the library's, or one that skips zeros.

   out0 = elt(op(in0) op(in1) [+ bias to each row]), with transposes as strides;
   of bf16, both factors are copies of half the size and the result is f32.
   The activation runs behind the product, in place: as the library's epilogue
   a relu would turn NaN into 0 and hide it. */
#include "dnn/side.h"
#include "dnn/zeros.h"
#include "elt.h"

struct matmul {
	struct prim prim;
	struct side a, b;         /* bf16 */
	struct zeros_plan *zeros; /* NULL: not worth trying */
	struct prim elt;          /* of the result, in place; or none */
};

static int
matmul_run(struct op *op, struct step *step)
{
	struct matmul *m = op->state;

	(void)step;
	if (m->zeros == NULL || !zeros_run(m->zeros, op))
		if (side_before(&m->a) < 0 || side_before(&m->b) < 0 ||
		    prim_run(&m->prim) < 0)
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
	side_close(&m->a);
	side_close(&m->b);
	prim_close(&m->elt);
}

/* How the operands lie in the program. */
struct operands {
	const struct layout *a, *b, *bias, *y;
};

static int
operands_of(struct operands *o, struct dnn *dnn, const struct op *op,
    enum number read, struct err *err)
{
	int64_t rows = val_rows(op->out[0]), cols = val_cols(op->out[0]);
	int64_t inner = op->trans_a ? val_rows(op->in[0]) : val_cols(op->in[0]);

	o->a = prim_matrix(dnn, rows, inner, op->trans_a, read, err);
	o->b = prim_matrix(dnn, inner, cols, op->trans_b, read, err);
	o->bias = prim_matrix(dnn, 1, cols, 0, NUMBER_F32, err);
	o->y = prim_matrix(dnn, rows, cols, 0, NUMBER_F32, err);
	return o->a == NULL || o->b == NULL || o->bias == NULL || o->y == NULL
	    ? -1
	    : 0;
}

static int
open_sides(struct matmul *m, const struct op *op, const struct operands *is,
    const struct operands *wanted, struct err *err)
{
	const struct side_of a = { op->in[0], is->a, wanted->a, DNNL_ARG_SRC, 0,
		SIDE_PASSING, 0 };
	const struct side_of b = { op->in[1], is->b, wanted->b,
		DNNL_ARG_WEIGHTS, 0, SIDE_PASSING, 1 };

	return side_open(&m->a, &m->prim, &a, err) < 0
	    ? -1
	    : side_open(&m->b, &m->prim, &b, err);
}

static int
matmul_open(struct matmul *m, struct dnn *dnn, struct op *op, enum number read,
    struct err *err)
{
	struct prim *p = &m->prim;
	struct operands is, wanted;
	struct want want = { .make = MAKE_MATMUL };
	int left;

	if (operands_of(&is, dnn, op, NUMBER_F32, err) < 0 ||
	    operands_of(&wanted, dnn, op, read, err) < 0)
		return -1;
	want.accumulate = op->accumulate;
	want.src = wanted.a;
	want.weights = wanted.b;
	want.bias = op->bias > 0 ? wanted.bias : NULL;
	want.dst = wanted.y;
	left = prim_open(p, dnn, &want, err);
	if (left != 0)
		return left;
	if (open_sides(m, op, &is, &wanted, err) < 0 ||
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
	int left = 1;

	if (m == NULL)
		return -1;
	op->state = m;
	m->prim.threads = dnn_threads(dnn, op_flops(op));
	if (op->compute == COMPUTE_BF16)
		left = matmul_open(m, dnn, op, NUMBER_BF16, err);
	if (left == 1) {
		op->compute = COMPUTE_F32;
		left = matmul_open(m, dnn, op, NUMBER_F32, err);
	}
	if (left == 0)
		left = matmul_elt(m, dnn, op, err);
	if (left == 0 && op->compute == COMPUTE_F32)
		left = zeros_plan(&m->zeros, dnn, op, m->prim.threads, err);
	if (left != 0) {
		matmul_release(op);
		return left;
	}
	op->run = matmul_run;
	op->release = matmul_release;
	return 0;
}
