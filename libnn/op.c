/* What can be said about an operation without running it. */
#include <assert.h>

#include "op.h"

static const struct {
	const char *name, *help;
} ops[OP_COUNT] = {
#define OP(NAME, text, help) { text, help },
#include "ops.def"
#undef OP
};

const char *
op_name(enum op_what what)
{
	return ops[what].name;
}

const char *
op_help(enum op_what what)
{
	return ops[what].help;
}

int64_t
val_count(const struct val *v)
{
	return shape_count(&v->shape);
}

int64_t
val_cols(const struct val *v)
{
	return v->shape.rank == 0 ? 1 : v->shape.dim[v->shape.rank - 1];
}

int64_t
val_rows(const struct val *v)
{
	return val_cols(v) == 0 ? 0 : val_count(v) / val_cols(v);
}

struct val *
val_root(struct val *v)
{
	while (v->alias != NULL)
		v = v->alias;
	return v;
}

uint64_t
val_version(struct val *v, const struct step *step)
{
	v = val_root(v);
	assert(v->slab == SLAB_PARAM || v->slab == SLAB_DERIVED);
	return v->constant ? step->loaded : step->version;
}

/* Operations on each number, roughly: exp counts as ten. */
static double
weight(const struct op *op)
{
	switch (op->what) {
	case OP_SOFTMAX:
	case OP_LOSS:
	case OP_LOSS_VALUE:
		return 12;
	case OP_UPDATE:
	case OP_DROPOUT:
		return 10;
	case OP_SOFTMAX_BACK:
		return 4;
	case OP_NORM:
	case OP_PENALTY:
	case OP_ANCHOR:
	case OP_ANCHOR_PENALTY:
		return 2;
	case OP_ADD:
		return op_terms(op) - 1;
	case OP_CONCAT:
	case OP_SPLIT:
	case OP_COPY:
	case OP_REORDER:
		return 0;
	default:
		return 1;
	}
}

/* Every place of the smaller picture meets every number of the kernel, and
   every filter its own share of the channels. */
static double
conv_flops(const struct op *op)
{
	const struct val *y = op->what == OP_CONV ? op->out[0]
	    : op->what == OP_CONV_DATA            ? op->in[0]
						  : op->in[1];
	const struct val *kernel =
	    op->what == OP_CONV_KERNEL ? op->out[0] : op->in[1];

	return 2 * (double)val_rows(y) * (double)val_count(kernel);
}

double
op_flops(const struct op *op)
{
	const struct val *a;
	double inner, n = 0;
	int i;

	if (op->what == OP_CHUNKS)
		return op->flops;
	if (op->what == OP_MATMUL) {
		a = op->in[0];
		inner = (double)(op->trans_a ? val_rows(a) : val_cols(a));
		return (double)val_count(op->out[0]) *
		    (2 * inner + (op->bias > 0) + (op->elt != NULL));
	}
	if (op->what == OP_CONV || op->what == OP_CONV_DATA ||
	    op->what == OP_CONV_KERNEL)
		return conv_flops(op);
	for (i = 0; i < op->nin; i++)
		if (i == 0 || op->what == OP_NORM)
			n += (double)val_count(op->in[i]);
	return n * weight(op);
}

double
op_bytes(const struct op *op)
{
	double n = 0;
	int i;

	for (i = 0; i < op->nin; i++)
		n += (double)val_count(op->in[i]);
	for (i = 0; i < op->nout; i++)
		n += (double)val_count(op->out[i]);
	return n * (double)sizeof(real);
}
