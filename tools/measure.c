/* Statistics of layers that normalise over the batch, measured anew on data. */
#include "kind.h"
#include "measure.h"

int
measure_is_norm(const struct node *node)
{
	return kind_find(node->kind)->mixes_samples;
}

int
measure_norms(const struct graph *g)
{
	int n = 0;

	for (int i = 0; i < g->nnodes; i++)
		n += measure_is_norm(&g->nodes[i]);
	return n;
}

static int
measure_all(struct tool *t, struct graph *g, struct net *net, struct feed *feed,
    uint32_t epoch, struct err *err)
{
	struct batch batch;
	int64_t seen = 0;

	if (feed->begin(feed, epoch, 0, err) < 0)
		return -1;
	for (;;) {
		if (feed->next(feed, &batch, err) < 0)
			return -1;
		if (batch.n == 0)
			break;
		seen += batch.n;
		if (net_measure(
			net, &batch, (double)batch.n / (double)seen, err) < 0)
			return -1;
	}
	tool_note(t, "statistics of batch norms measured anew on %lld samples",
	    (long long)seen);
	return net_store(net, g, err);
}

int
measure_data(struct tool *t, struct graph *g, struct dataset *data,
    const struct feed_conf *order, uint32_t epoch, const struct net_conf *conf,
    struct json *record, struct err *err)
{
	struct net_conf own = *conf;
	struct feed *feed = data_feed(data, order, err);
	struct net *net;
	int status = -1;

	own.batch = order->batch;
	own.last_batch = (int)(data_count(data) % order->batch);
	own.measure = 1;
	net = feed == NULL ? NULL : net_build(g, &own, err);
	if (net != NULL &&
	    (record == NULL ||
		lineage_arithmetic(
		    t, record, net_backend(net), net_threads(net), err) == 0))
		status = measure_all(t, g, net, feed, epoch, err);
	net_free(net);
	data_feed_free(feed);
	return status;
}
