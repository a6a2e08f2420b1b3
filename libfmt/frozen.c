/* Which layers and tensors do not learn, as a document of names; and back. */
#include <string.h>

#include "base/text.h"
#include "model.h"

static int
put_layers(
    struct json *j, const struct graph *g, struct arena *arena, struct err *err)
{
	const char **names =
	    arena_array(arena, (size_t)g->nnodes + 1, sizeof(*names), err);
	size_t n = 0;
	int i;

	if (names == NULL)
		return -1;
	for (i = 0; i < g->nnodes; i++)
		if (g->nodes[i].frozen)
			names[n++] = g->nodes[i].name;
	return document_put_names(j, "layers", names, n, arena, err);
}

static int
put_tensors(
    struct json *j, const struct graph *g, struct arena *arena, struct err *err)
{
	const char **names = arena_array(arena,
	    (size_t)g->nnodes * NODE_PARAMS_MAX + 1, sizeof(*names), err);
	size_t n = 0;
	int i, k;

	if (names == NULL)
		return -1;
	for (i = 0; i < g->nnodes; i++) {
		const struct node *node = &g->nodes[i];

		for (k = 0; k < node->nparams; k++) {
			if (!node->params[k].frozen)
				continue;
			names[n] = arena_printf(arena, err, "%s/%s", node->name,
			    node->params[k].name);
			if (names[n++] == NULL)
				return -1;
		}
	}
	return document_put_names(j, "tensors", names, n, arena, err);
}

static int
anything_frozen(const struct graph *g)
{
	int i, k;

	for (i = 0; i < g->nnodes; i++) {
		if (g->nodes[i].frozen)
			return 1;
		for (k = 0; k < g->nodes[i].nparams; k++)
			if (g->nodes[i].params[k].frozen)
				return 1;
	}
	return 0;
}

/* Where nothing is frozen no document says so. */
int
frozen_put(struct h5_object *root, const struct graph *g, struct arena *arena,
    struct err *err)
{
	struct json *j;

	if (!anything_frozen(g))
		return 0;
	j = document_new(arena, err);
	if (j == NULL || put_layers(j, g, arena, err) < 0 ||
	    put_tensors(j, g, arena, err) < 0)
		return -1;
	return document_put(root, "frozen", j, arena, err);
}

/* Sets the flag of one layer or, split at the last '/', of one tensor. */
static int
freeze(struct graph *g, const char *name, int is_layer)
{
	const char *slash = is_layer ? NULL : strrchr(name, '/');
	char layer[PATH_MAX_BYTES + 1];
	size_t n = slash != NULL ? (size_t)(slash - name) : strlen(name);
	struct node *node;
	int i, k;

	if (n > PATH_MAX_BYTES || (!is_layer && slash == NULL))
		return -1;
	memcpy(layer, name, n);
	layer[n] = '\0';
	i = graph_find(g, layer);
	if (i < 0)
		return -1;
	node = &g->nodes[i];
	if (is_layer)
		return node->frozen = 1, 0;
	for (k = 0; k < node->nparams; k++)
		if (strcmp(node->params[k].name, slash + 1) == 0)
			return node->params[k].frozen = 1, 0;
	return -1;
}

static int
freeze_all(struct graph *g, const struct json *j, const char *key, int is_layer,
    struct err *err)
{
	const struct json *list = json_get(j, key);
	const struct json *e;
	const char *before = "";
	char shown[128];

	if (list == NULL || list->type != JSON_IS_ARRAY)
		return fmt_refuse(err, RULE_FROZEN, "%s: is not a list", key);
	for (e = list->child; e != NULL; e = e->next) {
		if (e->type != JSON_IS_TEXT || strcmp(before, e->s) >= 0)
			return fmt_refuse(err, RULE_FROZEN,
			    "%s: is not a list of names in order", key);
		if (freeze(g, e->s, is_layer) < 0)
			return fmt_refuse(err, RULE_FROZEN, "%s: no '%s'", key,
			    text_safe(
				shown, sizeof(shown), e->s, strlen(e->s)));
		before = e->s;
	}
	return 0;
}

static int
names_nothing(const struct json *j)
{
	return json_get(j, "layers")->child == NULL &&
	    json_get(j, "tensors")->child == NULL;
}

int
frozen_to_graph(struct graph *g, const struct json *j, struct err *err)
{
	static const char *const keys[] = { "layers", "tensors", "version",
		NULL };

	if (json_only(j, keys, ERR_MODEL, err) < 0 ||
	    freeze_all(g, j, "layers", 1, err) < 0 ||
	    freeze_all(g, j, "tensors", 0, err) < 0)
		return err_in(err, "/frozen");
	return names_nothing(j)
	    ? fmt_refuse(err, RULE_EMPTY, "/frozen: names nothing")
	    : 0;
}
