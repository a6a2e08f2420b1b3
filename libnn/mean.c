/* The mean of several outputs, in the order they come. */
#include "mean.h"

#include <assert.h>

int
mean_begin(struct mean *m, int64_t room, struct arena *arena, struct err *err)
{
	*m = (struct mean){ .room = room };
	m->sum = arena_slab(arena, (size_t)room * sizeof(*m->sum), err);
	m->mean = arena_slab(arena, (size_t)room * sizeof(*m->mean), err);
	return m->sum == NULL || m->mean == NULL ? -1 : 0;
}

void
mean_add(struct mean *m, const real *y, int64_t n)
{
	int64_t i;

	assert(n <= m->room);
	for (i = 0; i < n; i++)
		m->sum[i] = (m->n > 0 ? m->sum[i] : 0) + (double)y[i];
	m->n++;
}

const real *
mean_take(struct mean *m, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++)
		m->mean[i] = (real)(m->sum[i] / m->n);
	m->n = 0;
	return m->mean;
}
