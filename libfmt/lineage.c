/* The story of a model: records are added, never changed. */
#include <string.h>

#include "fmt.h"

/* A member of a list once more, so that the old list stays as it is. */
static int
again(struct json *list, const struct json *record, struct arena *arena,
    struct err *err)
{
	struct json *copy = arena_alloc(arena, sizeof(*copy), err);

	if (copy == NULL)
		return -1;
	*copy = *record;
	copy->next = NULL;
	if (list->last != NULL)
		list->last->next = copy;
	else
		list->child = copy;
	list->last = copy;
	return 0;
}

int
fmt_lineage_add(struct fmt_model *m, struct json *record, struct arena *arena,
    struct err *err)
{
	struct json *list = json_put_array(NULL, NULL, arena, err);
	const struct json *old = m->lineage != NULL ? m->lineage->child : NULL;

	if (list == NULL)
		return -1;
	for (; old != NULL; old = old->next)
		if (again(list, old, arena, err) < 0)
			return -1;
	if (again(list, record, arena, err) < 0)
		return -1;
	m->lineage = list;
	return 0;
}
