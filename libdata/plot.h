/* A chart under way: the box between the axes, and what they stand for. */
#ifndef NN_PLOT_H
#define NN_PLOT_H

#include "chart.h"

struct plot {
	struct canvas *c;
	const struct chart *chart;
	struct box in;
	double x_low, x_high, y_low, y_high; /* log: of the logarithms */
	int log;
};

/* The ends of the axes, out of the chart or its numbers. */
void plot_ranges(struct plot *p);

/* Is there a number, and one that can be drawn? */
int plot_has(double v);
double plot_line_x(const struct chart_line *l, int64_t i);

/* Places on the canvas; plot_down: of what the axis stands for. */
double plot_x(const struct plot *p, double x);
double plot_y(const struct plot *p, double y);
double plot_down(const struct plot *p, double at);

#endif
