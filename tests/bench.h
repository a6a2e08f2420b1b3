/* One layer by itself: a program with its forward and backward, its inputs,
   parameters and dy in buffers of the test. */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include "parts.h"

#include "program.h"

enum { VALUES_MAX = 256 };

static struct err err;

struct bench {
	struct arena arena;
	struct program p;
	struct build b;
	struct node node;
	struct layer l;
	struct step step;
	real weight[VALUES_MAX]; /* the loss is sum(weight y) */
};

static inline struct val *
bound(struct bench *t, const struct shape *shape, const char *name)
{
	struct val *v = program_val(&t->p, shape, name, &err);
	size_t n = (size_t)shape_count(shape);

	v->slab = SLAB_BOUND;
	program_bind(&t->p, v, arena_slab(&t->arena, n * sizeof(real), &err));
	return v;
}

/* Numbers away from zero, where some kinds have a kink. */
static inline void
scatter(struct val *v, const char *purpose)
{
	int64_t i;

	for (i = 0; i < val_count(v); i++) {
		real x = number(purpose, i);

		v->data[i] = x < 0 ? x - REAL_C(0.1) : x + REAL_C(0.1);
	}
}

/* What a variance may be. */
static inline void
scatter_positive(struct val *v, const char *purpose)
{
	int64_t i;

	for (i = 0; i < val_count(v); i++)
		v->data[i] = REAL_C(1.25) + number(purpose, i);
}

/* An operand as a layer with nx inputs of these shapes, batch in front. */
static inline void
begin(struct bench *t, const char *operand, const struct shape *x, int nx)
{
	const struct kind *kind;
	struct operand o;
	int i, used;

	memset(t, 0, sizeof(*t));
	t->p.arena = &t->arena;
	t->p.name = "test";
	t->p.n = x[0].dim[0];
	t->step.n = (int)t->p.n;
	if (operand_parse(&o, operand, &t->arena, &err) < 0)
		fail_msg("%s: %s", operand, err.text);
	kind = kind_find(o.name);
	if (kind == NULL)
		fail_msg("no kind %s", o.name);
	t->node.name = "it";
	t->node.kind = kind->name;
	if (kind->attrs != NULL &&
	    operand_settings(
		&o, kind->attrs, &t->node.settings, &used, &t->arena, &err) < 0)
		fail_msg("%s: %s", operand, err.text);
	t->l.nx = nx;
	for (i = 0; i == 0 || i < nx; i++)
		t->l.x_shape[i] = x[i];
	if (layer_open(&t->l, &t->node, &t->arena, ERR_MODEL, &err) < 0)
		fail_msg("%s: %s", operand, err.text);
}

/* Layers that do not train are frozen: they have no gradients of their own. */
static inline void
hang_params(struct bench *t)
{
	struct layer *l = &t->l;
	int i;

	for (i = 0; i < NODE_PARAMS_MAX && l->kind->param[i] != NULL; i++) {
		if (l->param_shape[i].rank < 0)
			continue;
		l->param[i] = bound(t, &l->param_shape[i], "param");
		if (l->kind->role[i] == ROLE_STATISTIC)
			scatter_positive(l->param[i], l->kind->param[i]);
		else
			scatter(l->param[i], l->kind->param[i]);
		if (l->kind->role[i] == ROLE_PARAMETER && l->training)
			l->grad[i] = bound(t, &l->param_shape[i], "grad");
	}
}

static inline void
hang_values(struct bench *t)
{
	struct layer *l = &t->l;
	char name[32];
	int i;

	for (i = 0; i < l->nx; i++) {
		snprintf(name, sizeof(name), "x%d", i);
		l->x[i] = bound(t, &l->x_shape[i], "x");
		scatter(l->x[i], name);
		l->want[i] = 1;
	}
	hang_params(t);
}

static inline void
plan(struct bench *t)
{
	void *slabs[SLAB_N] = { NULL };
	int i;

	if (program_plan(&t->p, &err) < 0)
		fail_msg("%s", err.text);
	slabs[SLAB_VALUE] = arena_slab(&t->arena, t->p.value_size + 1, &err);
	program_place(&t->p, slabs);
	for (i = 0; i < t->p.nvals; i++)
		if (t->p.vals[i]->data == NULL)
			t->p.vals[i]->data = val_root(t->p.vals[i])->data;
	for (i = 0; i < t->p.nops; i++)
		assert_int_equal(backend_ref.plan(NULL, t->p.ops[i], &err), 0);
}

static inline void
keep(struct val *v)
{
	val_root(v)->keep = 1;
}

static inline void
compile(struct bench *t, int training)
{
	struct layer *l = &t->l;
	int i;

	t->b = (struct build){ &t->p, &t->arena, l, &err, 0 };
	l->training = training;
	hang_values(t);
	t->p.phase = PHASE_FORWARD;
	if (l->kind->forward(l, &t->b) < 0)
		fail_msg("%s: forward: %s", l->kind->name, err.text);
	keep(l->y);
	l->dy = bound(t, &l->y_shape, "dy");
	scatter(l->dy, "dy");
	t->p.phase = PHASE_BACKWARD;
	if (l->kind->backward(l, &t->b) < 0)
		fail_msg("%s: backward: %s", l->kind->name, err.text);
	for (i = 0; i < l->nx; i++)
		keep(l->dx[i]);
	plan(t);
}

static inline void
end(struct bench *t)
{
	program_release(&t->p);
	arena_free(&t->arena);
}

#endif
