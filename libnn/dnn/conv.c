/* Convolutions and their gradients.

   Pictures lie as their values say; kernels in the program are h w C/groups F,
   and are turned into the layout that the primitive likes best whenever they
   have changed.  Where the library has nothing fast for pictures as they lie
   (a few channels), it takes a copy in its own layout. */
#include <string.h>

#include "dnn/pass.h"
#include "dnn/side.h"
#include "dnn/winograd.h"
#include "elt.h"

/* A relu of the library turns NaN into 0 and hides it; as long as its negative
   side has a slope it multiplies instead.  This one is zero where numbers too
   small for an exponent count as zero, as they do in programs. */
static const float no_slope = 1e-45f;

struct conv {
	struct prim prim;
	struct side x, kernel, y;
	uint64_t version;   /* of the kernel in its side */
	int bias, epilogue; /* are ours to do, in shares */
};

/* The operands by their roles in the forward direction. */
struct roles {
	struct val *x, *kernel, *y, *bias;
	int x_arg, kernel_arg, y_arg, bias_arg;
	enum make make;
};

static struct roles
roles_of(const struct op *op)
{
	if (op->what == OP_CONV)
		return (struct roles){ op->in[0], op->in[1], op->out[0],
			op->bias > 0 ? op->in[op->bias] : NULL, DNNL_ARG_SRC,
			DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_BIAS,
			MAKE_CONV };
	if (op->what == OP_CONV_DATA)
		return (struct roles){ op->out[0], op->in[1], op->in[0], NULL,
			DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST,
			0, MAKE_CONV_DATA };
	return (struct roles){ op->in[0], op->out[0], op->in[1],
		op->dbias > 0 ? op->out[op->dbias] : NULL, DNNL_ARG_SRC,
		DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_BIAS,
		MAKE_CONV_KERNEL };
}

/* The library's gradients have none, but a transposed convolution does. */
static void
bias_share(void *arg, int share, int shares)
{
	const struct op *op = arg;
	const struct grid g = grid_of(op->out[0]);
	int64_t spots = g.height * g.width, rows = g.n * g.groups * spots;
	int64_t row = share_begin(rows, 1, share, shares), i;
	int64_t end = share_begin(rows, 1, share + 1, shares);

	for (; row < end; row++) {
		const float *bias =
		    op->in[op->bias]->data + row / spots % g.groups * g.inner;
		float *y = op->out[0]->data + row * g.inner;

		for (i = 0; i < g.inner; i++)
			y[i] += bias[i];
	}
}

static void
epilogue_share(void *arg, int share, int shares)
{
	const struct op *op = arg;
	int64_t count = val_count(op->out[0]), n;
	int64_t at = share_begin(count, LANES, share, shares);
	int64_t end = share_begin(count, LANES, share + 1, shares);

	for (; at < end; at += n) {
		n = end - at < TILE ? end - at : TILE;
		op_epilogue_of(op, op->out[0]->data + at, at, n);
	}
}

/* The kernel's copy is good until the kernel changes. */
static int
turn_kernel(struct conv *c, const struct op *op, const struct step *step)
{
	uint64_t version;

	if (op->what == OP_CONV_KERNEL || !side_turns(&c->kernel))
		return 0;
	version = prim_kernel_version(op->in[1], step);
	if (version != 0 && version == c->version)
		return 0;
	c->version = version;
	return side_before(&c->kernel);
}

static int
conv_run(struct op *op, struct step *step)
{
	struct conv *c = op->state;

	if (turn_kernel(c, op, step) < 0 || side_before(&c->x) < 0 ||
	    side_before(&c->y) < 0 || prim_run(&c->prim) < 0 ||
	    side_after(&c->x) < 0 || side_after(&c->y) < 0 ||
	    side_after(&c->kernel) < 0)
		return -1;
	if (c->bias)
		shares_run(c->prim.threads, bias_share, op);
	if (c->epilogue)
		shares_run(c->prim.threads, epilogue_share, op);
	return 0;
}

static void
conv_release(struct op *op)
{
	struct conv *c = op->state;

	prim_close(&c->prim);
	side_close(&c->x);
	side_close(&c->kernel);
	side_close(&c->y);
}

/* What to ask the library for, best first. */
struct way {
	int relu, any_x, any_y;
	int bf16; /* what is read; results are f32 */
	int last;
};

static const struct layout *
picture(struct dnn *dnn, const struct val *v, int any, enum number number,
    struct err *err)
{
	const int64_t *d = v->shape.dim;
	int64_t dim[] = { d[0], d[3], d[1], d[2] };

	return any ? layout_any(&dnn->api, number, 4, dim, err)
		   : layout_picture(dnn, v, number, err);
}

static int
conv_want(struct want *w, struct dnn *dnn, const struct op *op,
    const struct way *way, enum make make, struct err *err)
{
	const struct roles r = roles_of(op);
	enum number read = way->bf16 ? NUMBER_BF16 : NUMBER_F32;
	enum number x = make == MAKE_CONV_DATA ? NUMBER_F32 : read;
	enum number y = make == MAKE_CONV ? NUMBER_F32 : read;
	enum number kernel = make == MAKE_CONV_KERNEL ? NUMBER_F32 : read;
	int i;

	*w = (struct want){ .make = make, .relu = way->relu };
	w->slope = no_slope;
	w->alg = dnnl_convolution_direct;
	for (i = 0; i < 2; i++) {
		w->stride[i] = op->window.stride[i];
		w->dilation[i] = op->window.dilation[i];
		w->before[i] = op->window.before[i];
		w->after[i] = op->window.after[i];
	}
	w->src = picture(dnn, r.x, way->any_x, x, err);
	w->dst = picture(dnn, r.y, way->any_y, y, err);
	w->weights = layout_kernel_any(dnn, r.kernel, op->groups, kernel, err);
	if (r.bias != NULL)
		w->bias = layout_vector(dnn, val_count(r.bias), err);
	return w->src == NULL || w->dst == NULL || w->weights == NULL ||
		(r.bias != NULL && w->bias == NULL)
	    ? -1
	    : 0;
}

/* Is it a way that the reference is faster than?  One number by number, or a
   depthwise kernel's gradient by other means than those made for it, which
   have 3 x 3: 5 GFLOP/s, where the reference has 30 to 50. */
static int
is_slow(const struct conv *c, const struct op *op)
{
	const char *name = c->prim.made.name;

	if (strncmp(name, "ref", 3) == 0)
		return 1;
	return op->what == OP_CONV_KERNEL && op->groups > 1 &&
	    op->groups == val_cols(op->in[0]) &&
	    strncmp(name, "jit_dw", 6) != 0;
}

/* 1: the library has none, or a slow one.  For pictures in blocks the last way
   is better than none. */
static int
try_way(struct conv *c, struct dnn *dnn, const struct op *op,
    const struct way *way, struct err *err)
{
	struct want want, forward;
	int left;

	if (conv_want(&want, dnn, op, way, roles_of(op).make, err) < 0 ||
	    conv_want(&forward, dnn, op, way, MAKE_CONV, err) < 0)
		return -1;
	want.forward = &forward;
	left = prim_open(&c->prim, dnn, &want, err);
	if (left == 0 && !way->last && is_slow(c, op))
		left = 1;
	if (left != 0)
		prim_close(&c->prim);
	c->bias = op->what == OP_CONV_DATA && op->bias > 0;
	c->epilogue =
	    (op->elt != NULL && !way->relu) || op->add > 0 || op->back != NULL;
	return left;
}

/* Values in blocks have a way in any case, if with copies. */
static int
open_as(struct conv *c, struct dnn *dnn, const struct op *op, int bf16,
    struct err *err)
{
	const struct roles r = roles_of(op);
	int relu = op->what == OP_CONV && op->elt != NULL && op->add == 0 &&
	    strcmp(op->elt->name, "relu") == 0;
	int few = val_cols(r.x) % 16 > 0 && r.y->block > 0;
	const struct way ways[] = {
		{ relu, few, 0, bf16, 0 },
		{ 0, few, 0, bf16, 0 },
		{ 0, 1, 1, bf16, !bf16 && (r.x->block || r.y->block) },
	};
	int i, left = 1;

	for (i = 0; i < (int)(sizeof(ways) / sizeof(ways[0])) && left == 1; i++)
		left = try_way(c, dnn, op, &ways[i], err);
	return left;
}

/* What the library cannot do in bf16 is done better; so is what reads a few
   channels, whose gradients would take it ten times as long, and what hardly
   multiplies what it moves, whose copies in bf16 cost more than they save. */
static int
open_best(struct conv *c, struct dnn *dnn, struct op *op, struct err *err)
{
	int bf16 = op->compute == COMPUTE_BF16 &&
	    val_cols(roles_of(op).x) / op->groups >= 16 &&
	    op_flops(op) > FLOPS_A_BYTE * op_bytes(op);
	int left = bf16 ? open_as(c, dnn, op, 1, err) : 1;

	if (left != 1)
		return left;
	op->compute = COMPUTE_F32;
	return open_as(c, dnn, op, 0, err);
}

static int
open_sides(struct conv *c, const struct op *op, struct err *err)
{
	const struct roles r = roles_of(op);
	const struct made *m = &c->prim.made;
	struct dnn *dnn = c->prim.dnn;
	int to_x = r.make == MAKE_CONV_DATA, to_y = r.make == MAKE_CONV;
	int to_kernel = r.make == MAKE_CONV_KERNEL;
	const struct side_of of[] = {
		{ r.x, layout_picture(dnn, r.x, NUMBER_F32, err), m->src,
		    r.x_arg, to_x, SIDE_PASSING, 0 },
		{ r.y, layout_picture(dnn, r.y, NUMBER_F32, err), m->dst,
		    r.y_arg, to_y, SIDE_PASSING, 1 },
		{ r.kernel, layout_kernel(dnn, r.kernel, op->groups, err),
		    m->weights, r.kernel_arg, to_kernel,
		    to_kernel ? SIDE_PASSING : SIDE_KEPT, 2 },
	};
	struct side *to[] = { &c->x, &c->y, &c->kernel };
	int i;

	for (i = 0; i < 3; i++)
		if (of[i].is == NULL ||
		    side_open(to[i], &c->prim, &of[i], err) < 0)
			return -1;
	return r.bias == NULL
	    ? 0
	    : prim_arg(&c->prim, r.bias_arg, r.bias, m->bias, err);
}

int
dnn_conv(struct dnn *dnn, struct op *op, struct err *err)
{
	struct conv *c;
	int left;

	if (winograd_pays(op))
		return winograd_plan(dnn, op, err);
	c = arena_alloc(&dnn->arena, sizeof(*c), err);
	if (c == NULL)
		return -1;
	op->state = c;
	c->prim.threads = dnn_threads(dnn, op_flops(op));
	left = open_best(c, dnn, op, err);
	if (left == 0)
		left = open_sides(c, op, err);
	if (left != 0) {
		conv_release(op);
		return left;
	}
	op->run = conv_run;
	op->release = conv_release;
	return 0;
}
