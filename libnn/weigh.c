/* Samples that count more than others: the weights of classes.

   The loss of a batch and its gradient are sum_i w_i loss_i / n, with the
   weight of each sample's class and the number of samples, as in Keras: the
   step of a batch of rare classes is longer.  Divided by the sum of the
   weights, a batch of one class would not feel them at all. */
#include "net.h"

void
loss_run(const struct loss *loss, const void *conf, const struct loss_args *a)
{
	int64_t i, k;

	loss->run(conf, a);
	for (i = 0; a->weight != NULL && i < a->n; i++) {
		a->loss[i] *= a->weight[i];
		for (k = 0; a->grad != NULL && k < a->width; k++)
			a->grad[i * a->width + k] *= a->weight[i];
	}
}

void
nn_balance(const int64_t *count, int64_t n, double *weight)
{
	int64_t all = 0, classes = 0, i;

	for (i = 0; i < n; i++) {
		all += count[i];
		classes += count[i] > 0;
	}
	for (i = 0; i < n; i++)
		weight[i] = count[i] == 0
		    ? 1
		    : (double)all / ((double)classes * (double)count[i]);
}

int
net_weigh_classes(struct net *net, const struct net_conf *conf, struct err *err)
{
	int64_t n = net->target_width == 1 ? 2 : net->target_width, i;

	if (conf->class_weight == NULL)
		return 0;
	if (!net->loss->takes_labels)
		return err_set(err, ERR_USAGE,
		    "classes have weights, but the loss %s knows none",
		    net->loss->name);
	net->class_weight =
	    arena_slab(&net->arena, (size_t)n * sizeof(real), err);
	net->stage_weight = arena_slab(
	    &net->arena, (size_t)conf->train_batch * sizeof(real), err);
	if (err->code != ERR_NONE)
		return -1;
	for (i = 0; i < n; i++)
		net->class_weight[i] = (real)conf->class_weight[i];
	return 0;
}

/* The weight of a sample that is shared by classes is shared by theirs. */
static real
shared_weight(const struct net *net, const float *y)
{
	real sum = 0;
	int64_t k;

	if (net->target_width == 1)
		return (real)y[0] * net->class_weight[1] +
		    (1 - (real)y[0]) * net->class_weight[0];
	for (k = 0; k < net->target_width; k++)
		sum += (real)y[k] * net->class_weight[k];
	return sum;
}

void
net_weigh(struct net *net, const struct batch *b, struct step *step)
{
	const float *y = b->y.data;
	int i;

	if (net->class_weight == NULL || b->label == NULL)
		return;
	for (i = 0; i < b->n; i++)
		net->stage_weight[i] = y == NULL
		    ? net->class_weight[b->label[i]]
		    : shared_weight(net, y + i * net->target_width);
	step->weight = net->stage_weight;
}
