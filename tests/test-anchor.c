/* Anchors: weights are pulled back to where they were when the net was built;
   in double. */
#include "nets.h"

enum { SAMPLES = 8, CLASSES = 3 };

static const double strength = 0.3;

/* a tanh b: a is anchored, b is not. */
static struct net *
anchored(struct world *w, struct net_conf *conf)
{
	static const struct net_rule rules[] = {
		{ "a", "kernel", 0, 0, 0, 1, 0, 0.3 },
		{ "a", "bias", 0, 0, 0, 1, 0, 0.3 },
	};

	begin(w, "input:5");
	next(w, "a", "dense:4");
	next(w, "t", "tanh");
	next(w, "b", "dense:3");
	next(w, "out", "softmax");
	finish(w, SAMPLES, CLASSES);
	conf->rules = rules;
	conf->nrules = 2;
	return build(w, conf);
}

/* Weights go somewhere else, each by its own. */
static void
move(struct net *net)
{
	for (int i = 0; i < net->nparams; i++)
		for (int64_t k = 0; k < val_count(&net->params[i].value); k++)
			net->params[i].value.data[k] +=
			    number("move", i * 100 + k);
	net->version++;
}

/* What a step tells that changes nothing; its gradients stay in the net. */
static struct step_result
look(struct world *w, struct net *net)
{
	struct batch b = samples(w, 0, SAMPLES);
	struct step_args args = { 0, 1, 0 };
	struct step_result r;

	ok(w, net_step(net, &b, &args, &r, &w->err));
	return r;
}

/* L2-SP as Li and others write it: strength / 2 sum (w - w0)^2. */
static void
test_the_distance_counts_in_the_loss(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(1, SAMPLES);
	struct net *with = anchored(&w, &conf), *without;
	double extra = 0;

	(void)state;
	conf.nrules = 0;
	without = build(&w, &conf);
	assert_true(look(&w, with).loss == look(&w, without).loss);
	move(with);
	move(without);
	for (int i = 0; i < 2; i++)
		for (int64_t k = 0; k < val_count(&with->params[i].value); k++)
			extra += pow((double)number("move", i * 100 + k), 2);
	assert_true(extra > 1);
	assert_true(fabs(look(&w, with).loss - look(&w, without).loss -
			strength / 2 * extra) < 1e-12);
	net_free(without);
	end(&w, with);
}

static void
test_its_gradient_is_the_derivative(void **state)
{
	const double h = 1e-5;
	struct world w;
	struct net_conf conf = ordinary(1, SAMPLES);
	struct net *net = anchored(&w, &conf);
	real want[64];

	(void)state;
	move(net);
	for (int i = 0; i < net->nparams; i++) {
		struct net_param *p = &net->params[i];
		int64_t n = val_count(&p->value);

		look(&w, net);
		memcpy(want, p->grad.data, (size_t)n * sizeof(*want));
		for (int64_t k = 0; k < n; k++) {
			real *at = &p->value.data[k], was = *at;
			double up, down;

			*at = was + (real)h;
			net->version++;
			up = look(&w, net).loss;
			*at = was - (real)h;
			net->version++;
			down = look(&w, net).loss;
			*at = was;
			if (distance((up - down) / (2 * h), (double)want[k]) >
			    1e-6)
				fail_msg("%s %lld: %g, not %g", p->value.name,
				    (long long)k, (double)want[k],
				    (up - down) / (2 * h));
		}
	}
	end(&w, net);
}

/* w -= rate (clipped g + strength (w - w0)): the pull itself is not clipped. */
static void
test_a_step_pulls_back(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(1, SAMPLES);
	struct net *with, *without;
	const struct val *a, *b;

	(void)state;
	conf.clip_norm = 0.01;
	with = anchored(&w, &conf);
	conf.nrules = 0;
	without = build(&w, &conf);
	move(with);
	move(without);
	assert_true(step(&w, with, 0, SAMPLES, 1).grad_norm > 0.1);
	assert_true(step(&w, without, 0, SAMPLES, 1).grad_norm > 0.1);
	for (int i = 0; i < with->nparams; i++)
		for (int64_t k = 0; k < val_count(&with->params[i].value);
		     k++) {
			double pull = i < 2
			    ? strength * (double)number("move", i * 100 + k)
			    : 0;

			a = &with->params[i].value;
			b = &without->params[i].value;
			assert_true(
			    fabs((double)a->data[k] -
				((double)b->data[k] - 0.01 * pull)) < 1e-12);
		}
	net_free(without);
	end(&w, with);
}

/* Several batches make one update: one pull. */
static void
test_an_update_of_batches_pulls_once(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(1, SAMPLES);
	struct net *whole = anchored(&w, &conf), *parts;
	struct step_args args = { 0, 1, 0.01 };
	struct step_result r;
	struct batch b;

	(void)state;
	conf.train_batch = SAMPLES / 2;
	conf.accumulate = 2;
	parts = build(&w, &conf);
	move(whole);
	move(parts);
	step(&w, whole, 0, SAMPLES, 1);
	for (int i = 0; i < 2; i++) {
		b = samples(&w, i * SAMPLES / 2, SAMPLES / 2);
		ok(&w, net_gather(parts, &b, &args, &r, &w.err));
	}
	ok(&w, net_update(parts, &args, &r, &w.err));
	for (int i = 0; i < whole->nparams; i++)
		close_to(whole->params[i].value.data,
		    parts->params[i].value.data,
		    val_count(&whole->params[i].value), 1e-12);
	net_free(parts);
	end(&w, whole);
}

/* The anchor is part of the state, stays where it was, and only what is
   anchored has one. */
static void
test_anchors_are_slots_that_stay(void **state)
{
	struct world w;
	struct net_conf conf = ordinary(1, SAMPLES);
	struct net *net = anchored(&w, &conf);
	float was[20];
	struct net_slot *slots;
	int n;

	(void)state;
	memcpy(was, w.g.nodes[1].params[0].value.data, sizeof(was));
	for (int i = 1; i <= 5; i++)
		step(&w, net, 0, SAMPLES, i);
	ok(&w, net_store(net, &w.g, &w.err));
	assert_memory_not_equal(
	    w.g.nodes[1].params[0].value.data, was, sizeof(was));
	ok(&w, net_load(net, &w.g, &w.err));
	ok(&w, net_slots(net, &slots, &n, &w.err));
	assert_int_equal(n, 2);
	for (int i = 0; i < n; i++) {
		assert_string_equal(slots[i].layer, "a");
		assert_string_equal(slots[i].slot, "anchor");
	}
	for (int k = 0; k < 20; k++)
		assert_true(
		    ((const real *)slots[0].value.data)[k] == (real)was[k]);
	end(&w, net);
}

/* So strong a pull that it halves the way back with every step. */
static void
test_a_strong_anchor_holds(void **state)
{
	static const struct net_rule rules[] = {
		{ "a", "kernel", 0, 0, 0, 1, 0, 50 },
		{ "a", "bias", 0, 0, 0, 1, 0, 50 },
		{ "b", "kernel", 0, 0, 0, 1, 0, 50 },
		{ "b", "bias", 0, 0, 0, 1, 0, 50 },
	};
	struct world w;
	struct net_conf conf = ordinary(1, SAMPLES);
	struct net *net = anchored(&w, &conf);

	(void)state;
	net_free(net);
	conf.rules = rules;
	conf.nrules = 4;
	net = build(&w, &conf);
	move(net);
	for (int i = 1; i <= 40; i++)
		step(&w, net, 0, SAMPLES, i);
	for (int i = 0; i < net->nparams; i++) {
		struct net_param *p = &net->params[i];
		const float *was =
		    w.g.nodes[p->node].params[p->index].value.data;

		for (int64_t k = 0; k < val_count(&p->value); k++)
			assert_true(fabs((double)p->value.data[k] -
					(double)was[k]) < 0.02);
	}
	end(&w, net);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_distance_counts_in_the_loss),
		cmocka_unit_test(test_its_gradient_is_the_derivative),
		cmocka_unit_test(test_a_step_pulls_back),
		cmocka_unit_test(test_an_update_of_batches_pulls_once),
		cmocka_unit_test(test_anchors_are_slots_that_stay),
		cmocka_unit_test(test_a_strong_anchor_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
