/* The backend on oneDNN: a module that is loaded when the work is worth it.

   It plans the operations that the library, or a kernel of our own beside it,
   does faster than the reference, and leaves the others to that.  Matrices stay
   row-major: measured, their products are as fast as of any other layout;
   pictures lie in blocks where convolutions gain from it (reorder.c). */
#include "base/thread.h"
#include "dnn/dnn.h"
#include "dnn/pass.h"

static void
dnn_close(void *handle)
{
	struct dnn *dnn = handle;
	int i;

	for (i = 0; i < PASSING; i++)
		slab_free(dnn->passing[i].val.data, dnn->passing[i].size);
	pool_free(dnn->pool);
	api_close(&dnn->api);
	slab_free(dnn->scratch, dnn->scratch_size);
	arena_free(&dnn->arena);
	slab_free(dnn, sizeof(*dnn));
}

static void *
dnn_open(int threads, struct err *err)
{
	struct dnn *dnn = slab_new(sizeof(*dnn), err);

	if (dnn == NULL)
		return NULL;
	dnn->threads = dnn_threads_allowed(threads < 1 ? 1 : threads);
	dnn->blocks = (dnnl_get_effective_cpu_isa() &
			  dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core;
	if (api_open(&dnn->api, &dnn->arena, err) == 0)
		return dnn;
	dnn_close(dnn);
	return NULL;
}

static int (*const plan[OP_COUNT])(
    struct dnn *dnn, struct op *op, struct err *err) = {
	[OP_MATMUL] = dnn_matmul,
	[OP_ELTWISE] = dnn_eltwise,
	[OP_CONV] = dnn_conv,
	[OP_CONV_DATA] = dnn_conv,
	[OP_CONV_KERNEL] = dnn_conv,
	[OP_NORM] = dnn_norm,
	[OP_REORDER] = dnn_reorder,
	[OP_ELTWISE_BACK] = dnn_each,
	[OP_ADD] = dnn_add,
	[OP_UPDATE] = dnn_update,
	[OP_BATCHNORM] = dnn_batchnorm,
	[OP_BATCHNORM_BACK] = dnn_batchnorm_back,
	[OP_BATCHNORM_USE] = dnn_batchnorm_use,
	[OP_BATCHNORM_USE_BACK] = dnn_batchnorm_use,
	[OP_GROUPNORM] = dnn_groupnorm,
	[OP_GROUPNORM_BACK] = dnn_groupnorm,
	[OP_MAXPOOL] = dnn_pool,
	[OP_MAXPOOL_BACK] = dnn_pool_back,
	[OP_AVGPOOL] = dnn_pool,
	[OP_AVGPOOL_BACK] = dnn_pool_back,
};

/* The reference knows rows only, but for what takes numbers one by one. */
static int
needs_rows(const struct op *op)
{
	int i, blocks = 0;

	for (i = 0; i < op->nin; i++)
		blocks |= op->in[i]->block;
	for (i = 0; i < op->nout; i++)
		blocks |= op->out[i]->block;
	return blocks != 0 && op->what != OP_ADD && op->what != OP_ELTWISE &&
	    op->what != OP_ELTWISE_BACK && op->what != OP_REORDER;
}

static int
dnn_plan(void *handle, struct op *op, struct err *err)
{
	struct dnn *dnn = handle;
	int left;

	dnn->now = op->threads > 0 && op->threads < dnn->threads ? op->threads
								 : dnn->threads;
	left = plan[op->what] == NULL ? 1 : plan[op->what](dnn, op, err);
	if (left == 1 && needs_rows(op))
		return err_set(err, ERR_BUG,
		    "oneDNN has no such operation on pictures in blocks");
	return left;
}

/* Elsewhere the library would do it number by number. */
static int
dnn_can(enum compute compute, struct err *err)
{
	unsigned isa = (unsigned)dnnl_get_effective_cpu_isa();
	unsigned needed = (unsigned)dnnl_cpu_isa_avx512_core_bf16;

	if (compute == COMPUTE_F32 || (isa & needed) == needed)
		return 0;
	return err_set(err, ERR_USAGE,
	    "bf16: this processor has no products of bf16; use f32");
}

const struct backend backend_dnnl = {
	.name = "dnn",
	.open = dnn_open,
	.close = dnn_close,
	.plan = dnn_plan,
	.shares = shares_run,
	.blocks = dnn_blocks,
	.can = dnn_can,
};
