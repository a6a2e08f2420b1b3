/* A graph in two: what gives the same for a sample in every epoch, and the
   rest, which learns.

   A layer stands still when all that it reads does, none of its own tensors
   learns, and it neither draws random numbers nor looks at other samples;
   frozen layers do neither.  What stands still needs to be computed once. */
#ifndef NN_HALVES_H
#define NN_HALVES_H

#include "base/arena.h"
#include "base/batch.h"
#include "base/err.h"
#include "base/graph.h"
#include "nn.h"

struct halves {
	struct graph still; /* its outputs are what the rest reads */
	struct graph rest;  /* reads them as inputs of the same names */
	int64_t numbers;    /* of a sample, all outputs of the one */
	int layers;         /* with parameters, in the one */
};

/* Cuts a resolved graph; numbers stay borrowed from it.  0; 1: nothing but
   inputs stands still, or nothing learns; -1. */
int nn_halve(const struct graph *g, struct halves *h, struct arena *arena,
    struct err *err);

/* Do the outputs of a net of h->still take longer to compute than to fetch?  By
   formula. */
int nn_halves_pay(const struct halves *h, const struct net *still);

/* What a net of h->still gives for each sample of a feed into the row of its
   id: rows of `numbers`. */
int net_features(struct net *still, struct feed *feed, float *rows,
    int64_t numbers, struct err *err);

#endif
