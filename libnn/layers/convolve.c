/* Convolutions and their gradients, appended to programs. */
#include "layers/convolve.h"

static struct op *
convolve_op(struct build *b, enum op_what what, const struct convolve *c)
{
	struct op *op = build_op(b, what);

	if (op != NULL) {
		op->window = c->window;
		op->groups = c->groups;
	}
	return op;
}

static struct val *
append(struct build *b, enum op_what what, const struct convolve *c,
    struct val *x, struct val *kernel, struct val *bias,
    const struct shape *shape, const char *suffix)
{
	struct op *op = convolve_op(b, what, c);
	struct val *out = build_val(b, shape, suffix);

	build_in(op, x);
	build_in(op, kernel);
	if (op != NULL)
		op->bias = build_optional(op, bias);
	build_out(op, out);
	return out;
}

struct val *
convolve(struct build *b, const struct convolve *c, struct val *x,
    struct val *kernel, struct val *bias, const struct shape *shape,
    const char *suffix)
{
	return append(b, OP_CONV, c, x, kernel, bias, shape, suffix);
}

struct val *
convolve_data(struct build *b, const struct convolve *c, struct val *dy,
    struct val *kernel, struct val *bias, const struct shape *shape,
    const char *suffix)
{
	return append(b, OP_CONV_DATA, c, dy, kernel, bias, shape, suffix);
}

void
convolve_kernel(struct build *b, const struct convolve *c, struct val *x,
    struct val *dy, struct val *dkernel, struct val *dbias)
{
	struct op *op;

	if (dkernel == NULL) {
		if (dbias != NULL)
			build_rowsum(b, dy, dbias);
		return;
	}
	op = convolve_op(b, OP_CONV_KERNEL, c);
	build_in(op, x);
	build_in(op, dy);
	build_out(op, dkernel);
	if (op != NULL)
		op->dbias = build_result(op, dbias);
}

struct val *
convolve_view(struct build *b, struct val *kernel)
{
	struct shape s;

	if (kernel == NULL)
		return NULL;
	s = kernel->shape;
	s.dim[3] *= s.dim[2];
	s.dim[2] = 1;
	return build_alias(b, kernel, &s);
}
