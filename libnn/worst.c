/* The worst mistakes of a classifier. */
#include <string.h>

#include "metric.h"
#include "worst.h"

static void
insert(struct worst *w, const struct mistake *m)
{
	int i = w->n;

	while (i > 0 && w->at[i - 1].prob < m->prob)
		i--;
	if (i == WORST_MAX)
		return;
	if (w->n < WORST_MAX)
		w->n++;
	memmove(&w->at[i + 1], &w->at[i],
	    (size_t)(w->n - 1 - i) * sizeof(w->at[0]));
	w->at[i] = *m;
}

void
worst_add(struct worst *w, const real *output, int64_t width,
    const int32_t *label, const uint64_t *id, int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		const real *row = output + i * width;
		int64_t class = metric_class(row, width);
		struct mistake m = { id[i], label[i], (int32_t) class, 0 };

		if (class == label[i])
			continue;
		if (width > 1)
			m.prob = (double)row[class];
		else
			m.prob =
			    class > 0 ? (double)row[0] : 1 - (double)row[0];
		insert(w, &m);
	}
}
