/* The table at the end of nn-finetune: what became of the tensors, a row a
   fate; with --verbose a row a tensor before it. */
#include <stdio.h>

#include "fate.h"

/* Every tensor with what became of it. */
static void
show_each(struct run *r)
{
	const struct graph *g = &r->s.model.graph;

	tool_line(r->t, "%-28s %-14s %10s  %s", "tensor", "shape", "numbers",
	    "state");
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++) {
			const struct param *p = &g->nodes[i].params[k];
			char shape[SHAPE_TEXT], name[PATH_MAX_BYTES + 128];

			snprintf(name, sizeof(name), "%s/%s", g->nodes[i].name,
			    p->name);
			tool_line(r->t, "%-28s %-14s %10lld  %s", name,
			    shape_print(shape, &p->value.shape),
			    (long long)shape_count(&p->value.shape),
			    fate_words[fate_of(r, i, k)]);
		}
}

struct tally {
	long long tensors, numbers;
};

static void
count(const struct run *r, struct tally tally[FATES])
{
	const struct graph *g = &r->s.model.graph;

	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++) {
			struct tally *t = &tally[fate_of(r, i, k)];

			t->tensors++;
			t->numbers +=
			    shape_count(&g->nodes[i].params[k].value.shape);
		}
}

void
show_tensors(struct run *r)
{
	struct tally tally[FATES] = { 0 };

	if (r->t->common->verbose)
		show_each(r);
	count(r, tally);
	tool_line(r->t, "%-12s %8s %12s", "state", "tensors", "numbers");
	for (int i = 0; i < FATES; i++)
		if (tally[i].tensors > 0 || i == FATE_TRAINED ||
		    i == FATE_FROZEN)
			tool_line(r->t, "%-12s %8lld %12lld", fate_words[i],
			    tally[i].tensors, tally[i].numbers);
}
