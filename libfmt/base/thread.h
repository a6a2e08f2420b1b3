/* The one door to threads: a worker that runs beside the program, and a small
   pool for equal shares of work. */
#ifndef NN_BASE_THREAD_H
#define NN_BASE_THREAD_H

#include "base/err.h"

/* A helper beside the program (prefetching): calls work(arg) each time it is
   handed a job; wait returns when the last job is done. */
struct worker;
struct worker *worker_new(void (*work)(void *arg), void *arg, struct err *err);
void worker_start(struct worker *w);
void worker_wait(struct worker *w);
void worker_free(struct worker *w); /* waits; NULL is allowed */

/* A pool of n threads, the caller among them: run calls work(arg, i, n) for
   every i of 0..n-1, at the same time when processors are free, and returns
   when all are done. */
struct pool;
struct pool *pool_new(int n, struct err *err);
void pool_run(struct pool *p, void (*work)(void *arg, int i, int n), void *arg);
void pool_free(struct pool *p);

/* How many processors affinity and cgroup allow; at least 1. */
int thread_default(void);

#endif
