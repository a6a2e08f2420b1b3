/* Another input: more or fewer channels, another height and width. */
#include <string.h>

#include "adapt.h"
#include "nn.h"

/* What reads the channels: their numbers are the last dim but one of its
   kernel, once or, behind a flatten, once a place. */
static const char *const readers[] = { "conv2d", "dense", NULL };

static struct setting *
shape_of(struct graph *g, int input)
{
	struct settings *s = &g->nodes[input].settings;

	for (int i = 0; i < s->n; i++)
		if (s->at[i].type == ATTR_SHAPE)
			return &s->at[i];
	return NULL;
}

static int
refuse(const struct node *node, const char *why, struct err *err)
{
	return err_set(
	    err, ERR_MODEL, "layer '%s' (%s) %s", node->name, node->kind, why);
}

static struct param *
kernel_of(struct node *node)
{
	for (int k = 0; k < node->nparams; k++)
		if (strcmp(node->params[k].name, "kernel") == 0)
			return &node->params[k];
	return NULL;
}

/* Does it see all channels at each place together? */
static int
check_reader(struct node *node, int64_t channels, struct err *err)
{
	const struct param *p = kernel_of(node);
	int known = 0;

	for (int i = 0; readers[i] != NULL; i++)
		known |= strcmp(readers[i], node->kind) == 0;
	if (!known || p == NULL)
		return refuse(node,
		    "treats each channel by itself, so their number stays",
		    err);
	for (int i = 0; i < node->settings.n; i++)
		if (strcmp(node->settings.at[i].name, "groups") == 0 &&
		    node->settings.at[i].i != 1)
			return refuse(
			    node, "has groups, so their number stays", err);
	if (p->value.shape.dim[p->value.shape.rank - 2] % channels != 0)
		return refuse(node, "mixes channels with something else", err);
	return 0;
}

/* w[o,c,u] for `was` channels to those for `now`, such that sums over c stay:
	now >= was: now[o,c,u] = was[o,c % was,u] / how many c share that
	now < was:  now[o,c,u] = sum of was[o,k,u] over k with k % now == c */
static void
spread(float *to, const float *from, int64_t inner, int64_t was, int64_t now)
{
	for (int64_t c = 0; c < now; c++)
		for (int64_t u = 0; u < inner; u++) {
			int64_t copies =
			    c % was < now % was ? now / was + 1 : now / was;
			double sum = 0;

			for (int64_t k = c % was; k < was; k += now)
				sum += (double)from[k * inner + u];
			to[c * inner + u] =
			    (float)(now > was ? sum / (double)copies : sum);
		}
}

static int
adapt_kernel(struct graph *g, struct node *node, int64_t was, int64_t now,
    struct err *err)
{
	struct tensor *t = &kernel_of(node)->value, old = *t;
	int64_t *in = &t->shape.dim[t->shape.rank - 2];
	int64_t inner = t->shape.dim[t->shape.rank - 1], outer;
	size_t bytes;

	outer = shape_count(&t->shape) / inner / was;
	*in = *in / was * now;
	if (tensor_bytes(t, &bytes, err) < 0)
		return -1;
	t->data = arena_slab(g->arena, bytes, err);
	for (int64_t o = 0; t->data != NULL && o < outer; o++)
		spread((float *)t->data + o * now * inner,
		    (const float *)old.data + o * was * inner, inner, was, now);
	return t->data == NULL ? -1 : 0;
}

/* The first layers with parameters on every way from the input. */
static int
adapt_readers(
    struct graph *g, int input, int64_t was, int64_t now, struct err *err)
{
	char *raw = arena_alloc(g->arena, (size_t)g->nnodes, err);

	if (raw == NULL)
		return -1;
	raw[input] = 1;
	for (int i = 0; i < g->nnodes; i++) {
		struct node *node = &g->nodes[i];
		int reads = 0;

		for (int k = 0; k < node->ninputs; k++)
			reads |= raw[node->inputs[k]];
		if (reads && node->nparams == 0)
			raw[i] = 1;
		else if (reads &&
		    (check_reader(node, was, err) < 0 ||
			adapt_kernel(g, node, was, now, err) < 0))
			return -1;
	}
	return 0;
}

int
adapt_channels(struct graph *g, int input, int64_t channels, struct err *err)
{
	struct setting *s = shape_of(g, input);
	int64_t was;

	if (s == NULL || s->shape.rank != 3)
		return refuse(&g->nodes[input],
		    "takes no pictures, so there are no channels", err);
	was = s->shape.dim[2];
	s->shape.dim[2] = channels;
	if (adapt_readers(g, input, was, channels, err) < 0)
		return -1;
	return nn_resolve(g, 1, ERR_MODEL, err);
}

int
adapt_size(
    struct graph *g, int input, int64_t height, int64_t width, struct err *err)
{
	struct setting *s = shape_of(g, input);

	if (s == NULL || s->shape.rank != 3)
		return refuse(&g->nodes[input],
		    "takes no pictures, so there is no height", err);
	s->shape.dim[0] = height;
	s->shape.dim[1] = width;
	return nn_resolve(g, 1, ERR_MODEL, err);
}
