/* What a run writes: checkpoints and the result, out of one place, so that
   both hold what a resumed run needs. */
#include "state.h"

#include <stdlib.h>
#include <string.h>

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
	s->entered = r->entered;
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

	if (*state != NULL && (*state)->entered != r->entered) {
		state_free(*state);
		*state = NULL;
	}
	if (*state == NULL && state_begin(r, state, r->nslots, err) < 0)
		return -1;
	s = *state;
	if (net_store(r->net, &r->s.model.graph, err) < 0 ||
	    copy_numbers(&s->graph, &r->s.model.graph, &s->arena, err) < 0)
		return -1;
	for (int i = 0; i < r->nslots; i++) {
		const struct node *node =
		    &s->graph.nodes[graph_find(&s->graph, r->slots[i].layer)];

		/* Names that outlive the net. */
		s->slots[i].layer = node->name;
		s->slots[i].param =
		    node_param_find(node, r->slots[i].param)->name;
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

/* The optimizer's part of an alternate's name, or NULL. */
static const char *
best_slot(const struct fmt_named *a)
{
	size_t n = strlen(STATE_BEST_SLOT);

	return strncmp(a->name, STATE_BEST_SLOT, n) == 0 ? a->name + n : NULL;
}

/* Of the tensors that learnt when the run was best. */
static int
restore_slots(struct state *s, const struct fmt_model *m, struct err *err)
{
	for (int i = 0; i < m->nalternates; i++) {
		const struct fmt_named *a = &m->alternates[i];

		if (best_slot(a) == NULL)
			continue;
		s->slots[s->nslots] = *a;
		s->slots[s->nslots].name = best_slot(a);
		s->slots[s->nslots].value.data = NULL;
		if (copy_tensor(&s->slots[s->nslots++].value, &a->value,
			&s->arena, err) < 0)
			return -1;
	}
	return 0;
}

int
state_restore(struct run *r, struct state **state, struct err *err)
{
	if (!r->s.training.has_best)
		return 0;
	if (fmt_verify(&r->s.model, FMT_ALTERNATES, err) < 0)
		return -1;
	if (state_begin(r, state, r->s.model.nalternates, err) < 0)
		return -1;
	(*state)->nslots = 0;
	if (restore_weights(*state, &r->s.model, err) < 0 ||
	    restore_slots(*state, &r->s.model, err) < 0)
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
slots_load(struct run *r, const struct fmt_named *from, int n, const char *only)
{
	int fitted = 0;

	for (int i = 0; i < r->nslots; i++) {
		struct net_slot *s = &r->slots[i];
		const struct fmt_named *f =
		    named_find(from, n, s->layer, s->param, s->slot);

		if (only != NULL && strcmp(s->slot, only) != 0)
			continue;
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

int
slots_copy(struct run *r, struct fmt_named **slots, int *n, struct arena *arena,
    struct err *err)
{
	struct fmt_named *to =
	    arena_array(arena, (size_t)r->nslots + 1, sizeof(*to), err);

	if (to == NULL)
		return -1;
	for (int i = 0; i < r->nslots; i++) {
		const struct net_slot *s = &r->slots[i];

		to[i] =
		    (struct fmt_named){ s->layer, s->param, s->slot, { 0 } };
		if (copy_tensor(&to[i].value, &s->value, arena, err) < 0 ||
		    (to[i].layer = arena_text(arena, s->layer, err)) == NULL ||
		    (to[i].param = arena_text(arena, s->param, err)) == NULL)
			return -1;
	}
	*slots = to;
	*n = r->nslots;
	return 0;
}

void
since_load(struct run *r, const struct fmt_named *from, int n)
{
	const struct graph *g = &r->s.model.graph;

	for (int i = 0; i < n; i++) {
		int node = graph_find(g, from[i].layer);
		int64_t since;

		if (strcmp(from[i].name, STATE_SINCE) != 0 || node < 0 ||
		    from[i].value.dtype != DTYPE_I64 ||
		    shape_count(&from[i].value.shape) != 1)
			continue;
		memcpy(&since, from[i].value.data, sizeof(since));
		for (int k = 0; k < g->nodes[node].nparams; k++)
			if (strcmp(g->nodes[node].params[k].name,
				from[i].param) == 0 &&
			    since > 0 && since <= r->at.optimizer_step)
				r->thaws.since[node][k] = since;
	}
}
