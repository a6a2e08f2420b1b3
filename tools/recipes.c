/* Recipes: ways to fine-tune that are known by a name. */
#include <string.h>

#include "nn.h"
#include "recipes.h"

const struct recipe recipes[] = {
	{
	    .name = "head-then-all",
	    .help = "the head for an epoch, then all layers at half the rate, "
		    "the first blocks at a hundredth of that; one cycle each "
		    "(fastai's fine_tune)",
	    .schedule = "onecycle",
	    .span = 100,
	    .epochs = 12,
	    .phase = { { 0, "head", 1, 0 }, { 1, "all", 0.5, 1 } },
	},
	{
	    .name = "linear-probe-then-fine-tune",
	    .help = "the head for half of the epochs, then all layers at a "
		    "tenth of the rate; a cosine each (Kumar and others, 2022)",
	    .schedule = "cosine",
	    .span = 1,
	    .epochs = 12,
	    .phase = { { 0, "head", 1, 0 },
		{ RECIPE_SHARE(50), "all", 0.1, 1 } },
	},
	{
	    .name = "ulmfit",
	    .help = "from the head down one block more an epoch, each block at "
		    "1/2.6 of the rate of the one behind it or so that the "
		    "first has a hundredth; one cycle (Howard and Ruder, 2018)",
	    .schedule = "onecycle,peak=0.1,start=32,end=1",
	    .span = 100,
	    .epochs = 12,
	    .gradual = 1,
	},
	{ 0 },
};

const struct recipe *
recipe_find(const char *name, struct err *err)
{
	const char *names[sizeof(recipes) / sizeof(recipes[0])], *near;
	int n;

	for (n = 0; recipes[n].name != NULL; n++) {
		if (strcmp(recipes[n].name, name) == 0)
			return &recipes[n];
		names[n] = recipes[n].name;
	}
	names[n] = NULL;
	near = text_nearest(name, names);
	err_set(err, ERR_USAGE,
	    "--recipe: '%s' is unknown; did you mean '%s'? --list-recipes "
	    "tells what they do",
	    name, near != NULL ? near : names[0]);
	return NULL;
}

int64_t
recipe_begin(const struct recipe *r, int phase, int64_t epochs)
{
	int64_t begin = r->phase[phase].begin;

	if (begin < 0)
		begin = epochs * -begin / 100;
	return phase > 0 && begin < 1 ? 1 : begin;
}

double
recipe_decay(const struct recipe *r, int blocks)
{
	return nn_spread(r->span, r->gradual ? 2.6 : r->span, blocks);
}

void
recipes_list(struct text *out)
{
	for (const struct recipe *r = recipes; r->name != NULL; r++)
		text_addf(out, "%s\t%s\n", r->name, r->help);
}

void
recipes_offers(struct text *out)
{
	for (const struct recipe *r = recipes; r->name != NULL; r++)
		text_addf(out, "%s%s", r > recipes ? " " : "", r->name);
}
