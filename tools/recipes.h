/* Recipes: ways to fine-tune that are known by a name, as defaults for a
   run. */
#ifndef NN_RECIPES_H
#define NN_RECIPES_H

#include <stdint.h>

#include "base/err.h"
#include "base/tensor.h"
#include "base/text.h"

enum { RECIPE_PHASES = 2 };

/* What it gives for options that are not given; 0 and NULL: nothing. */
struct recipe {
	const char *name, *help;
	const char *optimizer, *schedule;
	double lr, weight_decay;
	double smoothing; /* of labels, where the loss is ce */
	double span;      /* the head's rate over that of the first block */
	int64_t epochs;
	int64_t updates; /* of the last phase: as many epochs as make them, and
	                    not fewer than `epochs` in all */
	int augment;     /* as the pictures are (recipe_augment) */
	int gradual;     /* thaws a block every so many epochs; 0: not */
	struct {
		/* Begins after this share of the epochs, in hundredths, but no
		   later than after most and no earlier than after one. */
		int64_t share, most;
		const char *select;
		double lr;
		int restart;
		int plain; /* samples are as they are: not augmented */
	} phase[RECIPE_PHASES];
};

/* Ends with a row without a name; the first is the default for a new head, the
   second for adapters. */
enum { RECIPE_HEAD, RECIPE_ADAPTERS };
extern const struct recipe recipes[];

/* ERR_USAGE with a near name. */
const struct recipe *recipe_find(const char *name, struct err *err);

/* What a phase begins with, in a run of so many epochs. */
int64_t recipe_begin(const struct recipe *r, int phase, int64_t epochs);

/* How many epochs the run has, of so many updates each. */
int64_t recipe_epochs(const struct recipe *r, int64_t updates);

/* Words of --augment for such samples, or NULL: colours may be mirrored, signs
   of letters and digits may not. */
const char *recipe_augment(const struct shape *sample);

/* The rate's factor from block to block, of so many. */
double recipe_decay(const struct recipe *r, int blocks);

/* A line each: name, a tab, what it does. */
void recipes_list(struct text *out);

/* The names, a space between. */
void recipes_offers(struct text *out);

#endif
