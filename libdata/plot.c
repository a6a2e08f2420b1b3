/* From the numbers of a chart to places on its canvas. */
#include <math.h>

#include "plot.h"

static const double log_from = 30; /* times the smallest */

int
plot_has(double v)
{
	return isfinite(v) && fabs(v) < CHART_FAR;
}

double
plot_line_x(const struct chart_line *l, int64_t i)
{
	return l->x != NULL ? l->x[i] : (double)(i + 1);
}

static void
widen(double v, double *low, double *high)
{
	if (!plot_has(v))
		return;
	if (!(v >= *low))
		*low = v;
	if (!(v <= *high))
		*high = v;
}

/* Some room around the data, but not below a zero that they do not cross; and
   around what is one value, or nearly. */
static void
loosen(double *low, double *high, double share)
{
	double room = (*high - *low) * share;

	if (isnan(*low)) {
		*low = 0;
		*high = 1;
		return;
	}
	if (!(room > 1e-9 * fabs(*high)) || room < 1 / CHART_FAR)
		room = fabs(*high) > 1 / CHART_FAR ? fabs(*high) / 2 : 0.5;
	*low = *low >= 0 && *low - room < 0 ? 0 : *low - room;
	*high += room;
}

static void
choose_log(struct plot *p)
{
	double room;

	p->log = p->chart->y.may_log && p->chart->bars.n == 0 && p->y_low > 0 &&
	    p->y_high >= log_from * p->y_low;
	if (!p->log)
		return;
	p->y_low = log10(p->y_low);
	p->y_high = log10(p->y_high);
	room = (p->y_high - p->y_low) / 20;
	p->y_low -= room;
	p->y_high += room;
}

static void
take_given(const struct chart_axis *a, double *low, double *high)
{
	if (a->high > a->low) {
		*low = a->low;
		*high = a->high;
	}
}

void
plot_ranges(struct plot *p)
{
	const struct chart *k = p->chart;

	p->x_low = p->x_high = p->y_low = p->y_high = NAN;
	for (int i = 0; i < k->nlines; i++)
		for (int64_t j = 0; j < k->line[i].n; j++) {
			widen(
			    plot_line_x(&k->line[i], j), &p->x_low, &p->x_high);
			widen(k->line[i].y[j], &p->y_low, &p->y_high);
		}
	for (int64_t j = 0; j < k->bars.n; j++) {
		widen(k->bars.y[j], &p->y_low, &p->y_high);
		widen(0, &p->y_low, &p->y_high);
	}
	choose_log(p);
	loosen(&p->x_low, &p->x_high, 0.01);
	if (!p->log)
		loosen(&p->y_low, &p->y_high, 0.05);
	take_given(&k->x, &p->x_low, &p->x_high);
	take_given(&k->y, &p->y_low, &p->y_high);
}

double
plot_x(const struct plot *p, double x)
{
	return (double)p->in.x +
	    (x - p->x_low) / (p->x_high - p->x_low) * (double)p->in.width;
}

double
plot_down(const struct plot *p, double at)
{
	double share = (at - p->y_low) / (p->y_high - p->y_low);

	share = share > 0 ? share < 1 ? share : 1 : 0;
	return (double)p->in.y + (1 - share) * (double)p->in.height;
}

double
plot_y(const struct plot *p, double y)
{
	return plot_down(p, p->log ? log10(y) : y);
}
