/* Operations that join their neighbours: how many are left, and that the
   numbers stay what they were apart. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/operand.h"
#include "net.h"

enum { BATCH = 6, SIDE = 8, CHANNELS = 3, CLASSES = 4 };

/* A net by lines: an operand each, which reads the line before, or those that
   it names (from 0). */
struct line {
	const char *operand;
	int from[2]; /* 0: the line before */
};

struct world {
	struct arena arena;
	struct err err;
	struct graph g;
	float x[BATCH * SIDE * SIDE * CHANNELS];
	int32_t label[BATCH];
};

static void
ok(struct world *w, int status)
{
	if (status < 0)
		fail_msg("%s", w->err.text);
}

static void
layer(struct world *w, const struct line *line)
{
	const struct kind *kind;
	struct operand o;
	struct node *n;
	int used, at = w->g.nnodes;

	ok(w, operand_parse(&o, line->operand, &w->arena, &w->err));
	kind = kind_find(o.name);
	assert_non_null(kind);
	n = graph_append(&w->g, NULL, kind->name, ERR_USAGE, &w->err);
	assert_non_null(n);
	if (kind->attrs != NULL)
		ok(w,
		    operand_settings(&o, kind->attrs, &n->settings, &used,
			&w->arena, &w->err));
	if (at > 0)
		n->inputs[n->ninputs++] =
		    line->from[0] > 0 ? line->from[0] : at - 1;
	if (line->from[1] > 0)
		n->inputs[n->ninputs++] = line->from[1];
}

static void
make(struct world *w, const struct line *lines)
{
	int i;

	memset(w, 0, sizeof(*w));
	graph_begin(&w->g, &w->arena);
	for (; lines->operand != NULL; lines++)
		layer(w, lines);
	w->g.ninputs = w->g.noutputs = 1;
	w->g.outputs[0] = w->g.nnodes - 1;
	ok(w, nn_resolve(&w->g, 1, ERR_USAGE, &w->err));
	ok(w, nn_init(&w->g, 7, NULL, &w->err));
	for (i = 0; i < (int)(sizeof(w->x) / sizeof(w->x[0])); i++)
		w->x[i] = (float)((i * 37 % 101) - 50) / 40;
	for (i = 0; i < BATCH; i++)
		w->label[i] = i * 5 % CLASSES;
}

#define INPUT \
	{ \
		"input:8x8x3", \
		{ \
			0 \
		} \
	}
#define CONV \
	{ \
		"conv2d:8,kernel=3,pad=same,bias=false", \
		{ \
			0 \
		} \
	}
#define NORM \
	{ \
		"batch_norm", \
		{ \
			0 \
		} \
	}
#define RELU \
	{ \
		"relu", \
		{ \
			0 \
		} \
	}
#define TAIL \
	{ "global_avg_pool", { 0 } }, { "dense:4", { 0 } }, \
	    { "softmax", { 0 } }, \
	{ \
		NULL, \
		{ \
			0 \
		} \
	}

static const struct line chain[] = { INPUT,
	{ "conv2d:8,kernel=3,pad=same", { 0 } }, RELU,
	{ "max_pool2d:2", { 0 } }, { "conv2d:6,kernel=3", { 0 } }, RELU,
	{ "flatten", { 0 } }, { "dense:7", { 0 } }, RELU, { "dense:4", { 0 } },
	{ "softmax", { 0 } }, { NULL, { 0 } } };

/* A block whose input goes round it: 3 is read by 4 and by 9. */
static const struct line residual[] = { INPUT, CONV, NORM, RELU, CONV, NORM,
	RELU, CONV, NORM, { "add", { 8, 3 } }, RELU, TAIL };

/* The way round is a convolution with its own norm: 4-8 and 9-10. */
static const struct line projection[] = { INPUT, CONV, NORM, RELU, CONV, NORM,
	RELU, CONV, NORM, { "conv2d:8,kernel=1,pad=same,bias=false", { 3, 0 } },
	NORM, { "add", { 8, 10 } }, RELU, TAIL };

/* Two of them: the sum of gradients between has a derivative behind it. */
static const struct line two_blocks[] = { INPUT, CONV, NORM, RELU, CONV, NORM,
	{ "add", { 5, 3 } }, RELU, CONV, NORM, { "add", { 9, 7 } }, RELU,
	TAIL };

/* An activation that wants its input, and one read twice. */
static const struct line unwilling[] = { INPUT, CONV, NORM, { "gelu", { 0 } },
	CONV, RELU, CONV, { "add", { 6, 4 } }, { "silu", { 0 } }, TAIL };

/* A convolution alone behind a block: the way round wants what its norm has
   as prologue. */
static const struct line passing[] = { INPUT, CONV, NORM, RELU, CONV, NORM,
	{ "add", { 5, 3 } }, RELU, CONV, NORM, RELU, TAIL };

static const struct line *const nets[] = { chain, residual, projection,
	two_blocks, unwilling, passing };

enum { NETS = sizeof(nets) / sizeof(nets[0]) };

static struct net *
build(struct world *w, int apart, int frozen)
{
	struct net_conf conf = { .backend = "ref",
		.batch = BATCH,
		.train_batch = BATCH,
		.loss = { .name = "ce" },
		.optimizer = { .name = "sgd" },
		.apart = apart };
	struct net *net;

	w->g.nodes[2].frozen = frozen;
	net = net_build(&w->g, &conf, &w->err);
	if (net == NULL)
		fail_msg("%s", w->err.text);
	return net;
}

static struct batch
samples(struct world *w)
{
	return (struct batch){ .n = BATCH,
		.x = { DTYPE_F32, { 4, { BATCH, SIDE, SIDE, CHANNELS } },
		    w->x },
		.label = w->label };
}

static void
step(struct world *w, struct net *net, int64_t update)
{
	struct batch b = samples(w);
	struct step_args args = { 0, update, 0.05 };
	struct step_result r;

	ok(w, net_step(net, &b, &args, &r, &w->err));
	assert_true(isfinite(r.loss));
}

static const struct program *
training(const struct net *net)
{
	return &net->updates[0].programs[0].p;
}

static int
count(const struct program *p, enum op_what what)
{
	int i, n = 0;

	for (i = 0; i < p->nops; i++)
		n += p->ops[i]->what == what;
	return n;
}

/* Operations of this kind with this field set. */
#define COUNT(p, kind, field) \
	__extension__({ \
		int n_ = 0; \
		for (int i_ = 0; i_ < (p)->nops; i_++) \
			n_ += (p)->ops[i_]->what == (kind) && \
			    (p)->ops[i_]->field; \
		n_; \
	})

static void
same(const struct net *a, const struct net *b, enum slab_name slab)
{
	const real *x = a->slabs[slab], *y = b->slabs[slab];
	size_t i, n = a->sizes[slab] / sizeof(real);

	assert_int_equal(a->sizes[slab], b->sizes[slab]);
	for (i = 0; i < n; i++)
		if (!(fabs((double)(x[i] - y[i])) <=
			1e-6 + 1e-5 * fabs((double)y[i])))
			fail_msg("number %d of slab %d: %g, not %g", (int)i,
			    (int)slab, (double)x[i], (double)y[i]);
}

static void
predicts_the_same(struct world *w, struct net *a, struct net *b)
{
	struct batch batch = samples(w);
	struct tensor x, y;
	const real *p, *q;
	int i;

	ok(w, net_predict(a, &batch, &x, NULL, &w->err));
	ok(w, net_predict(b, &batch, &y, NULL, &w->err));
	p = x.data;
	q = y.data;
	for (i = 0; i < BATCH * CLASSES; i++)
		assert_true(fabs((double)(p[i] - q[i])) < 1e-5);
}

static void
test_numbers_stay_what_they_were_apart(void **state)
{
	struct world w;
	struct net *joined, *apart;
	int i, frozen, k;

	(void)state;
	for (i = 0; i < NETS; i++)
		for (frozen = 0; frozen < 2; frozen++) {
			make(&w, nets[i]);
			joined = build(&w, 0, frozen);
			apart = build(&w, 1, frozen);
			assert_true(
			    training(joined)->nops < training(apart)->nops);
			for (k = 1; k <= 2; k++) {
				step(&w, joined, k);
				step(&w, apart, k);
				same(joined, apart, SLAB_GRAD);
			}
			same(joined, apart, SLAB_PARAM);
			predicts_the_same(&w, joined, apart);
			net_free(joined);
			net_free(apart);
			arena_free(&w.arena);
		}
}

/* Where the derivatives of its activations have gone. */
struct expected {
	const struct line *net;
	int pools, norms, passed, sums, products, alone;
};

static void
test_derivatives_join_a_pass_that_is_made_anyway(void **state)
{
	static const struct expected all[] = {
		{ chain, 1, 0, 0, 0, 2, 0 },
		{ residual, 1, 1, 0, 1, 0, 0 },
		{ projection, 1, 1, 0, 1, 0, 0 },
		{ two_blocks, 1, 0, 0, 2, 0, 0 },
		{ unwilling, 1, 1, 0, 0, 1, 0 },
		{ passing, 1, 1, 1, 1, 0, 0 },
	};
	const struct expected *e;
	const struct program *p;
	struct world w;
	struct net *net;
	int i;

	(void)state;
	for (i = 0; i < NETS; i++) {
		e = &all[i];
		make(&w, e->net);
		net = build(&w, 0, 0);
		p = training(net);
		assert_int_equal(count(p, OP_ELTWISE_BACK), e->alone);
		assert_int_equal(COUNT(p, OP_MAXPOOL_BACK, mask > 0) +
			COUNT(p, OP_AVGPOOL_BACK, mask > 0),
		    e->pools);
		assert_int_equal(
		    COUNT(p, OP_BATCHNORM_BACK, mask > 0), e->norms);
		assert_int_equal(
		    COUNT(p, OP_BATCHNORM_BACK, pass > 0), e->passed);
		assert_int_equal(COUNT(p, OP_ADD, mask > 0), e->sums);
		assert_int_equal(COUNT(p, OP_CONV_DATA, mask > 0) +
			COUNT(p, OP_MATMUL, mask > 0),
		    e->products);
		net_free(net);
		arena_free(&w.arena);
	}
}

static void
test_sums_and_activations_join_norms(void **state)
{
	struct world w;
	struct net *net;
	const struct program *p;

	(void)state;
	make(&w, two_blocks);
	net = build(&w, 0, 0);
	p = training(net);
	assert_int_equal(count(p, OP_ELTWISE), 0);
	assert_int_equal(COUNT(p, OP_BATCHNORM, add > 0), 2);
	assert_int_equal(COUNT(p, OP_BATCHNORM, elt != NULL), 3);
	assert_int_equal(COUNT(p, OP_ADD, phase == PHASE_FORWARD), 0);
	net_free(net);
	arena_free(&w.arena);
}

/* The norms are folded into convolutions, which take all the rest. */
static void
test_predicting_convolutions_take_all(void **state)
{
	struct world w;
	struct net *net;
	const struct program *p;

	(void)state;
	make(&w, projection);
	net = build(&w, 0, 0);
	p = &net->predict[net->npredict - 1].p;
	assert_int_equal(count(p, OP_ELTWISE) + count(p, OP_ADD) +
		count(p, OP_BATCHNORM_USE),
	    0);
	assert_int_equal(COUNT(p, OP_CONV, add > 0), 1);
	assert_int_equal(COUNT(p, OP_CONV, elt != NULL), 3);
	net_free(net);
	arena_free(&w.arena);
}

/* What is read twice, or wanted outside, stays. */
static void
test_what_others_read_is_left(void **state)
{
	struct world w;
	struct net *net;
	const struct program *p;

	(void)state;
	make(&w, unwilling);
	net = build(&w, 0, 0);
	p = training(net);
	/* gelu and silu want their x in backward, relu's x is read twice. */
	assert_int_equal(count(p, OP_ELTWISE), 3);
	assert_int_equal(COUNT(p, OP_CONV, elt != NULL), 0);
	assert_int_equal(COUNT(p, OP_CONV, add > 0), 1);
	net_free(net);
	arena_free(&w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_stay_what_they_were_apart),
		cmocka_unit_test(
		    test_derivatives_join_a_pass_that_is_made_anyway),
		cmocka_unit_test(test_sums_and_activations_join_norms),
		cmocka_unit_test(test_predicting_convolutions_take_all),
		cmocka_unit_test(test_what_others_read_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
