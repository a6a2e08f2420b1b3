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

/* The ends of an axis; both the same: by the data, with some room; numbers that
   are not finite or beyond CHART_FAR are not drawn. */
#define CHART_FAR 1e30
struct chart_axis {
	const char *title; /* NULL: none */
	double low, high;
	int whole;   /* ticks at whole numbers only */
	int may_log; /* y: logarithmic when lines have positive numbers only, of
	                which the largest is 30 times the smallest or more */
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

/* Where an axis from low to high is labelled (ticks.c), in about `most` places:
   multiples of 1, 2 or 5 times a power of ten; or, when low and high are
   logarithms to the base of ten, these numbers themselves. */
enum { TICKS_MAX = 64, TICK_TEXT = 24 };
struct ticks {
	int n;
	double at[TICKS_MAX];
	char label[TICKS_MAX][TICK_TEXT];
};
void ticks_even(struct ticks *t, double low, double high, int most, int whole);
void ticks_powers(struct ticks *t, double low, double high, int most);

#endif
