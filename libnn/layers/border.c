/* Edges of pictures: what padding and cropping share. */
#include "layers/border.h"

static int
read_border(struct layer *l, struct border *c, struct err *err)
{
	const int64_t *n = c->size.dim;
	int rank = c->size.rank, i;

	if (rank != 1 && rank != 2 && rank != 4)
		return shape_refuse(
		    l, err, "size: is " BORDER_HELP ", not %d numbers", rank);
	c->window = (struct window){
		.size = { 1, 1 }, .stride = { 1, 1 }, .dilation = { 1, 1 }
	};
	for (i = 0; i < 2; i++) {
		c->window.before[i] = rank == 4 ? n[2L * i] : n[i % rank];
		c->window.after[i] = rank == 4 ? n[2 * i + 1] : n[i % rank];
	}
	return 0;
}

int
border_shape(struct layer *l, int sign, struct err *err)
{
	struct border *c = l->conf;
	int i;

	if (l->x_shape[0].rank != 4)
		return shape_refuse(
		    l, err, "wants pictures of height x width x channels");
	if (read_border(l, c, err) < 0)
		return -1;
	l->y_shape = l->x_shape[0];
	for (i = 0; i < 2; i++) {
		l->y_shape.dim[1 + i] +=
		    sign * (c->window.before[i] + c->window.after[i]);
		if (l->y_shape.dim[1 + i] < 1)
			return shape_refuse(l, err,
			    "size: leaves nothing of the %s",
			    i == 0 ? "height" : "width");
	}
	return 0;
}

struct val *
border_append(struct layer *l, struct build *b, enum op_what what,
    struct val *x, const struct shape *y, const char *name)
{
	const struct border *c = l->conf;
	struct op *op = build_op(b, what);
	struct val *v = build_val(b, y, name);

	if (build_status(b) < 0)
		return NULL;
	op->window = c->window;
	build_in(op, x);
	build_out(op, v);
	return v;
}
