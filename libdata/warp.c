/* A picture moved: whole pixels are copied, anything else is interpolated
   between four neighbours.

   The picture is first laid into a frame of one dark pixel, or of the nearest
   one, so that what lies outside is read like what lies inside. */
#include <math.h>
#include <string.h>

#include "base/hot.h"
#include "augment.h"

/* Pixels around the picture; on the far sides the second is read with weight
   nought. */
enum { FRAME = 3 };

struct framed {
	float *at; /* (H + 3) (W + 3) C; pixel 0, 0 of the picture at 1, 1 */
	int64_t height, width, channels;
	int64_t line; /* numbers of a row */

	/* For one row: the upper left neighbour and the way from it. */
	int32_t *from;
	float *right, *down;
};

/* Whole pixels, at most mirrored? */
static int
is_copy(const double *m)
{
	return m[1] == 0 && m[3] == 0 && fabs(m[0]) == 1 && fabs(m[4]) == 1 &&
	    m[2] == floor(m[2]) && m[5] == floor(m[5]);
}

static int
is_same(const double *m)
{
	return is_copy(m) && m[0] > 0 && m[4] > 0 && m[2] == 0 && m[5] == 0;
}

static int
framed_new(struct framed *f, const struct canvas *c, struct step_work *work,
    struct err *err)
{
	size_t line = (size_t)((c->width + FRAME) * c->channels);
	size_t n = line * (size_t)(c->height + FRAME);
	size_t w = (size_t)c->width;
	char *at = step_scratch(work, (n + 3 * w) * sizeof(float), err);

	if (at == NULL)
		return -1;
	f->height = c->height;
	f->width = c->width;
	f->channels = c->channels;
	f->line = (int64_t)line;
	f->at = (void *)at;
	f->right = f->at + n;
	f->down = f->right + w;
	f->from = (void *)(at + (n + 2 * w) * sizeof(float));
	return 0;
}

/* n pixels, all the one at `pixel` or all dark. */
static void
fill_pixels(float *to, int64_t n, const struct canvas *c, const float *pixel)
{
	const struct affine *r = c->range;
	int64_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < c->channels; k++)
			*to++ = pixel != NULL
			    ? pixel[k]
			    : (float)r->low[r->channels == 1 ? 0 : k];
}

static void
framed_fill(struct framed *f, const struct canvas *c, int edge)
{
	int64_t row = c->width * c->channels;
	size_t line = (size_t)f->line * sizeof(float);
	float *last = f->at + (f->height + 1) * f->line;
	int64_t y;

	for (y = 0; y < c->height; y++) {
		const float *from = c->at + y * row;
		float *to = f->at + (y + 1) * f->line;

		fill_pixels(to, 1, c, edge ? from : NULL);
		memcpy(to + c->channels, from, (size_t)row * sizeof(float));
		fill_pixels(to + c->channels + row, 2, c,
		    edge ? from + row - c->channels : NULL);
	}
	if (edge) {
		memcpy(f->at, f->at + f->line, line);
		memcpy(last, last - f->line, line);
	} else {
		fill_pixels(f->at, f->width + FRAME, c, NULL);
		memcpy(last, f->at, line);
	}
	memcpy(last + f->line, last, line);
}

static int64_t
within(int64_t v, int64_t low, int64_t high)
{
	return v < low ? low : v > high ? high : v;
}

/* A row of the picture: pixel x is pixel x + shift of the framed line. */
static void
copy_row(float *to, const float *line, int64_t shift, int64_t width,
    int64_t channels)
{
	int64_t begin = within(-shift, 0, width);
	int64_t end = within(width - shift, begin, width);
	size_t pixel = (size_t)channels * sizeof(float);
	const float *far = line + (width + 1) * channels;
	int64_t x;

	for (x = 0; x < begin; x++)
		memcpy(to + x * channels, line, pixel);
	memcpy(to + begin * channels, line + (begin + shift + 1) * channels,
	    (size_t)(end - begin) * pixel);
	for (x = end; x < width; x++)
		memcpy(to + x * channels, far, pixel);
}

/* The same mirrored: pixel x is pixel at - x. */
static void
mirror_row(
    float *to, const float *line, int64_t at, int64_t width, int64_t channels)
{
	int64_t x, k;

	for (x = 0; x < width; x++) {
		const float *from =
		    line + (within(at - x, -1, width) + 1) * channels;

		for (k = 0; k < channels; k++)
			to[x * channels + k] = from[k];
	}
}

static void
copy_picture(const struct canvas *c, const struct framed *f, const double *m)
{
	int64_t step = m[4] > 0 ? 1 : -1;
	int64_t from = (int64_t)m[5];
	int64_t x = (int64_t)m[2];
	int64_t y;

	for (y = 0; y < c->height; y++) {
		int64_t at = within(y * step + from, -1, c->height) + 1;
		const float *line = f->at + at * f->line;
		float *to = c->at + y * c->width * c->channels;

		if (m[0] > 0)
			copy_row(to, line, x, c->width, c->channels);
		else
			mirror_row(to, line, x, c->width, c->channels);
	}
}

/* Where the pixels of a row come from; x and y of its first pixel. */
HOT static void
aim(const struct framed *f, float x, float y, float dx, float dy)
{
	float right = (float)(f->width + 1), bottom = (float)(f->height + 1);
	int32_t line = (int32_t)(f->width + FRAME);
	int32_t column, row, i;
	float u, v;

	for (i = 0; i < (int32_t)f->width; i++) {
		u = x + dx * (float)i + 1.0F;
		v = y + dy * (float)i + 1.0F;
		u = u < 0.0F ? 0.0F : u > right ? right : u;
		v = v < 0.0F ? 0.0F : v > bottom ? bottom : v;
		column = (int32_t)u;
		row = (int32_t)v;
		f->right[i] = u - (float)column;
		f->down[i] = v - (float)row;
		f->from[i] = row * line + column;
	}
}

static inline void
mix(const struct framed *f, float *to, int64_t channels)
{
	int64_t x, k;

	for (x = 0; x < f->width; x++) {
		const float *p = f->at + f->from[x] * channels;
		const float *q = p + f->line;
		float right = f->right[x], down = f->down[x];

		for (k = 0; k < channels; k++) {
			float above = p[k] + right * (p[k + channels] - p[k]);
			float below = q[k] + right * (q[k + channels] - q[k]);

			*to++ = above + down * (below - above);
		}
	}
}

HOT static void
mix_row(const struct framed *f, float *to)
{
	if (f->channels == 1)
		mix(f, to, 1);
	else if (f->channels == 3)
		mix(f, to, 3);
	else
		mix(f, to, f->channels);
}

static void
mix_picture(const struct canvas *c, const struct framed *f, const double *m)
{
	int64_t row = c->width * c->channels;
	int64_t y;

	for (y = 0; y < c->height; y++) {
		aim(f, (float)(m[1] * (double)y + m[2]),
		    (float)(m[4] * (double)y + m[5]), (float)m[0], (float)m[3]);
		mix_row(f, c->at + y * row);
	}
}

int
canvas_place(const struct canvas *c, const struct placing *p,
    struct step_work *work, struct err *err)
{
	struct framed f;

	if (is_same(p->m))
		return 0;
	if (framed_new(&f, c, work, err) < 0)
		return -1;
	framed_fill(&f, c, p->edge);
	if (is_copy(p->m))
		copy_picture(c, &f, p->m);
	else
		mix_picture(c, &f, p->m);
	return 0;
}
