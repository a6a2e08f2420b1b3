/* Nets of a few layers for tests: a graph from operands, samples, a net. */
#ifndef TESTS_NETS_H
#define TESTS_NETS_H

#include "parts.h"

#include <string.h>

#include "base/operand.h"
#include "net.h"

/* A graph and samples for it. */
struct world {
	struct arena arena;
	struct err err;
	struct graph g;
	struct shape sample;
	int n;
	float *x;
	int32_t *label;
	uint64_t *id;
};

static inline void
ok(struct world *w, int status)
{
	if (status < 0)
		fail_msg("%s", w->err.text);
}

/* Appends the layer NAME, an operand's, that reads a and b (-1: none);
   returns its index. */
static inline int
layer(struct world *w, const char *name, const char *operand, int a, int b)
{
	struct operand o;
	struct node *n;
	int used;

	ok(w, operand_parse(&o, operand, &w->arena, &w->err));
	n = graph_append(&w->g, name, o.name, ERR_USAGE, &w->err);
	assert_non_null(n);
	ok(w,
	    operand_settings(&o, kind_find(o.name)->attrs, &n->settings, &used,
		&w->arena, &w->err));
	if (a >= 0)
		n->inputs[n->ninputs++] = a;
	if (b >= 0)
		n->inputs[n->ninputs++] = b;
	return w->g.nnodes - 1;
}

/* One that reads the layer before it. */
static inline int
next(struct world *w, const char *name, const char *operand)
{
	return layer(w, name, operand, w->g.nnodes - 1, -1);
}

/* The input: "input:8x8x3". */
static inline void
begin(struct world *w, const char *input)
{
	memset(w, 0, sizeof(*w));
	graph_begin(&w->g, &w->arena);
	w->g.ninputs = w->g.noutputs = 1;
	w->g.inputs[0] = layer(w, "in", input, -1, -1);
}

static inline void
make_samples(struct world *w, int n, int classes)
{
	int64_t each, i;

	ok(w, nn_shape(&w->g, w->g.inputs[0], &w->sample, &w->err));
	each = shape_count(&w->sample);
	w->n = n;
	w->x =
	    arena_slab(&w->arena, (size_t)(n * each) * sizeof(float), &w->err);
	w->label =
	    arena_array(&w->arena, (size_t)n, sizeof(*w->label), &w->err);
	w->id = arena_array(&w->arena, (size_t)n, sizeof(*w->id), &w->err);
	assert_non_null(w->x);
	assert_non_null(w->label);
	assert_non_null(w->id);
	for (i = 0; i < n * each; i++)
		w->x[i] = (float)number("x", i);
	for (i = 0; i < n; i++) {
		w->label[i] = (int32_t)(i * 5 % classes);
		w->id[i] = (uint64_t)i + 100;
	}
}

/* Ends the graph at its last layer, gives it numbers (statistics as if it had
   seen data), makes n samples. */
static inline void
finish(struct world *w, int n, int classes)
{
	struct param *p;
	int64_t k;
	int i, j;

	w->g.outputs[0] = w->g.nnodes - 1;
	ok(w, nn_resolve(&w->g, 1, ERR_USAGE, &w->err));
	ok(w, nn_init(&w->g, 7, NULL, &w->err));
	for (i = 0; i < w->g.nnodes; i++)
		for (j = 0; j < w->g.nodes[i].nparams; j++) {
			p = &w->g.nodes[i].params[j];
			if (p->value.shape.rank != 1)
				continue;
			for (k = 0; k < shape_count(&p->value.shape); k++)
				((float *)p->value.data)[k] =
				    (float)number(p->name, k + i) +
				    (p->role == ROLE_STATISTIC ? 1.5F : 0.5F);
		}
	make_samples(w, n, classes);
}

static inline struct net_conf
ordinary(int batch, int train_batch)
{
	return (struct net_conf){
		.backend = "ref",
		.batch = batch,
		.train_batch = train_batch,
		.loss = { .name = "ce" },
		.optimizer = { .name = "sgd" },
		.seed = 3,
	};
}

static inline struct net *
build(struct world *w, const struct net_conf *conf)
{
	struct net *net = net_build(&w->g, conf, &w->err);

	if (net == NULL)
		fail_msg("%s", w->err.text);
	return net;
}

static inline struct batch
samples(struct world *w, int from, int n)
{
	struct batch b = {
		.n = n, .label = w->label + from, .id = w->id + from
	};

	b.x.dtype = DTYPE_F32;
	b.x.shape = shape_batch(n, &w->sample);
	b.x.data = w->x + from * shape_count(&w->sample);
	return b;
}

static inline struct step_result
step(struct world *w, struct net *net, int from, int n, int64_t update)
{
	struct batch b = samples(w, from, n);
	struct step_args args = { 0, update, 0.01 };
	struct step_result r;

	ok(w, net_step(net, &b, &args, &r, &w->err));
	return r;
}

/* The first output for n samples, borrowed. */
static inline const real *
predict(struct world *w, struct net *net, int n)
{
	struct tensor out[GRAPH_ENDS_MAX];
	struct batch b = samples(w, 0, n);

	ok(w, net_predict(net, &b, out, NULL, &w->err));
	return out[0].data;
}

static inline int
count_ops(const struct program *p, enum op_what what)
{
	int i, n = 0;

	for (i = 0; i < p->nops; i++)
		n += p->ops[i]->what == what;
	return n;
}

static inline void
close_to(const real *a, const real *b, int64_t n, double most)
{
	int64_t i;

	for (i = 0; i < n; i++)
		if (!(fabs((double)a[i] - (double)b[i]) <= most))
			fail_msg("number %lld is %.9g, not %.9g", (long long)i,
			    (double)a[i], (double)b[i]);
}

static inline void
end(struct world *w, struct net *net)
{
	net_free(net);
	arena_free(&w->arena);
}

#endif
