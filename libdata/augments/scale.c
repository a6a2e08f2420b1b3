/* Larger or smaller about the centre, the size staying: "scale:0.9-1.1". */
#include <stddef.h>
#include <string.h>

#include "augment.h"
#include "base/text.h"

enum { NUMBER = 32 };

struct zoom {
	const char *range;
	const char *fill;
	double low, high; /* of range */
};

static const double zoom_min = 0.01, zoom_max = 100.0;

static const struct attr zoom_attrs[] = {
	{ ATTR(WORD, struct zoom, range), 0, 0, NULL,
	    "least and most, as 0.9-1.1", 1, NULL },
	{ ATTR(WORD, struct zoom, fill), 0, 0, "zero",
	    "what comes in: dark, or the pixel at the edge", 0, augment_fills },
	{ 0 },
};

/* "0.9-1.1" to two numbers: -1 when it is none. */
static int
split_range(const char *text, double *low, double *high)
{
	const char *dash = strchr(text, '-');
	char first[NUMBER];
	size_t n;

	if (dash == NULL || (n = (size_t)(dash - text)) >= sizeof(first))
		return -1;
	memcpy(first, text, n);
	first[n] = '\0';
	if (text_to_real(first, low) < 0 || text_to_real(dash + 1, high) < 0)
		return -1;
	return *low >= zoom_min && *low <= *high && *high <= zoom_max ? 0 : -1;
}

static int
zoom_ready(void *conf, enum err_code code, struct err *err)
{
	struct zoom *c = conf;
	char safe[NUMBER];

	if (split_range(c->range, &c->low, &c->high) == 0)
		return 0;
	return err_set(err, code,
	    "range: '%s' is not LEAST-MOST within %g-%g, such as 0.9-1.1",
	    text_safe(safe, sizeof(safe), c->range, strlen(c->range)), zoom_min,
	    zoom_max);
}

static void
zoom_place(const void *conf, const uint32_t word[4],
    const struct shape *picture, struct placing *p)
{
	const struct zoom *c = conf;
	double factor = c->low + (c->high - c->low) * (double)rng_unit(word[0]);
	double x = 0.5 * (double)(picture->dim[1] - 1);
	double y = 0.5 * (double)(picture->dim[0] - 1);

	p->m[0] = p->m[4] = 1.0 / factor;
	p->m[2] = x - x / factor;
	p->m[5] = y - y / factor;
	p->edge = augment_fill_edge(c->fill);
}

const struct augment_kind augment_scale = {
	.name = "scale",
	.help = "larger or smaller about the centre",
	.attrs = zoom_attrs,
	.conf_size = sizeof(struct zoom),
	.ready = zoom_ready,
	.place = zoom_place,
};
