/* Left for right, in a share of the samples. */
#include <stddef.h>

#include "augment.h"

struct hflip {
	double p;
};

static const struct attr hflip_attrs[] = {
	{ ATTR(REAL, struct hflip, p), 0, 1, "0.5",
	    "share of the samples that are mirrored", 1, NULL },
	{ 0 },
};

static void
hflip_place(const void *conf, const uint32_t word[4],
    const struct shape *picture, struct placing *p)
{
	const struct hflip *c = conf;

	if ((double)rng_unit(word[0]) >= c->p)
		return;
	p->m[0] = -1;
	p->m[2] = (double)(picture->dim[1] - 1);
}

const struct augment_kind augment_hflip = {
	.name = "hflip",
	.help = "left for right",
	.attrs = hflip_attrs,
	.conf_size = sizeof(struct hflip),
	.place = hflip_place,
};
