/* How kinds append operations to a program.  Sticky: after an error nothing
   is appended, and build_status says so. */
#include <assert.h>

#include "elt.h"
#include "program.h"

int
build_status(const struct build *b)
{
	return b->failed ? -1 : 0;
}

struct arena *
build_arena(struct build *b)
{
	return b->arena;
}

const char *
build_purpose(struct build *b, const char *what)
{
	const char *name;

	if (b->failed)
		return NULL;
	name =
	    arena_printf(b->arena, b->err, "%s/%s", what, b->layer->node->name);
	if (name == NULL)
		b->failed = 1;
	return name;
}

static void *
checked(struct build *b, void *p)
{
	if (p == NULL)
		b->failed = 1;
	return p;
}

const char *
build_stream(struct build *b, const char *purpose)
{
	if (b->failed)
		return NULL;
	return checked(b,
	    arena_printf(
		b->arena, b->err, "%s/%s", purpose, b->layer->node->name));
}

struct val *
build_val(struct build *b, const struct shape *shape, const char *suffix)
{
	const char *layer = b->layer == NULL ? "net" : b->layer->node->name;
	const char *name;

	if (b->failed)
		return NULL;
	name = arena_printf(b->arena, b->err, "%s.%s", layer, suffix);
	if (checked(b, (void *)(uintptr_t)name) == NULL)
		return NULL;
	return checked(b, program_val(b->program, shape, name, b->err));
}

struct val *
build_alias(struct build *b, struct val *v, const struct shape *shape)
{
	struct val *alias;

	if (b->failed)
		return NULL;
	assert(shape_count(shape) == val_count(v));
	alias = checked(b, program_val(b->program, shape, v->name, b->err));
	if (alias == NULL)
		return NULL;
	alias->alias = v;
	alias->slab = v->slab;
	return alias;
}

struct op *
build_op(struct build *b, enum op_what what)
{
	struct op *op;

	if (b->failed)
		return NULL;
	op = checked(b, program_op(b->program, what, b->err));
	if (op != NULL)
		op->layer = b->layer;
	return op;
}

void
build_in(struct op *op, struct val *v)
{
	if (op == NULL || v == NULL)
		return;
	assert(op->nin < OP_IN);
	op->in[op->nin++] = v;
}

int
build_optional(struct op *op, struct val *v)
{
	build_in(op, v);
	return op == NULL || v == NULL ? 0 : op->nin - 1;
}

int
build_result(struct op *op, struct val *v)
{
	build_out(op, v);
	return op == NULL || v == NULL ? 0 : op->nout - 1;
}

void
build_out(struct op *op, struct val *v)
{
	if (op == NULL || v == NULL)
		return;
	assert(op->nout < OP_OUT);
	op->out[op->nout++] = v;
}

struct val *
build_matmul(struct build *b, struct val *a, int trans_a, struct val *w,
    int trans_b, struct val *bias, const struct shape *shape, struct val *out)
{
	struct op *op = build_op(b, OP_MATMUL);

	if (out == NULL)
		out = build_val(
		    b, shape, b->program->phase == PHASE_FORWARD ? "y" : "dx");
	if (b->failed)
		return NULL;
	op->trans_a = trans_a;
	op->trans_b = trans_b;
	build_in(op, a);
	build_in(op, w);
	op->bias = build_optional(op, bias);
	build_out(op, out);
	return out;
}

struct val *
build_rowsum(struct build *b, struct val *v, struct val *out)
{
	struct op *op = build_op(b, OP_ROWSUM);
	struct shape shape;

	if (b->failed)
		return NULL;
	shape = (struct shape){ 1, { val_cols(v) } };
	if (out == NULL)
		out = build_val(b, &shape, "sum");
	build_in(op, v);
	build_out(op, out);
	return out;
}

static struct val *
build_elt(struct build *b, enum op_what what, const struct elt *elt,
    const void *conf, struct val *x, struct val *xy, const char *suffix)
{
	struct op *op = build_op(b, what);
	struct val *out;

	if (b->failed)
		return NULL;
	out = build_val(b, &x->shape, suffix);
	op->elt = elt;
	op->conf = conf;
	build_in(op, x);
	build_in(op, xy);
	build_out(op, out);
	return out;
}

struct val *
build_eltwise(
    struct build *b, const struct elt *elt, const void *conf, struct val *x)
{
	return build_elt(b, OP_ELTWISE, elt, conf, x, NULL, "y");
}

struct val *
build_eltwise_back(struct build *b, const struct elt *elt, const void *conf,
    struct val *dy, struct val *xy)
{
	return build_elt(b, OP_ELTWISE_BACK, elt, conf, dy, xy, "dx");
}
