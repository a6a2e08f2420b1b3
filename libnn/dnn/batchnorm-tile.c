/* The loops of batch norms: LANES channels at a time, whose numbers stay in
   registers; the last channels, if fewer, one by one. */
#include "dnn/batchnorm.h"

/* Into the caller, so that it exists for every processor the caller does. */
#define INLINE static inline __attribute__((always_inline))

#define AT(p, i) (*(const lanes *)(const void *)((p) + (i)))
#define TO(p, i) (*(lanes *)(void *)((p) + (i)))

/* Joins the mean and squares of n rows to those of `seen`. */
INLINE void
join(double *mean, double *square, const float *m, const float *s, int width,
    double n, double seen)
{
	double part = n / (n + seen), both = n * seen / (n + seen);
	int k;

	for (k = 0; k < width; k++) {
		double apart = (double)m[k] - mean[k];

		mean[k] += apart * part;
		square[k] += (double)s[k] + apart * apart * both;
	}
}

INLINE void
measure_lanes(
    const float *x, int64_t rows, int64_t inner, float *mean, float *square)
{
	lanes a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 }, m, e;
	const float *at = x;
	int64_t r;

	for (r = 0; r + 4 <= rows; r += 4, at += 4 * inner) {
		a += AT(at, 0);
		b += AT(at, inner);
		c += AT(at, 2 * inner);
		d += AT(at, 3 * inner);
	}
	for (; r < rows; r++, at += inner)
		a += AT(at, 0);
	m = ((a + b) + (c + d)) / (float)rows;
	a = b = c = d = (lanes){ 0 };
	at = x;
	for (r = 0; r + 4 <= rows; r += 4, at += 4 * inner) {
		e = AT(at, 0) - m;
		a += e * e;
		e = AT(at, inner) - m;
		b += e * e;
		e = AT(at, 2 * inner) - m;
		c += e * e;
		e = AT(at, 3 * inner) - m;
		d += e * e;
	}
	for (; r < rows; r++, at += inner) {
		e = AT(at, 0) - m;
		a += e * e;
	}
	TO(mean, 0) = m;
	TO(square, 0) = (a + b) + (c + d);
}

INLINE void
measure_one(
    const float *x, int64_t rows, int64_t inner, float *mean, float *square)
{
	float sum = 0, e;
	int64_t r;

	for (r = 0; r < rows; r++)
		sum += x[r * inner];
	*mean = sum / (float)rows;
	*square = 0;
	for (r = 0; r < rows; r++) {
		e = x[r * inner] - *mean;
		*square += e * e;
	}
}

HOT void
tile_measure(const float *x, int64_t rows, int64_t inner, double *mean,
    double *square, int64_t seen)
{
	float m[LANES], s[LANES];
	int64_t c = 0;

	for (; c + LANES <= inner; c += LANES) {
		measure_lanes(x + c, rows, inner, m, s);
		join(mean + c, square + c, m, s, LANES, (double)rows,
		    (double)seen);
	}
	for (; c < inner; c++) {
		measure_one(x + c, rows, inner, m, s);
		join(mean + c, square + c, m, s, 1, (double)rows, (double)seen);
	}
}

HOT void
tile_bend(float *y, const float *x, int64_t rows, int64_t inner,
    const struct curve *curve, int64_t c)
{
	const float *mean = curve->mean + c, *slope = curve->slope + c;
	const float *shift = curve->shift + c;
	int64_t k = 0, r;

	for (; k + LANES <= inner; k += LANES) {
		lanes m = AT(mean, k), a = AT(slope, k), b = AT(shift, k);

		for (r = 0; r < rows; r++)
			TO(y, r * inner + k) =
			    (AT(x, r * inner + k) - m) * a + b;
	}
	for (; k < inner; k++)
		for (r = 0; r < rows; r++)
			y[r * inner + k] =
			    (x[r * inner + k] - mean[k]) * slope[k] + shift[k];
}

HOT void
tile_sums(const float *dz, const float *x, int64_t rows, int64_t inner,
    const float *middle, double *sum, double *product)
{
	int64_t c = 0, r;
	int k;

	for (; c + LANES <= inner; c += LANES) {
		lanes a = { 0 }, b = { 0 }, p = { 0 }, q = { 0 };
		lanes m = AT(middle, c);

		for (r = 0; r + 2 <= rows; r += 2) {
			int64_t at = r * inner + c, next = at + inner;

			a += AT(dz, at);
			b += AT(dz, next);
			p += AT(dz, at) * (AT(x, at) - m);
			q += AT(dz, next) * (AT(x, next) - m);
		}
		if (r < rows) {
			a += AT(dz, r * inner + c);
			p += AT(dz, r * inner + c) * (AT(x, r * inner + c) - m);
		}
		a += b;
		p += q;
		for (k = 0; k < LANES; k++) {
			sum[c + k] += (double)a[k];
			product[c + k] += (double)p[k];
		}
	}
	for (; c < inner; c++) {
		float a = 0, p = 0;

		for (r = c; r < rows * inner; r += inner) {
			a += dz[r];
			p += dz[r] * (x[r] - middle[c]);
		}
		sum[c] += (double)a;
		product[c] += (double)p;
	}
}

HOT void
tile_spread(float *dx, const float *dz, const float *x, int64_t rows,
    int64_t inner, const float *middle, const struct curve *curve, int64_t c)
{
	const float *mean = curve->mean + c, *slope = curve->slope + c;
	const float *lean = curve->shift + c;
	int64_t k = 0, r;

	for (; k + LANES <= inner; k += LANES) {
		lanes m = AT(mean, k), a = AT(slope, k), b = AT(lean, k);
		lanes o = AT(middle, k);

		for (r = k; r < rows * inner; r += inner)
			TO(dx, r) = a * (AT(dz, r) - m - (AT(x, r) - o) * b);
	}
	for (; k < inner; k++)
		for (r = k; r < rows * inner; r += inner)
			dx[r] = slope[k] *
			    (dz[r] - mean[k] - (x[r] - middle[k]) * lean[k]);
}
