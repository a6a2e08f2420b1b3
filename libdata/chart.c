/* Lines and bars between two axes. */
#include <math.h>
#include <stdio.h>

#include "plot.h"

enum {
	SCALE = 2,  /* of all text */
	LEFT = 112, /* room for the labels and the title of the y axis */
	RIGHT = 24,
	TOP = 44, /* for title and legend */
	TICKS = 30,
	TITLE = 26, /* of the x axis */
	GAP = 10,
	SAMPLE = 28,   /* of a line in the legend */
	PIXELS_X = 90, /* between ticks, at least */
	PIXELS_Y = 32,
	DASH = 7,
	THIN = 4,  /* bars as wide stand beside each other without a gap */
	MANY = 60, /* points, of which none is a dot any more */
};

static void
draw_x_ticks(const struct plot *p)
{
	const struct font font = { SCALE, ALIGN_MIDDLE, ink_text, 0 };
	int64_t bottom = p->in.y + p->in.height;
	struct ticks t;

	ticks_even(&t, p->x_low, p->x_high, (int)(p->in.width / PIXELS_X),
	    p->chart->x.whole);
	for (int i = 0; i < t.n; i++) {
		int64_t x = (int64_t)plot_x(p, t.at[i]);

		canvas_fill(p->c, (struct box){ x, p->in.y, 1, p->in.height },
		    ink_grid);
		canvas_text(p->c, x, bottom + GAP, &font, t.label[i]);
	}
	if (p->chart->x.title != NULL)
		canvas_text(p->c, p->in.x + p->in.width / 2, bottom + TICKS,
		    &font, p->chart->x.title);
}

static void
draw_y_ticks(const struct plot *p, int64_t left)
{
	const struct font font = { SCALE, ALIGN_RIGHT, ink_text, 0 };
	const struct font side = { SCALE, ALIGN_MIDDLE, ink_text, 1 };
	int most = (int)(p->in.height / PIXELS_Y);
	struct ticks t;

	if (p->log)
		ticks_powers(&t, p->y_low, p->y_high, most);
	else
		ticks_even(&t, p->y_low, p->y_high, most, p->chart->y.whole);
	for (int i = 0; i < t.n; i++) {
		int64_t y = (int64_t)plot_down(p, t.at[i]);

		canvas_fill(
		    p->c, (struct box){ p->in.x, y, p->in.width, 1 }, ink_grid);
		canvas_text(p->c, p->in.x - GAP, y - text_high(SCALE) / 2,
		    &font, t.label[i]);
	}
	if (p->chart->y.title != NULL)
		canvas_text(p->c, left, p->in.y + p->in.height / 2, &side,
		    p->chart->y.title);
}

static void
draw_axes(const struct plot *p)
{
	struct box in = p->in;

	canvas_fill(
	    p->c, (struct box){ in.x - 1, in.y, 2, in.height + 1 }, ink_text);
	canvas_fill(p->c,
	    (struct box){ in.x - 1, in.y + in.height, in.width + 1, 2 },
	    ink_text);
}

static void
draw_bars(const struct plot *p)
{
	const struct chart_bars *b = &p->chart->bars;
	int64_t bottom = p->in.y + p->in.height;

	for (int64_t i = 0; i < b->n; i++) {
		int64_t from = p->in.x + p->in.width * i / b->n;
		int64_t to = p->in.x + p->in.width * (i + 1) / b->n;
		int64_t gap = p->in.width > b->n * THIN ? 1 : 0, top;

		if (!plot_has(b->y[i]))
			continue;
		top = (int64_t)(plot_y(p, b->y[i]) + 0.5);
		canvas_fill(p->c,
		    (struct box){
			from + gap, top, to - from - gap, bottom - top },
		    b->ink);
	}
}

/* A line in pieces of DASH pixels, every other one left out. */
static void
draw_dashes(
    struct canvas *c, struct point from, struct point to, struct ink ink)
{
	double length = hypot(to.x - from.x, to.y - from.y);

	for (int i = 0; i * 2 * DASH < length; i++) {
		double at = i * 2 * DASH;
		double end = at + DASH < length ? at + DASH : length;
		double dx = (to.x - from.x) / length;
		double dy = (to.y - from.y) / length;

		canvas_line(c,
		    (struct point){ from.x + at * dx, from.y + at * dy },
		    (struct point){ from.x + end * dx, from.y + end * dy }, 2,
		    ink);
	}
}

static void
draw_line(const struct plot *p, const struct chart_line *l)
{
	int dots = l->dots > 1 || (l->dots && l->n <= MANY);
	struct point last = { 0 };
	int joined = 0;

	for (int64_t i = 0; i < l->n; i++) {
		struct point now;

		if (!plot_has(l->y[i])) {
			joined = 0;
			continue;
		}
		now.x = plot_x(p, plot_line_x(l, i));
		now.y = plot_y(p, l->y[i]);
		if (joined && l->dashed)
			draw_dashes(p->c, last, now, l->ink);
		else if (joined && l->dots < 2)
			canvas_line(p->c, last, now, 2.5, l->ink);
		if (dots)
			canvas_line(p->c, now, now, 8, l->ink);
		last = now;
		joined = 1;
	}
}

/* Its name stands beside it, on the side where there is more room, that of
   mark i in row i. */
static void
draw_mark(const struct plot *p, int i)
{
	const struct chart_mark *m = &p->chart->mark[i];
	int64_t row = p->in.y + GAP / 2 + i * (text_high(SCALE) + GAP / 2);
	double x = plot_x(p, m->x);
	struct point top = { x, (double)p->in.y };
	struct point bottom = { x, (double)(p->in.y + p->in.height) };
	int left = (int64_t)x > p->in.x + p->in.width / 2;
	const struct font font = { SCALE, left ? ALIGN_RIGHT : ALIGN_LEFT,
		ink_grey, 0 };

	if (m->dashed)
		draw_dashes(p->c, top, bottom, ink_grey);
	else
		canvas_line(p->c, top, bottom, 1, ink_grey);
	if (m->name != NULL)
		canvas_text(p->c, (int64_t)x + (left ? -GAP : GAP), row, &font,
		    m->name);
}

/* From the right: the name, left of it a piece of the line. */
static int64_t
draw_entry(const struct plot *p, int64_t right, const char *name,
    struct ink ink, int wide)
{
	const struct font font = { SCALE, ALIGN_RIGHT, ink_text, 0 };
	int64_t y = p->in.y - TOP / 2 - text_high(SCALE) / 2 - 4;
	int64_t x = right - text_wide(name, SCALE) - GAP - SAMPLE;
	int64_t high = wide ? text_high(SCALE) : 4;

	canvas_text(p->c, right, y, &font, name);
	canvas_fill(p->c,
	    (struct box){ x, y + (text_high(SCALE) - high) / 2, SAMPLE, high },
	    ink);
	return x - GAP - GAP;
}

static void
draw_legend(const struct plot *p)
{
	const struct chart *k = p->chart;
	int64_t right = p->in.x + p->in.width;

	for (int i = k->nlines - 1; i >= 0; i--)
		if (k->line[i].name != NULL)
			right = draw_entry(
			    p, right, k->line[i].name, k->line[i].ink, 0);
	if (k->bars.n > 0 && k->bars.name != NULL)
		draw_entry(p, right, k->bars.name, k->bars.ink, 1);
}

void
chart_draw(struct canvas *c, struct box box, const struct chart *chart)
{
	const struct font font = { SCALE, ALIGN_LEFT, ink_black, 0 };
	char title[80];
	int64_t below = TICKS + (chart->x.title != NULL ? TITLE : 0);
	struct plot p = { .c = c,
		.chart = chart,
		.in = { box.x + LEFT, box.y + TOP, box.width - LEFT - RIGHT,
		    box.height - TOP - below } };

	plot_ranges(&p);
	draw_x_ticks(&p);
	draw_y_ticks(&p, box.x + GAP);
	draw_bars(&p);
	for (int i = 0; i < chart->nmarks; i++)
		draw_mark(&p, i);
	for (int i = 0; i < chart->nlines; i++)
		draw_line(&p, &chart->line[i]);
	draw_axes(&p);
	snprintf(title, sizeof(title), "%s%s", chart->title,
	    p.log ? ", logarithmic" : "");
	canvas_text(c, p.in.x, p.in.y - TOP / 2 - text_high(SCALE) / 2 - 4,
	    &font, title);
	draw_legend(&p);
}
