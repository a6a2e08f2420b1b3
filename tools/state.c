/* What a run writes: checkpoints and the result, out of one place, so that
   both hold what a resumed run needs. */
#include "state.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

enum { ALTERNATE_NAME = 64 };

/* A copy of a tensor's numbers in the arena, in place when there is room. */
static int
copy_tensor(struct tensor *to, const struct tensor *from, struct arena *arena,
    struct err *err)
{
	size_t n;

	if (tensor_bytes(from, &n, err) < 0)
		return -1;
	if (to->data == NULL &&
	    (to->data = arena_slab(arena, n > 0 ? n : 1, err)) == NULL)
		return -1;
	to->dtype = from->dtype;
	to->shape = from->shape;
	memcpy(to->data, from->data, n);
	return 0;
}

static void
clear_numbers(struct graph *g)
{
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++)
			g->nodes[i].params[k].value.data = NULL;
}

static int
state_begin(struct run *r, struct state **state, int nslots, struct err *err)
{
	struct state *s = calloc(1, sizeof(*s));

	*state = s;
	if (s == NULL)
		return err_errno(err, "memory for the best weights");
	s->nslots = nslots;
	s->slots =
	    arena_array(&s->arena, (size_t)nslots + 1, sizeof(*s->slots), err);
	if (s->slots == NULL ||
	    graph_copy(&s->graph, &r->s.model.graph, &s->arena, err) < 0)
		return -1;
	clear_numbers(&s->graph);
	return 0;
}

/* Numbers of one graph into a copy of the same graph. */
static int
copy_numbers(struct graph *to, const struct graph *from, struct arena *arena,
    struct err *err)
{
	for (int i = 0; i < from->nnodes; i++)
		for (int k = 0; k < from->nodes[i].nparams; k++)
			if (copy_tensor(&to->nodes[i].params[k].value,
				&from->nodes[i].params[k].value, arena,
				err) < 0)
				return -1;
	return 0;
}

int
state_take(struct run *r, struct state **state, struct err *err)
{
	struct state *s;

	if (*state == NULL && state_begin(r, state, r->nslots, err) < 0)
		return -1;
	s = *state;
	if (net_store(r->net, &r->s.model.graph, err) < 0 ||
	    copy_numbers(&s->graph, &r->s.model.graph, &s->arena, err) < 0)
		return -1;
	for (int i = 0; i < r->nslots; i++) {
		s->slots[i].layer = r->slots[i].layer;
		s->slots[i].param = r->slots[i].param;
		s->slots[i].name = r->slots[i].slot;
		if (copy_tensor(&s->slots[i].value, &r->slots[i].value,
			&s->arena, err) < 0)
			return -1;
	}
	s->at = r->at;
	return 0;
}

static const struct fmt_named *
named_find(const struct fmt_named *from, int n, const char *layer,
    const char *param, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(from[i].layer, layer) == 0 &&
		    strcmp(from[i].param, param) == 0 &&
		    strcmp(from[i].name, name) == 0)
			return &from[i];
	return NULL;
}

static int
restore_weights(struct state *s, const struct fmt_model *m, struct err *err)
{
	const struct fmt_named *a;

	for (int i = 0; i < s->graph.nnodes; i++) {
		struct node *node = &s->graph.nodes[i];

		for (int k = 0; k < node->nparams; k++) {
			const struct tensor *own =
			    &m->graph.nodes[i].params[k].value;

			a = named_find(m->alternates, m->nalternates,
			    node->name, node->params[k].name, STATE_BEST);
			if (a != NULL &&
			    !shape_equal(&a->value.shape, &own->shape))
				return err_set(err, ERR_MODEL,
				    "alternate/%s/%s/%s: has another shape",
				    STATE_BEST, node->name,
				    node->params[k].name);
			if (copy_tensor(&node->params[k].value,
				a != NULL ? &a->value : own, &s->arena,
				err) < 0)
				return -1;
		}
	}
	return 0;
}

static int
restore_slots(struct run *r, struct state *s, struct err *err)
{
	const struct fmt_model *m = &r->s.model;

	for (int i = 0; i < r->nslots; i++) {
		char name[ALTERNATE_NAME];
		const struct fmt_named *a;

		snprintf(name, sizeof(name), "%s%s", STATE_BEST_SLOT,
		    r->slots[i].slot);
		a = named_find(m->alternates, m->nalternates, r->slots[i].layer,
		    r->slots[i].param, name);
		if (a == NULL ||
		    !shape_equal(&a->value.shape, &r->slots[i].value.shape))
			return err_set(err, ERR_MODEL,
			    "alternate/%s/%s/%s: is missing or has another "
			    "shape",
			    name, r->slots[i].layer, r->slots[i].param);
		s->slots[i].layer = r->slots[i].layer;
		s->slots[i].param = r->slots[i].param;
		s->slots[i].name = r->slots[i].slot;
		if (copy_tensor(&s->slots[i].value, &a->value, &s->arena, err) <
		    0)
			return -1;
	}
	return 0;
}

int
state_restore(struct run *r, struct state **state, struct err *err)
{
	if (!r->s.training.has_best)
		return 0;
	if (state_begin(r, state, r->nslots, err) < 0 ||
	    restore_weights(*state, &r->s.model, err) < 0 ||
	    restore_slots(r, *state, err) < 0)
		return -1;
	(*state)->at = r->s.training.best;
	return 0;
}

void
state_free(struct state *state)
{
	if (state == NULL)
		return;
	arena_free(&state->arena);
	free(state);
}

int
slots_load(struct run *r, const struct fmt_named *from, int n)
{
	int fitted = 0;

	for (int i = 0; i < r->nslots; i++) {
		struct net_slot *s = &r->slots[i];
		const struct fmt_named *f =
		    named_find(from, n, s->layer, s->param, s->slot);

		if (f == NULL || f->value.dtype != s->value.dtype ||
		    !shape_equal(&f->value.shape, &s->value.shape))
			continue;
		memcpy(s->value.data, f->value.data,
		    (size_t)shape_count(&s->value.shape) *
			dtype_size(s->value.dtype));
		fitted++;
	}
	return fitted;
}
