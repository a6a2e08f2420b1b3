/* Recipes: ways to fine-tune that are known by a name, as defaults for a
   run. */
#ifndef NN_RECIPES_H
#define NN_RECIPES_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum { RECIPE_PHASES = 2 };

/* Behind so many hundredths of the run's epochs, one at least. */
#define RECIPE_SHARE(HUNDREDTHS) (-(HUNDREDTHS))

struct recipe {
	const char *name, *help;
	const char *schedule;
	double span;    /* the head's rate over that of the first block */
	int64_t epochs; /* unless others are asked for */
	int gradual;    /* thaws a block every so many epochs; 0: not */
	struct {
		int64_t begin; /* epoch, or RECIPE_SHARE */
		const char *select;
		double lr;
		int restart;
	} phase[RECIPE_PHASES];
};

/* Ends with a row without a name; the first is the default for a new head. */
extern const struct recipe recipes[];

/* ERR_USAGE with a near name. */
const struct recipe *recipe_find(const char *name, struct err *err);

/* What a phase begins with, in a run of so many epochs. */
int64_t recipe_begin(const struct recipe *r, int phase, int64_t epochs);

/* The rate's factor from block to block, of so many. */
double recipe_decay(const struct recipe *r, int blocks);

/* A line each: name, a tab, what it does. */
void recipes_list(struct text *out);

/* The names, a space between. */
void recipes_offers(struct text *out);

#endif
