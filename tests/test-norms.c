/* Batch norms by stored statistics: what learns around them has the right
   gradients and they stay; and statistics measured anew, against sums by
   hand. */
#include "nets.h"

enum { N = 6, CLASSES = 3 };

static const char *const backends[] = {
	"ref",
#if WITH_DNNL
	"dnn",
#endif
};

enum { BACKENDS = sizeof(backends) / sizeof(backends[0]) };

/* A normalisation behind a convolution, one behind an activation, one without
   anything learnt, and a way around. */
static void
residual(struct world *w)
{
	int before;

	begin(w, "input:6x5x2");
	next(w, "c1", "conv2d:4:3,pad=same");
	before = next(w, "n1", "batch_norm");
	next(w, "r1", "relu");
	next(w, "n2", "batch_norm,epsilon=0.01");
	next(w, "c2", "conv2d:4:3,pad=same");
	next(w, "n3", "batch_norm,center=false,scale=false");
	layer(w, "sum", "add", w->g.nnodes - 1, before);
	next(w, "r2", "tanh");
	next(w, "pool", "global_avg_pool");
	next(w, "out", "dense:3");
	next(w, "softmax", "softmax");
	finish(w, N, CLASSES);
}

static struct net_conf
stored(const char *backend)
{
	struct net_conf conf = ordinary(N, N);

	conf.backend = backend;
	conf.module_dir = MODULES;
	conf.stored = 1;
	return conf;
}

static double
loss(struct world *w, struct net *net)
{
	struct batch b = samples(w, 0, N);
	const real *each;
	double sum = 0;

	net->loaded = ++net->version;
	ok(w, net_predict(net, &b, NULL, &each, &w->err));
	for (int i = 0; i < N; i++)
		sum += (double)each[i] / N;
	return sum;
}

/* The gradient of one number by central differences. */
static double
slope(struct world *w, struct net *net, real *number)
{
	const real was = *number, h = (real)1e-4;
	double up, down;

	*number = was + h;
	up = loss(w, net);
	*number = was - h;
	down = loss(w, net);
	*number = was;
	return (up - down) / (2 * (double)h);
}

static void
check_slopes(struct world *w, struct net *net)
{
	real g[256];

	for (int i = 0; i < net->nparams; i++) {
		struct net_param *p = &net->params[i];
		int64_t n = val_count(&p->value);

		if (!p->learns)
			continue;
		assert_true(n <= 256);
		step(w, net, 0, N, 1);
		memcpy(g, p->grad.data, (size_t)n * sizeof(*g));
		ok(w, net_load(net, &w->g, &w->err));
		for (int64_t k = 0; k < n; k += 1 + n / 5) {
			double d = slope(w, net, &p->value.data[k]);

			if (fabs(d - (double)g[k]) > 1e-6)
				fail_msg("%s[%d]: gradient %.9g, not %.9g",
				    p->value.name, (int)k, (double)g[k], d);
		}
	}
}

static void
test_gradients_behind_stored_statistics(void **state)
{
	struct net_conf conf = stored("ref");
	struct world w;
	struct net *net;

	(void)state;
	if (sizeof(real) == sizeof(float))
		skip();
	residual(&w);
	net = build(&w, &conf);
	check_slopes(&w, net);
	end(&w, net);
}

/* Every backend: the loss is that of a prediction, everything learns but the
   statistics. */
static void
test_stored_statistics_stay(void **state)
{
	struct world w;

	(void)state;
	for (int b = 0; b < BACKENDS; b++) {
		struct net_conf conf = stored(backends[b]);
		struct net *net;
		double before;

		residual(&w);
		net = build(&w, &conf);
		before = loss(&w, net);
		assert_true(fabs(step(&w, net, 0, N, 1).loss - before) < 1e-5);
		for (int i = 0; i < net->nparams; i++) {
			const struct net_param *p = &net->params[i];
			const struct param *q =
			    &w.g.nodes[p->node].params[p->index];
			const float *was = q->value.data;
			int same = 1;

			for (int64_t k = 0; k < val_count(&p->value); k++)
				same &= (float)p->value.data[k] == was[k];
			assert_int_equal(same, q->role == ROLE_STATISTIC);
		}
		end(&w, net);
	}
}

/* A statistic that is frozen by its name stays; its layer keeps its mode. */
static void
test_a_frozen_statistic_stays_alone(void **state)
{
	struct net_conf conf = ordinary(0, N);
	struct world w;
	struct net *net;
	float mean[4], variance[4];
	struct node *n1;

	(void)state;
	residual(&w);
	n1 = &w.g.nodes[2];
	assert_string_equal(n1->params[2].name, "moving_mean");
	n1->params[2].frozen = 1;
	memcpy(mean, n1->params[2].value.data, sizeof(mean));
	memcpy(variance, n1->params[3].value.data, sizeof(variance));
	net = build(&w, &conf);
	assert_int_equal(
	    count_ops(&net->updates[0].programs[0].p, OP_BATCHNORM), 3);
	step(&w, net, 0, N, 1);
	ok(&w, net_store(net, &w.g, &w.err));
	assert_memory_equal(mean, n1->params[2].value.data, sizeof(mean));
	assert_memory_not_equal(
	    variance, n1->params[3].value.data, sizeof(variance));
	end(&w, net);
}

/* Two numbers a sample, normalised twice. */
static void
twice(struct world *w, const char *first, const char *second)
{
	begin(w, "input:2");
	next(w, "a", first);
	next(w, "drop", "dropout:0.5");
	next(w, "b", second);
	finish(w, 5, 2);
}

/* Batches of two, two and one. */
static void
measure(struct world *w, const char *backend)
{
	const struct net_conf conf = { .backend = backend,
		.module_dir = MODULES,
		.batch = 2,
		.last_batch = 1,
		.measure = 1 };
	struct net *net = build(w, &conf);
	int seen = 0;

	for (int n = 2; seen < 5; n = seen == 4 ? 1 : 2) {
		struct batch b = samples(w, seen, n);

		seen += n;
		ok(w, net_measure(net, &b, (double)n / seen, &w->err));
	}
	ok(w, net_store(net, &w->g, &w->err));
	net_free(net);
}

static double
value(const struct world *w, int node, int param, int c)
{
	const struct param *p = &w->g.nodes[node].params[param];

	return (double)((const float *)p->value.data)[c];
}

static void
near(double a, double b)
{
	if (!(fabs(a - b) <= 1e-6))
		fail_msg("%.9g, not %.9g", a, b);
}

/* Means over the batches, weighted by samples, of their means and variances;
   the second normalisation sees what the first makes of each batch. */
static void
check_by_hand(const struct world *w, int c, int unbiased)
{
	static const int at[] = { 0, 2, 4, 5 };
	double mean = 0, variance = 0, second = 0;

	for (int b = 0; b < 3; b++) {
		const int n = at[b + 1] - at[b];
		double m = 0, v = 0;

		for (int i = at[b]; i < at[b + 1]; i++)
			m += (double)w->x[2 * i + c] / n;
		for (int i = at[b]; i < at[b + 1]; i++)
			v += pow((double)w->x[2 * i + c] - m, 2) / n;
		mean += m * n / 5;
		second += v / (v + 0.001) * n / 5;
		variance += v * (unbiased && n > 1 ? n / (n - 1.0) : 1) * n / 5;
	}
	near(value(w, 1, 0, c), mean);
	near(value(w, 1, 1, c), variance);
	near(value(w, 3, 0, c), 0);
	near(value(w, 3, 1, c), second);
}

static void
test_measured_statistics_are_those_by_hand(void **state)
{
	static const char plain[] = "batch_norm,center=false,scale=false";
	static const char other[] =
	    "batch_norm,center=false,scale=false,unbiased=true,momentum=0";
	struct world w;

	(void)state;
	for (int b = 0; b < BACKENDS; b++)
		for (int unbiased = 0; unbiased < 2; unbiased++) {
			twice(&w, unbiased ? other : plain, plain);
			w.g.nodes[1].frozen = 1; /* measured all the same */
			w.g.nodes[3].params[0].frozen = 1;
			measure(&w, backends[b]);
			for (int c = 0; c < 2; c++)
				check_by_hand(&w, c, unbiased);
			arena_free(&w.arena);
		}
}

static void
test_measuring_forgets_what_was_there(void **state)
{
	struct world w;
	float first[2], *mean;

	(void)state;
	twice(&w, "batch_norm", "batch_norm");
	measure(&w, "ref");
	mean = w.g.nodes[1].params[2].value.data;
	memcpy(first, mean, sizeof(first));
	mean[0] = NAN;
	mean[1] = 1e30F;
	measure(&w, "ref");
	assert_memory_equal(
	    first, w.g.nodes[1].params[2].value.data, sizeof(first));
	arena_free(&w.arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradients_behind_stored_statistics),
		cmocka_unit_test(test_stored_statistics_stay),
		cmocka_unit_test(test_a_frozen_statistic_stays_alone),
		cmocka_unit_test(test_measured_statistics_are_those_by_hand),
		cmocka_unit_test(test_measuring_forgets_what_was_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
