/* Which pictures lie in blocks of channels, and where they are turned.

   A backend may be faster on pictures whose channels are in blocks of 16
   (N C/16 H W 16) than in rows (N H W C).  Operations that can have them so
   and share pictures with each other are taken together: they all have blocks
   when what they gain is more than what turning costs where they begin and
   end, and only there a picture is turned.  Decided by formula alone. */
#include "program.h"

enum { BLOCK = 16 };

/* One operation, or -1: none. */
struct member {
	int leader;  /* of those that it is taken together with, or itself */
	double gain; /* in bytes; of a leader: of all of them */
};

/* One value that is nobody's alias. */
struct picture {
	int rows; /* must stay in rows: somebody cannot have it in blocks */
	int user; /* an operation that touches it */
	struct val *copy; /* the same in blocks, while it holds; or NULL */
};

struct arrange {
	struct program *p;
	struct member *ops;
	struct picture *pictures;
	struct op **list; /* the operations with those that turn */
	int n;
	struct err *err;
};

/* Kernels have four dims too, but live elsewhere. */
static int
is_inside(struct val *v)
{
	enum slab_name slab = val_root(v)->slab;

	return slab == SLAB_VALUE || slab == SLAB_BOUND;
}

static int
is_picture(struct val *v)
{
	return v->shape.rank == 4 && v->shape.dim[3] % BLOCK == 0 &&
	    is_inside(v);
}

/* Of a value inside.  Before lives are known its `first` is its number. */
static struct picture *
picture_of(const struct arrange *a, struct val *v)
{
	return &a->pictures[val_root(v)->first];
}

static struct val **
operand(struct op *op, int i)
{
	return i < op->nin ? &op->in[i] : &op->out[i - op->nin];
}

static int
operands(const struct op *op)
{
	return op->nin + op->nout;
}

static int
leader(struct arrange *a, int i)
{
	while (a->ops[i].leader != i)
		i = a->ops[i].leader = a->ops[a->ops[i].leader].leader;
	return i;
}

static int
has_blocks(struct arrange *a, int i)
{
	return a->ops[i].leader >= 0 && a->ops[leader(a, i)].gain > 0;
}

/* What the backend says of each operation. */
static void
ask(struct arrange *a, const struct backend *backend, void *handle)
{
	struct op *op;
	int i, k, some;

	for (i = 0; i < a->p->nops; i++) {
		op = a->p->ops[i];
		for (some = k = 0; k < operands(op); k++)
			some |= is_picture(*operand(op, k));
		a->ops[i].leader = -1;
		if (!some)
			continue;
		a->ops[i].gain = backend->blocks(handle, op);
		if (a->ops[i].gain >= 0)
			a->ops[i].leader = i;
	}
}

/* A picture stays in rows when others than this program look at it, or an
   operation does that cannot have blocks, or sees another shape. */
static void
look(struct arrange *a)
{
	struct val *v;
	int i, k;

	for (i = 0; i < a->p->nvals; i++) {
		v = a->p->vals[i];
		v->first = i;
		a->pictures[i].user = -1;
		a->pictures[i].rows = v->slab != SLAB_VALUE || v->keep;
	}
	for (i = 0; i < a->p->nops; i++)
		for (k = 0; k < operands(a->p->ops[i]); k++) {
			v = *operand(a->p->ops[i], k);
			if (is_inside(v) &&
			    (a->ops[i].leader < 0 || !is_picture(v) ||
				!shape_equal(&v->shape, &val_root(v)->shape)))
				picture_of(a, v)->rows = 1;
		}
}

/* Operations that share a picture in blocks go together. */
static void
join(struct arrange *a, int i, struct picture *picture)
{
	int to;

	if (picture->user >= 0) {
		to = leader(a, picture->user);
		i = leader(a, i);
		if (to != i) {
			a->ops[to].gain += a->ops[i].gain;
			a->ops[i].leader = to;
		}
		return;
	}
	picture->user = i;
}

/* Turning reads and writes. */
static double
cost(const struct val *v)
{
	int64_t spots = v->shape.dim[1] * v->shape.dim[2];

	return spots == 1 ? 0 : 2 * (double)val_count(v) * sizeof(real);
}

/* Those taken together pay once for a picture that stays in rows. */
static void
pay(struct arrange *a, int i, struct val *v)
{
	struct picture *picture = picture_of(a, v);
	int by = leader(a, i);

	if (picture->user == by)
		return;
	picture->user = by;
	a->ops[by].gain -= cost(v);
}

static void
weigh(struct arrange *a)
{
	struct val *v;
	int i, k, rows;

	for (rows = 0; rows < 2; rows++)
		for (i = 0; i < a->p->nops; i++) {
			if (a->ops[i].leader < 0)
				continue;
			for (k = 0; k < operands(a->p->ops[i]); k++) {
				v = *operand(a->p->ops[i], k);
				if (!is_picture(v) ||
				    picture_of(a, v)->rows != rows)
					continue;
				if (rows)
					pay(a, i, v);
				else
					join(a, i, picture_of(a, v));
			}
		}
}

/* Views of a picture lie as it does. */
static void
mark(struct arrange *a)
{
	const struct picture *picture;
	struct val *v;
	int i;

	for (i = 0; i < a->p->nvals; i++) {
		v = a->p->vals[i];
		if (!is_picture(v))
			continue;
		picture = picture_of(a, v);
		if (!picture->rows && picture->user >= 0 &&
		    has_blocks(a, picture->user))
			v->block = BLOCK;
	}
}

static void
emit(struct arrange *a, struct op *op)
{
	a->list[a->n++] = op;
}

/* A picture of one spot lies the same in both ways. */
static struct val *
copy_of(struct arrange *a, struct val *v)
{
	struct val *copy = program_val(a->p, &v->shape, v->name, a->err);

	if (copy == NULL)
		return NULL;
	copy->block = BLOCK;
	if (cost(v) > 0)
		return copy;
	copy->alias = val_root(v);
	copy->slab = copy->alias->slab;
	return copy;
}

/* The operation stands at the end of the program for a moment only. */
static int
turn(struct arrange *a, const struct op *of, struct val *to, struct val *from)
{
	struct op *op;

	if (cost(to) <= 0)
		return 0;
	op = program_op(a->p, OP_REORDER, a->err);
	if (op == NULL)
		return -1;
	a->p->nops--;
	op->phase = of->phase;
	op->layer = of->layer;
	op->threads = of->threads;
	op->compute = of->compute;
	op->in[op->nin++] = from;
	op->out[op->nout++] = to;
	emit(a, op);
	return 0;
}

/* The picture that stays in rows, or NULL: there is nothing to turn. */
static struct picture *
in_rows(const struct arrange *a, struct val *v)
{
	return is_picture(v) && picture_of(a, v)->rows ? picture_of(a, v)
						       : NULL;
}

static int
turn_inputs(struct arrange *a, struct op *op)
{
	struct picture *picture;
	int k;

	for (k = 0; k < op->nin; k++) {
		picture = in_rows(a, op->in[k]);
		if (picture == NULL)
			continue;
		if (picture->copy == NULL) {
			picture->copy = copy_of(a, op->in[k]);
			if (picture->copy == NULL ||
			    turn(a, op, picture->copy, op->in[k]) < 0)
				return -1;
		}
		op->in[k] = picture->copy;
	}
	return 0;
}

/* The results go to copies, and from there to where others look. */
static int
turn_outputs(struct arrange *a, struct op *op)
{
	struct val *rows[OP_OUT] = { NULL };
	struct picture *picture;
	int k;

	for (k = 0; k < op->nout; k++) {
		picture = in_rows(a, op->out[k]);
		if (picture == NULL)
			continue;
		rows[k] = op->out[k];
		picture->copy = copy_of(a, rows[k]);
		if (picture->copy == NULL)
			return -1;
		op->out[k] = picture->copy;
	}
	emit(a, op);
	for (k = 0; k < op->nout; k++)
		if (rows[k] != NULL && turn(a, op, rows[k], op->out[k]) < 0)
			return -1;
	return 0;
}

/* What somebody else writes makes the copy in blocks a thing of the past. */
static void
leave(struct arrange *a, struct op *op)
{
	int k;

	for (k = 0; k < op->nout; k++)
		if (is_picture(op->out[k]))
			picture_of(a, op->out[k])->copy = NULL;
	emit(a, op);
}

static int
rewrite(struct arrange *a)
{
	int i, nops = a->p->nops;
	struct op *op;

	for (i = 0; i < nops; i++) {
		op = a->p->ops[i];
		if (!has_blocks(a, i))
			leave(a, op);
		else if (turn_inputs(a, op) < 0 || turn_outputs(a, op) < 0)
			return -1;
	}
	a->p->ops = a->list;
	a->p->nops = a->p->ops_room = a->n;
	return 0;
}

/* Every operand may need one that turns it. */
static size_t
room(const struct program *p)
{
	size_t n = (size_t)p->nops + 1;
	int i;

	for (i = 0; i < p->nops; i++)
		n += (size_t)operands(p->ops[i]);
	return n;
}

int
program_arrange(struct program *p, const struct backend *backend, void *handle,
    struct err *err)
{
	struct arrange a = { .p = p, .err = err };

	a.ops = arena_array(p->arena, (size_t)p->nops + 1, sizeof(*a.ops), err);
	a.pictures = arena_array(
	    p->arena, (size_t)p->nvals + 1, sizeof(*a.pictures), err);
	a.list = arena_array(p->arena, room(p), sizeof(struct op *), err);
	if (a.ops == NULL || a.pictures == NULL || a.list == NULL)
		return -1;
	ask(&a, backend, handle);
	look(&a);
	weigh(&a);
	mark(&a);
	return rewrite(&a);
}
