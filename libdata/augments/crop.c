/* A border around the picture, and a part of the old size cut out:
   "crop:pad4". */
#include <stddef.h>

#include "augment.h"

struct crop {
	int64_t pad;
	const char *fill;
};

static const struct attr crop_attrs[] = {
	{ ATTR(INT, struct crop, pad), 0, 4096, NULL,
	    "pixels added on each side", 1, NULL },
	{ ATTR(WORD, struct crop, fill), 0, 0, "zero",
	    "what is added: dark, or the pixel at the edge", 0, augment_fills },
	{ 0 },
};

static void
crop_place(const void *conf, const uint32_t word[4],
    const struct shape *picture, struct placing *p)
{
	const struct crop *c = conf;

	(void)picture;
	p->m[2] = (double)augment_whole(word[0], c->pad);
	p->m[5] = (double)augment_whole(word[1], c->pad);
	p->edge = augment_fill_edge(c->fill);
}

const struct augment_kind augment_crop = {
	.name = "crop",
	.help = "add a border, cut out a part of the old size",
	.attrs = crop_attrs,
	.conf_size = sizeof(struct crop),
	.prefix = "pad",
	.place = crop_place,
};
