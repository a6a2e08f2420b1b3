/* Pictures from rows (N H W C) to blocks of channels (N C/16 H W 16), back,
   or as they are. */
#include "ref/ref.h"

/* Where the numbers of one spot's channel c begin. */
static int64_t
place(const struct val *v, int64_t n, int64_t spot, int64_t c)
{
	const int64_t *d = v->shape.dim;
	int64_t spots = d[1] * d[2];

	return v->block == 0 ? (n * spots + spot) * d[3] + c
			     : (n * d[3] + c) * spots + spot * v->block;
}

int
ref_reorder(struct op *op, struct step *step)
{
	const struct val *x = op->in[0], *y = op->out[0];
	const int64_t *d = x->shape.dim;
	int64_t block = x->block + y->block == 0 ? d[3]
	    : x->block > 0                       ? x->block
						 : y->block;
	int64_t n, spot, c, i;

	(void)step;
	for (n = 0; n < d[0]; n++)
		for (spot = 0; spot < d[1] * d[2]; spot++)
			for (c = 0; c < d[3]; c += block) {
				const real *from =
				    x->data + place(x, n, spot, c);
				real *to = y->data + place(y, n, spot, c);

				for (i = 0; i < block; i++)
					to[i] = from[i];
			}
	return 0;
}
