/* A flat list of operations: append, place, run, profile. */
#include <assert.h>

#include "elt.h"
#include "flush.h"
#include "program.h"

/* Room for one more pointer in a list that doubles in the arena. */
static int
list_grow(void ***list, int n, int *room, struct arena *arena, struct err *err)
{
	void **bigger;
	int i, want = *room == 0 ? 64 : 2 * *room;

	if (n < *room)
		return 0;
	bigger = arena_array(arena, (size_t)want, sizeof(*bigger), err);
	if (bigger == NULL)
		return -1;
	for (i = 0; i < n; i++)
		bigger[i] = (*list)[i];
	*list = bigger;
	*room = want;
	return 0;
}

struct op *
program_op(struct program *p, enum op_what what, struct err *err)
{
	struct op *op = arena_alloc(p->arena, sizeof(*op), err);
	void **list = (void **)p->ops;

	if (op == NULL ||
	    list_grow(&list, p->nops, &p->ops_room, p->arena, err) < 0)
		return NULL;
	p->ops = (struct op **)list;
	p->ops[p->nops++] = op;
	op->what = what;
	op->phase = p->phase;
	return op;
}

struct val *
program_val(struct program *p, const struct shape *shape, const char *name,
    struct err *err)
{
	struct val *v = arena_alloc(p->arena, sizeof(*v), err);
	void **list = (void **)p->vals;

	if (v == NULL ||
	    list_grow(&list, p->nvals, &p->vals_room, p->arena, err) < 0)
		return NULL;
	p->vals = (struct val **)list;
	p->vals[p->nvals++] = v;
	v->name = name;
	v->shape = *shape;
	v->slab = SLAB_VALUE;
	return v;
}

void
program_place(struct program *p, void *const slabs[SLAB_N])
{
	struct val *v;
	int i;

	for (i = 0; i < p->nvals; i++) {
		v = val_root(p->vals[i]);
		if (v->slab != SLAB_BOUND)
			p->vals[i]->data =
			    (real *)(void *)((char *)slabs[v->slab] +
				v->offset);
	}
}

void
program_bind(struct program *p, struct val *v, real *data)
{
	int i;

	if (v->data == data)
		return;
	assert(v->slab == SLAB_BOUND && v->alias == NULL);
	for (i = 0; i < p->nvals; i++)
		if (val_root(p->vals[i]) == v)
			p->vals[i]->data = data;
}

void
program_count_readers(struct program *p)
{
	struct val *v;
	int i, k;

	for (i = 0; i < p->nvals; i++) {
		v = p->vals[i];
		v->readers = v->writers = 0;
		v->reader = v->writer = -1;
	}
	for (i = 0; i < p->nops; i++) {
		for (k = 0; k < p->ops[i]->nin; k++) {
			v = val_root(p->ops[i]->in[k]);
			if (v->readers++ == 0)
				v->reader = i;
		}
		for (k = 0; k < p->ops[i]->nout; k++) {
			v = val_root(p->ops[i]->out[k]);
			if (v->writers++ == 0)
				v->writer = i;
		}
	}
}

void
program_close_gaps(struct program *p)
{
	int i, n = 0;

	for (i = 0; i < p->nops; i++)
		if (p->ops[i] != NULL)
			p->ops[n++] = p->ops[i];
	p->nops = n;
}

/* Has anything that the operation reads changed since it ran?  Then it is
   said to run now. */
static int
is_stale(struct op *op, const struct step *step)
{
	uint64_t v, newest = 0;
	int i;

	for (i = 0; i < op->nin; i++) {
		v = val_version(op->in[i], step);
		newest = v > newest ? v : newest;
	}
	if (op->version == newest)
		return 0;
	op->version = newest;
	return 1;
}

static int
run_timed(struct program *p, int at, struct step *step)
{
	uint64_t before = p->clock();
	int failed = p->ops[at]->run(p->ops[at], step);

	p->ns[at] += p->clock() - before;
	return failed;
}

int
program_run(struct program *p, enum phase phase, struct step *step)
{
	int i = phase == PHASE_PREPARE ? 0 : p->end[phase - 1];
	uint64_t before = flush_begin();
	int failed = 0;

	if (phase == PHASE_FORWARD)
		p->runs++;
	for (; i < p->end[phase] && !failed; i++)
		if (phase != PHASE_PREPARE || is_stale(p->ops[i], step))
			failed = p->clock != NULL
			    ? run_timed(p, i, step)
			    : p->ops[i]->run(p->ops[i], step);
	flush_end(before);
	return failed ? -1 : 0;
}

void
program_release(struct program *p)
{
	int i;

	for (i = 0; i < p->nops; i++)
		if (p->ops[i]->release != NULL)
			p->ops[i]->release(p->ops[i]);
}

int
program_profile(struct program *p, uint64_t (*clock)(void), struct err *err)
{
	int i;

	if (p->ns == NULL)
		p->ns =
		    arena_array(p->arena, (size_t)p->nops, sizeof(*p->ns), err);
	if (p->ns == NULL)
		return -1;
	p->clock = clock;
	p->runs = 0;
	for (i = 0; i < p->nops; i++)
		if (chunk_inside(p->ops[i]) != NULL &&
		    program_profile(chunk_inside(p->ops[i]), clock, err) < 0)
			return -1;
	return 0;
}

double
program_flops(const struct program *p)
{
	double sum = 0;
	int i;

	for (i = 0; i < p->nops; i++)
		sum += op_flops(p->ops[i]);
	return sum;
}
