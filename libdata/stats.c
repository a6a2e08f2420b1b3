/* Mean and spread of what a net would see: does it look like the training
   data? */
#include <math.h>
#include <string.h>

#include "set.h"

struct sums {
	double n, sum, square;
};

static void
add_numbers(struct sums *s, const float *x, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++) {
		s->sum += x[i];
		s->square += (double)x[i] * x[i];
	}
	s->n += (double)n;
}

static void
conclude(const struct sums *s, double *mean, double *spread)
{
	double variance;

	*mean = *spread = NAN;
	if (s->n < 1.0)
		return;
	*mean = s->sum / s->n;
	variance = s->square / s->n - *mean * *mean;
	*spread = sqrt(variance > 0.0 ? variance : 0.0);
}

void
batch_stats(const struct batch *b, double *mean, double *spread)
{
	struct sums s = { 0 };

	if (b->n > 0)
		add_numbers(&s, b->x.data, shape_count(&b->x.shape));
	conclude(&s, mean, spread);
}

static int
add_samples(struct dataset *d, int64_t limit, struct sums *s, struct err *err)
{
	struct sample_buffer b = { 0 };
	int64_t n = d->want.pre->numbers;
	size_t size = (size_t)n * sizeof(float);
	struct pre_work *w = pre_work_new(d->want.pre, err);
	float *row = slab_new(size, err);
	int64_t count = limit < d->n ? limit : d->n;
	struct err bad = { 0 };
	struct sample raw;
	int64_t i;

	for (i = 0; w != NULL && row != NULL && i < count; i++) {
		if (set_read(d, &d->items[i * d->n / count], &raw, &b, w, row,
			&bad) == 0)
			add_numbers(s, row, n);
		else if (bad.code != ERR_DATA && bad.code != ERR_IO)
			*err = bad;
		err_clear(&bad);
	}
	slab_free(row, size);
	pre_work_free(w);
	sample_buffer_free(&b);
	return err->code == ERR_NONE ? 0 : -1;
}

int
data_stats(struct dataset *d, int64_t limit, double *mean, double *spread,
    struct err *err)
{
	struct sums s = { 0 };

	if (d->want.pre == NULL)
		return err_set(err, ERR_BUG, "data without preprocessing");
	if (d->items != NULL && add_samples(d, limit, &s, err) < 0)
		return -1;
	conclude(&s, mean, spread);
	return 0;
}
