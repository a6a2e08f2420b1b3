/* Where an axis is labelled. */
#include <math.h>
#include <stdio.h>

#include "chart.h"

enum { DECIMALS_MAX = 6 };

/* The smallest 1, 2 or 5 times a power of ten that is not below the least. */
static double
step_above(double least)
{
	static const double steps[] = { 1, 2, 5, 10 };
	double power = pow(10, floor(log10(least)));

	for (int i = 0; i < 3; i++)
		if (steps[i] * power >= least * (1 - 1e-9))
			return steps[i] * power;
	return steps[3] * power;
}

struct ticks
ticks_choose(double low, double high, int most, int whole)
{
	struct ticks t = { low, 1, 1, 0 };
	double power;

	if (!(high > low) || most < 2)
		return t;
	t.step = step_above((high - low) / most);
	if (whole && t.step < 1)
		t.step = 1;
	t.first = ceil(low / t.step - 1e-9) * t.step;
	t.n = (int)floor((high - t.first) / t.step + 1e-9) + 1;
	power = -floor(log10(t.step) + 1e-9);
	t.decimals = power > 0 ? (int)power : 0;
	return t;
}

const char *
ticks_label(char out[TICK_TEXT], const struct ticks *t, int i)
{
	double v = t->first + i * t->step;

	if (fabs(v) < t->step / 2)
		v = 0;
	if (t->decimals > DECIMALS_MAX || fabs(v) >= 1e6)
		snprintf(out, TICK_TEXT, "%.3g", v);
	else
		snprintf(out, TICK_TEXT, "%.*f", t->decimals, v);
	return out;
}
