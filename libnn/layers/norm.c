/* What layer and group norm share. */
#include "layers/norm.h"

/* saved[]: of each unit and group. */
enum { UNIT_MEAN, UNIT_SCALE };

int
norm_shape(struct layer *l, const struct norm *n, struct err *err)
{
	const struct shape *x = &l->x_shape[0];
	int64_t channels = x->dim[x->rank - 1];

	if (x->rank < 2)
		return shape_refuse(l, err, "wants samples of rank 1 or more");
	if (channels % n->groups != 0)
		return shape_refuse(l, err,
		    "groups: %lld does not divide the %lld channels",
		    (long long)n->groups, (long long)channels);
	l->y_shape = *x;
	if (n->scale) {
		l->param_shape[NORM_GAMMA] = (struct shape){ 1, { channels } };
		l->param_init[NORM_GAMMA] = "ones";
	}
	if (n->center) {
		l->param_shape[NORM_BETA] = (struct shape){ 1, { channels } };
		l->param_init[NORM_BETA] = "zeros";
	}
	return 0;
}

static struct op *
append(struct build *b, enum op_what what, const struct norm *n)
{
	struct op *op = build_op(b, what);

	if (op != NULL) {
		op->epsilon = n->epsilon;
		op->groups = n->groups;
		op->whole = n->whole;
	}
	return op;
}

int
norm_forward(struct layer *l, struct build *b, const struct norm *n)
{
	struct op *op = append(b, OP_GROUPNORM, n);
	struct shape each = { 2,
		{ n->whole ? l->x_shape[0].dim[0] : val_rows(l->x[0]),
		    n->groups } };

	l->y = build_val(b, &l->y_shape, "y");
	l->saved[UNIT_MEAN] = build_val(b, &each, "mean");
	l->saved[UNIT_SCALE] = build_val(b, &each, "scale");
	if (build_status(b) < 0)
		return -1;
	build_in(op, l->x[0]);
	op->gamma = build_optional(op, l->param[NORM_GAMMA]);
	op->beta = build_optional(op, l->param[NORM_BETA]);
	build_out(op, l->y);
	build_out(op, l->saved[UNIT_MEAN]);
	build_out(op, l->saved[UNIT_SCALE]);
	return build_status(b);
}

int
norm_backward(struct layer *l, struct build *b, const struct norm *n)
{
	struct op *op = append(b, OP_GROUPNORM_BACK, n);

	l->dx[0] = build_val(b, &l->x_shape[0], "dx");
	if (build_status(b) < 0)
		return -1;
	build_in(op, l->dy);
	build_in(op, l->x[0]);
	build_in(op, l->saved[UNIT_MEAN]);
	build_in(op, l->saved[UNIT_SCALE]);
	op->gamma = build_optional(op, l->param[NORM_GAMMA]);
	build_out(op, l->dx[0]);
	op->dgamma = build_result(op, l->grad[NORM_GAMMA]);
	op->dbeta = build_result(op, l->grad[NORM_BETA]);
	return build_status(b);
}
