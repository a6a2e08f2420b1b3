/* Sums over a feed: what is said of a whole data set. */
#include <math.h>

#include "metric.h"
#include "train.h"

/* How many of the batch's labels are the class of their row of out. */
static int64_t
count_right(const struct tensor *out, const struct batch *batch)
{
	struct shape sample = shape_sample(&out->shape);
	int64_t width = shape_count(&sample), right = 0;
	const real *row = out->data;
	int i;

	for (i = 0; i < batch->n; i++, row += width)
		right += metric_class(row, width) == batch->label[i];
	return right;
}

int
train_score(
    struct net *net, struct feed *data, struct score *score, struct err *err)
{
	struct tensor out[GRAPH_ENDS_MAX];
	struct batch batch;
	const real *loss;
	double sum = 0;
	int i;

	*score = (struct score){ 0 };
	if (data->begin(data, 0, 0, err) < 0)
		return -1;
	for (;;) {
		if (data->next(data, &batch, err) < 0)
			return -1;
		if (batch.n == 0)
			break;
		if (net_predict(net, &batch, out, &loss, err) < 0)
			return -1;
		for (i = 0; i < batch.n; i++)
			sum += (double)loss[i];
		score->n += batch.n;
		score->right = batch.label == NULL
		    ? -1
		    : score->right + count_right(&out[0], &batch);
	}
	score->loss = score->n > 0 ? sum / (double)score->n : NAN;
	return 0;
}
