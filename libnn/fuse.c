/* Two operations made one, and operations dropped that nobody needs. */
#include "elt.h"
#include "program.h"

static void
count_readers(struct program *p)
{
	int i, k;

	for (i = 0; i < p->nvals; i++)
		p->vals[i]->readers = 0;
	for (i = 0; i < p->nops; i++)
		for (k = 0; k < p->ops[i]->nin; k++)
			val_root(p->ops[i]->in[k])->readers++;
}

/* Closes the gaps that NULLs left. */
static void
compact(struct program *p)
{
	int i, n = 0;

	for (i = 0; i < p->nops; i++)
		if (p->ops[i] != NULL)
			p->ops[n++] = p->ops[i];
	p->nops = n;
}

/* The activation of exactly this result, or -1. */
static int
find_activation(const struct program *p, int at)
{
	const struct op *op;
	int i;

	for (i = at + 1; i < p->nops; i++) {
		op = p->ops[i];
		if (op != NULL && op->what == OP_ELTWISE &&
		    op->phase == p->ops[at]->phase &&
		    op->in[0] == p->ops[at]->out[0])
			return i;
	}
	return -1;
}

/* A matmul's own result may vanish when its activation is the only reader:
   then backward needs y alone, which is what stays. */
void
program_fuse(struct program *p)
{
	struct op *op;
	int i, k;

	count_readers(p);
	for (i = 0; i < p->nops; i++) {
		op = p->ops[i];
		if (op == NULL || op->what != OP_MATMUL || op->elt != NULL ||
		    op->out[0]->slab != SLAB_VALUE ||
		    op->out[0]->alias != NULL || op->out[0]->keep ||
		    op->out[0]->readers != 1)
			continue;
		k = find_activation(p, i);
		if (k < 0)
			continue;
		op->elt = p->ops[k]->elt;
		op->conf = p->ops[k]->conf;
		op->out[0] = p->ops[k]->out[0];
		p->ops[k] = NULL;
	}
	compact(p);
}

/* Does anybody want what it computes?  Values outside the value slab are
   the reason for the program; operations without results act on the step. */
static int
wanted(const struct op *op)
{
	const struct val *v;
	int i;

	for (i = 0; i < op->nout; i++) {
		v = val_root(op->out[i]);
		if (v->slab != SLAB_VALUE || v->keep || v->readers > 0)
			return 1;
	}
	return op->nout == 0;
}

void
program_prune(struct program *p)
{
	int i, k;

	count_readers(p);
	for (i = p->nops - 1; i >= 0; i--) {
		if (wanted(p->ops[i]))
			continue;
		for (k = 0; k < p->ops[i]->nin; k++)
			val_root(p->ops[i]->in[k])->readers--;
		p->ops[i] = NULL;
	}
	compact(p);
}
