/* While training, a share of the numbers is set to zero by lot and the others
   grow by 1 / (1 - rate); else nothing happens.

   Which numbers is drawn by (seed, layer, epoch, sample, element), so that
   back goes the same way as forward without anything kept in between. */
#include "kind.h"

struct dropout {
	double rate;
};

static const struct attr dropout_attrs[] = {
	{ ATTR(REAL, struct dropout, rate), 0, 0.999999, NULL,
	    "share of the numbers that is dropped", 1 },
	{ 0 },
};

static int
dropout_shape(struct layer *l, struct err *err)
{
	(void)err;
	l->y_shape = l->x_shape[0];
	return 0;
}

/* The value with some numbers dropped; itself when none are. */
static struct val *
drop(struct layer *l, struct build *b, struct val *v, const char *suffix)
{
	const struct dropout *c = l->conf;
	const char *stream;
	struct val *out;
	struct op *op;

	if (!l->training || c->rate == 0)
		return build_alias(b, v, &l->y_shape);
	op = build_op(b, OP_DROPOUT);
	out = build_val(b, &l->y_shape, suffix);
	stream = build_purpose(b, "dropout");
	if (build_status(b) < 0)
		return NULL;
	op->rate = c->rate;
	op->stream = stream;
	build_in(op, v);
	build_out(op, out);
	return out;
}

static int
dropout_forward(struct layer *l, struct build *b)
{
	l->y = drop(l, b, l->x[0], "y");
	return build_status(b);
}

static int
dropout_backward(struct layer *l, struct build *b)
{
	l->dx[0] = drop(l, b, l->dy, "dx");
	return build_status(b);
}

const struct kind kind_dropout = {
	.name = "dropout",
	.help = "drops numbers by lot while training",
	.since = "0.1",
	.conf_size = sizeof(struct dropout),
	.attrs = dropout_attrs,
	.min_inputs = 1,
	.max_inputs = 1,
	.draws = 1,
	.shape = dropout_shape,
	.forward = dropout_forward,
	.backward = dropout_backward,
	.example = "dropout:0.4",
	.example_x = { 2, { 3, 5 } },
};
