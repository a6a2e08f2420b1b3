/* A search for a rate in characters. */
#include <math.h>
#include <string.h>

#include "find.h"

enum { WIDE = 64, HIGH = 10 };

/* What the picture spans: from the least mean to the largest before it, for
   what comes after an explosion would press all else flat. */
static void
span(const struct find *f, double *low, double *high)
{
	int i, least = 0;

	for (i = 0; i < f->n; i++)
		if (f->row[i].smoothed < f->row[least].smoothed)
			least = i;
	*low = *high = f->row[least].smoothed;
	for (i = 0; i < f->n && (i <= least || least == 0); i++)
		*high = fmax(*high, f->row[i].smoothed);
	if (!(*high > *low))
		*high = *low + 1;
}

/* Columns follow the logarithm of the rate, as rows do. */
static int
column(const struct find *f, int row)
{
	return f->n > 1 ? row * (WIDE - 1) / (f->n - 1) : 0;
}

static void
draw(const struct find *f, char cell[HIGH][WIDE + 1], double low, double high)
{
	double share;
	int i, y, best;

	for (y = 0; y < HIGH; y++) {
		memset(cell[y], ' ', WIDE);
		cell[y][WIDE] = '\0';
	}
	for (i = 0; i < f->n; i++) {
		share = (high - f->row[i].smoothed) / (high - low);
		y = (int)floor(fmax(share, 0) * (HIGH - 1) + 0.5);
		best = i == f->best;
		if (best || cell[y][column(f, i)] == ' ')
			cell[y][column(f, i)] = best ? '*' : '.';
	}
}

void
find_plot(const struct find *f, struct text *out)
{
	char cell[HIGH][WIDE + 1];
	double low, high;
	int y, n;

	if (f->n == 0)
		return;
	span(f, &low, &high);
	draw(f, cell, low, high);
	for (y = 0; y < HIGH; y++) {
		for (n = WIDE; n > 0 && cell[y][n - 1] == ' '; n--)
			cell[y][n - 1] = '\0';
		if (y == 0 || y == HIGH - 1)
			text_addf(
			    out, "%10.4g |%s\n", y == 0 ? high : low, cell[y]);
		else
			text_addf(out, "%10s |%s\n", "", cell[y]);
	}
	text_addf(out, "%10s %-10.3g%*.3g\n", "lr", f->row[0].lr, WIDE - 9,
	    f->row[f->n - 1].lr);
}
