/* Winograd's F(4,3): pictures to places and back, sixteen channels at a time. */
#include <string.h>

#include "dnn/winograd-avx512.h"

#if defined(__x86_64__)

/* The places of 0, a and -a from six numbers; those of b, -b and infinity are
   the other half. */
AVX512_INLINE void
frame_low(__m512 to[3], const __m512 d[6])
{
	__m512 even = plus(d[4], -POINT_Q, d[2]);
	__m512 odd = plus(d[3], -POINT_Q, d[1]);

	to[0] = plus(
	    plus(d[4], -(POINT_P + POINT_Q), d[2]), POINT_P * POINT_Q, d[0]);
	to[1] = plus(even, POINT_A, odd);
	to[2] = plus(even, -POINT_A, odd);
}

AVX512_INLINE void
frame_high(__m512 to[3], const __m512 d[6])
{
	__m512 even = plus(d[4], -POINT_P, d[2]);
	__m512 odd = plus(d[3], -POINT_P, d[1]);

	to[0] = plus(even, POINT_B, odd);
	to[1] = plus(even, -POINT_B, odd);
	to[2] = plus(
	    plus(d[5], -(POINT_P + POINT_Q), d[3]), POINT_P * POINT_Q, d[1]);
}

AVX512_INLINE void
frame_half(__m512 to[3], const __m512 d[6], const int high)
{
	if (high)
		frame_high(to, d);
	else
		frame_low(to, d);
}

/* Four results from six places. */
AVX512_INLINE void
results(__m512 y[4], const __m512 m[6])
{
	__m512 sum_a = _mm512_add_ps(m[1], m[2]);
	__m512 sum_b = _mm512_add_ps(m[3], m[4]);
	__m512 odd_a = _mm512_sub_ps(m[1], m[2]);
	__m512 odd_b = _mm512_sub_ps(m[3], m[4]);

	y[0] = _mm512_add_ps(m[0], _mm512_add_ps(sum_a, sum_b));
	y[1] = plus(_mm512_mul_ps(all(POINT_A), odd_a), POINT_B, odd_b);
	y[2] = plus(_mm512_mul_ps(all(POINT_P), sum_a), POINT_Q, sum_b);
	y[3] = plus(
	    plus(m[5], POINT_A * POINT_P, odd_a), POINT_B * POINT_Q, odd_b);
}

/* Six places from four gradients: the transpose of results. */
AVX512_INLINE void
gradients(__m512 to[6], const __m512 y[4])
{
	__m512 even_a = plus(y[0], POINT_P, y[2]);
	__m512 even_b = plus(y[0], POINT_Q, y[2]);
	__m512 odd_a = plus(y[1], POINT_P, y[3]);
	__m512 odd_b = plus(y[1], POINT_Q, y[3]);

	to[0] = y[0];
	to[1] = plus(even_a, POINT_A, odd_a);
	to[2] = plus(even_a, -POINT_A, odd_a);
	to[3] = plus(even_b, POINT_B, odd_b);
	to[4] = plus(even_b, -POINT_B, odd_b);
	to[5] = y[3];
}

/* Where a tile begins in a picture. */
struct corner {
	int64_t picture, h, w;
};

static struct corner
corner_of(const struct wino *w, int64_t tile)
{
	int64_t row = tile / w->columns;

	return (struct corner){ row / w->rows, row % w->rows * WINO_TILE,
		tile % w->columns * WINO_TILE };
}

/* `size` spots each way from a corner on, as they lie, or, where some are not
   inside the picture, as a copy with zeros. */
struct window_of {
	const float *at;
	int64_t row, spot;
};

AVX512_INLINE struct window_of
look(const struct wino_side *s, const float *block, int64_t h, int64_t w,
    const int64_t size, float *copy)
{
	int64_t i, j;

	if (h >= 0 && w >= 0 && h + size <= s->height && w + size <= s->width)
		return (struct window_of){ block + h * s->row + w * s->spot,
			s->row, s->spot };
	for (i = 0; i < size; i++)
		for (j = 0; j < size; j++) {
			__m512 v = _mm512_setzero_ps();

			if (h + i >= 0 && h + i < s->height && w + j >= 0 &&
			    w + j < s->width)
				v = _mm512_loadu_ps(block + (h + i) * s->row +
				    (w + j) * s->spot);
			_mm512_storeu_ps(copy + (i * size + j) * WINO_BLOCK, v);
		}
	return (struct window_of){ copy, size * WINO_BLOCK, WINO_BLOCK };
}

/* Half of the columns of a frame at once, which fits into registers. */
AVX512_INLINE void
frame_columns(
    const struct window_of *at, float *to, int64_t place, const int high)
{
	__m512 half[6][3], d[6], out[3];

	UNROLL
	for (int64_t i = 0; i < 6; i++) {
		UNROLL
		for (int64_t j = 0; j < 6; j++)
			d[j] = _mm512_loadu_ps(
			    at->at + i * at->row + j * at->spot);
		frame_half(half[i], d, high);
	}
	UNROLL
	for (int64_t j = 0; j < 3; j++) {
		float *column = to + (high ? 3 + j : j) * place;

		UNROLL
		for (int64_t i = 0; i < 6; i++)
			d[i] = half[i][j];
		frame_low(out, d);
		UNROLL
		for (int64_t i = 0; i < 3; i++)
			_mm512_storeu_ps(column + 6 * i * place, out[i]);
		frame_high(out, d);
		UNROLL
		for (int64_t i = 0; i < 3; i++)
			_mm512_storeu_ps(column + 6 * (3 + i) * place, out[i]);
	}
}

AVX512 void
wino_from_x(
    const struct wino *w, const float *x, int64_t at, int64_t n, float *to)
{
	float copy[WINO_PLACES * WINO_BLOCK] __attribute__((aligned(64)));
	int64_t t, c;

	for (c = 0; c < w->x.channels; c += WINO_BLOCK)
		for (t = 0; t < n; t++) {
			struct corner k = corner_of(w, at + t);
			struct window_of f = look(&w->x,
			    x + k.picture * w->x.picture +
				c / WINO_BLOCK * w->x.block,
			    k.h - w->before[0], k.w - w->before[1], WINO_FRAME,
			    copy);
			float *tile = to + t * w->x.channels + c;

			frame_columns(&f, tile, w->x_place, 0);
			frame_columns(&f, tile, w->x_place, 1);
		}
}

AVX512_INLINE void
gradient_tile(const struct window_of *at, float *to, int64_t place, float *bias)
{
	__m512 half[4][6], y[4], out[6], sum = _mm512_setzero_ps();

	UNROLL
	for (int64_t i = 0; i < 4; i++) {
		UNROLL
		for (int64_t j = 0; j < 4; j++)
			y[j] = _mm512_loadu_ps(
			    at->at + i * at->row + j * at->spot);
		sum = _mm512_add_ps(sum,
		    _mm512_add_ps(
			_mm512_add_ps(y[0], y[1]), _mm512_add_ps(y[2], y[3])));
		gradients(half[i], y);
	}
	if (bias != NULL)
		_mm512_storeu_ps(
		    bias, _mm512_add_ps(_mm512_loadu_ps(bias), sum));
	UNROLL
	for (int64_t j = 0; j < 6; j++) {
		UNROLL
		for (int64_t i = 0; i < 4; i++)
			y[i] = half[i][j];
		gradients(out, y);
		UNROLL
		for (int64_t i = 0; i < 6; i++)
			_mm512_storeu_ps(to + (6 * i + j) * place, out[i]);
	}
}

AVX512 void
wino_from_dy(const struct wino *w, const float *dy, int64_t at, int64_t n,
    float *to, float *bias)
{
	float copy[WINO_TILE * WINO_TILE * WINO_BLOCK]
	    __attribute__((aligned(64)));
	int64_t t, c;

	for (c = 0; c < w->y.channels; c += WINO_BLOCK)
		for (t = 0; t < n; t++) {
			struct corner k = corner_of(w, at + t);
			struct window_of f = look(&w->y,
			    dy + k.picture * w->y.picture +
				c / WINO_BLOCK * w->y.block,
			    k.h, k.w, WINO_TILE, copy);

			gradient_tile(&f, to + t * w->y.channels + c,
			    w->y_place, bias == NULL ? NULL : bias + c);
		}
}

AVX512_INLINE void
result_tile(const float *from, int64_t place, __m512 bias, float *y,
    int64_t row, int64_t spot)
{
	__m512 half[6][4], m[6], out[4];

	UNROLL
	for (int64_t i = 0; i < 6; i++) {
		UNROLL
		for (int64_t j = 0; j < 6; j++)
			m[j] = _mm512_loadu_ps(from + (6 * i + j) * place);
		results(half[i], m);
	}
	UNROLL
	for (int64_t j = 0; j < 4; j++) {
		UNROLL
		for (int64_t i = 0; i < 6; i++)
			m[i] = half[i][j];
		results(out, m);
		UNROLL
		for (int64_t i = 0; i < 4; i++)
			_mm512_storeu_ps(y + i * row + j * spot,
			    _mm512_add_ps(out[i], bias));
	}
}

/* What of a tile lies inside the picture. */
static void
keep_inside(const struct wino_side *s, const float *tile, float *block,
    int64_t h, int64_t w)
{
	int64_t i, j;

	for (i = 0; i < WINO_TILE && h + i < s->height; i++)
		for (j = 0; j < WINO_TILE && w + j < s->width; j++)
			memcpy(block + (h + i) * s->row + (w + j) * s->spot,
			    tile + (i * WINO_TILE + j) * WINO_BLOCK,
			    WINO_BLOCK * sizeof(float));
}

AVX512 void
wino_to_y(const struct wino *w, const float *from, int64_t at, int64_t n,
    const float *bias, float *y)
{
	float copy[WINO_TILE * WINO_TILE * WINO_BLOCK]
	    __attribute__((aligned(64)));
	const struct wino_side *s = &w->y;
	int64_t t, c;

	for (c = 0; c < s->channels; c += WINO_BLOCK) {
		__m512 b = bias == NULL ? _mm512_setzero_ps()
					: _mm512_loadu_ps(bias + c);

		for (t = 0; t < n; t++) {
			struct corner k = corner_of(w, at + t);
			const float *m = from + t * s->channels + c;
			float *block = y + k.picture * s->picture +
			    c / WINO_BLOCK * s->block;

			if (k.h + WINO_TILE <= s->height &&
			    k.w + WINO_TILE <= s->width) {
				result_tile(m, w->y_place, b,
				    block + k.h * s->row + k.w * s->spot,
				    s->row, s->spot);
				continue;
			}
			result_tile(m, w->y_place, b, copy,
			    (int64_t)WINO_TILE * WINO_BLOCK, WINO_BLOCK);
			keep_inside(s, copy, block, k.h, k.w);
		}
	}
}

#endif
