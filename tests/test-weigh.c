/* Weights of classes: what they do to the loss and the step of a batch, and
   what balanced ones are. */
#include "metric.h"
#include "nets.h"

enum { N = 6, CLASSES = 3 };

static void
make_world(struct world *w)
{
	begin(w, "input:5");
	next(w, "d1", "dense:4");
	next(w, "t", "tanh");
	next(w, "d2", "dense:3");
	next(w, "s", "softmax");
	finish(w, 2 * N, CLASSES);
}

static void
test_balanced_weights_are_those_of_the_formula(void **state)
{
	static const int64_t count[] = { 6, 3, 0, 1 };
	double weight[4];

	(void)state;
	nn_balance(count, 4, weight);
	assert_true(distance(weight[0], 10 / (3.0 * 6)) < 1e-12);
	assert_true(distance(weight[1], 10 / (3.0 * 3)) < 1e-12);
	assert_true(distance(weight[2], 1) < 1e-12);
	assert_true(distance(weight[3], 10 / (3.0 * 1)) < 1e-12);
	/* 1 on average. */
	assert_true(
	    distance(6 * weight[0] + 3 * weight[1] + weight[3], 10) < 1e-12);
}

/* sum_i w_i loss_i / n when training, the plain losses when predicting. */
static void
test_training_weighs_and_predicting_does_not(void **state)
{
	static const double weight[] = { 3, 0.5, 0 };
	struct net_conf plain = ordinary(N, N), weighed = ordinary(N, N);
	struct net *a, *b;
	struct world w;
	struct batch batch;
	const real *loss;
	double sum = 0, mean = 0;
	int i;

	(void)state;
	make_world(&w);
	weighed.class_weight = weight;
	a = build(&w, &plain);
	b = build(&w, &weighed);
	batch = samples(&w, 0, N);
	ok(&w, net_predict(b, &batch, NULL, &loss, &w.err));
	for (i = 0; i < N; i++) {
		mean += (double)loss[i] / N;
		sum += (double)loss[i] * weight[w.label[i]] / N;
	}
	assert_true(distance(step(&w, a, 0, N, 1).loss, mean) < 1e-12);
	assert_true(distance(step(&w, b, 0, N, 1).loss, sum) < 1e-12);
	net_free(a);
	end(&w, b);
}

static void
numbers_of(struct world *w, struct net *net, real *to)
{
	const real *y = predict(w, net, N);

	memcpy(to, y, sizeof(*y) * N * CLASSES);
}

/* A class of weight 2 is one whose samples are there twice: with 9 samples for
   6 the mean of the gradient is 6/9 of it. */
static void
test_a_weight_of_two_is_a_sample_twice(void **state)
{
	static const double weight[] = { 2, 1, 1 };
	struct net_conf twice = ordinary(N, 2 * N), weighed = ordinary(N, N);
	real x[N * CLASSES], y[N * CLASSES];
	struct step_args args = { 0, 1, 0.1 };
	struct step_result r;
	struct net *a, *b;
	struct world w;
	struct batch batch;
	int i, n = N;

	(void)state;
	make_world(&w);
	for (i = 0; i < N; i++)
		if (w.label[i] == 0) {
			memcpy(w.x + (size_t)n * 5, w.x + (size_t)i * 5,
			    5 * sizeof(float));
			w.label[n++] = 0;
		}
	assert_int_equal(n, N + 2);
	weighed.class_weight = weight;
	a = build(&w, &twice);
	b = build(&w, &weighed);
	batch = samples(&w, 0, N);
	ok(&w, net_step(b, &batch, &args, &r, &w.err));
	batch = samples(&w, 0, n);
	args.lr = args.lr * n / N;
	ok(&w, net_step(a, &batch, &args, &r, &w.err));
	numbers_of(&w, a, x);
	numbers_of(&w, b, y);
	close_to(x, y, (int64_t)N * CLASSES, 1e-12);
	net_free(a);
	end(&w, b);
}

/* How many samples an untrained net gives the label. */
static int
right_of(struct world *w, struct net_conf conf, const int32_t *label)
{
	struct net *net = build(w, &conf);
	const real *y = predict(w, net, N);
	int i, right = 0;

	for (i = 0; i < N; i++)
		right +=
		    metric_class(y + (size_t)i * CLASSES, CLASSES) == label[i];
	net_free(net);
	return right;
}

/* A target of two classes has their losses in their shares, and the weight of
   the two; what is right is what the label says. */
static void
test_a_shared_target_is_the_sum_of_two(void **state)
{
	static const double weight[] = { 3, 0.5, 2 };
	const double share = 0.75;
	struct net_conf plain = ordinary(N, N), weighed = ordinary(N, N);
	struct step_args args = { 0, 1, 0.1 };
	float y[N * CLASSES] = { 0 };
	int32_t other[N], own[N];
	double mean = 0, sum = 0, want[2][N];
	struct step_result r, again;
	struct net *a, *b;
	struct world w;
	struct batch batch;
	const real *loss;
	int i, pass;

	(void)state;
	make_world(&w);
	weighed.class_weight = weight;
	a = build(&w, &plain);
	b = build(&w, &weighed);
	batch = samples(&w, 0, N);
	for (i = 0; i < N; i++) {
		own[i] = w.label[i];
		other[i] = (own[i] + 1) % CLASSES;
		y[i * CLASSES + own[i]] = 0.75F;
		y[i * CLASSES + other[i]] = 0.25F;
	}
	for (pass = 0; pass < 2; pass++) {
		batch.label = pass == 0 ? own : other;
		ok(&w, net_predict(a, &batch, NULL, &loss, &w.err));
		for (i = 0; i < N; i++)
			want[pass][i] = (double)loss[i];
	}
	for (i = 0; i < N; i++) {
		double one = share * want[0][i] + (1 - share) * want[1][i];

		mean += one / N;
		sum += one / N *
		    (share * weight[own[i]] + (1 - share) * weight[other[i]]);
	}
	batch.y = (struct tensor){ DTYPE_F32, { 2, { N, CLASSES } }, y };
	batch.label = own;
	ok(&w, net_step(a, &batch, &args, &r, &w.err));
	assert_true(distance(r.loss, mean) < 1e-12);
	assert_int_equal(r.right, right_of(&w, plain, own));
	ok(&w, net_step(b, &batch, &args, &r, &w.err));
	assert_true(distance(r.loss, sum) < 1e-12);
	net_free(a);
	a = build(&w, &plain);
	batch.label = other;
	ok(&w, net_step(a, &batch, &args, &again, &w.err));
	assert_int_equal(again.right, right_of(&w, plain, other));
	net_free(a);
	end(&w, b);
}

static void
test_a_loss_that_knows_no_classes_is_refused(void **state)
{
	static const double weight[] = { 2, 1, 1 };
	struct net_conf conf = ordinary(N, N);
	struct world w;

	(void)state;
	make_world(&w);
	conf.loss.name = "mse";
	conf.class_weight = weight;
	assert_null(net_build(&w.g, &conf, &w.err));
	assert_int_equal(w.err.code, ERR_USAGE);
	end(&w, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_balanced_weights_are_those_of_the_formula),
		cmocka_unit_test(test_training_weighs_and_predicting_does_not),
		cmocka_unit_test(test_a_weight_of_two_is_a_sample_twice),
		cmocka_unit_test(test_a_shared_target_is_the_sum_of_two),
		cmocka_unit_test(test_a_loss_that_knows_no_classes_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
