/* Layouts of pictures and kernels, and operands that are turned from one into
   another. */
#include "dnn/side.h"

const struct layout *
layout_picture(
    struct dnn *dnn, const struct val *v, enum number number, struct err *err)
{
	const int64_t *d = v->shape.dim; /* N H W C */
	int64_t dim[] = { d[0], d[3], d[1], d[2] };
	int64_t stride[] = { d[1] * d[2] * d[3], 1, d[2] * d[3], d[3] };

	return v->block > 0
	    ? layout_blocked(&dnn->api, number, dim, err)
	    : layout_strided(&dnn->api, number, 4, dim, stride, err);
}

/* The dims of a kernel, G O I H W, and their strides. */
struct kernel {
	int64_t dim[5], stride[5];
};

static struct kernel
kernel_of(const struct val *v, int64_t groups)
{
	const int64_t *d = v->shape.dim; /* h w i f */
	int64_t o = d[3] / groups;

	return (struct kernel){
		{ groups, o, d[2], d[0], d[1] },
		{ o, 1, d[3], d[1] * d[2] * d[3], d[2] * d[3] },
	};
}

const struct layout *
layout_kernel(
    struct dnn *dnn, const struct val *v, int64_t groups, struct err *err)
{
	struct kernel k = kernel_of(v, groups);
	int plain = groups == 1;

	return layout_strided(&dnn->api, NUMBER_F32, 5 - plain, k.dim + plain,
	    k.stride + plain, err);
}

const struct layout *
layout_kernel_any(struct dnn *dnn, const struct val *v, int64_t groups,
    enum number number, struct err *err)
{
	struct kernel k = kernel_of(v, groups);
	int plain = groups == 1;

	return layout_any(&dnn->api, number, 5 - plain, k.dim + plain, err);
}

const struct layout *
layout_vector(struct dnn *dnn, int64_t n, struct err *err)
{
	static const int64_t stride[] = { 1 };

	return layout_strided(&dnn->api, NUMBER_F32, 1, &n, stride, err);
}

static int
turn_open(
    struct side *s, const struct side_of *of, struct val *copy, struct err *err)
{
	struct want want = { .make = MAKE_REORDER };
	int left;

	want.src = of->result ? of->wanted : of->is;
	want.dst = of->result ? of->is : of->wanted;
	left = prim_open(&s->turn, s->turn.dnn, &want, err);
	if (left > 0)
		return err_set(err, ERR_BUG, "oneDNN: no such reorder");
	if (left < 0 ||
	    prim_arg(&s->turn, DNNL_ARG_FROM, of->result ? copy : of->v,
		want.src, err) < 0)
		return -1;
	return prim_arg(
	    &s->turn, DNNL_ARG_TO, of->result ? of->v : copy, want.dst, err);
}

/* The copy's place. */
static struct val *
copy_open(
    struct side *s, struct dnn *dnn, const struct side_of *of, struct err *err)
{
	struct passing *passing = &dnn->passing[of->slot];
	size_t size = layout_size(of->wanted);

	if (of->life == SIDE_PASSING) {
		passing->holds = of->result ? NULL : val_root(of->v);
		passing->as = of->wanted;
		return dnn_passing(dnn, of->slot, size, err);
	}
	s->own.data = arena_slab(&dnn->arena, size, err);
	return s->own.data == NULL ? NULL : &s->own;
}

/* Has the operation before this one left just this copy? */
static int
is_there(const struct passing *p, const struct side_of *of)
{
	return of->life == SIDE_PASSING && !of->result &&
	    p->holds == val_root(of->v) && layout_equal(p->as, of->wanted);
}

int
side_open(
    struct side *s, struct prim *p, const struct side_of *of, struct err *err)
{
	struct passing *passing = &p->dnn->passing[of->slot];
	struct val *copy;

	if (layout_equal(of->is, of->wanted))
		return prim_arg(p, of->what, of->v, of->is, err);
	if (is_there(passing, of))
		return prim_arg(p, of->what, &passing->val, of->wanted, err);
	copy = copy_open(s, p->dnn, of, err);
	if (copy == NULL)
		return -1;
	s->turn.dnn = p->dnn;
	s->result = of->result;
	s->turn.threads = dnn_threads(p->dnn, 20 * (double)val_count(of->v));
	if (turn_open(s, of, copy, err) < 0)
		return -1;
	return prim_arg(p, of->what, copy, of->wanted, err);
}

int
side_turns(const struct side *s)
{
	return s->turn.made.primitive != NULL;
}

int
side_before(struct side *s)
{
	return side_turns(s) && !s->result ? prim_run(&s->turn) : 0;
}

int
side_after(struct side *s)
{
	return side_turns(s) && s->result ? prim_run(&s->turn) : 0;
}

void
side_close(struct side *s)
{
	prim_close(&s->turn);
}
