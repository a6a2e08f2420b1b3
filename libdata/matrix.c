/* A table of counts as a picture. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "matrix.h"

enum {
	SIDE = 720,    /* of the table, with cells as large as that allows, */
	LARGEST = 140, /* but no larger than that, */
	NAMED = 20,    /* and rather so that names fit, */
	NAMED_SMALL = 10,
	SIDE_MOST = 1200,
	GAPS = 8, /* cells of that size stand apart */
	NAME_MOST = 210,
	MARGIN = 16,
	LETTER = 14, /* text of scale 2 */
	BAR = 18,    /* the scale of shades, and its labels */
	BAR_LABELS = 64,
};

/* Sizes and places. */
struct table {
	struct canvas *c;
	const struct matrix *m;
	int64_t cell, x, y, side; /* of the table of cells */
	int scale, every;         /* names: size; one of so many */
	int64_t name;             /* pixels of the longest */
	int upright;              /* names of columns need not be turned */
	int count_scale;          /* 0: no counts */
};

static int64_t
cell_size(int64_t n)
{
	int64_t cell = SIDE / n;

	if (cell > LARGEST)
		return LARGEST;
	if (cell >= NAMED)
		return cell;
	if (n * NAMED_SMALL <= SIDE_MOST)
		return n * NAMED_SMALL < SIDE ? cell : NAMED_SMALL;
	return SIDE_MOST / n;
}

static void
measure_names(struct table *t)
{
	t->scale = t->cell >= NAMED ? 2 : 1;
	t->every = (int)((NAMED_SMALL + t->cell - 1) / t->cell);
	if (t->cell >= NAMED_SMALL)
		t->every = 1;
	for (int64_t i = 0; i < t->m->n; i++) {
		int64_t wide = text_wide(t->m->name[i], t->scale);

		t->name = wide > t->name ? wide : t->name;
	}
	t->upright = t->name + t->scale <= t->cell;
	if (t->name > NAME_MOST)
		t->name = NAME_MOST;
}

/* The largest text in which the largest count fits its cell. */
static int
count_scale(const struct table *t)
{
	int64_t n = t->m->n, most = 0;
	char text[24];

	for (int64_t i = 0; i < n * n; i++)
		most = t->m->count[i] > most ? t->m->count[i] : most;
	snprintf(text, sizeof(text), "%lld", (long long)most);
	for (int scale = 2; scale > 0; scale--)
		if (text_wide(text, scale) + INT64_C(3) * scale <= t->cell &&
		    text_high(scale) + INT64_C(2) * scale <= t->cell)
			return scale;
	return 0;
}

static int64_t
name_room(const struct table *t)
{
	return t->upright ? LETTER : t->name;
}

static int
open(struct table *t, struct err *err)
{
	int64_t width, height,
	    title = text_wide(t->m->title, 2) + MARGIN + MARGIN;

	t->cell = cell_size(t->m->n);
	t->side = t->cell * t->m->n;
	measure_names(t);
	t->count_scale = count_scale(t);
	t->x = MARGIN + LETTER + MARGIN + t->name + MARGIN / 2;
	t->y = MARGIN + LETTER + MARGIN;
	width = t->x + t->side + MARGIN + BAR + BAR_LABELS + LETTER + MARGIN;
	height = t->y + t->side + MARGIN / 2 + name_room(t) + MARGIN + LETTER +
	    MARGIN;
	return canvas_open(t->c, width > title ? width : title, height, err);
}

/* Small shares are seen as well: the shade goes with the root of the share. */
static struct ink
shade(double share)
{
	static const struct ink middle = { 66, 146, 198 },
				dark = { 8, 48, 107 };
	double u = sqrt(share);

	return u < 0.5 ? ink_between(ink_white, middle, 2 * u)
		       : ink_between(middle, dark, 2 * u - 1);
}

static void
draw_count(const struct table *t, int64_t row, int64_t column, double share)
{
	struct font font = { t->count_scale, ALIGN_MIDDLE,
		share > 0.2 ? ink_white : ink_text, 0 };
	int64_t x = t->x + column * t->cell + t->cell / 2;
	int64_t y =
	    t->y + row * t->cell + (t->cell - text_high(t->count_scale)) / 2;
	char text[24];

	snprintf(text, sizeof(text), "%lld",
	    (long long)t->m->count[row * t->m->n + column]);
	canvas_text(t->c, x, y, &font, text);
}

static void
draw_row(const struct table *t, int64_t row)
{
	const int64_t *count = t->m->count + row * t->m->n;
	int64_t inner = t->cell >= GAPS ? t->cell - 1 : t->cell, sum = 0;

	for (int64_t k = 0; k < t->m->n; k++)
		sum += count[k];
	for (int64_t k = 0; k < t->m->n; k++) {
		double share = sum > 0 ? (double)count[k] / (double)sum : 0;

		canvas_fill(t->c,
		    (struct box){ t->x + k * t->cell, t->y + row * t->cell,
			inner, inner },
		    shade(share));
		if (t->count_scale > 0 && count[k] > 0)
			draw_count(t, row, k, share);
	}
}

static void
draw_names(const struct table *t)
{
	const struct font side = { t->scale, ALIGN_RIGHT, ink_text, 0 };
	const struct font below = { t->scale,
		t->upright ? ALIGN_MIDDLE : ALIGN_RIGHT, ink_text,
		!t->upright };
	int64_t bottom = t->y + t->side + MARGIN / 2;
	char cut[CUT_TEXT];

	for (int64_t i = 0; i < t->m->n; i += t->every) {
		int64_t middle = i * t->cell + t->cell / 2;
		int64_t high = text_high(t->scale) / 2;
		const char *s = text_cut(cut, t->m->name[i], t->name, t->scale);

		canvas_text(
		    t->c, t->x - MARGIN / 2, t->y + middle - high, &side, s);
		canvas_text(t->c, t->x + middle - (t->upright ? 0 : high),
		    bottom, &below, s);
	}
}

static void
draw_titles(const struct table *t)
{
	const struct font title = { 2, ALIGN_LEFT, ink_black, 0 };
	const struct font below = { 2, ALIGN_MIDDLE, ink_text, 0 };
	const struct font side = { 2, ALIGN_MIDDLE, ink_text, 1 };

	canvas_text(t->c, MARGIN, MARGIN, &title, t->m->title);
	canvas_text(t->c, MARGIN, t->y + t->side / 2, &side, "truth");
	canvas_text(t->c, t->x + t->side / 2,
	    t->y + t->side + MARGIN / 2 + name_room(t) + MARGIN, &below,
	    "answer");
}

/* What the shades mean. */
static void
draw_scale(const struct table *t)
{
	static const int percents[] = { 0, 1, 5, 10, 25, 50, 100 };
	const struct font font = { 2, ALIGN_LEFT, ink_text, 0 };
	const struct font side = { 2, ALIGN_MIDDLE, ink_text, 1 };
	int64_t x = t->x + t->side + MARGIN, height = t->side;
	char text[16];

	for (int64_t y = 0; y < height; y++) {
		double u = 1 - ((double)y + 0.5) / (double)height;

		canvas_fill(
		    t->c, (struct box){ x, t->y + y, BAR, 1 }, shade(u * u));
	}
	canvas_frame(t->c, (struct box){ x, t->y, BAR, height }, ink_grey);
	for (int i = 0; i < 7; i++) {
		double share = sqrt(percents[i] / 100.0);
		int64_t y = (int64_t)((1 - share) * (double)(height - LETTER));

		snprintf(text, sizeof(text), "%d%%", percents[i]);
		canvas_text(t->c, x + BAR + MARGIN / 2, t->y + y, &font, text);
	}
	canvas_text(t->c, x + BAR + BAR_LABELS, t->y + height / 2, &side,
	    "share of its row");
}

int
matrix_draw(struct canvas *c, const struct matrix *m, struct err *err)
{
	struct table t = { .c = c, .m = m };

	if (m->n < 1 || m->n > MATRIX_MAX)
		return err_set(err, ERR_USAGE,
		    "no table of %lld classes is drawn", (long long)m->n);
	if (open(&t, err) < 0)
		return -1;
	canvas_fill(c, (struct box){ t.x - 1, t.y - 1, t.side + 1, t.side + 1 },
	    ink_grid);
	for (int64_t i = 0; i < m->n; i++)
		draw_row(&t, i);
	draw_names(&t);
	draw_titles(&t);
	draw_scale(&t);
	return 0;
}
