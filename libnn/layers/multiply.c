/* The product of its inputs, number by number; dims of 1 are repeated, so that
   a picture may be multiplied by one number a channel.

   Inputs of lower rank get dims of 1 behind the batch, as in Keras. */
#include <string.h>

#include "kind.h"

/* The shape with dims of 1 behind the batch, up to a rank. */
static struct shape
raise_rank(const struct shape *s, int rank)
{
	struct shape up = { rank, { s->dim[0] } };
	int i, missing = rank - s->rank;

	for (i = 1; i < rank; i++)
		up.dim[i] = i <= missing ? 1 : s->dim[i - missing];
	return up;
}

static int
widen(struct shape *y, const struct shape *x)
{
	int i;

	for (i = 1; i < y->rank; i++) {
		if (y->dim[i] == 1)
			y->dim[i] = x->dim[i];
		else if (x->dim[i] != 1 && x->dim[i] != y->dim[i])
			return -1;
	}
	return 0;
}

static int
multiply_shape(struct layer *l, struct err *err)
{
	char text[SHAPE_TEXT];
	struct shape x, sample;
	int rank = 0, i;

	for (i = 0; i < l->nx; i++)
		if (l->x_shape[i].rank > rank)
			rank = l->x_shape[i].rank;
	l->y_shape = raise_rank(&l->x_shape[0], rank);
	for (i = 1; i < l->nx; i++) {
		x = raise_rank(&l->x_shape[i], rank);
		if (widen(&l->y_shape, &x) == 0)
			continue;
		sample = shape_sample(&l->x_shape[i]);
		return shape_refuse(l, err,
		    "wants inputs of one shape, or with dims of 1, but "
		    "number %d is %s",
		    i + 1, shape_print(text, &sample));
	}
	return 0;
}

/* An input as a value of y's rank. */
static struct val *
raised(struct layer *l, struct build *b, int i)
{
	struct shape up = raise_rank(&l->x_shape[i], l->y_shape.rank);

	return shape_equal(&up, &l->x_shape[i]) ? l->x[i]
						: build_alias(b, l->x[i], &up);
}

static int
multiply_forward(struct layer *l, struct build *b)
{
	struct op *op = build_op(b, OP_MULTIPLY);
	int i;

	l->y = build_val(b, &l->y_shape, "y");
	for (i = 0; i < l->nx; i++)
		build_in(op, raised(l, b, i));
	build_out(op, l->y);
	return build_status(b);
}

/* Every input has the gradient times all others, summed where it was
   repeated. */
static void
back_to(struct layer *l, struct build *b, int to)
{
	struct op *op = build_op(b, OP_MULTIPLY_BACK);
	struct shape up = raise_rank(&l->x_shape[to], l->y_shape.rank);
	struct val *dx = build_val(b, &up, "dx");
	int i;

	build_in(op, l->dy);
	for (i = 0; i < l->nx; i++)
		if (i != to)
			build_in(op, raised(l, b, i));
	build_out(op, dx);
	l->dx[to] = shape_equal(&up, &l->x_shape[to])
	    ? dx
	    : build_alias(b, dx, &l->x_shape[to]);
}

static int
multiply_backward(struct layer *l, struct build *b)
{
	int i;

	for (i = 0; i < l->nx; i++)
		if (l->want[i])
			back_to(l, b, i);
	return build_status(b);
}

const struct kind kind_multiply = {
	.name = "multiply",
	.help = "the product of its inputs, dims of 1 repeated",
	.since = "0.1",
	.min_inputs = 2,
	.max_inputs = NODE_INPUTS_MAX - 1,
	.shape = multiply_shape,
	.forward = multiply_forward,
	.backward = multiply_backward,
	.example = "multiply",
	.example_x = { 4, { 2, 3, 2, 3 } },
	.example_inputs = 3,
};
