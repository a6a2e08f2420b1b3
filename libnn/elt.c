/* What all activations share: y has the shape of x, one operation forward,
   one back. */
#include "elt.h"

int
elt_shape(struct layer *l, struct err *err)
{
	(void)err;
	l->y_shape = l->x_shape[0];
	return 0;
}

int
elt_forward(struct layer *l, struct build *b)
{
	l->y = build_eltwise(b, l->kind->elt, l->conf, l->x[0]);
	return build_status(b);
}

int
elt_backward(struct layer *l, struct build *b)
{
	struct val *xy = l->kind->elt->from_y ? l->y : l->x[0];

	l->dx[0] = build_eltwise_back(b, l->kind->elt, l->conf, l->dy, xy);
	return build_status(b);
}
