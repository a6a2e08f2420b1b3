/* Functions of one number that cost an exponential: the library takes many at
   a time.  Only those that keep NaN and agree with ours to 1e-6 of their
   range; relu and its like are as fast in plain C. */
#include <string.h>

#include "dnn/pass.h"
#include "elt.h"

static const struct {
	const char *elt;
	dnnl_alg_kind_t alg;
	float alpha;
} known[] = {
	{ "sigmoid", dnnl_eltwise_logistic, 0 },
	{ "silu", dnnl_eltwise_swish, 1 },
	{ "tanh", dnnl_eltwise_tanh, 0 },
};

static int
find(const struct elt *elt)
{
	int i, n = (int)(sizeof(known) / sizeof(known[0]));

	for (i = 0; i < n; i++)
		if (strcmp(known[i].elt, elt->name) == 0)
			return i;
	return -1;
}

int
dnn_elt(struct prim *p, struct dnn *dnn, const struct elt *elt, struct val *x,
    struct val *y, struct err *err)
{
	struct want want = { .make = MAKE_ELTWISE };
	int which = find(elt), left;

	if (which < 0)
		return 1;
	p->threads = dnn_threads(dnn, 20 * (double)val_count(x));
	want.alg = known[which].alg;
	want.alpha = known[which].alpha;
	want.src = want.dst =
	    prim_matrix(dnn, 1, val_count(x), 0, NUMBER_F32, err);
	if (want.src == NULL)
		return -1;
	left = prim_open(p, dnn, &want, err);
	if (left != 0)
		return left;
	if (prim_arg(p, DNNL_ARG_SRC, x, want.src, err) < 0)
		return -1;
	return prim_arg(p, DNNL_ARG_DST, y, want.dst, err);
}

static int
eltwise_run(struct op *op, struct step *step)
{
	(void)step;
	return prim_run(op->state);
}

static void
eltwise_release(struct op *op)
{
	prim_close(op->state);
}

int
dnn_eltwise(struct dnn *dnn, struct op *op, struct err *err)
{
	struct prim *p = arena_alloc(&dnn->arena, sizeof(*p), err);
	int left;

	if (p == NULL)
		return -1;
	left = dnn_elt(p, dnn, op->elt, op->in[0], op->out[0], err);
	if (left != 0) {
		prim_close(p);
		return left < 0 ? -1 : dnn_each(dnn, op, err);
	}
	op->state = p;
	op->run = eltwise_run;
	op->release = eltwise_release;
	return 0;
}
