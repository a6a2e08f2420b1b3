/* What learns: selections of layers and tensors become frozen flags. */
#include <string.h>

#include "base/text.h"
#include "select.h"
#include "surgery.h"

static int
freeze_through(struct run *r, const char *name, struct err *err)
{
	struct graph *g = &r->s.model.graph;
	int last = graph_find(g, name);

	if (last < 0) {
		const char **names = arena_array(
		    &r->t->arena, (size_t)g->nnodes + 1, sizeof(*names), err);
		const char *near;

		if (names == NULL)
			return -1;
		for (int i = 0; i < g->nnodes; i++)
			names[i] = g->nodes[i].name;
		near = text_nearest(name, names);
		return err_set(err, ERR_USAGE,
		    "--freeze-through: there is no layer '%s'%s%s%s", name,
		    near != NULL ? "; did you mean '" : "",
		    near != NULL ? near : "", near != NULL ? "'?" : "");
	}
	for (int i = 0; i <= last; i++) {
		g->nodes[i].frozen = 1;
		for (int k = 0; k < g->nodes[i].nparams; k++)
			g->nodes[i].params[k].frozen = 1;
	}
	return 0;
}

int
freeze_by(struct run *r, const char *option, const char *list, struct err *err)
{
	struct graph *g = &r->s.model.graph;
	struct selection s;

	if (strcmp(option, "freeze-through") == 0)
		return freeze_through(r, list, err);
	if (select_parse(&s, g, list, &r->t->arena, err) < 0)
		return err_in(err, "--%s", option);
	if (strcmp(option, "freeze") == 0)
		select_freeze(&s, g, 1);
	else
		select_thaw(&s, g);
	return 0;
}
