/* Pictures in blocks of channels: which operations can have them, what they
   gain, and the one that turns pictures around. */
#include "dnn/side.h"

/* The part of its time that a convolution wins by blocks: with the three
   colours, or one, on the other side the library has nothing as fast for
   rows. */
static const double colours_gain = 0.3;

enum { BLOCK = 16, COLOURS = 3 };

/* Groups must be whole blocks, or one channel and one filter each, for which
   the library has the gradient of small kernels only. */
static int
groups_fit(const struct op *op, int64_t channels, int64_t filters)
{
	if (channels % BLOCK != 0 || filters % BLOCK != 0)
		return 0;
	if (op->groups > 1 && op->groups == channels && channels == filters)
		return op->window.size[0] <= 3 && op->window.size[1] <= 3;
	return channels / op->groups % BLOCK == 0 &&
	    filters / op->groups % BLOCK == 0;
}

static double
conv_gain(const struct op *op)
{
	const struct val *x = op->what == OP_CONV_DATA ? op->out[0] : op->in[0];
	const struct val *y = op->what == OP_CONV ? op->out[0]
	    : op->what == OP_CONV_DATA            ? op->in[0]
						  : op->in[1];

	if (op->groups == 1 && val_cols(x) <= COLOURS)
		return colours_gain * op_flops(op) / FLOPS_A_BYTE;
	return groups_fit(op, val_cols(x), val_cols(y)) ? 0 : -1;
}

double
dnn_blocks(void *handle, const struct op *op)
{
	const struct dnn *dnn = handle;

	if (!dnn->blocks || op->accumulate)
		return -1;
	switch (op->what) {
	case OP_CONV:
	case OP_CONV_DATA:
	case OP_CONV_KERNEL:
		return conv_gain(op);
	case OP_ELTWISE:
	case OP_ELTWISE_BACK:
	case OP_ADD:
	case OP_BATCHNORM:
	case OP_BATCHNORM_BACK:
	case OP_BATCHNORM_USE:
	case OP_BATCHNORM_USE_BACK:
	case OP_MAXPOOL:
	case OP_MAXPOOL_BACK:
	case OP_AVGPOOL:
	case OP_AVGPOOL_BACK:
		return 0;
	default:
		return -1;
	}
}

static int
reorder_run(struct op *op, struct step *step)
{
	(void)step;
	return prim_run(op->state);
}

static void
reorder_release(struct op *op)
{
	prim_close(op->state);
}

int
dnn_reorder(struct dnn *dnn, struct op *op, struct err *err)
{
	struct prim *p = arena_alloc(&dnn->arena, sizeof(*p), err);
	struct want want = { .make = MAKE_REORDER };
	int left;

	if (p == NULL)
		return -1;
	p->threads = dnn_threads(dnn, FLOPS_A_BYTE * op_bytes(op));
	want.src = layout_picture(dnn, op->in[0], NUMBER_F32, err);
	want.dst = layout_picture(dnn, op->out[0], NUMBER_F32, err);
	if (want.src == NULL || want.dst == NULL)
		return -1;
	left = prim_open(p, dnn, &want, err);
	if (left == 0 &&
	    (prim_arg(p, DNNL_ARG_FROM, op->in[0], want.src, err) < 0 ||
		prim_arg(p, DNNL_ARG_TO, op->out[0], want.dst, err) < 0))
		left = -1;
	if (left != 0) {
		prim_close(p);
		return left;
	}
	op->state = p;
	op->run = reorder_run;
	op->release = reorder_release;
	return 0;
}
