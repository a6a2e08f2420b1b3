/* Numbers whose variance is scale / fan: the family of glorot, he and lecun. */
#include <string.h>

#include "draw.h"
#include "init.h"

struct variance_scaling {
	double scale;
	const char *mode, *distribution;
};

/* In the order of enum fan and enum draw. */
static const char *const modes[] = { "fan_in", "fan_out", "fan_avg", NULL };
static const char *const distributions[] = { "uniform", "untruncated_normal",
	"truncated_normal", NULL };

static const struct attr variance_scaling_attrs[] = {
	{ ATTR(REAL, struct variance_scaling, scale), 1e-30, 1e30, "1",
	    "variance times fan", 1 },
	{ ATTR(WORD, struct variance_scaling, mode), 0, 0, "fan_in",
	    "which fan: inputs, outputs or their mean", 2, modes },
	{ ATTR(WORD, struct variance_scaling, distribution), 0, 0,
	    "truncated_normal", "how the numbers are spread", 3,
	    distributions },
	{ 0 },
};

/* Which of the words; the table has let no other through. */
static int
index_of(const char *const *words, const char *word)
{
	int i;

	for (i = 0; words[i + 1] != NULL && strcmp(words[i], word) != 0; i++)
		;
	return i;
}

static void
variance_scaling_fill(const void *conf, float *w, const struct shape *shape,
    double fan_in, double fan_out, struct rng_key key)
{
	const struct variance_scaling *c = conf;
	struct draw_scaling how = { c->scale,
		(enum fan)index_of(modes, c->mode),
		(enum draw)index_of(distributions, c->distribution) };

	draw_scaled(w, shape, fan_in, fan_out, how, key);
}

const struct init init_variance_scaling = {
	.name = "variance_scaling",
	.help = "numbers whose variance is scale / fan",
	.conf_size = sizeof(struct variance_scaling),
	.attrs = variance_scaling_attrs,
	.fill = variance_scaling_fill,
};
