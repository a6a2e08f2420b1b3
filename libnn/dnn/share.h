/* Passes over values in equal shares, on the library's own pool of threads.

   How many shares there are is planned, and every share is done even where
   fewer threads come: what is computed depends on the shares alone. */
#ifndef NN_DNN_SHARE_H
#define NN_DNN_SHARE_H

#include <stdint.h>

/* Calls work(arg, i, n) for every i of 0..n-1, at the same time where there
   are threads; returns when all are done. */
void shares_run(int n, void (*work)(void *arg, int i, int n), void *arg);

/* Where share i of n begins among `count`; a multiple of `step` but for the
   last end. */
int64_t share_begin(int64_t count, int64_t step, int i, int n);

#endif
