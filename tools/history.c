/* The history of a model: one row an epoch, one array a metric. */
#include <stdlib.h>
#include <string.h>

#include "state.h"

enum { HISTORY_METRICS = 64 };

/* Room for one row more, in arrays twice as long when they are full. */
static int
history_grow(struct history *h, struct err *err)
{
	int64_t room = h->room > 0 ? 2 * h->room : 64;

	if (h->rows < h->room)
		return 0;
	for (int i = 0; i < h->nmetrics; i++) {
		double *v =
		    arena_slab(&h->arena, (size_t)room * sizeof(double), err);

		if (v == NULL)
			return -1;
		if (h->value[i] != NULL)
			memcpy(v, h->value[i], (size_t)h->rows * sizeof(*v));
		h->value[i] = v;
	}
	h->room = room;
	return 0;
}

/* The array of a metric; a new one begins with rows that say "not taken". */
static double *
history_metric(struct history *h, const char *name, struct err *err)
{
	double *v;
	int i;

	for (i = 0; i < h->nmetrics; i++)
		if (strcmp(h->name[i], name) == 0)
			return h->value[i];
	if (i == HISTORY_METRICS) {
		err_set(err, ERR_MODEL, "history: has too many metrics");
		return NULL;
	}
	v = arena_slab(&h->arena, (size_t)(h->room + 1) * sizeof(double), err);
	h->name[i] = arena_text(&h->arena, name, err);
	if (v == NULL || h->name[i] == NULL)
		return NULL;
	for (int64_t k = 0; k < h->rows; k++)
		v[k] = number_none();
	h->nmetrics++;
	return h->value[i] = v;
}

int
history_load(struct history *h, const struct fmt_model *m, struct err *err)
{
	h->name =
	    arena_array(&h->arena, HISTORY_METRICS, sizeof(*h->name), err);
	h->value =
	    arena_array(&h->arena, HISTORY_METRICS, sizeof(*h->value), err);
	if (h->name == NULL || h->value == NULL)
		return -1;
	for (int i = 0; i < m->nmetrics; i++)
		if (m->history[i].n > h->rows)
			h->rows = m->history[i].n;
	h->room = h->rows;
	for (int i = 0; i < m->nmetrics; i++) {
		double *v = history_metric(h, m->history[i].name, err);

		if (v == NULL)
			return -1;
		memcpy(v, m->history[i].value,
		    (size_t)m->history[i].n * sizeof(*v));
	}
	return 0;
}

int
history_add(struct history *h, const struct train_epoch *row, struct err *err)
{
	const struct {
		const char *name;
		double value;
	} taken[] = {
		{ "loss", row->loss },
		{ "acc", row->acc },
		{ "val_loss", row->val_loss },
		{ "val_acc", row->val_acc },
		{ "lr", row->lr },
	};

	if (history_grow(h, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (history_metric(h, taken[i].name, err) == NULL)
			return -1;
	for (int i = 0; i < h->nmetrics; i++)
		h->value[i][h->rows] = number_none();
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		history_metric(h, taken[i].name, err)[h->rows] = taken[i].value;
	h->rows++;
	return 0;
}

double
history_value(const struct history *h, const char *name, int64_t row)
{
	for (int i = 0; i < h->nmetrics && row >= 0 && row < h->rows; i++)
		if (strcmp(h->name[i], name) == 0)
			return h->value[i][row];
	return number_none();
}

void
history_free(struct history *h)
{
	arena_free(&h->arena);
}
