/* What sources keep: growing memory, many names in little space, labels. */
#include <stdlib.h>
#include <string.h>

#include "store.h"

enum { GROW_FROM = 4096, SLOTS_FROM = 256 };

int
slab_grow(void **p, size_t *size, size_t need, size_t keep, struct err *err)
{
	size_t room = *size + *size / 2;
	void *more;

	if (need <= *size)
		return 0;
	if (room < need)
		room = need;
	if (room < GROW_FROM)
		room = GROW_FROM;
	more = slab_new(room, err);
	if (more == NULL)
		return -1;
	if (keep > 0)
		memcpy(more, *p, keep);
	slab_free(*p, *size);
	*p = more;
	*size = room;
	return 0;
}

int
names_add(struct names *s, const char *name, size_t n, struct err *err)
{
	void *text = s->text;
	void *at = s->at;
	size_t used = (size_t)s->n * sizeof(s->at[0]);

	if (slab_grow(&text, &s->text_size, s->used + n + 1, s->used, err) < 0)
		return -1;
	s->text = text;
	if (slab_grow(&at, &s->at_size, used + sizeof(s->at[0]), used, err) < 0)
		return -1;
	s->at = at;
	s->at[s->n++] = s->used;
	memcpy(s->text + s->used, name, n);
	s->text[s->used + n] = '\0';
	s->used += n + 1;
	return 0;
}

const char *
names_get(const struct names *s, int64_t i)
{
	return s->text + s->at[i];
}

static int
compare_names(const void *a, const void *b, void *text)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return strcmp((const char *)text + *x, (const char *)text + *y);
}

void
names_sort(struct names *s)
{
	if (s->n > 1)
		qsort_r(s->at, (size_t)s->n, sizeof(s->at[0]), compare_names,
		    s->text);
}

void
names_free(struct names *s)
{
	slab_free(s->text, s->text_size);
	slab_free(s->at, s->at_size);
	memset(s, 0, sizeof(*s));
}

static uint64_t
name_hash(const char *name, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (uint8_t)name[i]) * 0x100000001b3u;
	return h ^ h >> 29;
}

/* Where the name is or belongs in the table. */
static int64_t
label_slot(const struct label_set *set, const char *name, size_t n)
{
	int64_t i = (int64_t)(name_hash(name, n) % (uint64_t)set->slots);
	const char *s;

	for (; set->slot[i] >= 0; i = (i + 1) % set->slots) {
		s = names_get(&set->names, set->slot[i]);
		if (strlen(s) == n && memcmp(s, name, n) == 0)
			break;
	}
	return i;
}

static int
label_rehash(struct label_set *set, struct err *err)
{
	int64_t slots = set->slots > 0 ? 2 * set->slots : SLOTS_FROM;
	size_t size = (size_t)slots * sizeof(set->slot[0]);
	int32_t *slot = slab_new(size, err);
	const char *s;
	int64_t i;

	if (slot == NULL)
		return -1;
	memset(slot, 0xff, size);
	slab_free(set->slot, set->slot_size);
	set->slot = slot;
	set->slot_size = size;
	set->slots = slots;
	for (i = 0; i < set->names.n; i++) {
		s = names_get(&set->names, i);
		slot[label_slot(set, s, strlen(s))] = (int32_t)i;
	}
	return 0;
}

int32_t
label_add(struct label_set *set, const char *name, size_t n, struct err *err)
{
	int64_t i;

	if (n == 0 || n > LABEL_BYTES_MAX)
		return err_set(err, ERR_DATA,
		    "a class name of %zu bytes: not in 1..%d", n,
		    LABEL_BYTES_MAX);
	if (2 * set->names.n >= set->slots && label_rehash(set, err) < 0)
		return -1;
	i = label_slot(set, name, n);
	if (set->slot[i] >= 0)
		return set->slot[i];
	if (set->names.n >= LABELS_MAX)
		return err_set(
		    err, ERR_DATA, "more than %d classes", LABELS_MAX);
	if (names_add(&set->names, name, n, err) < 0)
		return -1;
	set->slot[i] = (int32_t)set->names.n - 1;
	return set->slot[i];
}

void
label_free(struct label_set *set)
{
	names_free(&set->names);
	slab_free(set->slot, set->slot_size);
	memset(set, 0, sizeof(*set));
}

struct ranked {
	const char *name;
	int32_t number;
};

static int
compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a;
	const struct ranked *y = b;

	return strcmp(x->name, y->name);
}

int
label_sort(const struct label_set *set, int32_t *label, int64_t n,
    const char ***names, struct arena *arena, struct err *err)
{
	size_t count = (size_t)set->names.n;
	struct ranked *r = arena_array(arena, count + 1, sizeof(*r), err);
	int32_t *place = arena_array(arena, count + 1, sizeof(*place), err);
	const char **out = arena_array(arena, count + 1, sizeof(*out), err);
	size_t i;
	int64_t k;

	if (r == NULL || place == NULL || out == NULL)
		return -1;
	for (i = 0; i < count; i++) {
		r[i].name =
		    arena_text(arena, names_get(&set->names, (int64_t)i), err);
		if (r[i].name == NULL)
			return -1;
		r[i].number = (int32_t)i;
	}
	qsort(r, count, sizeof(*r), compare_ranked);
	for (i = 0; i < count; i++) {
		out[i] = r[i].name;
		place[r[i].number] = (int32_t)i;
	}
	for (k = 0; k < n; k++)
		if (label[k] >= 0)
			label[k] = place[label[k]];
	*names = out;
	return 0;
}
