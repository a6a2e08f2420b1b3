/* Functions of one number that cost an exponential: the library takes many at
   a time.  Only those that keep NaN and agree with ours to 1e-6 of their
   range; relu and its like are as fast in plain C. */
#include <string.h>

#include "dnn/prim.h"
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

static int
describe(dnnl_eltwise_desc_t *desc, dnnl_memory_desc_t *md, int which,
    int64_t n, struct err *err)
{
	dnnl_dims_t dims = { n };
	dnnl_status_t status =
	    dnnl_memory_desc_init_by_tag(md, 1, dims, dnnl_f32, dnnl_a);

	if (status == dnnl_success)
		status =
		    dnnl_eltwise_forward_desc_init(desc, dnnl_forward_inference,
			known[which].alg, md, known[which].alpha, 0);
	return status == dnnl_success
	    ? 0
	    : dnn_refuse(err, "describing an activation", status);
}

int
dnn_elt(struct prim *p, struct dnn *dnn, const struct elt *elt, struct val *x,
    struct val *y, struct err *err)
{
	dnnl_eltwise_desc_t desc;
	dnnl_memory_desc_t md;
	dnnl_primitive_attr_t attr = NULL;
	int which = find(elt), left;

	if (which < 0)
		return 1;
	p->threads = dnn_threads(dnn, 20 * (double)val_count(x));
	if (describe(&desc, &md, which, val_count(x), err) < 0 ||
	    dnn_attr(&attr, 0, err) < 0)
		return -1;
	left = prim_open(p, dnn, &desc, attr, err);
	dnnl_primitive_attr_destroy(attr);
	if (left != 0)
		return left;
	if (prim_arg(p, DNNL_ARG_SRC, x, &md, err) < 0)
		return -1;
	return prim_arg(p, DNNL_ARG_DST, y, &md, err);
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
		return left;
	}
	op->state = p;
	op->run = eltwise_run;
	op->release = eltwise_release;
	return 0;
}
