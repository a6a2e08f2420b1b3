/* Gradients of several batches as one. */
#include "gather.h"

#include <math.h>

HOT static int
gather_more(real *restrict to, const real *restrict from, int64_t n)
{
	int64_t i;
	int bad = 0;

	for (i = 0; i < n; i++) {
		bad |= !isfinite(from[i]);
		to[i] += from[i];
	}
	return !bad;
}

HOT static int
gather_first(real *restrict to, const real *restrict from, int64_t n)
{
	int64_t i;
	int bad = 0;

	for (i = 0; i < n; i++) {
		bad |= !isfinite(from[i]);
		to[i] = from[i];
	}
	return !bad;
}

HOT static void
gather_share(real *restrict to, const real *restrict from, int64_t n, real by)
{
	int64_t i;

	for (i = 0; i < n; i++)
		to[i] = from[i] / by;
}

int
gather_add(struct val *to, const struct val *from, int first)
{
	return (first ? gather_first : gather_more)(
	    to->data, from->data, val_count(from));
}

void
gather_mean(struct val *to, const struct val *from, int64_t samples)
{
	gather_share(to->data, from->data, val_count(from), (real)samples);
}
