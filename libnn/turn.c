/* One update from the next batches of a feed. */
#include "turn.h"

/* 1: a batch was taken; 0: the epoch is over. */
static int
take(struct net *net, struct feed *data, int gathers,
    const struct step_args *args, struct turn *t, struct err *err)
{
	struct step_result result;
	struct batch batch;
	int status;

	if (data->next(data, &batch, err) < 0)
		return -1;
	if (batch.n == 0)
		return 0;
	status = gathers ? net_gather(net, &batch, args, &result, err)
			 : net_step(net, &batch, args, &result, err);
	if (status < 0)
		return -1;
	t->batches++;
	t->n += batch.n;
	t->loss += result.loss * batch.n;
	if (result.right < 0 || t->right < 0)
		t->right = -1;
	else
		t->right += result.right;
	return 1;
}

int
turn_run(struct net *net, struct feed *data, int64_t accumulate,
    const struct step_args *args, struct turn *t, struct err *err)
{
	struct step_result result;
	int more = 1;

	*t = (struct turn){ 0 };
	if (accumulate <= 1)
		return take(net, data, 0, args, t, err) < 0 ? -1 : 0;
	while (more > 0 && t->batches < accumulate)
		more = take(net, data, 1, args, t, err);
	if (more < 0)
		return -1;
	return t->batches == 0 ? 0 : net_update(net, args, &result, err);
}
