/* Programs: nothing is allocated, computed or kept that nobody needs, and
   what is computed does not depend on how it was arranged. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net.h"

enum { IN = 6, CLASSES = 4, MOST = 16 };

/* A graph and samples for it. */
struct world {
	struct arena arena;
	struct err err;
	struct graph g;
	float *x;
	int32_t label[MOST];
	uint64_t id[MOST];
};

static void
ok(struct world *w, int status)
{
	if (status < 0)
		fail_msg("%s", w->err.text);
}

/* Appends a layer that reads a and b (-1: none); returns its index. */
static int
layer(struct world *w, const char *name, const char *kind, const char *key,
    const char *value, int a, int b)
{
	struct node *n = graph_append(&w->g, name, kind, ERR_USAGE, &w->err);

	assert_non_null(n);
	if (key != NULL) {
		n->settings.n = 1;
		n->settings.at =
		    arena_alloc(&w->arena, sizeof(*n->settings.at), &w->err);
		assert_non_null(n->settings.at);
		n->settings.at->name = key;
		n->settings.at->type = ATTR_WORD;
		n->settings.at->s = value;
	}
	if (a >= 0)
		n->inputs[n->ninputs++] = a;
	if (b >= 0)
		n->inputs[n->ninputs++] = b;
	return w->g.nnodes - 1;
}

static int
dense(struct world *w, const char *name, const char *units, int a)
{
	return layer(w, name, "dense", "units", units, a, -1);
}

static int
begin(struct world *w)
{
	memset(w, 0, sizeof(*w));
	graph_begin(&w->g, &w->arena);
	w->g.ninputs = 1;
	w->g.inputs[0] = 0;
	return layer(w, "in", "input", "shape", "6", -1, -1);
}

/* Ends the graph at node `end`, gives it numbers, makes samples. */
static void
finish(struct world *w, int end)
{
	int i;

	w->g.noutputs = 1;
	w->g.outputs[0] = end;
	ok(w, nn_resolve(&w->g, 1, ERR_USAGE, &w->err));
	ok(w, nn_init(&w->g, 7, NULL, &w->err));
	w->x = arena_slab(&w->arena, MOST * IN * sizeof(float), &w->err);
	assert_non_null(w->x);
	for (i = 0; i < MOST * IN; i++)
		w->x[i] = (float)((i * 37 % 23) - 11) / 9;
	for (i = 0; i < MOST; i++) {
		w->label[i] = i * 5 % CLASSES;
		w->id[i] = (uint64_t)i + 100;
	}
}

/* a - relu - b - relu - c - softmax. */
static void
plain(struct world *w)
{
	int at = begin(w);

	at = dense(w, "a", "8", at);
	at = layer(w, "ra", "relu", NULL, NULL, at, -1);
	at = dense(w, "b", "5", at);
	at = layer(w, "rb", "gelu", NULL, NULL, at, -1);
	at = dense(w, "c", "4", at);
	finish(w, layer(w, "out", "softmax", NULL, NULL, at, -1));
}

/* A fork: b's input goes round it, twice. */
static void
residual(struct world *w)
{
	int a, b, at = begin(w);

	a = dense(w, "a", "8", at);
	b = dense(w, "b", "8", a);
	at = layer(w, "rb", "tanh", NULL, NULL, b, -1);
	at = layer(w, "sum", "add", NULL, NULL, at, a);
	w->g.nodes[at].inputs[w->g.nodes[at].ninputs++] = a;
	at = layer(w, "drop", "dropout", "rate", "0.25", at, -1);
	at = dense(w, "c", "8", at);
	at = layer(w, "both", "concat", NULL, NULL, at, a);
	at = dense(w, "d", "4", at);
	finish(w, layer(w, "out", "softmax", NULL, NULL, at, -1));
}

/* The same node three times into one sum. */
static void
threefold(struct world *w)
{
	int a = dense(w, "a", "4", begin(w));
	int at = layer(w, "sum", "add", NULL, NULL, a, a);

	w->g.nodes[at].inputs[w->g.nodes[at].ninputs++] = a;
	at = layer(w, "e", "elu", NULL, NULL, at, -1);
	finish(w, layer(w, "out", "softmax", NULL, NULL, at, -1));
}

/* Two blocks with norms: gradients that are masked, passed on, summed. */
static void
normed(struct world *w)
{
	int a, at = dense(w, "a", "8", begin(w));
	int i;

	at = layer(w, "na", "batch_norm", NULL, NULL, at, -1);
	a = at = layer(w, "ra", "relu", NULL, NULL, at, -1);
	for (i = 0; i < 2; i++) {
		at = dense(w, i ? "c" : "b", "8", at);
		at =
		    layer(w, i ? "nc" : "nb", "batch_norm", NULL, NULL, at, -1);
		at = layer(w, i ? "sc" : "sb", "add", NULL, NULL, at, a);
		at = layer(w, i ? "rc" : "rb", "relu", NULL, NULL, at, -1);
	}
	at = dense(w, "d", "4", at);
	finish(w, layer(w, "out", "softmax", NULL, NULL, at, -1));
}

static void (*const worlds[])(
    struct world *w) = { plain, residual, threefold, normed };

enum { WORLDS = sizeof(worlds) / sizeof(worlds[0]) };

static void
freeze(struct world *w, const char *name)
{
	w->g.nodes[graph_find(&w->g, name)].frozen = 1;
}

static struct net_conf
ordinary(int batch)
{
	return (struct net_conf){
		.backend = "ref",
		.batch = 8,
		.train_batch = batch,
		.loss = { .name = "ce" },
		.optimizer = { .name = "adam" },
		.seed = 3,
	};
}

static struct net *
build(struct world *w, const struct net_conf *conf)
{
	struct net *net = net_build(&w->g, conf, &w->err);

	if (net == NULL)
		fail_msg("%s", w->err.text);
	return net;
}

static struct batch
samples(struct world *w, int from, int n)
{
	return (struct batch){
		.n = n,
		.x = { DTYPE_F32, { 2, { n, IN } }, w->x + from * IN },
		.label = w->label + from,
		.id = w->id + from,
	};
}

static struct step_result
step(struct world *w, struct net *net, int from, int n, int64_t update)
{
	struct batch b = samples(w, from, n);
	struct step_args args = { 0, update, 0.01 };
	struct step_result r;

	ok(w, net_step(net, &b, &args, &r, &w->err));
	return r;
}

static void
end(struct world *w, struct net *net)
{
	net_free(net);
	arena_free(&w->arena);
}

static void
test_a_step_allocates_nothing(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *net;
	struct batch b;
	struct tensor out;
	const real *loss;
	long before;
	int i;

	(void)state;
	residual(&w);
	conf.last_batch = 3;
	net = build(&w, &conf);
	before = memory_requests();
	for (i = 1; i < 5; i++)
		step(&w, net, 0, i % 2 ? 8 : 3, i);
	b = samples(&w, 0, 5);
	ok(&w, net_predict(net, &b, &out, &loss, &w.err));
	assert_int_equal(memory_requests(), before);
	end(&w, net);
}

/* Operations of one phase that belong to a layer. */
static int
ops_of(const struct net *net, const char *name, enum phase phase)
{
	const struct program *p = &net->updates[0].programs[0].p;
	int i, n = 0;

	for (i = 0; i < p->nops; i++)
		n += p->ops[i]->phase == phase && p->ops[i]->layer != NULL &&
		    strcmp(p->ops[i]->layer->node->name, name) == 0;
	return n;
}

static int
gradient_ops(void (*make)(struct world *w), const char *const *frozen)
{
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *net;
	int i, n;

	make(&w);
	for (i = 0; frozen[i] != NULL; i++)
		freeze(&w, frozen[i]);
	net = build(&w, &conf);
	for (i = 0; frozen[i] != NULL; i++)
		assert_in_range(ops_of(net, frozen[i], PHASE_BACKWARD), 0, 2);
	n = net_gradient_ops(net);
	end(&w, net);
	return n;
}

/* Kernel, bias and dx of each layer, derivatives of activations in dx. */
static void
test_backward_stops_above_the_first_trainable_layer(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const a[] = { "a", NULL };
	static const char *const ab[] = { "a", "b", NULL };

	(void)state;
	assert_int_equal(gradient_ops(plain, none), 3 + 3 + 2);
	assert_int_equal(gradient_ops(plain, a), 3 + 2);
	assert_int_equal(gradient_ops(plain, ab), 2);
}

static void
test_gradients_pass_through_frozen_layers(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *net;

	(void)state;
	residual(&w);
	freeze(&w, "c");
	freeze(&w, "drop");
	net = build(&w, &conf);
	assert_int_equal(ops_of(net, "c", PHASE_BACKWARD), 1);
	assert_int_equal(ops_of(net, "drop", PHASE_FORWARD), 0);
	assert_int_equal(ops_of(net, "a", PHASE_BACKWARD), 3); /* sum too */
	end(&w, net);
}

static void
test_a_frozen_fork_has_no_gradient(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *net;

	(void)state;
	residual(&w);
	freeze(&w, "a");
	net = build(&w, &conf);
	assert_int_equal(ops_of(net, "a", PHASE_BACKWARD), 0);
	assert_int_equal(ops_of(net, "b", PHASE_BACKWARD), 2);
	end(&w, net);
}

static void
test_nothing_left_to_train_is_an_error(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8);

	(void)state;
	threefold(&w);
	freeze(&w, "a");
	assert_null(net_build(&w.g, &conf, &w.err));
	assert_int_equal(w.err.code, ERR_USAGE);
	end(&w, NULL);
}

static void
test_another_compute_is_never_left_out_in_secret(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8);

	(void)state;
	plain(&w);
	conf.compute = "bf16";
	assert_null(net_build(&w.g, &conf, &w.err));
	assert_int_equal(w.err.code, ERR_USAGE);
	assert_non_null(strstr(w.err.text, "bf16"));
	err_clear(&w.err);
	conf.compute = "f16";
	assert_null(net_build(&w.g, &conf, &w.err));
	assert_int_equal(w.err.code, ERR_USAGE);
	end(&w, NULL);
}

/* Who wrote each number of the value slab last. */
struct owners {
	const struct val **of;
	size_t n;
};

static void
own(struct owners *o, const struct val *v)
{
	size_t at = v->offset / sizeof(real);
	int64_t i;

	for (i = 0; i < val_count(v); i++) {
		assert_true(at + (size_t)i < o->n);
		o->of[at + (size_t)i] = v;
	}
}

static void
still_owns(const struct owners *o, struct val *v)
{
	size_t at;
	int64_t i;

	v = val_root(v);
	at = v->offset / sizeof(real);
	for (i = 0; v->slab == SLAB_VALUE && i < val_count(v); i++)
		assert_ptr_equal(o->of[at + (size_t)i], v);
}

/* Only the first result may lie on an input, on the first, and exactly. */
static void
lies_apart(const struct op *op, int out, int in)
{
	const struct val *y = val_root(op->out[out]);
	const struct val *x = val_root(op->in[in]);
	size_t ny = (size_t)val_count(y) * sizeof(real);
	size_t nx = (size_t)val_count(x) * sizeof(real);

	if (x->slab != SLAB_VALUE || y->slab != SLAB_VALUE || x == y ||
	    x->offset >= y->offset + ny || y->offset >= x->offset + nx)
		return;
	assert_true(op_in_place(op) && out == 0 && in == 0);
	assert_int_equal(x->offset, y->offset);
}

static void
check_lives(const struct program *p)
{
	struct owners o = { NULL, p->value_size / sizeof(real) };
	const struct op *op;
	int i, j, k;

	o.of = calloc(o.n + 1, sizeof(*o.of));
	assert_non_null(o.of);
	for (i = 0; i < p->nops; i++) {
		op = p->ops[i];
		for (k = 0; k < op->nin; k++)
			still_owns(&o, op->in[k]);
		for (j = 0; j < op->nout; j++) {
			for (k = 0; k < op->nin; k++)
				lies_apart(op, j, k);
			if (val_root(op->out[j])->slab == SLAB_VALUE)
				own(&o, val_root(op->out[j]));
		}
	}
	for (i = 0; i < p->nvals; i++)
		if (p->vals[i]->keep)
			still_owns(&o, p->vals[i]);
	free(o.of);
}

static void
test_no_value_is_overwritten_while_it_lives(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *net;
	int i;

	(void)state;
	for (i = 0; i < WORLDS; i++) {
		worlds[i](&w);
		net = build(&w, &conf);
		check_lives(&net->updates[0].programs[0].p);
		check_lives(&net->predict[0].p);
		check_lives(&net->predict[1].p);
		end(&w, net);
	}
}

static int
count_ops(const struct program *p, enum op_what what)
{
	int i, n = 0;

	for (i = 0; i < p->nops; i++)
		n += p->ops[i]->what == what;
	return n;
}

/* The matmul's own result is an output as well: it cannot be fused. */
static void
test_fusing_leaves_the_numbers(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(0);
	struct net *fused, *apart;
	struct batch b;
	struct tensor one[1], two[2];

	(void)state;
	plain(&w);
	w.g.outputs[0] = graph_find(&w.g, "ra");
	fused = build(&w, &conf);
	w.g.noutputs = 2;
	w.g.outputs[1] = graph_find(&w.g, "a");
	apart = build(&w, &conf);
	assert_int_equal(count_ops(&fused->predict[1].p, OP_ELTWISE), 0);
	assert_int_equal(count_ops(&apart->predict[1].p, OP_ELTWISE), 1);
	b = samples(&w, 0, 8);
	ok(&w, net_predict(fused, &b, one, NULL, &w.err));
	ok(&w, net_predict(apart, &b, two, NULL, &w.err));
	assert_memory_equal(one[0].data, two[0].data, 8 * 8 * sizeof(real));
	net_free(apart);
	end(&w, fused);
}

static void
close_to(const real *a, const real *b, int64_t n, double most)
{
	int64_t i;

	for (i = 0; i < n; i++)
		assert_true(fabs((double)a[i] - (double)b[i]) <= most);
}

static void
test_predictions_do_not_depend_on_the_batch(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(0);
	struct net *net;
	struct batch b;
	struct tensor out;
	const real *loss;
	real first[CLASSES], its_loss;
	int n;

	(void)state;
	residual(&w);
	net = build(&w, &conf);
	b = samples(&w, 0, 1);
	ok(&w, net_predict(net, &b, &out, &loss, &w.err));
	memcpy(first, out.data, sizeof(first));
	its_loss = loss[0];
	for (n = 2; n <= 8; n++) {
		b = samples(&w, 0, n);
		ok(&w, net_predict(net, &b, &out, &loss, &w.err));
		assert_int_equal(out.shape.dim[0], n);
		close_to(first, out.data, CLASSES, 1e-5);
		close_to(&its_loss, loss, 1, 1e-5);
	}
	end(&w, net);
}

static void
test_a_short_batch_trains_like_one_of_its_size(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8), exact = ordinary(5);
	struct net *padded, *fitting;
	struct step_result a, b;

	(void)state;
	residual(&w);
	padded = build(&w, &conf);
	fitting = build(&w, &exact);
	a = step(&w, padded, 1, 5, 1);
	b = step(&w, fitting, 1, 5, 1);
	assert_true(fabs(a.loss - b.loss) < 1e-6);
	assert_true(fabs(a.grad_norm - b.grad_norm) < 1e-5);
	assert_int_equal(a.right, b.right);
	close_to(padded->slabs[SLAB_GRAD], fitting->slabs[SLAB_GRAD],
	    (int64_t)(padded->sizes[SLAB_GRAD] / sizeof(real)), 1e-6);
	net_free(padded);
	end(&w, fitting);
}

static void
test_same_steps_same_bytes(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *net[2];
	int i, k;

	(void)state;
	residual(&w);
	for (k = 0; k < 2; k++) {
		net[k] = build(&w, &conf);
		for (i = 0; i < 6; i++)
			step(&w, net[k], i, i == 5 ? 3 : 8, i + 1);
	}
	for (i = SLAB_PARAM; i <= SLAB_SLOT; i++)
		assert_memory_equal(
		    net[0]->slabs[i], net[1]->slabs[i], net[0]->sizes[i]);
	net_free(net[0]);
	end(&w, net[1]);
}

/* d loss / d one number of a, by differences, against the gradient slab. */
static void
test_gradients_are_summed_at_forks(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *net;
	real *a, gradient, kept;
	const real *loss;
	struct batch b;
	double up = 0, down = 0;
	const double h = 1.0 / 64;
	int i;

	(void)state;
	threefold(&w);
	net = build(&w, &conf);
	a = net->params[0].value.data;
	kept = a[0];
	b = samples(&w, 0, 8);
	a[0] = (real)(kept + h);
	ok(&w, net_predict(net, &b, NULL, &loss, &w.err));
	for (i = 0; i < 8; i++)
		up += (double)loss[i] / 8;
	a[0] = (real)(kept - h);
	ok(&w, net_predict(net, &b, NULL, &loss, &w.err));
	for (i = 0; i < 8; i++)
		down += (double)loss[i] / 8;
	a[0] = kept;
	step(&w, net, 0, 8, 1);
	gradient = net->params[0].grad.data[0];
	assert_true(fabs((double)gradient) > 0.05);
	assert_true(fabs((up - down) / (2 * h) - (double)gradient) < 2e-3);
	end(&w, net);
}

static void
test_clipping_bounds_the_step(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *net;
	struct step_result r;
	real before[IN * 8], *a;
	double sum = 0;
	int64_t i;

	(void)state;
	plain(&w);
	freeze(&w, "b");
	freeze(&w, "c");
	conf.optimizer.name = "sgd";
	conf.clip_norm = 0.001;
	net = build(&w, &conf);
	a = net->params[0].value.data;
	memcpy(before, a, sizeof(before));
	r = step(&w, net, 0, 8, 1);
	for (i = 0; i < IN * 8; i++)
		sum += pow((double)(a[i] - before[i]), 2);
	assert_true(r.grad_norm > 0.01);
	assert_true(sqrt(sum) > 0 && sqrt(sum) <= 0.01 * 0.001 * 1.01);
	end(&w, net);
}

static void
test_penalties_count_in_the_loss(void **state)
{
	static const struct net_rule rules[] = {
		{ "c", "kernel", 0.5, 0.25, 0, 1, 0, 0 },
	};
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *net, *with;
	const struct net_param *c;
	double extra = 0;
	int64_t i;

	(void)state;
	plain(&w);
	net = build(&w, &conf);
	conf.rules = rules;
	conf.nrules = 1;
	with = build(&w, &conf);
	c = &with->params[4];
	assert_string_equal(c->value.name, "c.kernel");
	for (i = 0; i < val_count(&c->value); i++)
		extra += 0.5 * fabs((double)c->value.data[i]) +
		    0.25 * pow((double)c->value.data[i], 2);
	assert_int_equal(with->updates[0].nspans, 2);
	assert_true(fabs(step(&w, with, 0, 8, 1).loss -
			step(&w, net, 0, 8, 1).loss - extra) < 1e-5);
	net_free(net);
	end(&w, with);
}

/* A tensor that learns since update 40 takes the 41st as its first. */
static void
test_updates_count_from_where_a_tensor_began(void **state)
{
	static const struct net_rule rules[] = {
		{ "c", "kernel", 0, 0, 0, 1, 40, 0 },
	};
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *first, *late;
	const struct net_param *a, *b;

	(void)state;
	plain(&w);
	freeze(&w, "a");
	freeze(&w, "b");
	first = build(&w, &conf);
	conf.rules = rules;
	conf.nrules = 1;
	late = build(&w, &conf);
	a = &first->params[4];
	b = &late->params[4];
	assert_string_equal(b->value.name, "c.kernel");
	step(&w, first, 0, 8, 1);
	step(&w, late, 0, 8, 41);
	assert_memory_equal(a->value.data, b->value.data,
	    (size_t)val_count(&a->value) * sizeof(real));
	step(&w, late, 0, 8, 42);
	step(&w, first, 0, 8, 42);
	assert_memory_not_equal(a->value.data, b->value.data,
	    (size_t)val_count(&a->value) * sizeof(real));
	net_free(first);
	end(&w, late);
}

/* Samples hold the numbers of both inputs, one after another. */
static void
test_several_inputs_share_the_sample(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(0);
	struct net *net;
	struct batch b;
	struct tensor out[2];
	const real *sums, *rest;
	int in, more, i, k;

	(void)state;
	in = begin(&w);
	more = layer(&w, "more", "input", "shape", "6", -1, -1);
	w.g.inputs[w.g.ninputs++] = more;
	finish(&w, layer(&w, "sum", "add", NULL, NULL, in, more));
	w.g.noutputs = 2;
	w.g.outputs[1] = more;
	conf.loss.name = NULL;
	net = build(&w, &conf);
	b = samples(&w, 0, 3);
	b.x.shape.dim[1] = 2 * IN;
	ok(&w, net_predict(net, &b, out, NULL, &w.err));
	sums = out[0].data;
	rest = out[1].data;
	for (i = 0; i < 3; i++)
		for (k = 0; k < IN; k++) {
			assert_true(sums[i * IN + k] ==
			    (real)w.x[i * 2 * IN + k] +
				(real)w.x[(i * 2 + 1) * IN + k]);
			assert_true(rest[i * IN + k] ==
			    (real)w.x[(i * 2 + 1) * IN + k]);
		}
	end(&w, net);
}

/* Two inputs, two outputs: what only the second needs stays as it was, with
   weight decay and all. */
static void
test_trains_the_first_output_and_predicts_all(void **state)
{
	static const struct net_rule rules[] = {
		{ "second", "kernel", 0, 0, 0.5, 1, 0, 0 },
		{ "first", "kernel", 0, 0, 0.5, 1, 0, 0 },
	};
	struct world w;
	struct net_conf conf = ordinary(3);
	struct net *net;
	struct batch b;
	struct tensor out[2];
	struct step_args args = { 0, 1, 0.01 };
	struct step_result r;
	const real *loss;
	int in, more, at, i;
	double before;

	(void)state;
	in = begin(&w);
	more = layer(&w, "more", "input", "shape", "6", -1, -1);
	w.g.inputs[w.g.ninputs++] = more;
	at = dense(&w, "a", "5", in);
	at = layer(&w, "both", "concat", NULL, NULL, at, more);
	dense(&w, "second", "3", at);
	at = dense(&w, "first", "4", at);
	finish(&w, layer(&w, "out", "softmax", NULL, NULL, at, -1));
	w.g.noutputs = 2;
	w.g.outputs[1] = graph_find(&w.g, "second");
	conf.rules = rules;
	conf.nrules = 2;
	net = build(&w, &conf);
	b = samples(&w, 0, 3);
	b.x.shape.dim[1] = 2 * IN;
	ok(&w, net_predict(net, &b, out, &loss, &w.err));
	before = (double)loss[0] + (double)loss[1] + (double)loss[2];
	for (i = 1; i < 20; i++, args.update++)
		ok(&w, net_step(net, &b, &args, &r, &w.err));
	ok(&w, net_predict(net, &b, out, &loss, &w.err));
	assert_true(
	    (double)loss[0] + (double)loss[1] + (double)loss[2] < before);
	assert_int_equal(out[0].shape.dim[1], 4);
	assert_int_equal(out[1].shape.dim[1], 3);
	for (i = 0; strcmp(net->params[i].value.name, "second.kernel") != 0;
	     i++)
		;
	assert_memory_equal(net->params[i].value.data,
	    w.g.nodes[w.g.outputs[1]].params[0].value.data,
	    (size_t)val_count(&net->params[i].value) * sizeof(real));
	end(&w, net);
}

static void
numeric(struct world *w, struct net *net, const char *says)
{
	struct batch b = samples(w, 0, 8);
	struct step_args args = { 0, 1, 0.01 };
	struct step_result r;
	size_t n = net->sizes[SLAB_PARAM];
	void *before = malloc(n);

	assert_non_null(before);
	memcpy(before, net->slabs[SLAB_PARAM], n);
	assert_int_equal(net_step(net, &b, &args, &r, &w->err), -1);
	assert_int_equal(w->err.code, ERR_NUMERIC);
	if (strstr(w->err.text, says) == NULL)
		fail_msg("'%s' does not say '%s'", w->err.text, says);
	assert_memory_equal(before, net->slabs[SLAB_PARAM], n);
	err_clear(&w->err);
	free(before);
}

static void
test_says_where_a_number_is_not_finite(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *net;
	real *b;

	(void)state;
	plain(&w);
	net = build(&w, &conf);
	b = net->params[2].value.data;
	b[0] = (real)HUGE_VAL;
	numeric(&w, net, "layer 'b': kernel");
	b[0] = (real)(sizeof(real) == 4 ? 3e38 : 1e308);
	b[5] = b[10] = b[15] = b[20] = b[25] = b[30] = b[35] = b[0];
	w.x[3 * IN] = 1e30F;
	numeric(&w, net, "layer 'b': b.y is not finite (sample 10");
	w.x[3 * IN] = NAN;
	numeric(&w, net, "sample 103");
	end(&w, net);
}

static void
test_what_was_learnt_comes_back(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *net, *again;
	struct net_slot *slots;
	const void *before;
	int n;

	(void)state;
	plain(&w);
	freeze(&w, "b");
	net = build(&w, &conf);
	step(&w, net, 0, 8, 1);
	before = w.g.nodes[3].params[0].value.data;
	ok(&w, net_store(net, &w.g, &w.err));
	assert_ptr_equal(before, w.g.nodes[3].params[0].value.data);
	again = build(&w, &conf);
	assert_memory_equal(net->slabs[SLAB_PARAM], again->slabs[SLAB_PARAM],
	    net->sizes[SLAB_PARAM]);
	ok(&w, net_slots(net, &slots, &n, &w.err));
	assert_int_equal(n, 8);
	assert_string_equal(slots[0].layer, "a");
	assert_string_equal(slots[0].param, "kernel");
	assert_string_equal(slots[7].layer, "c");
	assert_string_equal(slots[7].param, "bias");
	net_free(net);
	end(&w, again);
}

/* As they come, from a file or from surgery, sums over several tensors must not
   depend on it. */
static void
test_tensors_stand_in_the_order_of_their_kind(void **state)
{
	struct world w;
	struct node *a;
	struct param first;

	(void)state;
	plain(&w);
	a = &w.g.nodes[1];
	first = a->params[0];
	a->params[0] = a->params[1];
	a->params[1] = first;
	ok(&w, nn_resolve(&w.g, 0, ERR_MODEL, &w.err));
	assert_string_equal(a->params[0].name, "kernel");
	assert_ptr_equal(a->params[0].value.data, first.value.data);
	assert_string_equal(a->params[1].name, "bias");
	assert_int_equal(a->params[1].value.shape.rank, 1);
	arena_free(&w.arena);
}

/* Averages follow the weights after each update by the formula of --ema, and
   what is frozen is not among them. */
static void
test_averages_weights(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *net;
	struct graph other;
	double want, decay;
	const float *now;
	int i;

	(void)state;
	plain(&w);
	freeze(&w, "b");
	conf.ema = 0.3;
	net = build(&w, &conf);
	ok(&w, graph_copy(&other, &w.g, &w.arena, &w.err));
	now = w.g.nodes[1].params[0].value.data;
	want = (double)now[5];
	for (i = 1; i <= 5; i++) {
		decay = fmin(0.3, (1.0 + i) / (10.0 + i));
		step(&w, net, i - 1, 8, i);
		ok(&w, net_store(net, &w.g, &w.err));
		now = w.g.nodes[1].params[0].value.data;
		want = decay * want + (1 - decay) * (double)now[5];
	}
	ok(&w, net_store_average(net, &other, &w.err));
	now = other.nodes[1].params[0].value.data;
	assert_true(fabs((double)now[5] - want) < 1e-6);
	assert_ptr_equal(other.nodes[3].params[0].value.data,
	    w.g.nodes[3].params[0].value.data);
	net_swap_average(net);
	ok(&w, net_store(net, &w.g, &w.err));
	assert_memory_equal(
	    w.g.nodes[1].params[0].value.data, now, 6 * 8 * sizeof(float));
	end(&w, net);
}

static void
test_prints_one_line_an_operation(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(8);
	struct net *net;
	struct text t;
	const char *s;

	(void)state;
	plain(&w);
	net = build(&w, &conf);
	text_begin(&t, &w.arena, &w.err);
	net_print(net, &t);
	s = text_end(&t);
	assert_non_null(s);
	assert_non_null(strstr(s, "  1 matmul+relu           a  "));
	assert_non_null(strstr(s, " 8x6 6x8 8 -> 8x8 "));
	assert_non_null(strstr(s, " 896 FLOP "));
	assert_non_null(strstr(s, "  ref\n"));
	assert_null(strstr(s, " us\n"));
	end(&w, net);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_step_allocates_nothing),
		cmocka_unit_test(test_averages_weights),
		cmocka_unit_test(
		    test_backward_stops_above_the_first_trainable_layer),
		cmocka_unit_test(test_gradients_pass_through_frozen_layers),
		cmocka_unit_test(test_a_frozen_fork_has_no_gradient),
		cmocka_unit_test(test_nothing_left_to_train_is_an_error),
		cmocka_unit_test(
		    test_another_compute_is_never_left_out_in_secret),
		cmocka_unit_test(test_no_value_is_overwritten_while_it_lives),
		cmocka_unit_test(test_fusing_leaves_the_numbers),
		cmocka_unit_test(test_predictions_do_not_depend_on_the_batch),
		cmocka_unit_test(
		    test_a_short_batch_trains_like_one_of_its_size),
		cmocka_unit_test(test_same_steps_same_bytes),
		cmocka_unit_test(test_gradients_are_summed_at_forks),
		cmocka_unit_test(test_clipping_bounds_the_step),
		cmocka_unit_test(test_penalties_count_in_the_loss),
		cmocka_unit_test(test_updates_count_from_where_a_tensor_began),
		cmocka_unit_test(test_several_inputs_share_the_sample),
		cmocka_unit_test(test_trains_the_first_output_and_predicts_all),
		cmocka_unit_test(test_says_where_a_number_is_not_finite),
		cmocka_unit_test(test_what_was_learnt_comes_back),
		cmocka_unit_test(test_tensors_stand_in_the_order_of_their_kind),
		cmocka_unit_test(test_prints_one_line_an_operation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
