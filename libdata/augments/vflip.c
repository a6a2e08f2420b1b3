/* Top for bottom, in a share of the samples. */
#include <stddef.h>

#include "augment.h"

struct vflip {
	double p;
};

static const struct attr vflip_attrs[] = {
	{ ATTR(REAL, struct vflip, p), 0, 1, "0.5",
	    "share of the samples that are mirrored", 1, NULL },
	{ 0 },
};

static void
vflip_place(const void *conf, const uint32_t word[4],
    const struct shape *picture, struct placing *p)
{
	const struct vflip *c = conf;

	if ((double)rng_unit(word[0]) >= c->p)
		return;
	p->m[4] = -1;
	p->m[5] = (double)(picture->dim[0] - 1);
}

const struct augment_kind augment_vflip = {
	.name = "vflip",
	.help = "top for bottom",
	.attrs = vflip_attrs,
	.conf_size = sizeof(struct vflip),
	.place = vflip_place,
};
