/* The kernels behind products that skip zeros, with AVX-512: 128 columns at a
   time in eight registers. */
#include <string.h>

#include "dnn/zeros-kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

enum {
	LANES = 16,          /* floats a register */
	REGS = 8,            /* registers of sums */
	WIDE = LANES * REGS, /* columns at a time */
	DEPTH = 2,           /* mask words of x, 64 columns each, at a time:
	                        their rows of w stay near */
};

#define AVX512 __attribute__((target("avx512f,popcnt,bmi")))
#define AVX512_INLINE \
	static inline \
	    __attribute__((always_inline, target("avx512f,popcnt,bmi")))
#ifdef __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 8")
#endif

/* Which of the n <= 16 numbers are not zero. */
AVX512_INLINE __mmask16
nonzero(const float *x, int64_t n)
{
	__mmask16 some = n < LANES ? (__mmask16)((1u << n) - 1) : 0xffff;

	return _mm512_cmp_ps_mask(
	    _mm512_maskz_loadu_ps(some, x), _mm512_setzero_ps(), _CMP_NEQ_UQ);
}

AVX512 void
zeros_mask_rows(struct zeros *z, const float *x)
{
	int64_t r, k, i, n = 0;

	for (r = 0; r < z->rows; r++) {
		uint64_t *mask = z->row + r * z->words;
		const float *at = x + z->from + r * z->stride;

		memset(mask, 0, (size_t)z->words * sizeof(*mask));
		for (k = 0; k < z->depth; k += LANES)
			mask[k / 64] |= (uint64_t)nonzero(at + k, z->depth - k)
			    << k % 64;
		for (i = 0; i < z->words; i++)
			n += __builtin_popcountll(mask[i]);
	}
	z->nonzeros = n;
}

/* Adds the rows first..last-1 of x, at most ZEROS_GROUP, to the column masks. */
AVX512 static int64_t
mask_columns(struct zeros *z, const float *x, int64_t first, int64_t last)
{
	uint32_t *column = z->column + first / ZEROS_GROUP * z->depth;
	int64_t k, r, n = 0;

	for (k = 0; k < z->depth; k += LANES) {
		__m512i bits = _mm512_setzero_si512();
		__mmask16 some = z->depth - k < LANES
		    ? (__mmask16)((1u << (z->depth - k)) - 1)
		    : 0xffff;

		for (r = first; r < last; r++) {
			__mmask16 m =
			    nonzero(x + r * z->stride + k, z->depth - k);

			bits = _mm512_mask_or_epi32(bits, m, bits,
			    _mm512_set1_epi32((int)(1u << (r - first))));
			n += __builtin_popcount(m);
		}
		_mm512_mask_storeu_epi32(column + k, some, bits);
	}
	return n;
}

AVX512 void
zeros_mask_columns(struct zeros *z, const float *x)
{
	int64_t r, last, n = 0;

	for (r = 0; r < z->rows; r = last) {
		last = r + ZEROS_GROUP < z->rows ? r + ZEROS_GROUP : z->rows;
		n += mask_columns(z, x + z->from, r, last);
	}
	z->nonzeros = n;
}

/* A strip is n registers of columns, the last of them masked. */
AVX512_INLINE void
strip_load(__m512 *sum, const float *from, const int n, __mmask16 last)
{
	UNROLL
	for (int64_t v = 0; v < n; v++)
		sum[v] = _mm512_maskz_loadu_ps(
		    v == n - 1 ? last : 0xffff, from + LANES * v);
}

AVX512_INLINE void
strip_store(float *to, const __m512 *sum, const int n, __mmask16 last)
{
	UNROLL
	for (int64_t v = 0; v < n; v++)
		_mm512_mask_storeu_ps(
		    to + LANES * v, v == n - 1 ? last : 0xffff, sum[v]);
}

/* sum += factor row.  The address is kept from being taken apart: constant
   offsets from it are free. */
AVX512_INLINE void
strip_add(__m512 *sum, const float *factor, const float *row, const int n,
    __mmask16 last)
{
	__m512 f = _mm512_set1_ps(*factor);

	__asm__("" : "+r"(row));
	UNROLL
	for (int64_t v = 0; v < n; v++)
		sum[v] = _mm512_fmadd_ps(f,
		    _mm512_maskz_loadu_ps(
			v == n - 1 ? last : 0xffff, row + LANES * v),
		    sum[v]);
}

AVX512_INLINE int
strip_is_zero(const float *at, const int n, __mmask16 last)
{
	__m512 row[REGS];
	__m512i any = _mm512_setzero_si512();

	strip_load(row, at, n, last);
	UNROLL
	for (int64_t v = 0; v < n; v++)
		any = _mm512_or_si512(any, _mm512_castps_si512(row[v]));
	return _mm512_test_epi32_mask(any, any) == 0;
}

/* One strip of the forward product, DEPTH words of the masks at a time, so
   that the same rows of w serve all rows of x. */
AVX512_INLINE void
forward_strip(const struct zeros *z, const float *x, const float *w,
    const float *bias, float *y, const int n, __mmask16 last)
{
	const int64_t stride = z->stride, cols = z->cols;
	int64_t r, word, i;

	for (word = 0; word < z->words; word += DEPTH)
		for (r = 0; r < z->rows; r++) {
			const uint64_t *mask = z->row + r * z->words;
			const float *at = x + r * stride;
			float *to = y + r * cols;
			__m512 sum[REGS];

			strip_load(sum, word > 0 ? to : bias, n, last);
			for (i = word; i < z->words && i < word + DEPTH; i++)
				for (uint64_t m = mask[i]; m != 0; m &= m - 1) {
					int64_t k = i * 64 + __builtin_ctzll(m);

					strip_add(
					    sum, at + k, w + k * cols, n, last);
				}
			strip_store(to, sum, n, last);
		}
}

/* One strip of row k of the gradient.  A row without terms is only written
   when it is not zero already: reading is cheaper. */
AVX512_INLINE void
gradient_row(const struct zeros *z, const float *x, const float *d, float *to,
    int64_t k, const int n, __mmask16 last)
{
	const int64_t stride = z->stride, cols = z->cols;
	__m512 sum[REGS];
	uint32_t any = 0;
	int64_t r;

	UNROLL
	for (int64_t v = 0; v < n; v++)
		sum[v] = _mm512_setzero_ps();
	for (r = 0; r < z->rows; r += ZEROS_GROUP) {
		uint32_t m = z->column[r / ZEROS_GROUP * z->depth + k];

		any |= m;
		for (; m != 0; m &= m - 1) {
			int64_t at = r + __builtin_ctz(m);

			strip_add(
			    sum, x + at * stride + k, d + at * cols, n, last);
		}
	}
	if (any != 0 || !strip_is_zero(to, n, last))
		strip_store(to, sum, n, last);
}

AVX512_INLINE void
gradient_strip(const struct zeros *z, const float *x, const float *d, float *g,
    const int n, __mmask16 last)
{
	int64_t k;

	for (k = 0; k < z->depth; k++) {
		float *to = g + k * z->cols;

		UNROLL
		for (int64_t v = 0; v < n; v++)
			__builtin_prefetch(to + z->cols + LANES * v, 1);
		gradient_row(z, x, d, to, k, n, last);
	}
}

/* A strip of as many registers as `left` columns need. */
#define STRIPS(left, CALL) \
	switch ((left) >= WIDE ? REGS : ((left) + LANES - 1) / LANES) { \
	case 1: \
		CALL(1); \
		break; \
	case 2: \
		CALL(2); \
		break; \
	case 3: \
		CALL(3); \
		break; \
	case 4: \
		CALL(4); \
		break; \
	case 5: \
		CALL(5); \
		break; \
	case 6: \
		CALL(6); \
		break; \
	case 7: \
		CALL(7); \
		break; \
	default: \
		CALL(8); \
		break; \
	}

static __mmask16
last_of(int64_t left)
{
	int64_t rest = left % LANES;

	return left >= WIDE || rest == 0 ? 0xffff
					 : (__mmask16)((1u << rest) - 1);
}

AVX512 void
zeros_forward(const struct zeros *z, const float *x, const float *w,
    const float *bias, float *y)
{
	int64_t c;

	x += z->from;
	w += z->from * z->cols;
	for (c = 0; c < z->cols; c += WIDE) {
		__mmask16 last = last_of(z->cols - c);

#define CALL(n) forward_strip(z, x, w + c, bias + c, y + c, n, last)
		STRIPS(z->cols - c, CALL)
#undef CALL
	}
}

AVX512 void
zeros_gradient(const struct zeros *z, const float *x, const float *d, float *g)
{
	int64_t c;

	x += z->from;
	g += z->from * z->cols;
	for (c = 0; c < z->cols; c += WIDE) {
		__mmask16 last = last_of(z->cols - c);

#define CALL(n) gradient_strip(z, x, d + c, g + c, n, last)
		STRIPS(z->cols - c, CALL)
#undef CALL
	}
}

int
zeros_can(void)
{
	return __builtin_cpu_supports("avx512f");
}

#else

int
zeros_can(void)
{
	return 0;
}

void
zeros_mask_rows(struct zeros *z, const float *x)
{
	(void)z;
	(void)x;
}

void
zeros_mask_columns(struct zeros *z, const float *x)
{
	(void)z;
	(void)x;
}

void
zeros_forward(const struct zeros *z, const float *x, const float *w,
    const float *bias, float *y)
{
	(void)z;
	(void)x;
	(void)w;
	(void)bias;
	(void)y;
}

void
zeros_gradient(const struct zeros *z, const float *x, const float *d, float *g)
{
	(void)z;
	(void)x;
	(void)d;
	(void)g;
}

#endif
