/* Which operations of a program are a stretch, and what they share with the
   rest of it. */
#include "stretch.h"

/* Which may be part of one: those that look at every sample by itself, but
   for gradients that are summed over them. */
static const unsigned char can[OP_COUNT] = {
	[OP_CONV] = 1,
	[OP_CONV_DATA] = 1,
	[OP_CONV_KERNEL] = 1,
	[OP_MAXPOOL] = 1,
	[OP_MAXPOOL_BACK] = 1,
	[OP_AVGPOOL] = 1,
	[OP_AVGPOOL_BACK] = 1,
	[OP_ELTWISE] = 1,
	[OP_ELTWISE_BACK] = 1,
	[OP_ADD] = 1,
	[OP_BATCHNORM_USE] = 1,
	[OP_BATCHNORM_USE_BACK] = 1,
	[OP_PAD] = 1,
	[OP_CROP] = 1,
	[OP_UPSAMPLE] = 1,
	[OP_UPSAMPLE_BACK] = 1,
	[OP_REORDER] = 1,
};

static int
is_batch(struct val *v, int64_t n)
{
	const struct val *root = val_root(v);

	return (root->slab == SLAB_VALUE || root->slab == SLAB_BOUND) &&
	    root->shape.rank > 0 && root->shape.dim[0] == n &&
	    v->shape.rank > 0 && v->shape.dim[0] == n;
}

/* What is done with a kernel for every chunk (its gradient added up, Winograd's
   transform of it) must be little beside the chunk itself: on 8x8 pictures of
   256 channels convolutions in chunks took 1.7 times as long. */
static int
kernel_is_small(const struct op *op, int64_t n)
{
	const struct val *a = op->in[0];
	const struct val *b = op->out[0], *kernel = op->in[1];

	if (op->what == OP_CONV_KERNEL) {
		b = op->in[1];
		kernel = op->out[0];
	}
	return 3 * val_count(kernel) <
	    (val_count(a) + val_count(b)) / n * CHUNK;
}

static int
is_conv(const struct op *op)
{
	return op->what == OP_CONV || op->what == OP_CONV_DATA ||
	    op->what == OP_CONV_KERNEL;
}

static int
fits(const struct op *op, int64_t n)
{
	int i;

	if (!can[op->what] || op->accumulate ||
	    (is_conv(op) && !kernel_is_small(op, n)))
		return 0;
	for (i = 0; i < op->nin; i++)
		if (!is_batch(op->in[i], n) && !val_is_parameter(op->in[i]))
			return 0;
	if (op->what == OP_CONV_KERNEL)
		return 1;
	for (i = 0; i < op->nout; i++)
		if (!is_batch(op->out[i], n))
			return 0;
	return 1;
}

struct span_of
stretch_find(const struct program *p, int from)
{
	struct span_of s = { from, from };
	int i;

	for (; s.first < p->nops && !fits(p->ops[s.first], p->n); s.first++)
		;
	for (i = s.first; i < p->nops && fits(p->ops[i], p->n) &&
	     p->ops[i]->phase == p->ops[s.first]->phase;
	     i++)
		;
	s.end = i;
	return s;
}

/* There is nothing to gain without a convolution, when all fits into a core's
   second cache, or when there is so much arithmetic for each byte that memory
   is not what is waited for.

   Measured, whole against chunks, on two cores that others kept busy: a step
   of conv 32, pool, conv 64, pool, dense 128 (batch 64, 21 operations a byte)
   took 98 and 48 ms on two threads, since threads meet twice instead of ten
   times, 21.8 and 22.3 ms on one; conv 64 to 256 on 32x32 pictures (118 a
   byte) 505 and 640 ms on one.  ResNet-20's predictions (55 a byte) took 40 and
   33 ms of one core; its training, which batch norm cuts into pieces of one or
   two operations, gains nothing. */
int
stretch_is_worth(const struct program *p, struct span_of s)
{
	double bytes = 0, flops = 0;
	int i, convs = 0;

	for (i = s.first; i < s.end; i++) {
		bytes += op_bytes(p->ops[i]);
		flops += op_flops(p->ops[i]);
		convs += is_conv(p->ops[i]);
	}
	return s.end - s.first > 2 && convs > 0 && bytes > 4e6 &&
	    flops < 64 * bytes;
}

static int
touches(const struct op *op, const struct val *root)
{
	int i;

	for (i = 0; i < op->nin; i++)
		if (val_root(op->in[i]) == root)
			return 1;
	for (i = 0; i < op->nout; i++)
		if (val_root(op->out[i]) == root)
			return 1;
	return 0;
}

/* Does the rest of the program, or the net, see the value? */
static int
is_seen(const struct program *p, struct span_of s, const struct val *root)
{
	int i;

	if (root->slab != SLAB_VALUE || root->keep)
		return 1;
	for (i = 0; i < p->nops; i++)
		if ((i < s.first || i >= s.end) && touches(p->ops[i], root))
			return 1;
	return 0;
}

static int
has(struct val *const *list, int n, const struct val *v)
{
	int i;

	for (i = 0; i < n; i++)
		if (list[i] == v)
			return 1;
	return 0;
}

/* Writes come before reads: what the stretch makes itself is no operand. */
static int
add_end(struct stretch *t, struct val *root, int written)
{
	struct op *op = t->op;

	if (has(t->end, t->nends, root))
		return 1;
	if (written ? op->nout == OP_OUT : op->nin == OP_IN)
		return 0;
	if (written)
		op->out[op->nout++] = root;
	else
		op->in[op->nin++] = root;
	t->end[t->nends++] = root;
	return 1;
}

static int
add_sum(struct stretch *t, struct val *v)
{
	if (t->op->nout == OP_OUT || t->nsums == ENDS)
		return 0;
	t->op->out[t->op->nout++] = val_root(v);
	t->sum[t->nsums++] = v;
	return 1;
}

/* The parameters are operands too, for whoever looks at the program. */
static int
add_read(
    struct stretch *t, const struct program *p, struct span_of s, struct val *v)
{
	struct val *root = val_root(v);
	struct op *op = t->op;

	if (!val_is_parameter(v))
		return !is_seen(p, s, root) || add_end(t, root, 0);
	if (has(op->in, op->nin, root))
		return 1;
	if (op->nin == OP_IN)
		return 0;
	op->in[op->nin++] = root;
	return 1;
}

int
stretch_ends(struct stretch *t, const struct program *p, struct span_of s)
{
	const struct op *op;
	int i, k, room = 1;

	for (i = s.first; i < s.end && room; i++) {
		op = p->ops[i];
		for (k = 0; k < op->nin && room; k++)
			room = add_read(t, p, s, op->in[k]);
		for (k = 0; k < op->nout && room; k++)
			room = op->what == OP_CONV_KERNEL
			    ? add_sum(t, op->out[k])
			    : !is_seen(p, s, val_root(op->out[k])) ||
				add_end(t, val_root(op->out[k]), 1);
	}
	return room;
}
