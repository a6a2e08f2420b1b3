/* Mean and spread of what a net would see: does it look like the training
   data? */
#include <math.h>
#include <string.h>

#include "set.h"

struct sums {
	double n, sum, square;
};

/* Every step-th number from x on. */
static void
add_numbers(struct sums *s, const float *x, int64_t n, int64_t step)
{
	double sum = 0.0, square = 0.0;
	int64_t i;

	for (i = 0; i < n; i += step) {
		sum += x[i];
		square += (double)x[i] * x[i];
	}
	s->sum += sum;
	s->square += square;
	n = (n + step - 1) / step;
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
		add_numbers(&s, b->x.data, shape_count(&b->x.shape), 1);
	conclude(&s, mean, spread);
}

/* Adds `count` samples that lie evenly in the data, each channel to its own
   sums.  Samples that cannot be read are passed over unless all are wanted. */
static int
add_samples(struct dataset *d, int64_t count, struct sums *s, int channels,
    struct err *err)
{
	struct sample_buffer b = { 0 };
	int64_t n = d->want.pre->numbers;
	size_t size = (size_t)n * sizeof(float);
	struct pre_work *w = pre_work_new(d->want.pre, err);
	float *row = slab_new(size, err);
	struct err bad = { 0 };
	struct sample raw;
	int64_t i;
	int c;

	for (i = 0; err->code == ERR_NONE && i < count; i++) {
		if (set_read(d, &d->items[i * d->n / count], &raw, &b, w, row,
			&bad) == 0)
			for (c = 0; c < channels; c++)
				add_numbers(&s[c], row + c, n - c, channels);
		else if (count == d->n ||
		    (bad.code != ERR_DATA && bad.code != ERR_IO))
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
	int64_t count = limit < d->n ? limit : d->n;
	struct sums s = { 0 };

	if (d->want.pre == NULL)
		return err_set(err, ERR_BUG, "data without preprocessing");
	if (d->items != NULL && add_samples(d, count, &s, 1, err) < 0)
		return -1;
	conclude(&s, mean, spread);
	return 0;
}

int
data_channels(struct dataset *d, int *n, double mean[DATA_CHANNELS],
    double spread[DATA_CHANNELS], struct err *err)
{
	struct sums s[DATA_CHANNELS] = { 0 };
	int64_t channels;
	int i;

	if (d->want.pre == NULL)
		return err_set(err, ERR_BUG, "data without preprocessing");
	if (d->items == NULL)
		return err_set(err, ERR_USAGE,
		    "%s: a stream cannot be measured before it is used; save "
		    "it to files",
		    d->o->source[0]->name);
	channels =
	    d->want.pre->sample.rank == 3 ? d->want.pre->sample.dim[2] : 1;
	*n = channels > DATA_CHANNELS ? 1 : (int)channels;
	if (add_samples(d, d->n, s, *n, err) < 0)
		return -1;
	for (i = 0; i < *n; i++)
		conclude(&s[i], &mean[i], &spread[i]);
	return 0;
}
