/* Winograd's F(4,3) for 3 x 3 kernels with stride 1, with AVX-512.  Private to
   winograd*.c.

   A tile of 4 x 4 results comes from 6 x 6 numbers of a picture.  As
   polynomials that are evaluated at the points 0, +-5/8, +-3/2 and infinity,
   in both directions, their 144 products a channel become 36:

   forward    y = A' [(G g G') * (B' d B)] A        * place by place,
   gradient   g = G' [(A dy A') * (B' d B)] G       summed over channels, tiles

   All constants are exact in binary, and these points lose less than the
   integers do (Barabasz et al., Error Analysis and Improving the Accuracy of
   Winograd Convolution for Deep Neural Networks, 2020).

   The products of one place are a matrix product, of tiles x channels with
   channels x filters, or of channels x tiles with tiles x filters.  Channels
   come 16 at a time, side by side; the filters of a matrix in panels of up to
   4 times 16 columns, each stored row by row. */
#ifndef NN_DNN_WINOGRAD_KERNEL_H
#define NN_DNN_WINOGRAD_KERNEL_H

#include <stddef.h>
#include <stdint.h>

enum {
	WINO_TILE = 4,    /* results of a tile, each way */
	WINO_FRAME = 6,   /* numbers of the picture that they come from */
	WINO_PLACES = 36, /* products of a tile and channel */
	WINO_ROWS = 12,   /* tiles are multiplied so many at a time */
	WINO_BLOCK = 16,  /* channels side by side */
};

/* Pictures of one value: channel c of spot (h, w) of picture n is at
   n picture + c / 16 block + h row + w spot + c % 16. */
struct wino_side {
	int64_t height, width, channels;
	int64_t picture, block, row, spot;
};

/* Tiles are numbered by picture, row of tiles, column of tiles; tile (i, j)
   covers results from (4 i, 4 j) on. */
struct wino {
	struct wino_side x, y;    /* what is read (gradient: x), written (dy) */
	int64_t before[2];        /* padding above, left */
	int64_t rows, columns;    /* tiles of a picture */
	int64_t x_place, y_place; /* numbers from place to place */
};

struct wino_kernels {
	/* n tiles from number `at` on: x to places x tiles x channels. */
	void (*from_x)(const struct wino *w, const float *x, int64_t at,
	    int64_t n, float *to);
	/* dy to places x tiles x filters; adds the sums of its spots to bias,
	   unless that is NULL. */
	void (*from_dy)(const struct wino *w, const float *dy, int64_t at,
	    int64_t n, float *to, float *bias);
	/* Places x tiles x filters to y, each plus bias (NULL: none). */
	void (*to_y)(const struct wino *w, const float *from, int64_t at,
	    int64_t n, const float *bias, float *y);

	/* The rows first..end-1 of a 3 x 3 x rows x columns kernel to places x
	   (rows x columns, in panels).  back: the kernel is 3 x 3 x columns x
	   rows, and is turned by half a turn. */
	void (*from_kernel)(const float *kernel, int64_t rows, int64_t columns,
	    int back, int64_t first, int64_t end, float *to);
	/* The way back, of the sum of n such, `apart` numbers from each
	   other. */
	void (*to_kernel)(const float *from, int n, int64_t apart, int64_t rows,
	    int64_t columns, int64_t first, int64_t end, float *kernel);

	/* At all places: y's tiles = x's tiles times kernel.  n is rounded up
	   to whole WINO_ROWS. */
	void (*forward)(const struct wino *w, const float *x,
	    const float *kernel, int64_t n, float *y);
	/* kernel [+]= the transpose of x's tiles times dy's tiles. */
	void (*gradient)(const struct wino *w, const float *x, const float *dy,
	    int64_t n, int add, float *kernel);
};

/* Those for this processor; NULL: there are none. */
const struct wino_kernels *wino_kernels(void);

#endif
