/* Winograd's F(4,3): the products at all places. */
#include "dnn/winograd-avx512.h"

#if defined(__x86_64__)

/* out[r, f] [+]= sum_k a[r, k] b[k, f], of R rows and F blocks of columns; rs
   and ks are the strides of a. */
AVX512_INLINE void
multiply(const float *a, int64_t rs, int64_t ks, const float *b, int64_t bs,
    int64_t depth, float *out, int64_t os, int add, const int R, const int F)
{
	__m512 sum[WINO_BLOCK][PANEL], row[PANEL];
	int64_t k;

	UNROLL
	for (int64_t r = 0; r < R; r++)
		UNROLL
	for (int64_t f = 0; f < F; f++)
		sum[r][f] = add ? _mm512_loadu_ps(out + r * os + f * WINO_BLOCK)
				: _mm512_setzero_ps();
	for (k = 0; k < depth; k++) {
		UNROLL
		for (int64_t f = 0; f < F; f++)
			row[f] = _mm512_loadu_ps(b + f * WINO_BLOCK);
		UNROLL
		for (int64_t r = 0; r < R; r++) {
			__m512 x = all(a[r * rs]);

			UNROLL
			for (int64_t f = 0; f < F; f++)
				sum[r][f] =
				    _mm512_fmadd_ps(x, row[f], sum[r][f]);
		}
		a += ks;
		b += bs;
	}
	UNROLL
	for (int64_t r = 0; r < R; r++)
		UNROLL
	for (int64_t f = 0; f < F; f++)
		_mm512_storeu_ps(out + r * os + f * WINO_BLOCK, sum[r][f]);
}

/* n rows of tiles of one place times one panel. */
AVX512 static void
forward_panel(const float *x, int64_t channels, const float *panel, int64_t n,
    float *y, int64_t filters, int64_t width)
{
	int64_t t, step = width < 3 ? WINO_ROWS : WINO_ROWS / 2;
	int64_t wide = width * WINO_BLOCK;

	for (t = 0; t < n; t += step) {
		const float *a = x + t * channels;
		float *to = y + t * filters;

		switch (width) {
		case 1:
			multiply(a, channels, 1, panel, wide, channels, to,
			    filters, 0, WINO_ROWS, 1);
			break;
		case 2:
			multiply(a, channels, 1, panel, wide, channels, to,
			    filters, 0, WINO_ROWS, 2);
			break;
		case 3:
			multiply(a, channels, 1, panel, wide, channels, to,
			    filters, 0, WINO_ROWS / 2, 3);
			break;
		default:
			multiply(a, channels, 1, panel, wide, channels, to,
			    filters, 0, WINO_ROWS / 2, 4);
		}
	}
}

static void
forward(const struct wino *w, const float *x, const float *kernel, int64_t n,
    float *y)
{
	int64_t channels = w->x.channels, filters = w->y.channels;
	int64_t blocks = filters / WINO_BLOCK, place, b, width;

	for (place = 0; place < WINO_PLACES; place++)
		for (b = 0; b < blocks; b += width) {
			width = panel_at(b, blocks);
			forward_panel(x + place * w->x_place, channels,
			    kernel +
				(place * filters + b * WINO_BLOCK) * channels,
			    n, y + place * w->y_place + b * WINO_BLOCK, filters,
			    width);
		}
}

/* One panel of a kernel of one place, from n tiles. */
AVX512 static void
gradient_panel(const float *x, int64_t channels, const float *dy,
    int64_t filters, int64_t n, int add, float *panel, int64_t width)
{
	static const int64_t rows[] = { 0, 16, 8, 8, 4 };
	int64_t c, step = rows[width], wide = width * WINO_BLOCK;

	for (c = 0; c < channels; c += step) {
		float *to = panel + c * wide;

		switch (width) {
		case 1:
			multiply(x + c, 1, channels, dy, filters, n, to, wide,
			    add, 16, 1);
			break;
		case 2:
			multiply(x + c, 1, channels, dy, filters, n, to, wide,
			    add, 8, 2);
			break;
		case 3:
			multiply(x + c, 1, channels, dy, filters, n, to, wide,
			    add, 8, 3);
			break;
		default:
			multiply(x + c, 1, channels, dy, filters, n, to, wide,
			    add, 4, 4);
		}
	}
}

static void
gradient(const struct wino *w, const float *x, const float *dy, int64_t n,
    int add, float *kernel)
{
	int64_t channels = w->x.channels, filters = w->y.channels;
	int64_t blocks = filters / WINO_BLOCK, place, b, width;

	for (place = 0; place < WINO_PLACES; place++)
		for (b = 0; b < blocks; b += width) {
			width = panel_at(b, blocks);
			gradient_panel(x + place * w->x_place, channels,
			    dy + place * w->y_place + b * WINO_BLOCK, filters,
			    n, add,
			    kernel +
				(place * filters + b * WINO_BLOCK) * channels,
			    width);
		}
}

const struct wino_kernels *
wino_kernels(void)
{
	static const struct wino_kernels avx512 = { wino_from_x, wino_from_dy,
		wino_to_y, wino_from_kernel, wino_to_kernel, forward,
		gradient };

	return __builtin_cpu_supports("avx512f") ? &avx512 : NULL;
}

#else

const struct wino_kernels *
wino_kernels(void)
{
	return NULL;
}

#endif
