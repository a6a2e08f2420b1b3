/* A layer that lets its input through: ones on the diagonal of the last two
   dims, in the middle of those before (a convolution's centre), else zero. */
#include <string.h>

#include "init.h"

struct identity {
	double gain;
};

static const struct attr identity_attrs[] = {
	{ ATTR(REAL, struct identity, gain), -1e30, 1e30, "1",
	    "what stands on the diagonal", 1 },
	{ 0 },
};

/* Which matrix of the last two dims is in the middle. */
static int64_t
middle(const struct shape *shape)
{
	int64_t at = 0;
	int i;

	for (i = 0; i + 2 < shape->rank; i++)
		at = at * shape->dim[i] + shape->dim[i] / 2;
	return at;
}

static void
identity_fill(const void *conf, float *w, const struct shape *shape,
    double fan_in, double fan_out, struct rng_key key)
{
	const struct identity *c = conf;
	int64_t count = shape_count(shape), i;
	int64_t cols = shape->rank > 0 ? shape->dim[shape->rank - 1] : 1;
	int64_t rows = shape->rank > 1 ? shape->dim[shape->rank - 2] : 1;
	float *m = w + middle(shape) * rows * cols;

	(void)fan_in;
	(void)fan_out;
	(void)key;
	memset(w, 0, (size_t)count * sizeof(*w));
	for (i = 0; i < rows && i < cols; i++)
		m[i * cols + i] = (float)c->gain;
}

const struct init init_identity = {
	.name = "identity",
	.help = "lets the input through",
	.conf_size = sizeof(struct identity),
	.attrs = identity_attrs,
	.fill = identity_fill,
};
