/* Mean and spread of a batch, in two passes, so that nothing cancels out. */
#include "measure.h"

#include <math.h>

void
batch_measure(const struct batch *batch, double *mean, double *spread)
{
	struct shape sample = shape_sample(&batch->x.shape);
	int64_t n = batch->n * shape_count(&sample);
	const float *x = batch->x.data;
	double sum = 0, squares = 0;

	*mean = *spread = 0;
	if (n <= 0)
		return;
	for (int64_t i = 0; i < n; i++)
		sum += (double)x[i];
	*mean = sum / (double)n;
	for (int64_t i = 0; i < n; i++)
		squares += ((double)x[i] - *mean) * ((double)x[i] - *mean);
	*spread = sqrt(squares / (double)n);
}
