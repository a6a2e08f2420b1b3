/* The story of a model: records are added, never changed. */
#include "fmt.h"

int
fmt_lineage_add(struct fmt_model *m, struct json *record, struct arena *arena,
    struct err *err)
{
	struct json *list = json_put_array(NULL, NULL, arena, err);
	const struct json *old = m->lineage != NULL ? m->lineage->child : NULL;

	if (list == NULL)
		return -1;
	for (; old != NULL; old = old->next)
		if (json_put_copy(list, old, arena, err) < 0)
			return -1;
	if (json_put_copy(list, record, arena, err) < 0)
		return -1;
	m->lineage = list;
	return 0;
}
