/* The loops of pools: many numbers at a time. */
#include "dnn/pool.h"

/* The larger one; NaN stays NaN. */
static inline __attribute__((always_inline)) float
larger(float a, float b)
{
	float v = b > a ? b : a;

	return b != b ? b : v;
}

/* Into the caller, so that it exists for every processor the caller does. */
#define INLINE static inline __attribute__((always_inline))

typedef int32_t masks
    __attribute__((vector_size(64), aligned(sizeof(float)), may_alias));

#define AT(p, i) (*(const lanes *)(const void *)((p) + (i)))
#define TO(p, i) (*(lanes *)(void *)((p) + (i)))
#define WHERE(mask, v) ((lanes)((mask) & (masks)(v)))

HOT void
pool_largest_of_fours(float *restrict y, const float *restrict x,
    const struct fours *f, int64_t inner)
{
	int64_t i, k;

	for (i = 0; i < f->n; i++, x += f->step, y += inner) {
		const float *b = x + f->right, *c = x + f->below;
		const float *d = c + f->right;

		for (k = 0; k < inner; k++) {
			float p = x[k], q = b[k], r = c[k], t = d[k];

			y[k] = larger(larger(p, q), larger(r, t));
		}
	}
}

/* Gives the lanes of `left` where x is top, and keeps the rest. */
INLINE void
give_lanes(float *to, const float *x, const lanes *top, lanes *left)
{
	masks is = AT(x, 0) == *top;

	TO(to, 0) = WHERE(is, *left);
	*left = WHERE(~is, *left);
}

INLINE void
give_one(float *to, const float *x, float top, float *left)
{
	*to = *x == top ? *left : 0;
	*left = *x == top ? 0 : *left;
}

/* dy to the first of four that is y. */
HOT void
pool_give_to_first_of_fours(float *to, const float *x, const float *y,
    const float *dy, const struct fours *f, int64_t inner)
{
	const int64_t place[4] = { 0, f->right, f->below, f->below + f->right };
	int64_t i, k;
	int j;

	for (i = 0; i < f->n; i++) {
		for (k = 0; k + LANES <= inner; k += LANES) {
			lanes left = AT(dy, k), top = AT(y, k);

			for (j = 0; j < 4; j++)
				give_lanes(to + place[j] + k, x + place[j] + k,
				    &top, &left);
		}
		for (; k < inner; k++) {
			float left = dy[k];

			for (j = 0; j < 4; j++)
				give_one(to + place[j] + k, x + place[j] + k,
				    y[k], &left);
		}
		x += f->step;
		to += f->step;
		y += inner;
		dy += inner;
	}
}

HOT void
pool_largest(float *restrict y, const float *restrict x, int64_t n)
{
	int64_t k;

	for (k = 0; k < n; k++)
		y[k] = larger(y[k], x[k]);
}

HOT void
pool_add(float *restrict y, const float *restrict x, int64_t n)
{
	int64_t k;

	for (k = 0; k < n; k++)
		y[k] += x[k];
}

HOT void
pool_add_four(float *restrict y, const float *a, const float *b, const float *c,
    const float *d, int64_t n)
{
	int64_t k;

	for (k = 0; k < n; k++)
		y[k] += (a[k] + b[k]) + (c[k] + d[k]);
}

HOT void
pool_scale(float *y, const float *x, float by, int64_t n)
{
	int64_t k;

	EACH
	for (k = 0; k < n; k++)
		y[k] = x[k] * by;
}

HOT void
pool_add_scaled(float *restrict y, const float *restrict x, float by, int64_t n)
{
	int64_t k;

	for (k = 0; k < n; k++)
		y[k] += x[k] * by;
}

HOT void
pool_fill(float *y, float v, int64_t n)
{
	int64_t k;

	for (k = 0; k < n; k++)
		y[k] = v;
}

/* dy to x if it is y and nobody has taken it. */
HOT void
pool_give(float *restrict to, const float *restrict x, const float *restrict y,
    float *restrict left, int64_t n)
{
	int64_t k;

	for (k = 0; k < n; k++) {
		float some = x[k] == y[k] ? left[k] : 0;

		to[k] += some;
		left[k] = x[k] == y[k] ? 0 : left[k];
	}
}
