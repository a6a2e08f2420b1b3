/* Products of matrices: the library's, or one that skips zeros.

   out0 = elt(op(in0) op(in1) [+ in2 to each row]), with transposes as strides.
   The activation runs behind the product, in place: as the library's epilogue
   a relu would turn NaN into 0 and hide it. */
#include "dnn/prim.h"
#include "dnn/zeros.h"
#include "elt.h"

struct matmul {
	struct prim prim;
	struct zeros *zeros; /* NULL: not worth trying */
	struct prim elt;     /* of the result, in place; or none */
};

static int
matmul_run(struct op *op, struct step *step)
{
	struct matmul *m = op->state;

	(void)step;
	if (m->zeros == NULL || !zeros_run(m->zeros, op))
		if (prim_run(&m->prim) < 0)
			return -1;
	if (m->elt.primitive != NULL)
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

/* The layouts of in0, in1, in2 and out0. */
enum { A, B, BIAS, Y, OPERANDS };

static int
matmul_layout(
    dnnl_memory_desc_t md[OPERANDS], const struct op *op, struct err *err)
{
	int64_t rows = val_rows(op->out[0]), cols = val_cols(op->out[0]);
	int64_t inner = op->trans_a ? val_rows(op->in[0]) : val_cols(op->in[0]);

	if (prim_matrix(&md[A], rows, inner, op->trans_a, err) < 0 ||
	    prim_matrix(&md[B], inner, cols, op->trans_b, err) < 0 ||
	    prim_matrix(&md[BIAS], 1, cols, 0, err) < 0 ||
	    prim_matrix(&md[Y], rows, cols, 0, err) < 0)
		return -1;
	return 0;
}

static int
matmul_open(struct matmul *m, struct dnn *dnn, struct op *op, struct err *err)
{
	dnnl_memory_desc_t md[OPERANDS];
	dnnl_matmul_desc_t desc;
	dnnl_primitive_attr_t attr = NULL;
	dnnl_status_t status;
	int bias = op->bias > 0, left = -1;

	if (matmul_layout(md, op, err) < 0)
		return -1;
	status = dnnl_matmul_desc_init(
	    &desc, &md[A], &md[B], bias ? &md[BIAS] : NULL, &md[Y]);
	if (status != dnnl_success)
		return dnn_refuse(err, "describing a product", status);
	if (dnn_attr(&attr, op->accumulate, err) == 0)
		left = prim_open(&m->prim, dnn, &desc, attr, err);
	if (attr != NULL)
		dnnl_primitive_attr_destroy(attr);
	if (left != 0)
		return left;
	if (prim_arg(&m->prim, DNNL_ARG_SRC, op->in[0], &md[A], err) < 0 ||
	    prim_arg(&m->prim, DNNL_ARG_WEIGHTS, op->in[1], &md[B], err) < 0 ||
	    prim_arg(&m->prim, DNNL_ARG_DST, op->out[0], &md[Y], err) < 0)
		return -1;
	return bias ? prim_arg(&m->prim, DNNL_ARG_BIAS, op->in[op->bias],
			  &md[BIAS], err)
		    : 0;
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
		left = zeros_plan(
		    &m->zeros, op, m->prim.threads, &dnn->arena, err);
	if (left != 0) {
		matmul_release(op);
		return left;
	}
	op->run = matmul_run;
	op->release = matmul_release;
	return 0;
}
