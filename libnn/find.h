/* Searching a rate: updates whose rate grows in equal ratios while the loss is
   watched.

   What a run learns on the way is worthless: the net is to be thrown away. */
#ifndef NN_FIND_H
#define NN_FIND_H

#include "train.h"

struct find_row {
	double lr;
	double loss;     /* of the batch, before its update */
	double smoothed; /* mean that forgets, of this row and those before */
};

struct find {
	double from, to;    /* rates of the first step and of the last */
	int steps;          /* at most so many */
	int64_t accumulate; /* batches of a step */
	int n;
	struct find_row *row;
	int best; /* where smoothed falls fastest over log lr; -1: nowhere */
};

/* The bounds for an optimizer: FIND_FROM for those that take steps of 1e-3,
   in proportion for others; up to FIND_TO. */
#define FIND_FROM 1e-7
#define FIND_TO 10.0
int find_begin(struct find *f, const struct train_plan *plan, int steps,
    struct arena *arena, struct err *err);

/* Runs it from the position (which stays) with the plan's batches; ends early
   when smoothed exceeds FIND_STOP times its minimum or a number is not finite
   any more, which is an error only in the first step.  on_step (NULL: none)
   is called after each. */
#define FIND_STOP 4.0
int find_run(struct find *f, struct net *net, const struct train_position *at,
    struct feed *data, void (*on_step)(void *ctx, const struct find *f),
    void *ctx, struct err *err);

/* The smoothed loss over the logarithm of the rate, in characters. */
void find_plot(const struct find *f, struct text *out);

#endif
