/* Two operations made one, and operations dropped that nobody needs. */
#include "elt.h"
#include "program.h"

/* What may be done on the way of which operation. */
enum {
	ACTIVATE = 1, /* its result activated: in the epilogue */
	TERM = 2,     /* something added to it before */
	MASK = 4,     /* a gradient times an activation's derivative */
	GLAD = 8,     /* the mask first of all here: costs nothing */
};

static const unsigned char can[OP_COUNT] = {
	[OP_MATMUL] = ACTIVATE | MASK,
	[OP_CONV] = ACTIVATE | TERM,
	[OP_BATCHNORM] = ACTIVATE | TERM,
	[OP_BATCHNORM_USE] = ACTIVATE | TERM,
	[OP_ADD] = ACTIVATE | MASK | GLAD,
	[OP_CONV_DATA] = MASK,
	[OP_MAXPOOL_BACK] = MASK | GLAD,
	[OP_AVGPOOL_BACK] = MASK | GLAD,
};

static int
reads(const struct op *op, const struct val *root)
{
	int k;

	for (k = 0; op != NULL && k < op->nin; k++)
		if (val_root(op->in[k]) == root)
			return 1;
	return 0;
}

static int
writes(const struct op *op, const struct val *root)
{
	int k;

	for (k = 0; op != NULL && k < op->nout; k++)
		if (val_root(op->out[k]) == root)
			return 1;
	return 0;
}

/* The operation that writes v: -1 when there is none, -2 when several do. */
static int
writer(const struct program *p, struct val *v)
{
	const struct val *root = val_root(v);
	int i, found = -1;

	if (root->writers == 1 && root->writer < p->nops &&
	    writes(p->ops[root->writer], root))
		return root->writer;
	for (i = 0; i < p->nops; i++)
		if (writes(p->ops[i], root))
			found = found == -1 ? i : -2;
	return found;
}

/* The first operation that reads v, by whatever view, or -1. */
static int
reader(const struct program *p, struct val *v)
{
	const struct val *root = val_root(v);
	int i;

	if (root->readers > 0 && root->reader < p->nops &&
	    reads(p->ops[root->reader], root))
		return root->reader;
	for (i = 0; i < p->nops; i++)
		if (reads(p->ops[i], root))
			return i;
	return -1;
}

/* Whether v is the first result of its only writer, which can do `what`, and
   is read once: then it may vanish.  That writer, or NULL. */
static struct op *
source(const struct program *p, struct val *v, enum phase phase, int what)
{
	const struct val *root = val_root(v);
	struct op *op;
	int at = writer(p, v);

	if (at < 0 || root->slab != SLAB_VALUE || root->keep ||
	    root->readers != 1)
		return NULL;
	op = p->ops[at];
	return op->out[0] == root && op->phase == phase &&
		(can[op->what] & what) == what && op->elt == NULL &&
		op->back == NULL && !op->accumulate && op->nin < OP_IN
	    ? op
	    : NULL;
}

/* The operation's result is `to` from now on, in whatever shape. */
static void
redirect(struct op *op, struct val *to)
{
	struct val *v = op->out[0];

	if (shape_equal(&v->shape, &to->shape)) {
		op->out[0] = to;
		return;
	}
	v->alias = to;
	v->slab = to->slab;
}

static int
place(struct op *op, struct val *v)
{
	op->in[op->nin] = v;
	return op->nin++;
}

/* Is v there before operation `at` runs? */
static int
is_before(const struct program *p, struct val *v, int at)
{
	int by = writer(p, v);

	return by != -2 && by < at;
}

/* A sum of two joins the later one of their sources: y = what it was + r. */
static void
fuse_sum(struct program *p, int at)
{
	struct op *sum = p->ops[at], *op;
	struct val *own, *other;
	int i;

	if (sum->what != OP_ADD || sum->nin != 2 || sum->elt != NULL)
		return;
	for (i = 0; i < 2; i++) {
		own = sum->in[i];
		other = sum->in[1 - i];
		op = source(p, own, sum->phase, TERM);
		if (op == NULL || op->out[0] != own || op->add > 0 ||
		    !is_before(p, other, writer(p, own)))
			continue;
		op->add = place(op, other);
		redirect(op, sum->out[0]);
		p->ops[at] = NULL;
		return;
	}
}

/* An activation joins what it activates: then backward needs y alone, which
   is what stays. */
static void
fuse_activation(struct program *p, int at)
{
	struct op *elt = p->ops[at], *op;

	if (elt->what != OP_ELTWISE)
		return;
	op = source(p, elt->in[0], elt->phase, ACTIVATE);
	if (op == NULL || op->out[0] != elt->in[0])
		return;
	op->elt = elt->elt;
	op->conf = elt->conf;
	redirect(op, elt->out[0]);
	p->ops[at] = NULL;
}

static void
take_mask(struct op *op, const struct op *back)
{
	op->back = back->elt;
	op->back_conf = back->conf;
	op->mask = place(op, back->in[1]);
}

/* The derivative joins what made the gradient. */
static int
mask_source(struct program *p, int at, int what)
{
	struct op *back = p->ops[at];
	struct op *op = source(p, back->in[0], back->phase, what);

	if (op == NULL)
		return 0;
	take_mask(op, back);
	redirect(op, back->out[0]);
	p->ops[at] = NULL;
	return 1;
}

/* Or the batch norm behind it, which passes the product on when others want
   it too. */
static int
mask_norm(struct program *p, int at)
{
	struct op *back = p->ops[at], *norm;
	struct val *dz = back->out[0];
	int by = reader(p, dz);

	if (by < at || dz->alias != NULL || dz->slab != SLAB_VALUE)
		return 0;
	norm = p->ops[by];
	if (norm->what != OP_BATCHNORM_BACK || val_root(norm->in[0]) != dz ||
	    !shape_equal(&norm->in[0]->shape, &dz->shape) ||
	    norm->back != NULL || norm->phase != back->phase ||
	    norm->nin == OP_IN || norm->nout == OP_OUT)
		return 0;
	take_mask(norm, back);
	norm->in[0] = back->in[0];
	if (dz->readers > 1 || dz->keep) {
		norm->pass = norm->nout;
		norm->out[norm->nout++] = dz;
	}
	p->ops[at] = NULL;
	return 1;
}

/* Where the derivative costs least: in a pass that is made anyway, in the
   norm's two, behind a product. */
static void
fuse_back(struct program *p, int at)
{
	if (p->ops[at]->what != OP_ELTWISE_BACK)
		return;
	if (!mask_source(p, at, MASK | GLAD) && !mask_norm(p, at))
		mask_source(p, at, MASK);
}

void
program_fuse(struct program *p)
{
	static void (*const fuse[])(struct program * p, int at) = { fuse_sum,
		fuse_activation, fuse_back };
	int i, k;

	for (k = 0; k < (int)(sizeof(fuse) / sizeof(fuse[0])); k++) {
		program_count_readers(p);
		for (i = 0; i < p->nops; i++)
			fuse[k](p, i);
		program_close_gaps(p);
	}
}

/* Does anybody want what it computes?  Values outside the program are the
   reason for it; operations without results act on the step. */
static int
wanted(const struct op *op)
{
	const struct val *v;
	int i;

	for (i = 0; i < op->nout; i++) {
		v = val_root(op->out[i]);
		if ((v->slab != SLAB_VALUE && v->slab != SLAB_DERIVED) ||
		    v->keep || v->readers > 0)
			return 1;
	}
	return op->nout == 0;
}

void
program_prune(struct program *p)
{
	int i, k;

	program_count_readers(p);
	for (i = p->nops - 1; i >= 0; i--) {
		if (wanted(p->ops[i]))
			continue;
		for (k = 0; k < p->ops[i]->nin; k++)
			val_root(p->ops[i]->in[k])->readers--;
		p->ops[i] = NULL;
	}
	program_close_gaps(p);
}
