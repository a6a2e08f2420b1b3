/* Tensors that a writer keeps, ascending by name. */
#include <string.h>

#include "nnfmt-inside.h"

/* Where the name is or would be.  Whoever copies a model comes in order, so
   the end is tried first. */
static int64_t
place(const struct entries *all, const char *name)
{
	int64_t lo = 0;
	int64_t hi = all->n;

	if (hi > 0 && path_compare(all->at[hi - 1]->name, name) < 0)
		return hi;
	while (lo < hi) {
		int64_t mid = lo + (hi - lo) / 2;

		if (path_compare(all->at[mid]->name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int
is_at(const struct entries *all, int64_t i, const char *name)
{
	return i < all->n && strcmp(all->at[i]->name, name) == 0;
}

struct entry *
entry_find(const struct entries *all, const char *name)
{
	int64_t i = place(all, name);

	return is_at(all, i, name) ? all->at[i] : NULL;
}

/* Room for one more. */
static int
widen(struct entries *all, struct arena *arena, struct err *err)
{
	int64_t room = all->room == 0 ? 16 : 2 * all->room;
	struct entry **wider;

	if (all->n < all->room)
		return 0;
	wider = arena_array(arena, (size_t)room, sizeof(struct entry *), err);
	if (wider == NULL)
		return -1;
	if (all->n > 0)
		memcpy(wider, all->at, (size_t)all->n * sizeof(struct entry *));
	all->at = wider;
	all->room = room;
	return 0;
}

int
entry_put(struct entries *all, const struct entry *entry, struct arena *arena,
    struct err *err)
{
	int64_t i = place(all, entry->name);
	struct entry *copy;

	if (is_at(all, i, entry->name)) {
		const char *name = all->at[i]->name;

		*all->at[i] = *entry;
		all->at[i]->name = name;
		return 0;
	}
	copy = arena_alloc(arena, sizeof(*copy), err);
	if (copy == NULL || widen(all, arena, err) < 0)
		return -1;
	*copy = *entry;
	copy->name = arena_text(arena, entry->name, err);
	if (copy->name == NULL)
		return -1;
	memmove(&all->at[i + 1], &all->at[i],
	    (size_t)(all->n - i) * sizeof(struct entry *));
	all->at[i] = copy;
	all->n++;
	return 0;
}

void
entry_drop(struct entries *all, const char *name)
{
	int64_t i = place(all, name);

	if (!is_at(all, i, name))
		return;
	all->n--;
	memmove(&all->at[i], &all->at[i + 1],
	    (size_t)(all->n - i) * sizeof(struct entry *));
}
