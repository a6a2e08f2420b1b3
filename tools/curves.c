/* curves.png: what training did to loss and accuracy, epoch by epoch. */
#include <string.h>

#include "chart.h"
#include "pictures.h"
#include "state.h"

enum { WIDE = 960, MARGIN = 10, TITLE = 26 };

/* A panel shows two metrics of the history, or one. */
static const struct panel {
	const char *title;
	const char *metric, *validation;
	int may_log;
	int64_t high; /* pixels */
} panels[] = {
	{ "loss", "loss", "val_loss", 1, 300 },
	{ "accuracy", "acc", "val_acc", 0, 300 },
	{ "learning rate", "lr", NULL, 0, 210 },
};

enum { PANELS = sizeof(panels) / sizeof(panels[0]) };

/* The values of a metric, or NULL when it was never taken. */
static const double *
find(const struct history *h, const char *name)
{
	for (int i = 0; name != NULL && i < h->nmetrics; i++)
		if (strcmp(h->name[i], name) == 0)
			for (int64_t k = 0; k < h->rows; k++)
				if (!number_is_none(h->value[i][k]))
					return h->value[i];
	return NULL;
}

static void
add_line(struct chart *k, const struct history *h, const double *x,
    const char *metric, const char *name, struct ink ink)
{
	const double *y = find(h, metric);

	if (y != NULL)
		k->line[k->nlines++] = (struct chart_line){ .name = name,
			.ink = ink,
			.dots = 1,
			.n = h->rows,
			.x = x,
			.y = y };
}

static void
add_marks(struct chart *k, const struct curves *c, const char *best)
{
	if (c->begun > c->first)
		k->mark[k->nmarks++] =
		    (struct chart_mark){ (double)c->begun - 0.5,
			    best != NULL ? "this run" : NULL, 0 };
	if (c->best > 0)
		k->mark[k->nmarks++] =
		    (struct chart_mark){ (double)c->best, best, 1 };
}

/* Draws those of the panels that have something to show, or only tells how
   high they are. */
static int64_t
draw(struct canvas *c, const struct curves *curves, const double *x,
    const char *best)
{
	const struct history *h = curves->history;
	int64_t y = MARGIN;

	for (int i = 0; i < PANELS; i++) {
		const struct panel *p = &panels[i];
		struct chart k = {
			.title = p->title, .x.whole = 1, .y.may_log = p->may_log
		};
		int last = i == PANELS - 1;
		int64_t high = p->high + (last ? TITLE : 0);

		add_line(&k, h, x, p->metric,
		    p->validation != NULL ? "training" : NULL,
		    last ? ink_green : ink_blue);
		add_line(&k, h, x, p->validation, "validation", ink_orange);
		if (k.nlines == 0)
			continue;
		k.x.title = last ? "epoch" : NULL;
		add_marks(&k, curves, y == MARGIN ? best : NULL);
		if (c != NULL)
			chart_draw(c, (struct box){ 0, y, WIDE, high }, &k);
		y += high;
	}
	return y;
}

int
pictures_curves(struct tool *t, const char *dir, const struct curves *curves,
    struct err *err)
{
	const struct history *h = curves->history;
	struct canvas c;
	double *x;
	char *best;
	int status = -1;

	x = arena_slab(&t->arena, (size_t)(h->rows + 1) * sizeof(*x), err);
	best = arena_printf(
	    &t->arena, err, "best: epoch %lld", (long long)curves->best);
	if (x == NULL || best == NULL)
		return -1;
	for (int64_t i = 0; i < h->rows; i++)
		x[i] = (double)(curves->first + i);
	if (canvas_open(&c, WIDE, draw(NULL, curves, x, best) + MARGIN, err) <
	    0)
		return -1;
	draw(&c, curves, x, best);
	status = pictures_canvas(t, dir, "curves.png", &c, err);
	canvas_free(&c);
	return status;
}
