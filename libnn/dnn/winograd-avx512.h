/* What the kernels of Winograd's F(4,3) share, with AVX-512.  Private to
   winograd-*.c. */
#ifndef NN_DNN_WINOGRAD_AVX512_H
#define NN_DNN_WINOGRAD_AVX512_H

#include "dnn/winograd-kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f")))
#define AVX512_INLINE \
	static inline __attribute__((always_inline, target("avx512f")))
#ifdef __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum { PANEL = 4 }; /* blocks of a panel, at most */

/* The points 0, +-a, +-b and infinity, and what follows from them: p = a^2,
   q = b^2, and one over the derivative of x (x^2 - p) (x^2 - q) at each. */
#define POINT_A 0.625f
#define POINT_B 1.5f
#define POINT_P (POINT_A * POINT_A)
#define POINT_Q (POINT_B * POINT_B)
#define AT_ZERO (1 / (POINT_P * POINT_Q))
#define AT_A (1 / (2 * POINT_P * (POINT_P - POINT_Q)))
#define AT_B (1 / (2 * POINT_Q * (POINT_Q - POINT_P)))

AVX512_INLINE __m512
all(float f)
{
	return _mm512_set1_ps(f);
}

/* a + f b */
AVX512_INLINE __m512
plus(__m512 a, float f, __m512 b)
{
	return _mm512_fmadd_ps(all(f), b, a);
}

/* The blocks of the panel that begins at a block: four where that leaves none
   or more than one. */
static inline int64_t
panel_at(int64_t block, int64_t blocks)
{
	int64_t left = blocks - block;

	return left == PANEL + 1 ? PANEL - 1 : left < PANEL ? left : PANEL;
}

/* The functions of struct wino_kernels. */
void wino_from_x(
    const struct wino *w, const float *x, int64_t at, int64_t n, float *to);
void wino_from_dy(const struct wino *w, const float *dy, int64_t at, int64_t n,
    float *to, float *bias);
void wino_to_y(const struct wino *w, const float *from, int64_t at, int64_t n,
    const float *bias, float *y);
void wino_from_kernel(const float *kernel, int64_t rows, int64_t columns,
    int back, int64_t first, int64_t end, float *to);
void wino_to_kernel(const float *from, int n, int64_t apart, int64_t rows,
    int64_t columns, int64_t first, int64_t end, float *kernel);

#endif
#endif
