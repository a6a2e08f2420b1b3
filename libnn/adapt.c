/* Another number of classes: the columns of what made the old ones. */
#include <assert.h>
#include <string.h>

#include "adapt.h"
#include "nn.h"

static struct setting *
units_of(struct node *node)
{
	for (int i = 0; i < node->settings.n; i++)
		if (strcmp(node->settings.at[i].name, "units") == 0)
			return &node->settings.at[i];
	return NULL;
}

/* Has every tensor of it a column for each of its units? */
static int
has_columns(const struct node *node)
{
	struct node copy = *node;
	const struct setting *units = units_of(&copy);

	for (int k = 0; units != NULL && k < node->nparams; k++) {
		const struct shape *s = &node->params[k].value.shape;

		if (s->rank == 0 || s->dim[s->rank - 1] != units->i)
			return 0;
	}
	return units != NULL && units->type == ATTR_INT;
}

static int
refuse(const struct node *node, const char *why, struct err *err)
{
	return err_set(err, ERR_MODEL,
	    "layer '%s': %s, so no class has numbers of its own to keep",
	    node->name, why);
}

int
adapt_class_layer(const struct graph *g, int output, struct err *err)
{
	const struct node *node;
	struct shape y, x;
	int i = output;

	if (nn_shape(g, output, &y, err) < 0)
		return -1;
	for (node = &g->nodes[i]; node->nparams == 0; node = &g->nodes[i]) {
		if (node->ninputs != 1)
			return refuse(node, "is not made of one layer", err);
		i = node->inputs[0];
		if (nn_shape(g, i, &x, err) < 0)
			return -1;
		if (!shape_equal(&x, &y))
			return refuse(node, "changes the shape", err);
	}
	if (y.rank != 1 || !has_columns(node))
		return refuse(node, "is not dense", err);
	return i;
}

/* Columns of the rows of a tensor: all its dims but the last. */
static void
copy_columns(
    const struct tensor *to, const struct tensor *was, const int64_t *from)
{
	int64_t n = to->shape.dim[to->shape.rank - 1];
	int64_t before = was->shape.dim[was->shape.rank - 1];
	int64_t rows = shape_count(&to->shape) / n;
	const float *x = was->data;
	float *y = to->data;

	assert(x != NULL && y != NULL);
	for (int64_t r = 0; r < rows; r++, x += before, y += n)
		for (int64_t u = 0; u < n; u++)
			if (from[u] >= 0)
				y[u] = x[from[u]];
}

int
adapt_units(struct graph *g, int node, int64_t units, const int64_t *from,
    uint64_t seed, struct err *err)
{
	struct node *n = &g->nodes[node];
	const struct node was = *n;

	units_of(n)->i = units;
	for (int k = 0; k < n->nparams; k++) {
		struct tensor *t = &n->params[k].value;

		t->shape.dim[t->shape.rank - 1] = units;
		t->data = NULL;
	}
	if (nn_resolve(g, 0, ERR_MODEL, err) < 0 ||
	    nn_init(g, seed, NULL, err) < 0)
		return -1;
	for (int k = 0; k < n->nparams; k++)
		copy_columns(&n->params[k].value, &was.params[k].value, from);
	return 0;
}
