/* Stretches of operations that run depth first, a few samples at a time. */
#include "chunk.h"

#include <assert.h>
#include <string.h>

enum {
	CHUNK = 8,    /* samples at a time */
	WORTH_N = 16, /* samples in the batch */
	SETS = 2,     /* whole chunks, and the rest */
	ENDS = OP_IN, /* values that a stretch shares with the program */
};

/* The operations of a stretch for so many samples, of one lane. */
struct set {
	struct program p; /* n 0: this lane needs none */
	struct val *end[2 * ENDS], *sum[ENDS];
};

/* A lane's share of one stretch. */
struct share {
	int64_t from, to; /* samples */
	struct set set[SETS];
	int failed;
};

struct stretch {
	const struct backend *backend; /* lends its threads; NULL: none */
	struct op *op;
	struct step *step;
	struct lane *lanes;
	struct share *shares;
	int nlanes;
	int64_t n, chunk;
	int nends, nsums;
	struct val *end[2 * ENDS]; /* of the program: x, y, parameters aside */
	struct val *sum[ENDS];     /* gradients, summed over the samples */
	double flops;
};

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
is_parameter(struct val *v)
{
	enum slab_name slab = val_root(v)->slab;

	return slab == SLAB_PARAM || slab == SLAB_DERIVED;
}

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
		if (!is_batch(op->in[i], n) && !is_parameter(op->in[i]))
			return 0;
	if (op->what == OP_CONV_KERNEL)
		return 1;
	for (i = 0; i < op->nout; i++)
		if (!is_batch(op->out[i], n))
			return 0;
	return 1;
}

/* Operations first..end-1 of a program, in one phase. */
struct span_of {
	int first, end;
};

static struct span_of
find_stretch(const struct program *p, int from)
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
static int
worth(const struct program *p, struct span_of s)
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

	if (!is_parameter(v))
		return !is_seen(p, s, root) || add_end(t, root, 0);
	if (has(op->in, op->nin, root))
		return 1;
	if (op->nin == OP_IN)
		return 0;
	op->in[op->nin++] = root;
	return 1;
}

/* 0: it has more ends than an operation can have operands. */
static int
find_ends(struct stretch *t, const struct program *p, struct span_of s)
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

/* What stands for a value of the program in a set. */
struct copy {
	const struct val *from;
	struct val *to;
};

struct copies {
	struct set *set;
	const struct stretch *stretch;
	struct err *err;
	struct copy *list;
	int n;
};

static struct val *
copy_new(struct copies *c, const struct val *from, int64_t n)
{
	struct shape shape = from->shape;
	struct val *to;

	if (n > 0)
		shape.dim[0] = n;
	to = program_val(&c->set->p, &shape, from->name, c->err);
	if (to == NULL)
		return NULL;
	to->block = from->block;
	c->list[c->n++] = (struct copy){ from, to };
	return to;
}

/* Views are views of the copy. */
static struct val *
copy_of(struct copies *c, struct val *v)
{
	const struct stretch *t = c->stretch;
	struct val *to, *root = NULL;
	int i;

	for (i = 0; i < c->n; i++)
		if (c->list[i].from == v)
			return c->list[i].to;
	if (v->alias != NULL && (root = copy_of(c, v->alias)) == NULL)
		return NULL;
	to = copy_new(c, v, c->set->p.n);
	if (to == NULL)
		return NULL;
	to->alias = root;
	for (i = 0; i < t->nends; i++)
		if (t->end[i] == v) {
			to->slab = SLAB_BOUND;
			c->set->end[i] = to;
		}
	if (root != NULL)
		to->slab = root->slab;
	return to;
}

/* A gradient of some samples, kept until it has been added. */
static struct val *
copy_of_sum(struct copies *c, const struct val *v)
{
	struct val *to = copy_new(c, v, 0);
	int i;

	if (to == NULL)
		return NULL;
	to->keep = 1;
	for (i = 0; i < c->stretch->nsums; i++)
		if (c->stretch->sum[i] == v)
			c->set->sum[i] = to;
	return to;
}

static int
copy_op(struct copies *c, const struct op *from)
{
	struct op *op = program_op(&c->set->p, from->what, c->err);
	int i;

	if (op == NULL)
		return -1;
	*op = *from;
	op->threads = 1;
	for (i = 0; i < op->nin; i++)
		if (!is_parameter(op->in[i]) &&
		    (op->in[i] = copy_of(c, from->in[i])) == NULL)
			return -1;
	for (i = 0; i < op->nout; i++) {
		op->out[i] = op->what == OP_CONV_KERNEL
		    ? copy_of_sum(c, from->out[i])
		    : copy_of(c, from->out[i]);
		if (op->out[i] == NULL)
			return -1;
	}
	return 0;
}

/* The operations for n samples, over values of their own. */
static int
open_set(struct set *set, const struct stretch *t, const struct program *p,
    struct span_of s, int64_t n, struct err *err)
{
	struct copies c = { set, t, err, NULL, 0 };
	int i;

	if (n == 0)
		return 0;
	set->p.name = p->name;
	set->p.arena = p->arena;
	set->p.n = n;
	c.list = arena_array(
	    p->arena, (size_t)p->nvals + ENDS, sizeof(*c.list), err);
	if (c.list == NULL)
		return -1;
	for (i = s.first; i < s.end; i++)
		if (copy_op(&c, p->ops[i]) < 0)
			return -1;
	return program_plan(&set->p, err);
}

static void
grow(size_t *size, size_t n)
{
	*size = n > *size ? n : *size;
}

static size_t
sums_size(const struct stretch *t)
{
	size_t n = 0;
	int i;

	for (i = 0; i < t->nsums; i++)
		n += (size_t)val_count(t->sum[i]);
	return n * sizeof(real);
}

/* Lane i takes whole chunks, the last one the rest as well. */
static int
open_share(struct stretch *t, int i, const struct program *p, struct span_of s,
    struct err *err)
{
	struct share *h = &t->shares[i];
	struct lane *l = &t->lanes[i];
	int64_t chunks = (t->n + t->chunk - 1) / t->chunk, rest;
	int k;

	h->from = chunks * i / t->nlanes * t->chunk;
	h->to = chunks * (i + 1) / t->nlanes * t->chunk;
	h->to = h->to < t->n ? h->to : t->n;
	rest = (h->to - h->from) % t->chunk;
	if (open_set(&h->set[0], t, p, s,
		h->to - h->from >= t->chunk ? t->chunk : 0, err) < 0 ||
	    open_set(&h->set[1], t, p, s, rest, err) < 0)
		return -1;
	for (k = 0; k < SETS; k++)
		grow(&l->values_size, h->set[k].p.value_size);
	grow(&l->sums_size, sums_size(t));
	return 0;
}

/* The numbers of the next n samples are in each set's ends. */
static void
bind(const struct stretch *t, struct set *set, int64_t at)
{
	int64_t each;
	int i;

	for (i = 0; i < t->nends; i++) {
		if (set->end[i] == NULL)
			continue;
		each = val_count(t->end[i]) / t->n;
		program_bind(&set->p, set->end[i], t->end[i]->data + at * each);
	}
}

HOT static void
add_up(real *restrict to, const real *restrict from, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++)
		to[i] += from[i];
}

/* The first lane adds up in place, the others beside it. */
static void
add_sums(const struct stretch *t, const struct set *set, int lane, int first)
{
	real *beside = t->lanes[lane].sums, *to;
	int64_t n;
	int i;

	for (i = 0; i < t->nsums; i++, beside += n) {
		n = val_count(t->sum[i]);
		to = lane == 0 ? t->sum[i]->data : beside;
		if (first)
			memcpy(to, set->sum[i]->data, (size_t)n * sizeof(real));
		else
			add_up(to, set->sum[i]->data, n);
	}
}

static int
run_set(struct set *set, const struct step *step, int64_t at)
{
	struct step own = *step;
	int phase, failed = 0;

	own.n = (int)set->p.n;
	own.id = step->id == NULL ? NULL : step->id + at;
	for (phase = PHASE_FORWARD; phase < PHASE_N && !failed; phase++)
		failed = program_run(&set->p, phase, &own);
	return failed;
}

static void
run_share(void *arg, int i, int n)
{
	struct stretch *t = arg;
	struct share *h = &t->shares[i];
	struct set *set;
	int64_t at;

	(void)n;
	h->failed = 0;
	for (at = h->from; at < h->to && !h->failed; at += set->p.n) {
		set = &h->set[h->to - at >= t->chunk ? 0 : 1];
		bind(t, set, at);
		h->failed = run_set(set, t->step, at);
		add_sums(t, set, i, at == h->from);
	}
}

/* In the order of the lanes: the same bytes for the same threads. */
static void
join_sums(const struct stretch *t)
{
	const real *beside;
	int i, lane;

	for (lane = 1; lane < t->nlanes; lane++) {
		beside = t->lanes[lane].sums;
		for (i = 0; i < t->nsums; i++) {
			add_up(t->sum[i]->data, beside, val_count(t->sum[i]));
			beside += val_count(t->sum[i]);
		}
	}
}

static int
stretch_run(struct op *op, struct step *step)
{
	struct stretch *t = op->state;
	int i, failed = 0;

	t->step = step;
	if (t->nlanes > 1)
		t->backend->shares(t->nlanes, run_share, t);
	else
		run_share(t, 0, 1);
	for (i = 0; i < t->nlanes; i++)
		failed |= t->shares[i].failed;
	join_sums(t);
	return failed ? -1 : 0;
}

static void
stretch_release(struct op *op)
{
	struct stretch *t = op->state;
	int i, k;

	for (i = 0; i < t->nlanes; i++)
		for (k = 0; k < SETS; k++)
			program_release(&t->shares[i].set[k].p);
}

/* The stretch as one operation: 0; 1 when it cannot be one. */
static int
open_stretch(struct net *net, const struct program *p, struct span_of s,
    struct op **out, struct err *err)
{
	struct stretch *t = arena_alloc(p->arena, sizeof(*t), err);
	struct op *op = arena_alloc(p->arena, sizeof(*op), err);
	int64_t most;
	int i;

	if (t == NULL || op == NULL)
		return -1;
	op->what = OP_CHUNKS;
	op->phase = p->ops[s.first]->phase;
	op->layer = p->ops[s.first]->layer;
	op->state = t;
	op->run = stretch_run;
	op->release = stretch_release;
	t->op = op;
	t->backend = net->backend;
	t->lanes = net->lanes;
	t->nlanes = p->threads < net->nlanes ? p->threads : net->nlanes;
	t->n = p->n;
	most = (t->n + t->nlanes - 1) / t->nlanes;
	t->chunk = most < CHUNK ? most : CHUNK;
	if (!find_ends(t, p, s))
		return 1;
	t->shares =
	    arena_array(p->arena, (size_t)t->nlanes, sizeof(*t->shares), err);
	if (t->shares == NULL)
		return -1;
	for (i = s.first; i < s.end; i++)
		op->flops += op_flops(p->ops[i]);
	for (i = 0; i < t->nlanes; i++)
		if (open_share(t, i, p, s, err) < 0)
			return -1;
	*out = op;
	return 0;
}

static int
open_lanes(struct net *net, struct err *err)
{
	int i;

	if (net->lanes != NULL)
		return 0;
	net->lanes = arena_array(
	    &net->arena, (size_t)net->threads, sizeof(*net->lanes), err);
	if (net->lanes == NULL)
		return -1;
	for (i = 0; i < net->threads; i++) {
		net->lanes[i].backend_handle = net->backend->open(1, err);
		if (net->lanes[i].backend_handle == NULL)
			return -1;
		net->nlanes++;
	}
	return 0;
}

int
chunk_program(struct net *net, struct program *p, struct err *err)
{
	struct span_of s = { 0, 0 };
	struct op *op;
	int i, left;

	if (net->backend == NULL || net->backend->shares == NULL ||
	    net->whole || p->n < WORTH_N)
		return 0;
	for (;;) {
		s = find_stretch(p, s.end);
		if (s.first == p->nops)
			break;
		if (!worth(p, s))
			continue;
		if (open_lanes(net, err) < 0)
			return -1;
		left = open_stretch(net, p, s, &op, err);
		if (left < 0)
			return -1;
		if (left > 0)
			continue;
		p->ops[s.first] = op;
		for (i = s.first + 1; i < s.end; i++)
			p->ops[i] = NULL;
		program_close_gaps(p);
		s.end = s.first + 1;
	}
	return 0;
}

int
chunk_allocate(struct net *net, int touched, struct err *err)
{
	struct lane *l;
	int i;

	for (i = 0; i < net->nlanes; i++) {
		l = &net->lanes[i];
		l->values = arena_slab(&net->arena, l->values_size, err);
		l->sums = arena_slab(&net->arena, l->sums_size, err);
		if (l->values == NULL || l->sums == NULL)
			return -1;
		if (!touched)
			continue;
		slab_touch(l->values, l->values_size);
		slab_touch(l->sums, l->sums_size);
	}
	return 0;
}

static int
plan_set(
    struct net *net, const struct lane *l, struct set *set, struct err *err)
{
	void *slabs[SLAB_N] = { [SLAB_VALUE] = l->values };
	int i;

	program_place(&set->p, slabs);
	for (i = 0; i < set->p.nops; i++)
		if (backend_plan_op(
			net, l->backend_handle, set->p.ops[i], err) < 0)
			return -1;
	return 0;
}

int
chunk_plan(struct net *net, struct program *p, struct err *err)
{
	struct stretch *t;
	int i, k, set;

	for (i = 0; i < p->nops; i++) {
		if (p->ops[i]->what != OP_CHUNKS)
			continue;
		t = p->ops[i]->state;
		for (k = 0; k < t->nlanes; k++)
			for (set = 0; set < SETS; set++)
				if (plan_set(net, &net->lanes[k],
					&t->shares[k].set[set], err) < 0)
					return -1;
	}
	return 0;
}

struct program *
chunk_inside(const struct op *op)
{
	const struct stretch *t = op->state;

	return op->what == OP_CHUNKS ? &t->shares[0].set[0].p : NULL;
}

void
chunk_close(struct net *net)
{
	int i;

	for (i = 0; i < net->nlanes; i++)
		net->backend->close(net->lanes[i].backend_handle);
}

size_t
chunk_bytes(const struct net *net)
{
	size_t n = 0;
	int i;

	for (i = 0; i < net->nlanes; i++)
		n += net->lanes[i].values_size + net->lanes[i].sums_size;
	return n;
}
