/* Trees of models that a test spoils: edited, then with digests and ids that
   fit, so that only what was spoilt can be refused. */
#ifndef TESTS_SPOILT_H
#define TESTS_SPOILT_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model.h"

/* Takes a link that is there out of its group. */
static inline void
spoilt_drop(struct h5_object *group, const char *name)
{
	int i = 0;

	while (strcmp(group->links[i]->name, name) != 0)
		i++;
	for (; i + 1 < group->nlinks; i++)
		group->links[i] = group->links[i + 1];
	group->nlinks--;
}

static inline int
spoilt_sign(struct h5_object *root, struct arena *arena, struct err *err)
{
	char hex[FMT_HEX];
	int i;

	if (digests_put(root, arena, err) < 0)
		return -1;
	for (i = 0; i < ID_N; i++)
		if (id_compute(root, (enum fmt_id)i, hex, err) < 0 ||
		    h5_put_text(root, id_names[i], hex, arena, err) < 0)
			return -1;
	return 0;
}

/* The bytes of the file, laid out anew, in the arena; NULL. */
static inline uint8_t *
spoilt_bytes(
    struct h5_object *root, size_t *n, struct arena *arena, struct err *err)
{
	FILE *f = tmpfile();
	uint8_t *file = NULL;
	uint64_t bytes = 0;

	if (f == NULL)
		return NULL;
	if (h5_layout(root, &bytes, err) == 0 &&
	    tree_write(root, bytes, fileno(f), arena, err) == 0)
		file = arena_slab(arena, (size_t)bytes, err);
	*n = (size_t)bytes;
	if (file != NULL && pread(fileno(f), file, *n, 0) != (ssize_t)*n)
		file = NULL;
	fclose(f);
	return file;
}

#endif
