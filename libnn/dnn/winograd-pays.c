/* Which convolutions Winograd's F(4,3) pays for: measured once.

   It computes 4 x 4 results of a 3 x 3 kernel from 36 products instead of
   144, and turns pictures, kernels and results around them.  Its error is a
   few times that of the direct way: some 6e-6 of the typical size. */
#include "dnn/winograd-kernel.h"
#include "dnn/winograd.h"
#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* GFLOP/s (of the direct way's operations) of one core of a Zen 4, which
   multiplies 512 bits in halves: oneDNN 2.6.3 directly, and our kernels;
   nn-train --profile -j 1 prints them.

                                   oneDNN, in blocks       Winograd
   batch  channels  filters  side  forward  data  kernel   forward  kernel
      32        16       16    32       89   121     100       250     258
      32        16       16    16      111   127     114       242     248
      32        32       32    16      127   127     113       305     315
       4        32       64    14      130   129     113       223     245
      32        32       64    14      129   129     111       257     263
       4        64       64     8      139   139     120       213     268
      32        64       64     8      139   139     120       330     330
       4        64       64    32      121   121      99       350     350
       4       128      128    16      127   127     112       340     345
       4       256      256     8      135   138     120       200     240

   Its products of bf16 are twice as fast as those, which is less.  Data are
   like forward.

   Where all 512 bits are multiplied at once the direct way is twice as fast,
   the products here too, but not what turns pictures around them: it has been
   counted, not measured, that it pays from 32 channels on; and bf16 may have
   units of its own there, which nothing made of f32 reaches. */
enum { WHOLE, HALVES };

static const struct row {
	int tiles; /* at least */
	int work;  /* channels times filters, at least */
	int bf16;  /* also where the direct way may multiply bf16 */
} rows[] = {
	[WHOLE] = { 64, 32 * 32, 0 },
	[HALVES] = { 16, 16 * 16, 1 },
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

static int
is_possible(const struct op *op)
{
	const struct window *w = &op->window;
	int i;

	for (i = 0; i < 2; i++)
		if (w->size[i] != 3 || w->stride[i] != 1 || w->dilation[i] != 1)
			return 0;
	return op->groups == 1 && !op->accumulate && wino_kernels() != NULL;
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
	int64_t tiles = d[0] * ((d[1] + 3) / 4) * ((d[2] + 3) / 4);
	int64_t work = val_cols(x) * val_cols(y);

	return (op->compute == COMPUTE_F32 || row->bf16) && is_possible(op) &&
	    val_cols(x) % 16 == 0 && val_cols(y) % 16 == 0 &&
	    tiles >= row->tiles && work >= row->work;
}
