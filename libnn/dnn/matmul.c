/* Products of matrices: the library's, or one that skips zeros.

   out0 = elt(op(in0) op(in1) [+ in2 to each row]), with transposes as strides.
   The activation is applied by its own function behind the product: the
   library's would turn a NaN into 0 and hide it. */
#include "dnn/prim.h"
#include "dnn/zeros.h"
#include "elt.h"

struct matmul {
	struct prim prim;
	struct zeros *zeros; /* NULL: not worth trying */
};

static int
matmul_run(struct op *op, struct step *step)
{
	struct matmul *m = op->state;
	real *y = op->out[0]->data;

	(void)step;
	if (m->zeros == NULL || !zeros_run(m->zeros, op))
		if (prim_run(&m->prim) < 0)
			return -1;
	if (op->elt != NULL)
		op->elt->forward(op->conf, y, y, val_count(op->out[0]));
	return 0;
}

static void
matmul_release(struct op *op)
{
	struct matmul *m = op->state;

	prim_close(&m->prim);
}

/* What is added goes through the attributes: out0 += product. */
static int
matmul_attr(dnnl_primitive_attr_t *attr, int accumulate, struct err *err)
{
	dnnl_post_ops_t post = NULL;
	dnnl_status_t status = dnnl_primitive_attr_create(attr);

	if (status == dnnl_success)
		status = dnnl_primitive_attr_set_scratchpad_mode(
		    *attr, dnnl_scratchpad_mode_user);
	if (status == dnnl_success && accumulate) {
		status = dnnl_post_ops_create(&post);
		if (status == dnnl_success)
			status = dnnl_post_ops_append_sum(post, 1);
		if (status == dnnl_success)
			status = dnnl_primitive_attr_set_post_ops(*attr, post);
		if (post != NULL)
			dnnl_post_ops_destroy(post);
	}
	return status == dnnl_success
	    ? 0
	    : dnn_refuse(err, "attributes of a product", status);
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
	int bias = op->nin > 2, left = -1;

	if (matmul_layout(md, op, err) < 0)
		return -1;
	status = dnnl_matmul_desc_init(
	    &desc, &md[A], &md[B], bias ? &md[BIAS] : NULL, &md[Y]);
	if (status != dnnl_success)
		return dnn_refuse(err, "describing a product", status);
	if (matmul_attr(&attr, op->accumulate, err) == 0)
		left = prim_open(&m->prim, dnn, &desc, attr, NULL, err);
	if (attr != NULL)
		dnnl_primitive_attr_destroy(attr);
	if (left != 0)
		return left;
	if (prim_arg(&m->prim, DNNL_ARG_SRC, op->in[0], &md[A], err) < 0 ||
	    prim_arg(&m->prim, DNNL_ARG_WEIGHTS, op->in[1], &md[B], err) < 0 ||
	    prim_arg(&m->prim, DNNL_ARG_DST, op->out[0], &md[Y], err) < 0)
		return -1;
	return bias
	    ? prim_arg(&m->prim, DNNL_ARG_BIAS, op->in[2], &md[BIAS], err)
	    : 0;
}

int
dnn_matmul(struct dnn *dnn, struct op *op, struct err *err)
{
	struct matmul *m = arena_alloc(&dnn->arena, sizeof(*m), err);
	int left;

	if (m == NULL)
		return -1;
	left = matmul_open(m, dnn, op, err);
	if (left == 0 && dnn->threads == 1)
		left = zeros_plan(&m->zeros, op, &dnn->arena, err);
	if (left != 0) {
		prim_close(&m->prim);
		return left;
	}
	op->state = m;
	op->run = matmul_run;
	op->release = matmul_release;
	return 0;
}
