/* Who does the shares of an operation of our own: the library's threads, or a
   pool of ours.

   Where the library runs a program on many threads, shares are theirs: a
   second pool would fight it for the processors.  Programs that are too small
   for that have a pool of our own, whose rounds are quicker, and in which a
   thread that has no processor just now is not waited for.  What is computed
   depends on the shapes and on the number of threads of the net, never on who
   is free. */
#ifndef NN_DNN_TEAM_H
#define NN_DNN_TEAM_H

#include "dnn/prim.h"

enum { TEAM_MAX = 16 };

struct team {
	int n;             /* shares */
	struct pool *pool; /* NULL: the library's threads, or none */
};

/* The team that so many floating point operations are worth, of at most `most`
   (and TEAM_MAX) shares: 0, or -1 when there is no pool. */
int team_plan(struct team *t, struct dnn *dnn, double flops, int64_t most,
    struct err *err);

/* Calls work(arg, i, n) for every i of 0..n-1; returns when all are done. */
void team_run(
    const struct team *t, void (*work)(void *arg, int i, int n), void *arg);

#endif
