/* Winograd's F(4,3): kernels to places and back, sixteen filters at a time. */
#include "dnn/winograd-avx512.h"

#if defined(__x86_64__)

/* Six places from the three numbers of a kernel. */
AVX512_INLINE void
factors(__m512 to[6], const __m512 g[3])
{
	__m512 even_a = _mm512_mul_ps(all(AT_A), plus(g[0], POINT_P, g[2]));
	__m512 even_b = _mm512_mul_ps(all(AT_B), plus(g[0], POINT_Q, g[2]));

	to[0] = _mm512_mul_ps(all(AT_ZERO), g[0]);
	to[1] = plus(even_a, AT_A * POINT_A, g[1]);
	to[2] = plus(even_a, -AT_A * POINT_A, g[1]);
	to[3] = plus(even_b, AT_B * POINT_B, g[1]);
	to[4] = plus(even_b, -AT_B * POINT_B, g[1]);
	to[5] = g[2];
}

/* The three numbers of a kernel's gradient from six places: the transpose of
   factors. */
AVX512_INLINE void
kernels(__m512 g[3], const __m512 m[6])
{
	__m512 sum_a = _mm512_mul_ps(all(AT_A), _mm512_add_ps(m[1], m[2]));
	__m512 sum_b = _mm512_mul_ps(all(AT_B), _mm512_add_ps(m[3], m[4]));
	__m512 odd_a = _mm512_sub_ps(m[1], m[2]);
	__m512 odd_b = _mm512_sub_ps(m[3], m[4]);

	g[0] = plus(_mm512_add_ps(sum_a, sum_b), AT_ZERO, m[0]);
	g[1] = plus(
	    _mm512_mul_ps(all(AT_A * POINT_A), odd_a), AT_B * POINT_B, odd_b);
	g[2] = plus(plus(m[5], POINT_P, sum_a), POINT_Q, sum_b);
}

/* Sixteen columns of one row of a kernel, which lies as it does in files. */
AVX512_INLINE __m512
kernel_row(const float *kernel, int64_t rows, int64_t columns, int back,
    int64_t place, int64_t row, int64_t column)
{
	float turned[WINO_BLOCK];
	int64_t i;

	if (!back)
		return _mm512_loadu_ps(
		    kernel + (place * rows + row) * columns + column);
	for (i = 0; i < WINO_BLOCK; i++)
		turned[i] =
		    kernel[((8 - place) * columns + column + i) * rows + row];
	return _mm512_loadu_ps(turned);
}

/* A kernel of 3 x 3 at all places; 16 filters side by side. */
AVX512_INLINE void
kernel_places(const __m512 g[9], float *to, int64_t apart)
{
	__m512 half[3][6], column[3], out[6];

	UNROLL
	for (int64_t i = 0; i < 3; i++)
		factors(half[i], g + 3 * i);
	UNROLL
	for (int64_t j = 0; j < 6; j++) {
		UNROLL
		for (int64_t i = 0; i < 3; i++)
			column[i] = half[i][j];
		factors(out, column);
		UNROLL
		for (int64_t i = 0; i < 6; i++)
			_mm512_storeu_ps(to + (6 * i + j) * apart, out[i]);
	}
}

AVX512 void
wino_from_kernel(const float *kernel, int64_t rows, int64_t columns, int back,
    int64_t first, int64_t end, float *to)
{
	int64_t blocks = columns / WINO_BLOCK, b, width, r, i;
	__m512 g[9];

	for (b = 0; b < blocks; b += width) {
		float *panel = to + b * WINO_BLOCK * rows;

		width = panel_at(b, blocks);
		for (r = first; r < end; r++)
			for (i = 0; i < width; i++) {
				for (int64_t k = 0; k < 9; k++)
					g[k] = kernel_row(kernel, rows, columns,
					    back, k, r, (b + i) * WINO_BLOCK);
				kernel_places(g,
				    panel + (r * width + i) * WINO_BLOCK,
				    rows * columns);
			}
	}
}

/* The sum of n, of sixteen filters. */
AVX512_INLINE __m512
sum_of(const float *from, int n, int64_t apart)
{
	__m512 sum = _mm512_loadu_ps(from);
	int i;

	for (i = 1; i < n; i++)
		sum = _mm512_add_ps(sum, _mm512_loadu_ps(from + i * apart));
	return sum;
}

AVX512_INLINE void
kernel_spots(const float *from, int n, int64_t apart, int64_t places,
    float *kernel, int64_t spots)
{
	__m512 half[6][3], m[6], out[3];

	UNROLL
	for (int64_t i = 0; i < 6; i++) {
		UNROLL
		for (int64_t j = 0; j < 6; j++)
			m[j] = sum_of(from + (6 * i + j) * places, n, apart);
		kernels(half[i], m);
	}
	UNROLL
	for (int64_t j = 0; j < 3; j++) {
		UNROLL
		for (int64_t i = 0; i < 6; i++)
			m[i] = half[i][j];
		kernels(out, m);
		UNROLL
		for (int64_t i = 0; i < 3; i++)
			_mm512_storeu_ps(kernel + (3 * i + j) * spots, out[i]);
	}
}

AVX512 void
wino_to_kernel(const float *from, int n, int64_t apart, int64_t rows,
    int64_t columns, int64_t first, int64_t end, float *kernel)
{
	int64_t blocks = columns / WINO_BLOCK, all = rows * columns;
	int64_t b, width, r, i;

	for (b = 0; b < blocks; b += width) {
		const float *panel = from + b * WINO_BLOCK * rows;

		width = panel_at(b, blocks);
		for (r = first; r < end; r++)
			for (i = 0; i < width; i++)
				kernel_spots(
				    panel + (r * width + i) * WINO_BLOCK, n,
				    apart, all,
				    kernel + r * columns + (b + i) * WINO_BLOCK,
				    all);
	}
}

#endif
