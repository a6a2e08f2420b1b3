/* Samples that come more than once, by the hash of their content. */
#include <stdlib.h>

#include "scan.h"

/* More samples than that are not compared: it is a notice, no more. */
enum { PRINTS_MAX = 1 << 24 };

int
prints_begin(struct dataset *d, struct err *err)
{
	d->nprints = 0;
	if (d->n > PRINTS_MAX)
		return 0;
	if (d->prints == NULL)
		d->prints = arena_slab(
		    &d->arena, (size_t)d->n * sizeof(d->prints[0]), err);
	return d->prints == NULL ? -1 : 0;
}

void
prints_add(struct dataset *d, uint64_t hash, int32_t label)
{
	if (d->prints != NULL)
		d->prints[d->nprints++] = (struct print){ hash, label };
}

static int
compare_prints(const void *a, const void *b)
{
	const struct print *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->label > y->label) - (x->label < y->label);
}

void
prints_end(struct dataset *d)
{
	if (d->nprints > 1)
		qsort(d->prints, (size_t)d->nprints, sizeof(d->prints[0]),
		    compare_prints);
}

void
data_repeats(const struct dataset *d, struct repeats *r)
{
	const struct print *p = d->prints;
	int64_t i, from = 0;

	*r = (struct repeats){ d->nprints, 0, 0 };
	for (i = 1; i <= d->nprints; i++) {
		if (i < d->nprints && p[i].hash == p[from].hash)
			continue;
		r->again += i - from - 1;
		if (p[i - 1].label != p[from].label)
			r->contradicting += i - from;
		from = i;
	}
}

int64_t
data_shared(const struct dataset *a, const struct dataset *b)
{
	int64_t i = 0, k, n = 0;

	for (k = 0; k < b->nprints; k++) {
		while (i < a->nprints && a->prints[i].hash < b->prints[k].hash)
			i++;
		n += i < a->nprints && a->prints[i].hash == b->prints[k].hash;
	}
	return n;
}
