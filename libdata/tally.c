/* How many samples each class has. */
#include "set.h"

int64_t
data_tally(const struct dataset *d, int64_t *count)
{
	int64_t i, classes = 0;

	for (i = 0; i < d->o->nlabels; i++)
		count[i] = 0;
	for (i = 0; i < d->n; i++)
		if (d->items[i].label >= 0)
			classes += count[d->items[i].label]++ == 0;
	return classes;
}
