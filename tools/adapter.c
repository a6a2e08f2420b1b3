/* Deltas read with their base; adapters merged. */
#include "adapter.h"

#include <string.h>

#include "lora.h"

static const char *
shown(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

int
adapter_check(struct tool *t, const char *path, const char *adapter,
    const char *const *operands, int n, struct err *err)
{
	if (strcmp(path, "-") == 0 && strcmp(adapter, "-") == 0)
		return err_set(err, ERR_USAGE,
		    "standard input: is asked for as the model and as its "
		    "adapter; give one of them as a file");
	return tool_check_input(t, adapter, operands, n, err) < 0
	    ? err_in(err, "--adapter")
	    : 0;
}

int
adapter_read(struct tool *t, const char *path, const char *adapter,
    struct fmt_model *m, struct fmt_model *base, struct err *err)
{
	if (tool_read_model(t, path, base, err) < 0 ||
	    tool_read_file(t, adapter, m, err) < 0)
		return -1;
	if (!fmt_is_delta(m))
		return err_set(err, ERR_MODEL,
		    "%s: is a whole model, not an adapter of one; give it "
		    "with -m",
		    shown(adapter));
	tool_note_format(t, adapter, m);
	if (fmt_complete(m, base, err) < 0)
		return err_in(err, "%s: with %s", shown(adapter), shown(path));
	m->file_bytes += base->file_bytes;
	return 0;
}

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
