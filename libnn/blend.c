/* Several models of one architecture blended into one. */
#include <math.h>

#include "base/hot.h"
#include "blend.h"

enum { BLOCK = 1024 };

void
blend_weights(double *weight, int n)
{
	double sum = 0;
	int i;

	for (i = 0; i < n; i++)
		sum += weight[i];
	for (i = 0; i < n; i++)
		weight[i] /= sum;
}

HOT static void
blend_add(double *sum, const float *x, double weight, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++)
		sum[i] += weight * (double)x[i];
}

/* One tensor, a block at a time; 0, or the number of the graph, from 1, that
   brings what is not finite. */
static int
blend_tensor(float *to, const float *const *from, const double *weight, int n,
    int64_t count)
{
	int64_t at, size, i;
	int k;

	for (at = 0; at < count; at += size) {
		double sum[BLOCK] = { 0 };

		size = count - at < BLOCK ? count - at : BLOCK;
		for (k = 0; k < n; k++)
			blend_add(sum, from[k] + at, weight[k], size);
		for (i = 0; i < size; i++)
			to[at + i] = (float)sum[i];
		for (i = 0; i < size; i++)
			for (k = 0; k < n && !isfinite(to[at + i]); k++)
				if (!isfinite(from[k][at + i]))
					return k + 1;
	}
	return 0;
}

/* Tensor p of node i of `to` in all graphs; its order in the node may differ. */
static int
blend_param(struct graph *to, const struct graph *const *from,
    const float **place, const double *weight, int n, int i, int p,
    struct err *err)
{
	struct param *q = &to->nodes[i].params[p];
	size_t bytes;
	int k, bad;

	for (k = 0; k < n; k++)
		place[k] =
		    node_param_find(&from[k]->nodes[i], q->name)->value.data;
	if (tensor_bytes(&q->value, &bytes, err) < 0)
		return -1;
	q->value.data = arena_slab(to->arena, bytes, err);
	if (q->value.data == NULL)
		return -1;
	bad = blend_tensor(
	    q->value.data, place, weight, n, shape_count(&q->value.shape));
	if (bad == 0)
		return 0;
	return err_set(err, ERR_NUMERIC,
	    "layer '%s': %s: a number of model %d is not finite; leave that "
	    "model out",
	    to->nodes[i].name, q->name, bad);
}

int
blend_graphs(struct graph *to, const struct graph *const *from,
    const double *weight, int n, struct err *err)
{
	const float **place =
	    arena_array(to->arena, (size_t)n, sizeof(*place), err);
	int i, p;

	if (place == NULL)
		return -1;
	for (i = 0; i < to->nnodes; i++)
		for (p = 0; p < to->nodes[i].nparams; p++)
			if (blend_param(to, from, place, weight, n, i, p, err) <
			    0)
				return -1;
	return 0;
}
