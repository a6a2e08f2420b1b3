/* Adapters merged. */
#include "adapter.h"

#include "lora.h"

static int
is_there(const struct graph *g, const struct fmt_named *t)
{
	int i = graph_find(g, t->layer);

	return i >= 0 && node_param_find(&g->nodes[i], t->param) != NULL;
}

/* Optimizer state of tensors that are still there. */
static int
keep_slots(struct fmt_model *m, struct arena *arena, struct err *err)
{
	struct fmt_named *slots =
	    arena_array(arena, (size_t)m->nslots + 1, sizeof(*slots), err);
	int n = 0;

	if (slots == NULL)
		return -1;
	for (int i = 0; i < m->nslots; i++)
		if (is_there(&m->graph, &m->slots[i]))
			slots[n++] = m->slots[i];
	m->slots = slots;
	m->nslots = n;
	if (n == 0)
		m->optimizer_step = 0;
	return 0;
}

int
adapter_merge(struct fmt_model *m, struct arena *arena, struct err *err)
{
	struct graph g;

	if (graph_copy(&g, &m->graph, arena, err) < 0 ||
	    lora_merge(&g, err) < 0)
		return -1;
	m->graph = g;
	return keep_slots(m, arena, err);
}
