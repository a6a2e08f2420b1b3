/* Passes in shares: the door to the pool of threads that the library has. */
#include <stddef.h>

#include "dnn/share.h"
#include "flush.h"

/* Two pools would fight for the processors, so it must be the library's own,
   whichever OpenMP that is: both know this name, the one that compilers call
   for a parallel region. */
extern void GOMP_parallel(void (*work)(void *arg), void *arg, unsigned threads,
    unsigned flags) __attribute__((weak));
extern int omp_get_thread_num(void) __attribute__((weak));
extern int omp_get_num_threads(void) __attribute__((weak));

struct crew {
	void (*work)(void *arg, int i, int n);
	void *arg;
	int n;
};

static void
take_shares(void *arg)
{
	const struct crew *c = arg;
	uint64_t before = flush_begin();
	int i, step = omp_get_num_threads();

	for (i = omp_get_thread_num(); i < c->n; i += step)
		c->work(c->arg, i, c->n);
	flush_end(before);
}

void
shares_run(int n, void (*work)(void *arg, int i, int n), void *arg)
{
	struct crew c = { work, arg, n };
	int i;

	if (n > 1 && GOMP_parallel != NULL && omp_get_thread_num != NULL &&
	    omp_get_num_threads != NULL) {
		GOMP_parallel(take_shares, &c, (unsigned)n, 0);
		return;
	}
	for (i = 0; i < n; i++)
		work(arg, i, n);
}

int64_t
share_begin(int64_t count, int64_t step, int i, int n)
{
	int64_t steps = (count + step - 1) / step, at;

	at = (steps / n * i + steps % n * i / n) * step;
	return at < count ? at : count;
}
