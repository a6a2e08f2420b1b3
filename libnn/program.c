/* A flat list of operations: append, print, run, profile. */
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
			    (real *)((char *)slabs[v->slab] + v->offset);
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
	int i = phase == 0 ? 0 : p->end[phase - 1];
	uint64_t before = flush_begin();
	int failed = 0;

	if (phase == PHASE_FORWARD)
		p->runs++;
	for (; i < p->end[phase] && !failed; i++)
		failed = p->clock != NULL ? run_timed(p, i, step)
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
	if (p->ns == NULL)
		p->ns =
		    arena_array(p->arena, (size_t)p->nops, sizeof(*p->ns), err);
	if (p->ns == NULL)
		return -1;
	p->clock = clock;
	p->runs = 0;
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

/* 12345678 as "12.3M". */
static void
print_count(struct text *out, double v, const char *unit)
{
	static const char *const prefix[] = { "", "k", "M", "G", "T" };
	int i = 0;

	for (; v >= 999.95 && i < 4; i++)
		v /= 1000;
	text_addf(
	    out, i == 0 ? "\t%.0f%s %s" : "\t%.1f%s %s", v, prefix[i], unit);
}

static void
print_vals(struct text *out, struct val *const *v, int n)
{
	char shape[SHAPE_TEXT];
	int i, most = n > 4 ? 3 : n;

	for (i = 0; i < most; i++)
		text_addf(out, "%s%s", i > 0 ? " " : "",
		    shape_print(shape, &v[i]->shape));
	if (n > most)
		text_addf(out, " and %d more", n - most);
}

static void
print_op(const struct program *p, int at, struct text *out)
{
	const struct op *op = p->ops[at];

	text_addf(out, "%d\t%s", at + 1, op_name(op->what));
	if (op->elt != NULL)
		text_addf(out, "%s%s", op->what == OP_MATMUL ? "+" : " ",
		    op->elt->name);
	text_addf(
	    out, "\t%s\t", op->layer == NULL ? "-" : op->layer->node->name);
	print_vals(out, op->in, op->nin);
	if (op->nout > 0)
		text_add(out, " -> ");
	print_vals(out, op->out, op->nout);
	print_count(out, op_flops(op), "FLOP");
	print_count(out, op_bytes(op), "B");
	text_addf(out, "\t%s", op->backend == NULL ? "-" : op->backend);
	if (p->clock != NULL && p->runs > 0)
		text_addf(out, "\t%.2f us",
		    (double)p->ns[at] / 1e3 / (double)p->runs);
	text_add(out, "\n");
}

void
program_print(const struct program *p, struct text *out)
{
	static const char *const name[PHASE_N] = { "forward", "loss",
		"backward", "update" };
	int i, phase = -1;

	text_addf(out, "%s, batch of %lld:", p->name, (long long)p->n);
	text_addf(out, " %d operations", p->nops);
	print_count(out, program_flops(p), "FLOP");
	print_count(out, (double)p->value_size, "B of values\n");
	for (i = 0; i < p->nops; i++) {
		if ((int)p->ops[i]->phase != phase) {
			phase = (int)p->ops[i]->phase;
			text_addf(out, "%s\n", name[phase]);
		}
		print_op(p, i, out);
	}
}
