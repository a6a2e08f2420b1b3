/* Which convolutions Winograd's F(4,3) pays for: measured once.

   It computes 4 x 4 results of a 3 x 3 kernel from 36 products instead of
   144, and turns pictures, kernels and results around them.  The products of
   one place in all tiles are a matrix product of tiles x channels x filters:
   the larger it is, the less the turning matters.  Its error is four to ten
   times that of the direct way: 4 to 10e-6 of the typical size. */
#include "dnn/winograd.h"
#include "dnn/api.h"
#if defined(__x86_64__)
#include <cpuid.h>
#endif

enum { TILE = 4 };

/* GFLOP/s of one core, oneDNN 2.6.3, in blocks, direct and by Winograd:
   forward, data, kernel.

                                   Zen 4, 512 bits in halves   Zen 5
   batch  channels  filters  side  forward  data     kernel    (see below)
      32        16       16    32   89 114  121 118  100 159
      32        16       16    16  111 150  127 151  114 147
      32        32       32    16  127 226  127 226  113 227
       4        32       64    14  130 162  129 150  113 147
      32        32       64    14  129 210  128 190  111 183
       4        64       64     8  139 173  139 170  120 186
      32        64       64     8  139 274  139 275  120 253
       4        64       64    32  121 286  121 287   99 250
       4       128      128    16  127 244  127 253  112 313
       4       256      256     8  135 164  138 156  120 177

   Processors that multiply all 512 bits at once are twice as fast the direct
   way and hardly faster by Winograd, whose turning is memory and additions:
   there, at batch 64, it wins from 64 channels on (forward from 32 to 64),
   for the kernel from 128 on, and it loses at batch 4 on pictures of 8 x 8. */
enum { WHOLE, HALVES };

static const struct row {
	int tiles;                 /* at least */
	int forward, data, kernel; /* channels times filters, at least */
} rows[] = {
	[WHOLE] = { 64, 32 * 64, 64 * 64, 128 * 128 },
	[HALVES] = { 16, 16 * 16, 32 * 32, 16 * 16 },
};

#if defined(__x86_64__)
/* AMD's family 19h: Zen 3, which has no 512 bits, and Zen 4. */
static int
multiplies_halves(void)
{
	unsigned a, b, c, d, family;

	if (!__get_cpuid(0, &a, &b, &c, &d) || b != signature_AMD_ebx ||
	    !__get_cpuid(1, &a, &b, &c, &d))
		return 0;
	family = (a >> 8 & 0xf) + (a >> 20 & 0xff);
	return family == 0x19;
}
#else
static int
multiplies_halves(void)
{
	return 0;
}
#endif

/* With padding that differs from side to side oneDNN 2.6.3 computes nonsense
   of gradients. */
static int
is_possible(const struct op *op)
{
	const struct window *w = &op->window;
	int64_t pad = w->before[0];
	int i;

	for (i = 0; i < 2; i++)
		if (w->size[i] != 3 || w->stride[i] != 1 ||
		    w->dilation[i] != 1 || w->before[i] != pad ||
		    w->after[i] != pad)
			return 0;
	return api_has_winograd && op->groups == 1 &&
	    op->compute == COMPUTE_F32 && pad <= 1;
}

int
winograd_pays(const struct op *op)
{
	const struct row *row = &rows[multiplies_halves() ? HALVES : WHOLE];
	const struct val *y = op->what == OP_CONV ? op->out[0]
	    : op->what == OP_CONV_DATA            ? op->in[0]
						  : op->in[1];
	const struct val *x = op->what == OP_CONV_DATA ? op->out[0] : op->in[0];
	const int64_t *d = y->shape.dim;
	int64_t tiles =
	    d[0] * ((d[1] + TILE - 1) / TILE) * ((d[2] + TILE - 1) / TILE);
	int64_t work = val_cols(x) * val_cols(y);
	int64_t least = op->what == OP_CONV ? row->forward
	    : op->what == OP_CONV_DATA      ? row->data
					    : row->kernel;

	return is_possible(op) && val_cols(x) % 16 == 0 &&
	    val_cols(y) % 16 == 0 && tiles >= row->tiles && work >= least;
}
