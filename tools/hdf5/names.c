/* The links of a group: hard ones, with names that a model file may have. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "hdf5/walk.h"

const char *
name_take(const char *name, struct arena *arena, struct err *err)
{
	size_t n = strnlen(name, 1000);
	char shown[128];

	if (h5_name_ok(name, n))
		return arena_text_n(arena, name, n, err);
	err_set(err, ERR_MODEL, "'%s' is no name that a model file may have",
	    text_safe(shown, sizeof(shown), name, n));
	return NULL;
}

static int
room(struct names *names)
{
	const char **wider;

	if (names->n < names->room)
		return 0;
	if (names->n >= H5_OBJECTS_MAX)
		return err_set(names->err, ERR_MODEL,
		    "more than %d objects in one group", H5_OBJECTS_MAX);
	names->room = names->room == 0 ? 16 : 2 * names->room;
	wider = arena_array(
	    names->arena, (size_t)names->room, sizeof(*wider), names->err);
	if (wider == NULL)
		return -1;
	if (names->n > 0)
		memcpy(wider, names->at, (size_t)names->n * sizeof(*wider));
	names->at = wider;
	return 0;
}

static int
link_check(const char *name, H5L_type_t type, struct err *err)
{
	if (type == H5L_TYPE_HARD)
		return 0;
	return err_set(err, ERR_MODEL, "'%s' is %s, which is not followed",
	    name,
	    type == H5L_TYPE_SOFT           ? "a soft link"
		: type == H5L_TYPE_EXTERNAL ? "a link to another file"
					    : "a link of an unknown kind");
}

static herr_t
take(hid_t group, const char *name, const H5L_info_t *info, void *ctx)
{
	struct names *names = ctx;
	const char *kept = name_take(name, names->arena, names->err);

	(void)group;
	if (kept == NULL || link_check(kept, info->type, names->err) < 0 ||
	    room(names) < 0)
		return -1;
	names->at[names->n++] = kept;
	return 0;
}

int
names_take(struct names *names, hid_t group)
{
	hsize_t at = 0;

	if (H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, &at, take, names) <
	    0)
		return hdf5_failed(names->err, "its links cannot be read");
	if (names->n > 1)
		qsort(names->at, (size_t)names->n, sizeof(*names->at),
		    text_order);
	return 0;
}
