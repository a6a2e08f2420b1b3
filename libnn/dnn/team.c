/* Who does the shares of an operation of our own. */
#include "base/thread.h"
#include "dnn/share.h"
#include "dnn/team.h"
#include "flush.h"

/* Some microseconds of one core; a round of our pool costs half of one. */
static const double worth_sharing = 1.5e5;

struct round {
	void (*work)(void *arg, int i, int n);
	void *arg;
};

static void
run_one(void *data, int i, int n)
{
	const struct round *r = data;
	uint64_t before = flush_begin();

	r->work(r->arg, i, n);
	flush_end(before);
}

/* All teams of a net have one pool, so that parts of parameters stay with the
   same cores. */
int
team_plan(struct team *t, struct dnn *dnn, double flops, int64_t most,
    struct err *err)
{
	int n = dnn->threads < TEAM_MAX ? dnn->threads : TEAM_MAX;

	if (dnn->now > 1) {
		n = dnn_threads(dnn, flops);
		*t = (struct team){ n < most ? n
			    : most < 1       ? 1
					     : (int)most,
			NULL };
		return 0;
	}
	*t = (struct team){ 1, NULL };
	if (flops < worth_sharing || most < n || n < 2)
		return 0;
	if (dnn->pool == NULL)
		dnn->pool = pool_new(n, err);
	if (dnn->pool == NULL)
		return -1;
	*t = (struct team){ n, dnn->pool };
	return 0;
}

void
team_run(const struct team *t, void (*work)(void *arg, int i, int n), void *arg)
{
	struct round round = { work, arg };

	if (t->pool != NULL)
		pool_run(t->pool, run_one, &round);
	else
		shares_run(t->n, work, arg);
}
