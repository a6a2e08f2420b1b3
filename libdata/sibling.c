/* Datasets beside a dataset: of the same sources, with other items, through
   another chain, or as rows that are ready. */
#include <string.h>

#include "set.h"

/* A dataset of the same sources with room for as many items. */
struct dataset *
set_sibling(struct dataset *d, struct err *err)
{
	struct arena arena = { 0 };
	struct dataset *val = arena_alloc(&arena, sizeof(*val), err);

	if (val == NULL)
		return NULL;
	val->o = d->o;
	val->o->refs++;
	val->want = d->want;
	val->arena = arena;
	val->items_size = d->items_size;
	val->items = slab_new(val->items_size, err);
	if (val->items != NULL)
		return val;
	data_free(val);
	return NULL;
}

struct dataset *
data_through(struct dataset *d, const struct pre *pre, struct err *err)
{
	struct dataset *same;

	if (d->items == NULL) {
		err_set(err, ERR_USAGE, "a stream is read only once");
		return NULL;
	}
	same = set_sibling(d, err);
	if (same == NULL)
		return NULL;
	same->want.pre = pre;
	same->n = d->n;
	memcpy(same->items, d->items, (size_t)d->n * sizeof(d->items[0]));
	return same;
}

int
data_rows(struct dataset *d, const struct shape *shape, const float *rows,
    struct err *err)
{
	const struct pre *pre;

	if (d->items == NULL || d->want.target != TARGET_LABEL)
		return err_set(err, ERR_BUG, "rows for what has no classes");
	pre = pre_open(NULL, shape, &d->arena, ERR_BUG, err);
	if (pre == NULL)
		return -1;
	if (d->rows == NULL)
		d->own_pre = d->want.pre;
	d->want.pre = pre;
	d->rows = rows;
	return 0;
}

void
data_rows_end(struct dataset *d)
{
	if (d->rows == NULL)
		return;
	d->rows = NULL;
	d->want.pre = d->own_pre;
}
