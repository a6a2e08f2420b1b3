/* A net: built once, then fed batches. */
#include <stdint.h>
#include <string.h>

#include "chunk.h"
#include "net.h"

static int
choose_loss(const struct choice *choice, const struct loss **loss,
    void **loss_conf, struct arena *arena, struct err *err)
{
	static const struct attr none[] = { { 0 } };

	if (choice->name == NULL)
		return 0;
	*loss = loss_find(choice->name);
	if (*loss == NULL)
		return err_set(err, ERR_USAGE, "'%s' is not a loss known here",
		    choice->name);
	*loss_conf = arena_alloc(arena, (*loss)->conf_size + 1, err);
	if (*loss_conf == NULL)
		return -1;
	if (attr_fill((*loss)->attrs != NULL ? (*loss)->attrs : none,
		*loss_conf, &choice->settings, arena, ERR_USAGE, err) < 0)
		return err_in(err, "loss %s", choice->name);
	return 0;
}

static int
choose_optim(struct net_update *u, const struct choice *choice,
    struct arena *arena, struct err *err)
{
	static const struct attr none[] = { { 0 } };

	u->optim = choice->name == NULL ? NULL : optim_find(choice->name);
	if (u->optim == NULL)
		return err_set(err, ERR_USAGE,
		    "'%s' is not an optimizer known here",
		    choice->name == NULL ? "" : choice->name);
	u->optim_conf = arena_alloc(arena, u->optim->conf_size + 1, err);
	if (u->optim_conf == NULL)
		return -1;
	if (attr_fill(u->optim->attrs != NULL ? u->optim->attrs : none,
		u->optim_conf, &choice->settings, arena, ERR_USAGE, err) < 0)
		return err_in(err, "optimizer %s", choice->name);
	u->slots = u->optim->slots_used == NULL
	    ? 0
	    : u->optim->slots_used(u->optim_conf);
	return 0;
}

static int
choose(struct net *net, const struct net_conf *conf, struct err *err)
{
	struct net_update *u = &net->updates[0];

	net->seed = conf->seed;
	net->apart = conf->apart;
	net->whole = conf->whole || conf->measure;
	net->stored = conf->stored;
	net->measure = conf->measure;
	net->threads = conf->threads > 0 ? conf->threads : 1;
	if (choose_loss(
		&conf->loss, &net->loss, &net->loss_conf, &net->arena, err) < 0)
		return -1;
	if (conf->train_batch <= 0)
		return 0;
	if (net->loss == NULL)
		return err_set(err, ERR_USAGE, "training needs a loss");
	u->loss = net->loss;
	u->loss_conf = net->loss_conf;
	u->clip_norm = conf->clip_norm;
	u->clip_value = conf->clip_value;
	u->ema = conf->ema;
	net->nupdates = 1;
	return choose_optim(u, &conf->optimizer, &net->arena, err);
}

/* Distinct sizes, ascending; zeros are none. */
static int
sizes(int a, int b, int out[NET_SIZES_MAX])
{
	int n = 0;

	if (a > 0)
		out[n++] = a;
	if (b > 0 && b != a)
		out[n++] = b;
	if (n == 2 && out[0] > out[1]) {
		out[0] = b;
		out[1] = a;
	}
	return n;
}

static int
compile_all(struct net *net, const struct net_conf *conf, struct err *err)
{
	struct net_update *u = &net->updates[0];
	int size[NET_SIZES_MAX] = { 0 }, i;

	if (conf->train_batch > 0 && u->nspans == 0)
		return err_set(err, ERR_USAGE,
		    "nothing is left to train: every layer is frozen");
	net->npredict = conf->batch > 0
	    ? sizes(conf->measure ? conf->last_batch : 1, conf->batch, size)
	    : 0;
	for (i = 0; i < net->npredict; i++)
		if (compile_predict(net, size[i], &net->predict[i], err) < 0)
			return -1;
	if (net->nupdates == 0)
		return 0;
	u->nprograms = sizes(conf->train_batch, conf->last_batch, size);
	for (i = 0; i < u->nprograms; i++)
		if (compile_train(net, u, size[i], &u->programs[i], err) < 0)
			return -1;
	return 0;
}

int
net_each(struct net *net,
    int (*visit)(struct net *net, struct compiled *c, struct err *err),
    struct err *err)
{
	int i, j;

	for (i = 0; i < net->nupdates; i++)
		for (j = 0; j < net->updates[i].nprograms; j++)
			if (visit(net, &net->updates[i].programs[j], err) < 0)
				return -1;
	for (i = 0; i < net->npredict; i++)
		if (visit(net, &net->predict[i], err) < 0)
			return -1;
	return 0;
}

/* Who computes decides how pictures lie, and only then memory is planned. */
static int
arrange(struct net *net, struct compiled *c, struct err *err)
{
	if (backend_arrange(net, &c->p, err) < 0)
		return -1;
	return program_plan(&c->p, err);
}

static int
place_and_plan(struct net *net, struct compiled *c, struct err *err)
{
	program_place(&c->p, net->slabs);
	return backend_plan(net, &c->p, err);
}

static int
open_backends(struct net *net, const struct net_conf *conf, struct err *err)
{
	const struct net_update *u = &net->updates[0];
	double step = 0, batch = 0;

	if (net->nupdates > 0)
		step = program_flops(&u->programs[u->nprograms - 1].p);
	if (net->npredict > 0)
		batch = program_flops(&net->predict[net->npredict - 1].p);
	if (backend_compute(conf->compute, &net->compute, err) < 0 ||
	    backend_choose(
		conf, net->compute, step, batch, &net->backend, err) < 0)
		return -1;
	net->ref_handle = backend_ref.open(net->threads, err);
	if (net->ref_handle == NULL)
		return -1;
	if (net->backend == NULL)
		return 0;
	net->backend_handle = net->backend->open(net->threads, err);
	return net->backend_handle == NULL ? -1 : 0;
}

static int
build(struct net *net, const struct graph *g, const struct net_conf *conf,
    struct err *err)
{
	if (graph_copy(&net->graph, g, &net->arena, err) < 0 ||
	    choose(net, conf, err) < 0 ||
	    net_place_params(net, conf, err) < 0 ||
	    compile_all(net, conf, err) < 0 ||
	    open_backends(net, conf, err) < 0 ||
	    net_each(net, arrange, err) < 0 || net_stage(net, err) < 0 ||
	    net_weigh_classes(net, conf, err) < 0 || net_allocate(net, err) < 0)
		return -1;
	net_place_shared(net);
	if (net_each(net, place_and_plan, err) < 0)
		return -1;
	return net_load(net, g, err);
}

struct net *
net_build(const struct graph *g, const struct net_conf *conf, struct err *err)
{
	struct arena first = { 0 };
	struct net *net = arena_alloc(&first, sizeof(*net), err);

	if (net == NULL)
		return NULL;
	net->arena = first; /* the net lives in its own arena */
	if (build(net, g, conf, err) == 0)
		return net;
	net_free(net);
	return NULL;
}

static int
release(struct net *net, struct compiled *c, struct err *err)
{
	(void)net;
	(void)err;
	program_release(&c->p);
	return 0;
}

void
net_free(struct net *net)
{
	struct arena last;

	if (net == NULL)
		return;
	net_each(net, release, NULL);
	chunk_close(net);
	if (net->backend_handle != NULL)
		net->backend->close(net->backend_handle);
	if (net->ref_handle != NULL)
		backend_ref.close(net->ref_handle);
	last = net->arena;
	arena_free(&last);
}
