/* The table of the reference backend: plans every operation there is. */
#include "ref/ref.h"

static int (*const run[OP_COUNT])(struct op *op, struct step *step) = {
	[OP_MATMUL] = ref_matmul,
	[OP_ROWSUM] = ref_rowsum,
	[OP_ELTWISE] = ref_eltwise,
	[OP_ELTWISE_BACK] = ref_eltwise_back,
	[OP_SOFTMAX] = ref_softmax,
	[OP_SOFTMAX_BACK] = ref_softmax_back,
	[OP_DROPOUT] = ref_dropout,
	[OP_ADD] = ref_add,
	[OP_CONCAT] = ref_concat,
	[OP_SPLIT] = ref_split,
	[OP_COPY] = ref_copy,
	[OP_REORDER] = ref_reorder,
	[OP_MAXPOOL] = ref_maxpool,
	[OP_MAXPOOL_BACK] = ref_maxpool_back,
	[OP_AVGPOOL] = ref_avgpool,
	[OP_AVGPOOL_BACK] = ref_avgpool_back,
	[OP_BATCHNORM] = ref_batchnorm,
	[OP_BATCHNORM_BACK] = ref_batchnorm_back,
	[OP_BATCHNORM_USE] = ref_batchnorm_use,
	[OP_BATCHNORM_USE_BACK] = ref_batchnorm_use_back,
	[OP_BATCHNORM_FOLD] = ref_batchnorm_fold,
	[OP_MOVE] = ref_move,
	[OP_GROUPNORM] = ref_groupnorm,
	[OP_GROUPNORM_BACK] = ref_groupnorm_back,
	[OP_PAD] = ref_pad,
	[OP_CROP] = ref_crop,
	[OP_UPSAMPLE] = ref_upsample,
	[OP_UPSAMPLE_BACK] = ref_upsample_back,
	[OP_MULTIPLY] = ref_multiply,
	[OP_MULTIPLY_BACK] = ref_multiply_back,
	[OP_PRELU] = ref_prelu,
	[OP_PRELU_BACK] = ref_prelu_back,
	[OP_CONV] = ref_conv,
	[OP_CONV_DATA] = ref_conv_data,
	[OP_CONV_KERNEL] = ref_conv_kernel,
	[OP_LOSS] = ref_loss,
	[OP_LOSS_VALUE] = ref_loss_value,
	[OP_NORM] = ref_norm,
	[OP_PENALTY] = ref_penalty,
	[OP_UPDATE] = ref_update,
	[OP_ANCHOR_PENALTY] = ref_anchor_penalty,
	[OP_ANCHOR] = ref_anchor,
	[OP_AVERAGE] = ref_average,
};

/* These use the fields of an epilogue for what they are. */
static int
is_whole(enum op_what what)
{
	return what == OP_ELTWISE || what == OP_ELTWISE_BACK ||
	    what == OP_BATCHNORM_BACK;
}

static int
run_with_epilogue(struct op *op, struct step *step)
{
	if (run[op->what](op, step) < 0)
		return -1;
	op_epilogue(op);
	return 0;
}

/* It keeps nothing of its own: any address will do for a handle. */
static void *
open_ref(int threads, struct err *err)
{
	static const char nothing;

	(void)threads;
	(void)err;
	return (void *)(uintptr_t)&nothing;
}

static void
close_ref(void *handle)
{
	(void)handle;
}

static int
plan_ref(void *handle, struct op *op, struct err *err)
{
	(void)handle;
	if (run[op->what] == NULL)
		return err_set(
		    err, ERR_BUG, "no reference for %s", op_name(op->what));
	op->run = run[op->what];
	if (!is_whole(op->what) &&
	    (op->add > 0 || op->elt != NULL || op->back != NULL))
		op->run = run_with_epilogue;
	return 0;
}

const struct backend backend_ref = {
	.name = "ref",
	.open = open_ref,
	.close = close_ref,
	.plan = plan_ref,
};
