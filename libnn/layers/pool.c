/* What the kinds of pools share. */
#include "layers/pool.h"

int
pool_shape(struct layer *l, struct err *err)
{
	struct pool *c = l->conf;
	struct window_said said = { &c->size, &c->stride, NULL, c->pad };
	struct window *w = &c->window;
	int64_t y[2];
	int i;

	if (c->size.rank > 2)
		return shape_refuse(l, err,
		    "size: is one number or height x width, not %d numbers",
		    c->size.rank);
	if (window_open(l, &said, w, y, err) < 0)
		return -1;
	for (i = 0; i < 2; i++)
		if (w->before[i] >= w->size[i] || w->after[i] >= w->size[i])
			return shape_refuse(
			    l, err, "pad: leaves windows with nothing in them");
	l->y_shape = l->x_shape[0];
	l->y_shape.dim[1] = y[0];
	l->y_shape.dim[2] = y[1];
	return 0;
}

const struct attr global_pool_attrs[] = {
	{ ATTR(BOOL, struct global_pool, keepdims), 0, 1, "false",
	    "the result is 1 x 1 x channels instead of channels" },
	{ 0 },
};

int
global_pool_shape(struct layer *l, struct err *err)
{
	const struct shape *x = &l->x_shape[0];
	struct global_pool *c = l->conf;

	if (x->rank != 4)
		return shape_refuse(
		    l, err, "wants pictures of height x width x channels");
	c->window = (struct window){ .size = { x->dim[1], x->dim[2] },
		.stride = { 1, 1 },
		.dilation = { 1, 1 } };
	l->y_shape = (struct shape){ 2, { x->dim[0], x->dim[3] } };
	if (c->keepdims)
		l->y_shape =
		    (struct shape){ 4, { x->dim[0], 1, 1, x->dim[3] } };
	return 0;
}

/* The shape that a pool's operation gives: y's with all four dims. */
static struct shape
result_shape(const struct layer *l)
{
	struct shape y = l->y_shape;

	if (y.rank == 2)
		y = (struct shape){ 4, { y.dim[0], 1, 1, y.dim[1] } };
	return y;
}

/* The operation's own view of a value that may have lost two dims. */
static struct val *
with_four_dims(const struct layer *l, struct build *b, struct val *v)
{
	struct shape y = result_shape(l);

	return v->shape.rank == 4 ? v : build_alias(b, v, &y);
}

static int
forward(struct layer *l, struct build *b, enum op_what what,
    const struct window *w, int count_pad)
{
	struct op *op = build_op(b, what);
	struct shape shape = result_shape(l);
	struct val *y = build_val(b, &shape, "y");

	if (build_status(b) < 0)
		return -1;
	op->window = *w;
	op->count_pad = count_pad;
	build_in(op, l->x[0]);
	build_out(op, y);
	l->saved[0] = y;
	l->y = l->y_shape.rank == 4 ? y : build_alias(b, y, &l->y_shape);
	return build_status(b);
}

static struct op *
back(struct layer *l, struct build *b, enum op_what what,
    const struct window *w, int count_pad)
{
	struct val *dy = with_four_dims(l, b, l->dy);
	struct op *op = build_op(b, what);

	l->dx[0] = build_val(b, &l->x_shape[0], "dx");
	if (build_status(b) < 0)
		return NULL;
	op->window = *w;
	op->count_pad = count_pad;
	build_in(op, dy);
	build_out(op, l->dx[0]);
	return op;
}

int
pool_max(struct layer *l, struct build *b, const struct window *w)
{
	return forward(l, b, OP_MAXPOOL, w, 0);
}

int
pool_max_back(struct layer *l, struct build *b, const struct window *w)
{
	struct op *op = back(l, b, OP_MAXPOOL_BACK, w, 0);

	build_in(op, l->x[0]);
	build_in(op, l->saved[0]);
	return build_status(b);
}

int
pool_avg(
    struct layer *l, struct build *b, const struct window *w, int count_pad)
{
	return forward(l, b, OP_AVGPOOL, w, count_pad);
}

int
pool_avg_back(
    struct layer *l, struct build *b, const struct window *w, int count_pad)
{
	back(l, b, OP_AVGPOOL_BACK, w, count_pad);
	return build_status(b);
}
