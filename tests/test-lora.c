/* Low-rank adapters: at first the net answers as before, to be merged is to
   answer the same, and nothing else is taken for one. */
#include <float.h>

#include "nets.h"

#include "lora.h"

enum { N = 5, CLASSES = 3 };

static const struct lora usual = { .rank = 2, .alpha = 3 };
static const struct lora dropping = { .rank = 4, .alpha = 4, .dropout = 0.5 };

/* Gives layers by name an adapter, the last NULL. */
static int
adapt(struct world *w, const struct lora *how, const char *const *names)
{
	const struct lora **of =
	    arena_array(&w->arena, (size_t)w->g.nnodes, sizeof(*of), &w->err);

	assert_non_null(of);
	for (; *names != NULL; names++) {
		int i = graph_find(&w->g, *names);

		assert_true(i >= 0);
		of[i] = how;
	}
	return lora_add(&w->g, of, 11, &w->err);
}

/* Convolutions of all sorts, a batch norm, a way around, a head. */
static void
residual(struct world *w)
{
	int before;

	begin(w, "input:7x6x4");
	next(w, "c1", "conv2d:8:3x2,pad=same,bias=false");
	next(w, "n1", "batch_norm");
	before = next(w, "r1", "relu");
	next(w, "b/c2", "conv2d:8:3,pad=2,dilation=2");
	layer(w, "sum", "add", w->g.nnodes - 1, before);
	next(w, "c3", "conv2d:5:3x2,stride=2x1");
	next(w, "pool", "global_avg_pool");
	next(w, "hidden", "dense:6");
	next(w, "act", "tanh");
	next(w, "out", "dense:3");
	finish(w, N, CLASSES);
}

static const char *const all[] = { "c1", "b/c2", "c3", "hidden", "out", NULL };

static void
take(struct world *w, real *to)
{
	struct net_conf conf = ordinary(N, 0);
	struct net *net = build(w, &conf);

	memcpy(to, predict(w, net, N), sizeof(real) * N * CLASSES);
	net_free(net);
}

/* Numbers into every second kernel, as if it had learnt. */
static void
teach(struct world *w)
{
	for (int i = 0; i < w->g.nnodes; i++) {
		struct node *n = &w->g.nodes[i];
		size_t at = strlen(n->name);

		if (at < 7 || strcmp(n->name + at - 7, "/lora_b") != 0)
			continue;
		for (int64_t k = 0; k < shape_count(&n->params[0].value.shape);
		     k++)
			((float *)n->params[0].value.data)[k] =
			    (float)number(n->name, k) / 4;
	}
}

static void
test_at_first_the_answers_are_the_same(void **state)
{
	real before[N * CLASSES], now[N * CLASSES];
	struct world w;

	(void)state;
	residual(&w);
	take(&w, before);
	ok(&w, adapt(&w, &dropping, all));
	assert_int_equal(lora_count(&w.g), 5);
	take(&w, now);
	close_to(now, before, N * CLASSES, 1e-6);
	end(&w, NULL);
}

static void
same_layers(const struct graph *a, const struct graph *b, struct world *w)
{
	assert_int_equal(a->nnodes, b->nnodes);
	for (int i = 0; i < a->nnodes; i++) {
		const struct node *x = &a->nodes[i], *y = &b->nodes[i];

		assert_string_equal(x->name, y->name);
		assert_string_equal(x->kind, y->kind);
		assert_int_equal(x->ninputs, y->ninputs);
		assert_memory_equal(x->inputs, y->inputs,
		    (size_t)x->ninputs * sizeof(x->inputs[0]));
		assert_int_equal(x->settings.n, y->settings.n);
		for (int k = 0; k < x->settings.n; k++)
			assert_string_equal(setting_print(&x->settings.at[k],
						&w->arena, &w->err),
			    setting_print(
				&y->settings.at[k], &w->arena, &w->err));
	}
	assert_int_equal(a->outputs[0], b->outputs[0]);
}

static void
test_merged_it_answers_the_same(void **state)
{
	real base[N * CLASSES], before[N * CLASSES], now[N * CLASSES];
	double moved = 0;
	struct graph was;
	struct world w;

	(void)state;
	residual(&w);
	ok(&w, graph_copy(&was, &w.g, &w.arena, &w.err));
	take(&w, base);
	ok(&w, adapt(&w, &usual, all));
	teach(&w);
	take(&w, before);
	for (int i = 0; i < N * CLASSES; i++)
		moved += fabs((double)before[i] - (double)base[i]);
	assert_true(moved > 0.1);
	ok(&w, lora_merge(&w.g, &w.err));
	ok(&w, nn_resolve(&w.g, 0, ERR_MODEL, &w.err));
	same_layers(&w.g, &was, &w);
	take(&w, now);
	close_to(now, before, N * CLASSES, 1e-5);
	end(&w, NULL);
}

/* x = (1 2), W = ((1 0) (0 1)), A = (1 1)', B = (2 -1), alpha / rank = 3:
   y = x W + 3 * 3 * (2 -1) = (19 -7), and W + 3 A B = ((7 -3) (6 -2)). */
static void
test_it_is_what_is_on_paper(void **state)
{
	static const float x[] = { 1, 2 }, w0[] = { 1, 0, 0, 1 };
	static const float a[] = { 1, 1 }, b[] = { 2, -1 };
	static const float merged[] = { 7, -3, 6, -2 };
	static const real y[] = { 19, -7 };
	static const struct lora how = { .rank = 1, .alpha = 3 };
	static const char *const names[] = { "d", NULL };
	struct net_conf conf = ordinary(1, 0);
	struct net *net;
	struct world w;

	(void)state;
	begin(&w, "input:2");
	next(&w, "d", "dense:2,bias=false");
	finish(&w, 1, 2);
	memcpy(w.x, x, sizeof(x));
	memcpy(w.g.nodes[1].params[0].value.data, w0, sizeof(w0));
	ok(&w, adapt(&w, &how, names));
	memcpy(w.g.nodes[graph_find(&w.g, "d/lora_a")].params[0].value.data, a,
	    sizeof(a));
	memcpy(w.g.nodes[graph_find(&w.g, "d/lora_b")].params[0].value.data, b,
	    sizeof(b));
	net = build(&w, &conf);
	close_to(predict(&w, net, 1), y, 2, 0);
	net_free(net);
	ok(&w, lora_merge(&w.g, &w.err));
	assert_memory_equal(
	    w.g.nodes[1].params[0].value.data, merged, sizeof(merged));
	net = build(&w, &conf);
	close_to(predict(&w, net, 1), y, 2, 0);
	end(&w, net);
}

static void
test_a_begins_as_peft_has_it(void **state)
{
	static const char *const names[] = { "d", NULL };
	const double bound = 1 / sqrt(50);
	double least = 0, most = 0;
	const float *v;
	struct world w;

	(void)state;
	begin(&w, "input:50");
	next(&w, "d", "dense:9");
	finish(&w, 1, 2);
	ok(&w, adapt(&w, &dropping, names));
	v = w.g.nodes[graph_find(&w.g, "d/lora_a")].params[0].value.data;
	for (int i = 0; i < 200; i++) {
		least = fmin(least, (double)v[i]);
		most = fmax(most, (double)v[i]);
	}
	assert_true(least >= -bound && most <= bound);
	assert_true(least < -0.9 * bound && most > 0.9 * bound);
	v = w.g.nodes[graph_find(&w.g, "d/lora_b")].params[0].value.data;
	for (int i = 0; i < 36; i++)
		assert_true(v[i] == 0);
	end(&w, NULL);
}

static void
test_who_cannot_have_one_is_named(void **state)
{
	static const char *const groups[] = { "g", NULL };
	static const char *const pool[] = { "p", NULL };
	static const char *const out[] = { "out", NULL };
	struct world w;

	(void)state;
	begin(&w, "input:4x4x4");
	next(&w, "g", "conv2d:4:3,groups=2");
	next(&w, "p", "global_avg_pool");
	next(&w, "out", "dense:3");
	finish(&w, N, CLASSES);
	assert_int_equal(adapt(&w, &usual, groups), -1);
	assert_non_null(
	    strstr(w.err.text, "layer 'g': cannot have an adapter"));
	w.err = (struct err){ 0 };
	assert_int_equal(adapt(&w, &usual, pool), -1);
	assert_non_null(strstr(w.err.text, "layer 'p': is no dense"));
	w.err = (struct err){ 0 };
	ok(&w, adapt(&w, &usual, out));
	assert_int_equal(adapt(&w, &usual, out), -1);
	assert_non_null(strstr(w.err.text, "layer 'out': has an adapter"));
	end(&w, NULL);
}

/* What wears the names but would not be the same when merged. */
static void
spoil_kind(struct world *w)
{
	w->g.nodes[graph_find(&w->g, "c3/lora_scale")].kind = "relu";
}

static void
spoil_reader(struct world *w)
{
	w->g.nodes[graph_find(&w->g, "pool")].inputs[0] =
	    graph_find(&w->g, "c3");
}

static void
spoil_input(struct world *w)
{
	w->g.nodes[graph_find(&w->g, "c3/lora_a")].inputs[0] =
	    graph_find(&w->g, "r1");
}

static void
spoil_stride(struct world *w)
{
	struct settings *s =
	    &w->g.nodes[graph_find(&w->g, "c3/lora_a")].settings;

	for (int i = 0; i < s->n; i++)
		if (strcmp(s->at[i].name, "stride") == 0)
			s->at[i].shape.dim[1] = 2;
}

static void
spoil_shape(struct world *w)
{
	w->g.nodes[graph_find(&w->g, "c3/lora_b")]
	    .params[0]
	    .value.shape.dim[2] = 1;
}

static void
spoil_numbers(struct world *w)
{
	w->g.nodes[graph_find(&w->g, "c3/lora_b")].params[0].value.data = NULL;
}

static void
test_what_only_looks_like_one_is_not_merged(void **state)
{
	void (*const spoil[])(struct world * w) = { spoil_kind, spoil_reader,
		spoil_input, spoil_stride, spoil_shape, spoil_numbers };

	(void)state;
	for (size_t i = 0; i < sizeof(spoil) / sizeof(spoil[0]); i++) {
		struct world w;

		residual(&w);
		ok(&w, adapt(&w, &usual, all));
		spoil[i](&w);
		if (lora_merge(&w.g, &w.err) == 0)
			fail_msg("number %zu was merged", i);
		assert_int_equal(w.err.code, ERR_MODEL);
		assert_non_null(strstr(w.err.text, "c3/lora_add"));
		end(&w, NULL);
	}
}

static void
test_what_is_not_finite_is_not_merged(void **state)
{
	static const char *const names[] = { "c1", NULL };
	float *a, *b;
	struct world w;

	(void)state;
	residual(&w);
	ok(&w, adapt(&w, &usual, names));
	a = w.g.nodes[graph_find(&w.g, "c1/lora_a")].params[0].value.data;
	b = w.g.nodes[graph_find(&w.g, "c1/lora_b")].params[0].value.data;
	a[0] = 1;
	b[0] = FLT_MAX;
	assert_int_equal(lora_merge(&w.g, &w.err), -1);
	assert_int_equal(w.err.code, ERR_NUMERIC);
	assert_non_null(strstr(w.err.text, "layer 'c1'"));
	end(&w, NULL);
}

static void
test_adapters_do_not_deepen_a_net(void **state)
{
	int before[16], now[64];
	struct graph was;
	struct world w;

	(void)state;
	residual(&w);
	nn_depths(&w.g, before);
	ok(&w, graph_copy(&was, &w.g, &w.arena, &w.err));
	ok(&w, adapt(&w, &usual, all));
	nn_depths(&w.g, now);
	for (int i = 0; i < was.nnodes; i++)
		assert_int_equal(
		    before[i], now[graph_find(&w.g, was.nodes[i].name)]);
	assert_int_equal(
	    now[graph_find(&w.g, "c1")], now[graph_find(&w.g, "c1/lora_a")]);
	end(&w, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_first_the_answers_are_the_same),
		cmocka_unit_test(test_merged_it_answers_the_same),
		cmocka_unit_test(test_it_is_what_is_on_paper),
		cmocka_unit_test(test_a_begins_as_peft_has_it),
		cmocka_unit_test(test_who_cannot_have_one_is_named),
		cmocka_unit_test(test_what_only_looks_like_one_is_not_merged),
		cmocka_unit_test(test_what_is_not_finite_is_not_merged),
		cmocka_unit_test(test_adapters_do_not_deepen_a_net),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
