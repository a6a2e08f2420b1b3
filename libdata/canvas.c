/* A picture to draw on: its pixels, rectangles, lines and pictures. */
#include "canvas.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "sources/pngwrite.h"

enum { CANVAS_MAX = 1 << 14 }; /* pixels a side */

const struct ink ink_white = { 255, 255, 255 }, ink_black = { 0, 0, 0 },
		 ink_text = { 38, 38, 38 }, ink_grey = { 128, 128, 128 },
		 ink_grid = { 226, 226, 226 };
const struct ink ink_blue = { 0, 114, 178 }, ink_orange = { 213, 94, 0 },
		 ink_green = { 0, 158, 115 }, ink_red = { 204, 51, 63 };

static uint8_t
mix(uint8_t a, uint8_t b, double share)
{
	return (uint8_t)((double)a + ((double)b - (double)a) * share + 0.5);
}

struct ink
ink_between(struct ink a, struct ink b, double share)
{
	share = share > 0 ? share < 1 ? share : 1 : 0;
	return (struct ink){ mix(a.r, b.r, share), mix(a.g, b.g, share),
		mix(a.b, b.b, share) };
}

int
canvas_open(struct canvas *c, int64_t width, int64_t height, struct err *err)
{
	*c = (struct canvas){ .width = width, .height = height };
	if (width < 1 || height < 1 || width > CANVAS_MAX ||
	    height > CANVAS_MAX)
		return err_set(err, ERR_USAGE, "no picture of %lldx%lld",
		    (long long)width, (long long)height);
	c->at = slab_new((size_t)(width * height) * 3, err);
	if (c->at == NULL)
		return -1;
	memset(c->at, 255, (size_t)(width * height) * 3);
	return 0;
}

void
canvas_free(struct canvas *c)
{
	if (c->at != NULL)
		slab_free(c->at, (size_t)(c->width * c->height) * 3);
	c->at = NULL;
}

static uint8_t *
pixel(const struct canvas *c, int64_t x, int64_t y)
{
	return c->at + (y * c->width + x) * 3;
}

static void
put(struct canvas *c, int64_t x, int64_t y, struct ink ink)
{
	uint8_t *p;

	if (x < 0 || y < 0 || x >= c->width || y >= c->height)
		return;
	p = pixel(c, x, y);
	p[0] = ink.r;
	p[1] = ink.g;
	p[2] = ink.b;
}

struct ink
canvas_pixel(const struct canvas *c, int64_t x, int64_t y)
{
	const uint8_t *p = pixel(c, x, y);

	return (struct ink){ p[0], p[1], p[2] };
}

void
canvas_fill(struct canvas *c, struct box b, struct ink ink)
{
	for (int64_t y = b.y; y < b.y + b.height; y++)
		for (int64_t x = b.x; x < b.x + b.width; x++)
			put(c, x, y, ink);
}

void
canvas_frame(struct canvas *c, struct box b, struct ink ink)
{
	int64_t right = b.x + b.width - 1, bottom = b.y + b.height - 1;

	canvas_fill(c, (struct box){ b.x, b.y, b.width, 1 }, ink);
	canvas_fill(c, (struct box){ b.x, bottom, b.width, 1 }, ink);
	canvas_fill(c, (struct box){ b.x, b.y, 1, b.height }, ink);
	canvas_fill(c, (struct box){ right, b.y, 1, b.height }, ink);
}

/* How far p is from the nearest point of the line. */
static double
distance(struct point p, struct point from, struct point to)
{
	double dx = to.x - from.x, dy = to.y - from.y;
	double length = dx * dx + dy * dy, t = 0;

	if (length > 0)
		t = ((p.x - from.x) * dx + (p.y - from.y) * dy) / length;
	t = t > 0 ? t < 1 ? t : 1 : 0;
	dx = p.x - from.x - t * dx;
	dy = p.y - from.y - t * dy;
	return sqrt(dx * dx + dy * dy);
}

/* The pixels low..high that a line between a and b can touch. */
static void
reach(
    double a, double b, double thick, int64_t most, int64_t *low, int64_t *high)
{
	double from = (a < b ? a : b) - thick / 2 - 1;
	double to = (a < b ? b : a) + thick / 2 + 1;

	*low = from > 0 ? (int64_t)from : 0;
	*high = to < (double)most ? (int64_t)to : most - 1;
}

void
canvas_line(struct canvas *c, struct point from, struct point to, double thick,
    struct ink ink)
{
	int64_t left, right, top, bottom;

	reach(from.x, to.x, thick, c->width, &left, &right);
	reach(from.y, to.y, thick, c->height, &top, &bottom);
	for (int64_t y = top; y <= bottom; y++)
		for (int64_t x = left; x <= right; x++) {
			struct point p = { (double)x + 0.5, (double)y + 0.5 };
			double share = thick / 2 + 0.5 - distance(p, from, to);

			if (share > 0)
				put(c, x, y,
				    ink_between(
					canvas_pixel(c, x, y), ink, share));
		}
}

/* Mean of the pixels of `from` under one pixel of a picture of size n in
   which there are of..; at least one. */
static void
span(int64_t i, int64_t n, int64_t of, int64_t *low, int64_t *high)
{
	*low = i * of / n;
	*high = (i + 1) * of / n;
	if (*high <= *low)
		*high = *low + 1;
}

static uint8_t
mean(const struct bitmap *from, const int64_t rows[2], const int64_t columns[2],
    int64_t k)
{
	int64_t sum = 0, n = (rows[1] - rows[0]) * (columns[1] - columns[0]);

	for (int64_t y = rows[0]; y < rows[1]; y++)
		for (int64_t x = columns[0]; x < columns[1]; x++)
			sum += from->at[(y * from->width + x) * from->channels +
			    k];
	return (uint8_t)((sum + n / 2) / n);
}

void
canvas_paste(struct canvas *c, struct box b, const struct bitmap *from)
{
	int64_t rows[2], columns[2];
	int64_t green = from->channels > 2 ? 1 : 0;

	for (int64_t y = 0; y < b.height; y++)
		for (int64_t x = 0; x < b.width; x++) {
			span(y, b.height, from->height, &rows[0], &rows[1]);
			span(x, b.width, from->width, &columns[0], &columns[1]);
			put(c, b.x + x, b.y + y,
			    (struct ink){ mean(from, rows, columns, 0),
				mean(from, rows, columns, green),
				mean(from, rows, columns, 2 * green) });
		}
}

int
canvas_png(
    const struct canvas *c, void **at, size_t *size, size_t *n, struct err *err)
{
	return png_encode(c->at, c->height, c->width, 3, at, size, n, err);
}
