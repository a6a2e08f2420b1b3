/* Digits and letters drawn with a pen, each time a little different.

   A sign is strokes in a box of 100 x 100; a stroke is lines and quadratic
   curves.  Its points are moved a little, the whole is turned, sheared,
   stretched and shifted, and drawn with a pen of some width.  Only additions,
   products, quotients and square roots are used, which give the same bits
   everywhere. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

enum { CURVE = 8, POINTS_MAX = 400 };

/* m: begin at x y; l: line to x y; q: curve by x y to x y. */
static const struct {
	char sign;
	const char *strokes;
} font[] = {
	{ '0', "m50 5q85 5 85 50q85 95 50 95q15 95 15 50q15 5 50 5" },
	{ '1', "m30 25l55 5l55 95" },
	{ '2', "m18 28q22 5 50 5q82 5 80 32q78 52 50 68q30 80 18 95l84 95" },
	{ '3',
	    "m20 15q40 2 60 6q80 12 78 28q76 46 45 47q82 50 82 72q80 "
	    "95 50 95q28 95 16 82" },
	{ '4', "m62 5l14 66l88 66m64 40l64 96" },
	{ '5',
	    "m78 6l30 6l24 46q45 36 64 42q84 50 82 70q78 95 48 95q28 "
	    "95 16 82" },
	{ '6',
	    "m72 8q40 10 26 44q14 80 34 92q56 100 74 84q86 66 70 "
	    "52q46 40 22 64" },
	{ '7', "m16 8l84 8q56 46 44 95" },
	{ '8',
	    "m50 48q20 42 22 24q26 5 50 5q76 5 78 24q78 42 50 48q18 54 "
	    "18 74q20 95 50 95q82 95 82 74q80 54 50 48" },
	{ '9',
	    "m78 34q70 58 44 54q18 48 22 26q30 4 54 5q80 8 79 36q78 74 "
	    "60 95" },
	{ 'A', "m12 96l50 5l88 96m26 64l74 64" },
	{ 'B',
	    "m20 95l20 5l48 5q78 8 74 28q70 46 46 47l20 47m46 47q84 50 "
	    "82 72q78 95 48 95l20 95" },
	{ 'C', "m82 22q70 4 50 5q16 8 15 50q16 94 52 95q72 95 84 78" },
	{ 'D', "m20 5l20 95l44 95q84 90 84 50q84 10 44 5l20 5" },
	{ 'E', "m80 6l20 6l20 94l82 94m20 48l66 48" },
	{ 'F', "m80 6l20 6l20 96m20 48l68 48" },
};

struct point {
	double x, y;
};

/* A drawn sign: points, and where a stroke begins. */
struct path {
	int n;
	struct point at[POINTS_MAX];
	char begins[POINTS_MAX];
};

/* Uniform draws one after the other, all from one sample's counter. */
struct dice {
	struct rng_key key;
	uint64_t number;
	uint32_t element;
};

static double
dice_between(struct dice *d, double from, double to)
{
	uint32_t w = rng_u32(d->key, 0, d->number, d->element++);

	return from + (to - from) * (double)rng_unit(w);
}

static void
path_add(struct path *p, struct point at, int begins)
{
	if (p->n == POINTS_MAX)
		return;
	p->begins[p->n] = (char)begins;
	p->at[p->n++] = at;
}

static void
path_curve(struct path *p, struct point by, struct point to)
{
	struct point from, at;
	double t, u;
	int i;

	if (p->n == 0)
		return;
	from = p->at[p->n - 1];
	for (i = 1; i <= CURVE; i++) {
		t = (double)i / CURVE;
		u = 1.0 - t;
		at.x = u * u * from.x + 2.0 * u * t * by.x + t * t * to.x;
		at.y = u * u * from.y + 2.0 * u * t * by.y + t * t * to.y;
		path_add(p, at, 0);
	}
}

/* Reads "X Y", moved a little. */
static struct point
read_point(const char **s, struct dice *d)
{
	const double most = 4.0;
	struct point p;
	char *end;

	p.x = (double)strtol(*s, &end, 10) + dice_between(d, -most, most);
	p.y = (double)strtol(end, &end, 10) + dice_between(d, -most, most);
	*s = end;
	return p;
}

static void
path_read(struct path *p, const char *s, struct dice *d)
{
	struct point by, to;
	char what;

	p->n = 0;
	while ((what = *s) != '\0') {
		s++;
		by = to = read_point(&s, d);
		if (what == 'q') {
			to = read_point(&s, d);
			path_curve(p, by, to);
		} else
			path_add(p, to, what == 'm');
	}
}

/* Turns, shears, stretches and shifts, from the box to pixels. */
static void
path_place(struct path *p, int size, struct dice *d)
{
	double t = dice_between(d, -0.11, 0.11); /* tan of half the angle */
	double c = (1.0 - t * t) / (1.0 + t * t);
	double s = 2.0 * t / (1.0 + t * t);
	double shear = dice_between(d, -0.18, 0.18);
	double pixels = (double)size / 28.0;
	double wide = dice_between(d, 0.13, 0.185) * pixels;
	double high = dice_between(d, 0.165, 0.2) * pixels;
	double right = (double)size / 2.0 + dice_between(d, -1.5, 1.5) * pixels;
	double down = (double)size / 2.0 + dice_between(d, -1.5, 1.5) * pixels;
	double x, y;
	int i;

	for (i = 0; i < p->n; i++) {
		x = (p->at[i].x - 50.0 + shear * (50.0 - p->at[i].y)) * wide;
		y = (p->at[i].y - 50.0) * high;
		p->at[i].x = c * x - s * y + right;
		p->at[i].y = s * x + c * y + down;
	}
}

static double
distance(struct point p, struct point a, struct point b)
{
	double x = b.x - a.x, y = b.y - a.y;
	double along = (p.x - a.x) * x + (p.y - a.y) * y;
	double length = x * x + y * y;
	double t = length > 0.0 ? along / length : 0.0;

	t = t < 0.0 ? 0.0 : t > 1.0 ? 1.0 : t;
	x = a.x + t * x - p.x;
	y = a.y + t * y - p.y;
	return sqrt(x * x + y * y);
}

static double
path_distance(const struct path *p, struct point at)
{
	double least = 1e9, d;
	int i;

	for (i = 1; i < p->n; i++) {
		if (p->begins[i])
			continue;
		d = distance(at, p->at[i - 1], p->at[i]);
		least = d < least ? d : least;
	}
	return least;
}

static void
path_draw(
    const struct path *p, int size, double pen, double ink, uint8_t *pixels)
{
	double cover;
	int x, y;

	for (y = 0; y < size; y++)
		for (x = 0; x < size; x++) {
			struct point at = { x + 0.5, y + 0.5 };

			cover = pen + 0.5 - path_distance(p, at);
			cover = cover < 0.0 ? 0.0 : cover > 1.0 ? 1.0 : cover;
			*pixels++ = (uint8_t)(cover * ink + 0.5);
		}
}

int
draw_sign(
    uint8_t *pixels, int size, char sign, struct rng_key key, uint64_t number)
{
	struct dice d = { key, number, 0 };
	struct path p;
	double pen;
	size_t i;

	for (i = 0; i < sizeof(font) / sizeof(font[0]); i++) {
		if (font[i].sign != sign)
			continue;
		path_read(&p, font[i].strokes, &d);
		path_place(&p, size, &d);
		pen = dice_between(&d, 0.7, 1.5) * (double)size / 28.0;
		path_draw(
		    &p, size, pen, dice_between(&d, 200.0, 255.0), pixels);
		return 0;
	}
	return -1;
}
