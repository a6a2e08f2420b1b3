/* The operations of a stretch once more, for a few samples. */
#include "stretch.h"

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
		if (!val_is_parameter(op->in[i]) &&
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

int
stretch_open_set(struct set *set, const struct stretch *t,
    const struct program *p, struct span_of s, int64_t n, struct err *err)
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
