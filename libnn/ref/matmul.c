/* Matrix product: out[i,j] = elt(sum_k a[i,k] b[k,j] + bias[j]). */
#include <string.h>

#include "elt.h"
#include "ref/ref.h"
#include "ref/tile.h"

struct product {
	struct view a, b;
	real *c;
	int64_t m, n, k;
};

HOT static void
product_add(const struct product *p)
{
	real packed[DEPTH * LANES];
	int64_t k, j, depth;

	for (k = 0; k < p->k; k += DEPTH) {
		depth = p->k - k < DEPTH ? p->k - k : DEPTH;
		for (j = 0; j < p->n; j += LANES) {
			struct view a = { p->a.at + k * p->a.col, p->a.row,
				p->a.col };
			struct view b = { p->b.at + k * p->b.row + j * p->b.col,
				p->b.row, p->b.col };
			struct panel panel =
			    panel_open(packed, &b, depth, p->n - j);

			panel_add(&panel, &a, p->m, p->c + j, p->n);
		}
	}
}

/* What the sums start from: the bias, or zero. */
static void
start(const struct op *op, struct product *p)
{
	size_t row = (size_t)p->n * sizeof(real);
	int64_t i;

	if (op->accumulate)
		return;
	for (i = 0; i < p->m; i++) {
		if (op->bias > 0)
			memcpy(p->c + i * p->n, op->in[op->bias]->data, row);
		else
			memset(p->c + i * p->n, 0, row);
	}
}

static struct view
view(const struct val *v, int trans)
{
	int64_t cols = val_cols(v);

	return trans ? (struct view){ v->data, 1, cols }
		     : (struct view){ v->data, cols, 1 };
}

int
ref_matmul(struct op *op, struct step *step)
{
	struct product p = {
		.a = view(op->in[0], op->trans_a),
		.b = view(op->in[1], op->trans_b),
		.c = op->out[0]->data,
		.m = val_rows(op->out[0]),
		.n = val_cols(op->out[0]),
		.k = op->trans_a ? val_rows(op->in[0]) : val_cols(op->in[0]),
	};

	(void)step;
	start(op, &p);
	product_add(&p);
	return 0;
}
