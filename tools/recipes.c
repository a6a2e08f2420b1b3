/* Recipes: ways to fine-tune that are known by a name. */
#include <string.h>

#include "nn.h"
#include "recipes.h"

enum { SMALL = 16 }; /* pixels: nothing to move about */

const struct recipe recipes[] = {
	{
	    .name = "transfer",
	    .help = "the head for 5 epochs (a quarter of fewer than 20), then "
		    "all layers at the same rate for 1,000 updates or more; "
		    "one cycle each, smoothed labels, pictures augmented",
	    .optimizer = "adamw",
	    .schedule = "onecycle",
	    .lr = 2e-3,
	    .weight_decay = 0.01,
	    .smoothing = 0.1,
	    .span = 1,
	    .epochs = 10,
	    .updates = 1000,
	    .augment = 1,
	    .phase = { { 0, 0, "head", 1, 0, 1 }, { 25, 5, "all", 1, 1, 0 } },
	},
	{
	    .name = "adapters",
	    .help = "what is not frozen, such as the adapters of --lora and a "
		    "new head, for 1,000 updates or more; else as transfer",
	    .optimizer = "adamw",
	    .schedule = "onecycle",
	    .lr = 2e-3,
	    .weight_decay = 0.01,
	    .smoothing = 0.1,
	    .span = 1,
	    .epochs = 5,
	    .updates = 1000,
	    .augment = 1,
	    .phase = { { 0, 0, "", 1, 0, 0 } },
	},
	{
	    .name = "head-then-all",
	    .help = "the head for an epoch, then all layers at half the rate, "
		    "the first blocks at a hundredth of that; one cycle each "
		    "(fastai's fine_tune)",
	    .schedule = "onecycle",
	    .span = 100,
	    .epochs = 12,
	    .phase = { { 0, 0, "head", 1, 0, 0 }, { 0, 1, "all", 0.5, 1, 0 } },
	},
	{
	    .name = "linear-probe-then-fine-tune",
	    .help = "the head for half of the epochs, then all layers at a "
		    "tenth of the rate; a cosine each (Kumar and others, 2022)",
	    .schedule = "cosine",
	    .span = 1,
	    .epochs = 12,
	    .phase = { { 0, 0, "head", 1, 0, 0 },
		{ 50, INT64_MAX, "all", 0.1, 1, 0 } },
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
	int64_t begin = epochs * r->phase[phase].share / 100;

	if (phase == 0)
		return 0;
	begin = begin < r->phase[phase].most ? begin : r->phase[phase].most;
	return begin > 1 ? begin : 1;
}

int64_t
recipe_epochs(const struct recipe *r, int64_t updates)
{
	int64_t first = r->phase[RECIPE_PHASES - 1].most, n = r->epochs;

	if (r->updates > 0 && first + (r->updates + updates - 1) / updates > n)
		n = first + (r->updates + updates - 1) / updates;
	return n;
}

const char *
recipe_augment(const struct shape *sample)
{
	if (sample->rank != 3 || sample->dim[0] < SMALL ||
	    sample->dim[1] < SMALL)
		return NULL;
	return sample->dim[2] == 3 ? "hflip,crop:pad4"
	    : sample->dim[2] == 1  ? "shift:0.1,rotate:10,scale:0.9-1.1"
				   : NULL;
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
