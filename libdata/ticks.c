/* Where an axis is labelled. */
#include <math.h>
#include <stdio.h>

#include "chart.h"

enum { DECIMALS_MAX = 6 };

static const double steps[] = { 1, 2, 5, 10 };

/* The smallest 1, 2 or 5 times a power of ten that is not below the least. */
static double
step_above(double least)
{
	double power = pow(10, floor(log10(least)));

	for (int i = 0; i < 3; i++)
		if (steps[i] * power >= least * (1 - 1e-9))
			return steps[i] * power;
	return steps[3] * power;
}

static void
add(struct ticks *t, double at, double value, int decimals)
{
	char *label;

	if (t->n == TICKS_MAX)
		return;
	label = t->label[t->n];
	t->at[t->n++] = at;
	if (decimals > DECIMALS_MAX || fabs(value) >= 1e6)
		snprintf(label, TICK_TEXT, "%.3g", value);
	else
		snprintf(label, TICK_TEXT, "%.*f", decimals, value);
}

void
ticks_even(struct ticks *t, double low, double high, int most, int whole)
{
	double step = step_above((high - low) / (most > 1 ? most : 1));
	double first, decimals;
	int n;

	t->n = 0;
	if (whole && step < 1)
		step = 1;
	first = ceil(low / step - 1e-9);
	n = (int)floor(high / step - first + 1e-9) + 1;
	decimals = -floor(log10(step) + 1e-9);
	for (int i = 0; i < n; i++) {
		double v = (first + i) * step;

		add(t, v, fabs(v) < step / 2 ? 0 : v,
		    decimals > 0 ? (int)decimals : 0);
	}
}

/* All of 1, 2, 5 where there is room for them, else powers of ten, or every
   other one of these... */
void
ticks_powers(struct ticks *t, double low, double high, int most)
{
	int within = (high - low) * 3 <= most ? 3 : 1;
	int every = (int)ceil((high - low) / (most > 1 ? most : 1));

	t->n = 0;
	for (int power = (int)floor(low); power <= high; power++)
		for (int i = 0; i < within; i++) {
			double at = power + log10(steps[i]);

			if (at >= low && at <= high &&
			    power % (every > 1 ? every : 1) == 0)
				add(t, at, steps[i] * pow(10, power),
				    power < 0 ? -power : 0);
		}
}
