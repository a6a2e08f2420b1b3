/* Along both axes by whole pixels: "shift:0.1". */
#include <stddef.h>

#include "augment.h"

struct shift {
	double share;
	const char *fill;
};

static const struct attr shift_attrs[] = {
	{ ATTR(REAL, struct shift, share), 0, 1, NULL, "at most, of the side",
	    1, NULL },
	{ ATTR(WORD, struct shift, fill), 0, 0, "zero",
	    "what comes in: dark, or the pixel at the edge", 0, augment_fills },
	{ 0 },
};

/* 0.1 of 30 pixels is 3, however the product is rounded. */
static int64_t
pixels(double share, int64_t side)
{
	return (int64_t)(share * (double)side + 1e-6);
}

static int
shift_fits(const void *conf, const struct shape *picture, struct err *err)
{
	const struct shift *c = conf;

	if (!(c->share > 0) || pixels(c->share, picture->dim[0]) > 0 ||
	    pixels(c->share, picture->dim[1]) > 0)
		return 0;
	return err_set(err, ERR_USAGE,
	    "%g of %lldx%lld pixels is less than a pixel", c->share,
	    (long long)picture->dim[0], (long long)picture->dim[1]);
}

static void
shift_place(const void *conf, const uint32_t word[4],
    const struct shape *picture, struct placing *p)
{
	const struct shift *c = conf;
	int i;

	for (i = 0; i < 2; i++)
		p->m[i == 0 ? 5 : 2] = (double)augment_whole(
		    word[i], pixels(c->share, picture->dim[i]));
	p->edge = augment_fill_edge(c->fill);
}

const struct augment_kind augment_shift = {
	.name = "shift",
	.help = "along both axes by whole pixels",
	.attrs = shift_attrs,
	.conf_size = sizeof(struct shift),
	.fits = shift_fits,
	.place = shift_place,
};
