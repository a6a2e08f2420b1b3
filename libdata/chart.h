/* Lines and bars between two axes, on a canvas. */
#ifndef NN_CHART_H
#define NN_CHART_H

#include "canvas.h"

enum { CHART_LINES = 4, CHART_MARKS = 2 };

/* n points; y NAN: none there, the line has a gap.  x NULL: 1, 2... */
struct chart_line {
	const char *name; /* in the legend; NULL: not there */
	struct ink ink;
	int dashed, dots; /* dots at the points; 2: only dots */
	int64_t n;
	const double *x, *y;
};

/* n bars of the same width, which together are as wide as the axis. */
struct chart_bars {
	const char *name;
	struct ink ink;
	int64_t n;
	const double *y; /* NAN: none */
};

/* A line from top to bottom. */
struct chart_mark {
	double x;
	const char *name; /* beside it, or NULL */
	int dashed;
};

/* The ends of an axis; both the same: by the data, with some room. */
struct chart_axis {
	const char *title; /* NULL: none */
	double low, high;
	int whole; /* ticks at whole numbers only */
};

struct chart {
	const char *title;
	struct chart_axis x, y;
	int nlines, nmarks;
	struct chart_line line[CHART_LINES];
	struct chart_mark mark[CHART_MARKS];
	struct chart_bars bars; /* n 0: none */
};

/* Into the box; charts of one width have their axes below each other. */
void chart_draw(struct canvas *c, struct box box, const struct chart *chart);

/* Where an axis from low to high is labelled: at most `most` multiples of 1, 2
   or 5 times a power of ten (ticks.c). */
struct ticks {
	double first, step;
	int n, decimals;
};
struct ticks ticks_choose(double low, double high, int most, int whole);

/* The label of tick i. */
enum { TICK_TEXT = 32 };
const char *ticks_label(char out[TICK_TEXT], const struct ticks *t, int i);

#endif
