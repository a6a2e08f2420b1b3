/* The base of a result that is a delta. */
#include "base.h"

#include <string.h>

struct base {
	struct graph graph;
	struct fmt_model model; /* read for this alone; else empty */
	char id[FMT_HEX];
};

static void
take_id(struct base *b, const struct fmt_model *m)
{
	memcpy(b->id, m->weights_id, sizeof(b->id));
}

/* The base of a run that is resumed. */
static int
read_again(struct run *r, struct base *b, struct err *err)
{
	struct tool *t = r->t;

	if (tool_check_input(
		t, r->model, t->cli.operands, t->cli.noperands, err) < 0 ||
	    tool_read_model(t, r->model, &b->model, err) < 0)
		return err_in(err, "--adapter-only: the base");
	b->graph = b->model.graph;
	take_id(b, &b->model);
	return 0;
}

int
base_keep(struct run *r, struct err *err)
{
	const struct session *s = &r->s;
	int adapted = s->adapter != NULL;
	const struct fmt_model *m = adapted ? &s->base : &s->model;
	struct base *b;

	if (!r->o->adapter_only)
		return 0;
	if ((b = arena_alloc(&r->t->arena, sizeof(*b), err)) == NULL)
		return -1;
	r->base = b;
	if (r->resumed)
		return read_again(r, b, err);
	take_id(b, m);
	return graph_copy(&b->graph, &m->graph, &r->t->arena, err);
}

void
base_free(struct run *r)
{
	if (r->base != NULL)
		fmt_close(&r->base->model);
}

static void
tell(struct run *r, const struct graph *g)
{
	int64_t numbers = 0;
	int n = 0, all = 0;

	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++) {
			const struct tensor *t = &g->nodes[i].params[k].value;

			all++;
			n += t->data != NULL;
			numbers += t->data != NULL ? shape_count(&t->shape) : 0;
		}
	tool_note(r->t,
	    "the result holds %d of %d tensors, %lld of %lld numbers; the "
	    "others are those of the model with weights %.12s",
	    n, all, (long long)numbers, (long long)graph_param_count(g),
	    r->base->id);
}

int
base_leave_out(
    struct run *r, struct fmt_model *m, struct arena *arena, struct err *err)
{
	struct graph g;

	if (graph_copy(&g, &m->graph, arena, err) < 0)
		return -1;
	m->graph = g;
	fmt_leave_out(m, &r->base->graph, r->base->id);
	tell(r, &m->graph);
	return 0;
}
