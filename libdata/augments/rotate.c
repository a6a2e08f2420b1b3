/* Turned round the centre: "rotate:10" is up to 10 degrees either way. */
#include <math.h>
#include <stddef.h>

#include "augment.h"

struct rotate {
	double degrees;
	const char *fill;
};

static const struct attr rotate_attrs[] = {
	{ ATTR(REAL, struct rotate, degrees), 0, 180, NULL,
	    "at most, either way", 1, NULL },
	{ ATTR(WORD, struct rotate, fill), 0, 0, "zero",
	    "what comes in: dark, or the pixel at the edge", 0, augment_fills },
	{ 0 },
};

static void
rotate_place(const void *conf, const uint32_t word[4],
    const struct shape *picture, struct placing *p)
{
	const double radians = 3.14159265358979323846 / 180.0;
	const struct rotate *c = conf;
	double angle = c->degrees * radians * augment_unit(word[0]);
	double x = 0.5 * (double)(picture->dim[1] - 1);
	double y = 0.5 * (double)(picture->dim[0] - 1);
	double a = cos(angle), b = sin(angle);

	p->m[0] = p->m[4] = a;
	p->m[1] = -b;
	p->m[3] = b;
	p->m[2] = x - a * x + b * y;
	p->m[5] = y - b * x - a * y;
	p->edge = augment_fill_edge(c->fill);
}

const struct augment_kind augment_rotate = {
	.name = "rotate",
	.help = "round the centre",
	.attrs = rotate_attrs,
	.conf_size = sizeof(struct rotate),
	.place = rotate_place,
};
