/* Graphs by lot: forks, joins, pictures that shrink and grow, whatever comes.

   Compiled twice.  In double the gradient of a whole net, as a step with it
   changes the parameters, is the slope of the loss; in float oneDNN learns
   what the reference learns. */
#include "parts.h"

#include <stdlib.h>

#include "kind.h"
#include "nn.h"

enum { BATCH = 4, SIDE = 6, CHANNELS = 4, CLASSES = 3 };
enum { GRAPHS = 100, LAYERS_LEAST = 4, LAYERS_MORE = 12 };

#ifndef WITH_DNNL
#define WITH_DNNL 0
#endif

static struct err err;
static struct arena arena;

static void
must(int status)
{
	if (status < 0)
		fail_msg("%s", err.text);
}

/* A graph that grows, and the lots that it is drawn by. */
struct growth {
	struct graph g;
	struct shape shape[64]; /* of the nodes, without the batch */
	int read[64];           /* how often a node is */
	uint32_t seed, draws;
	int smooth; /* no kinks */
};

static int
draw(struct growth *w, int n)
{
	return (int)(rng_u32(rng_key(w->seed, "graph"), 0, 0, w->draws++) %
	    (uint32_t)n);
}

/* Appends a layer; its index. */
static int
append(struct growth *w, const char *words, int from, int other)
{
	struct node *n;
	struct operand o;
	const struct kind *kind;
	int used = 0, at = w->g.nnodes;

	must(operand_parse(&o, words, &arena, &err));
	kind = kind_find(o.name);
	n = graph_append(&w->g, NULL, kind->name, ERR_USAGE, &err);
	assert_non_null(n);
	if (kind->attrs != NULL)
		must(operand_settings(
		    &o, kind->attrs, &n->settings, &used, &arena, &err));
	n->ninputs = (from >= 0) + (other >= 0);
	n->inputs[0] = from;
	n->inputs[1] = other;
	for (int i = 0; i < n->ninputs; i++)
		w->read[n->inputs[i]]++;
	w->g.ninputs = w->g.noutputs = 1;
	w->g.inputs[0] = 0;
	w->g.outputs[0] = at;
	must(nn_resolve(&w->g, 1, ERR_USAGE, &err));
	must(nn_shape(&w->g, at, &w->shape[at], &err));
	return at;
}

/* Another node of a shape, from a place by lot on; or -1. */
static int
find_equal(struct growth *w, int of)
{
	int n = w->g.nnodes, first = draw(w, n), i, at;

	for (i = 0; i < n; i++) {
		at = (first + i) % n;
		if (at != of && shape_equal(&w->shape[at], &w->shape[of]))
			return at;
	}
	return -1;
}

static void
append_alone(struct growth *w, int from)
{
	static const char *const words[] = { "batch_norm", "tanh", "silu",
		"batch_norm,center=false", "layer_norm", "group_norm:2",
		"layer_scale:0.7", "gelu", "conv2d:4:3,pad=same", "conv2d:6:1",
		"depthwise_conv2d:3,pad=same", "separable_conv2d:4:3,pad=same",
		"conv2d:4:3,groups=2,pad=1", "dense:4", "softmax",
		"avg_pool2d:3:1,pad=same", "prelu:0.9,shared=positions", "relu",
		"relu6", "hard_swish", "max_pool2d:3:1,pad=same" };
	const int smooth = 16, all = sizeof(words) / sizeof(*words);

	append(w, words[draw(w, w->smooth ? smooth : all)], from, -1);
}

static void
append_resized(struct growth *w, int from)
{
	static const char *const less[] = { "conv2d:4:3,stride=2,pad=same",
		"avg_pool2d", "cropping", "max_pool2d" };
	static const char *const more[] = { "upsample", "upsample:2:bilinear",
		"zero_padding", "conv2d_transpose:4:3,stride=2" };

	if (w->shape[from].dim[0] > 4)
		append(w, less[draw(w, w->smooth ? 3 : 4)], from, -1);
	else
		append(w, more[draw(w, 4)], from, -1);
}

/* Squeeze and excite. */
static void
append_gate(struct growth *w, int from)
{
	char words[32];
	int gate = append(w, "global_avg_pool,keepdims", from, -1);

	snprintf(words, sizeof(words), "dense:%d", (int)w->shape[from].dim[2]);
	gate = append(w, "sigmoid", append(w, words, gate, -1), -1);
	append(w, "multiply", from, gate);
}

/* 0: there is no equal. */
static int
append_joined(struct growth *w, int from)
{
	static const char *const join[] = { "add", "multiply", "concat",
		"average" };
	int other = find_equal(w, from);

	if (other < 0 || w->shape[from].dim[2] >= 13)
		return 0;
	append(w, join[draw(w, 4)], from, other);
	return 1;
}

static void
grow(struct growth *w)
{
	int n = w->g.nnodes, from = n - 1 - draw(w, n < 4 ? n : 4), what;

	if (w->shape[from].dim[0] < 2) /* what gates are made of */
		from = n - 1;
	what = draw(w, 8);
	if (what == 0)
		append_resized(w, from);
	else if (what == 1)
		append_gate(w, from);
	else if (what > 4 || !append_joined(w, from))
		append_alone(w, from);
}

/* What nobody reads goes to the output. */
static void
grow_end(struct growth *w)
{
	int n = w->g.nnodes, all = -1, i, at;

	for (i = 0; i < n; i++) {
		if (w->read[i] > 0)
			continue;
		at = append(w, "global_avg_pool", i, -1);
		all = all < 0 ? at : append(w, "concat", all, at);
	}
	append(w, "softmax", append(w, "dense:3", all, -1), -1);
	must(nn_init(&w->g, w->seed, NULL, &err));
}

static void
make_graph(struct growth *w, uint32_t seed, int smooth)
{
	int n;

	memset(w, 0, sizeof(*w));
	w->seed = seed;
	w->smooth = smooth;
	graph_begin(&w->g, &arena);
	append(w, "input:6x6x4", -1, -1);
	n = LAYERS_LEAST + draw(w, LAYERS_MORE);
	while (w->g.nnodes < n)
		grow(w);
	grow_end(w);
}

static struct net *
make_net(const struct graph *g, const char *backend)
{
	struct net_conf conf = { .backend = backend,
		.module_dir = ".libs",
		.batch = BATCH,
		.train_batch = BATCH,
		.loss = { .name = "ce" },
		.optimizer = { .name = "sgd" } };
	struct net *net = net_build(g, &conf, &err);

	if (net == NULL)
		fail_msg("%s", err.text);
	return net;
}

/* The one batch that there is. */
static struct batch
the_batch(void)
{
	static float x[BATCH * SIDE * SIDE * CHANNELS]
	    __attribute__((aligned(64)));
	static int32_t label[BATCH] = { 0, 1, 2, 1 };
	int i;

	for (i = 0; i < BATCH * SIDE * SIDE * CHANNELS; i++)
		x[i] = (float)(2 * number("x", i));
	return (struct batch){ .n = BATCH,
		.x = { DTYPE_F32, { 4, { BATCH, SIDE, SIDE, CHANNELS } }, x },
		.label = label };
}

/* One step; its loss. */
static double
step(struct net *net, double lr)
{
	struct batch batch = the_batch();
	struct step_args args = { .update = 1, .lr = lr };
	struct step_result result;

	must(net_step(net, &batch, &args, &result, &err));
	return result.loss;
}

/* The graph as a line, for messages. */
static const char *
print_graph(const struct graph *g)
{
	static char line[4096];
	size_t n = 0;
	int i, k;

	for (i = 0; i < g->nnodes && n + 128 < sizeof(line); i++) {
		n += (size_t)snprintf(
		    line + n, 64, " %d:%s", i, g->nodes[i].kind);
		for (k = 0; k < g->nodes[i].ninputs; k++)
			n += (size_t)snprintf(line + n, 16, "%c%d",
			    k == 0 ? '(' : ',', g->nodes[i].inputs[k]);
		n += (size_t)snprintf(
		    line + n, 2, "%s", g->nodes[i].ninputs > 0 ? ")" : "");
	}
	return line;
}

#ifdef REAL_DOUBLE

/* How the loss rises with one number of a tensor. */
static double
slope(struct net *net, struct graph *g, float *at)
{
	const float w = *at, h = 1.f / (1 << 13);
	double up, down, distance_of;

	*at = w + h;
	distance_of = (double)*at;
	must(net_load(net, g, &err));
	up = step(net, 0);
	*at = w - h;
	distance_of -= (double)*at;
	must(net_load(net, g, &err));
	down = step(net, 0);
	*at = w;
	must(net_load(net, g, &err));
	return (up - down) / distance_of;
}

/* One number of every tensor that learns. */
static void
check_slopes(struct growth *w, struct net *net, const struct graph *after)
{
	struct graph *g = &w->g;
	int i, k;

	for (i = 0; i < g->nnodes; i++)
		for (k = 0; k < g->nodes[i].nparams; k++) {
			const struct param *p = &g->nodes[i].params[k];
			float *now = p->value.data;
			const float *then =
			    after->nodes[i].params[k].value.data;
			int at = draw(w, (int)shape_count(&p->value.shape));
			double want, got;

			if (p->role != ROLE_PARAMETER)
				continue;
			got = (double)now[at] - (double)then[at];
			want = slope(net, g, &now[at]);
			if (fabs(got - want) > 1e-4 * fabs(want) + 1e-6)
				fail_msg("seed %d: %s: %s: %.9g, not %.9g;%s",
				    (int)w->seed, g->nodes[i].name, p->name,
				    got, want, print_graph(g));
		}
}

static void
copy_numbers(struct graph *to, const struct graph *from)
{
	int i, k;

	must(graph_copy(to, from, &arena, &err));
	for (i = 0; i < to->nnodes; i++)
		for (k = 0; k < to->nodes[i].nparams; k++) {
			struct tensor *t = &to->nodes[i].params[k].value;
			size_t n = (size_t)shape_count(&t->shape);
			float *copy =
			    arena_slab(&arena, n * sizeof(*copy), &err);

			memcpy(copy, t->data, n * sizeof(*copy));
			t->data = copy;
		}
}

static void
test_gradients_are_the_slopes_of_the_loss(void **state)
{
	struct growth w;
	struct graph after;
	struct net *net;
	uint32_t seed;

	(void)state;
	for (seed = 1; seed <= GRAPHS; seed++) {
		make_graph(&w, seed, 1);
		copy_numbers(&after, &w.g);
		net = make_net(&w.g, "ref");
		step(net, 1);
		must(net_store(net, &after, &err));
		must(net_load(net, &w.g, &err));
		check_slopes(&w, net, &after);
		net_free(net);
		arena_free(&arena);
	}
}

#else

enum { STEPS = 2, NUMBERS = STEPS + BATCH * CLASSES };

/* The losses of two steps, then what is predicted. */
static void
run(const struct graph *g, const char *backend, double to[NUMBERS])
{
	struct net *net = make_net(g, backend);
	struct batch batch = the_batch();
	struct tensor out;
	int i;

	for (i = 0; i < STEPS; i++)
		to[i] = step(net, 0.1);
	must(net_predict(net, &batch, &out, NULL, &err));
	for (i = 0; i < BATCH * CLASSES; i++)
		to[STEPS + i] = (double)((float *)out.data)[i];
	net_free(net);
}

static void
test_one_dnn_learns_the_same(void **state)
{
	double ref[NUMBERS], dnn[NUMBERS];
	struct growth w;
	uint32_t seed;
	int i;

	(void)state;
	if (!WITH_DNNL)
		skip();
	for (seed = 1; seed <= GRAPHS; seed++) {
		make_graph(&w, seed, 0);
		run(&w.g, "ref", ref);
		run(&w.g, "dnn", dnn);
		for (i = 0; i < NUMBERS; i++)
			if (fabs(ref[i] - dnn[i]) > 1e-4 * (1 + ref[i]))
				fail_msg("seed %d: %s %d: %.9g, not %.9g;%s",
				    (int)seed, i < STEPS ? "loss" : "output", i,
				    dnn[i], ref[i], print_graph(&w.g));
		arena_free(&arena);
	}
}

#endif

/* They are not all alike. */
static void
test_graphs_have_forks_and_joins(void **state)
{
	struct growth w;
	int forks = 0, joins = 0, i;
	uint32_t seed;

	(void)state;
	for (seed = 1; seed <= GRAPHS; seed++) {
		make_graph(&w, seed, 0);
		for (i = 0; i < w.g.nnodes; i++) {
			forks += w.read[i] > 1;
			joins += w.g.nodes[i].ninputs > 1;
		}
		arena_free(&arena);
	}
	assert_true(forks > GRAPHS && joins > GRAPHS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef REAL_DOUBLE
		cmocka_unit_test(test_gradients_are_the_slopes_of_the_loss),
#else
		cmocka_unit_test(test_one_dnn_learns_the_same),
#endif
		cmocka_unit_test(test_graphs_have_forks_and_joins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
