/* Weights of several models blended into one, against numbers by hand. */
#include "blend.h"
#include "nets.h"

enum { MODELS = 3, WIDE = 3000 };

/* A net with all kinds of tensors, the numbers of the k-th its own. */
static void
make_world(struct world *w, int k)
{
	begin(w, "input:2");
	next(w, "d1", "dense:2");
	next(w, "n1", "batch_norm");
	next(w, "d2", "dense:1500");
	finish(w, 1, 2);
	for (int i = 0; i < w->g.nnodes; i++)
		for (int p = 0; p < w->g.nodes[i].nparams; p++) {
			struct tensor *v = &w->g.nodes[i].params[p].value;
			int64_t n = shape_count(&v->shape);

			for (int64_t j = 0; j < n; j++)
				((float *)v->data)[j] =
				    (float)((k + 1) * (k + 1) * (j % 7 + 1));
		}
}

static void
make_all(struct world *w, const struct graph **g)
{
	for (int k = 0; k < MODELS; k++) {
		make_world(&w[k], k);
		g[k] = &w[k].g;
	}
}

static void
end_all(struct world *w)
{
	for (int k = 0; k < MODELS; k++)
		end(&w[k], NULL);
}

static void
blend(struct world *w, struct graph *to, const struct graph *const *from,
    const double *weight, int n)
{
	ok(w, graph_copy(to, from[0], &w->arena, &w->err));
	ok(w, blend_graphs(to, from, weight, n, &w->err));
}

static void
test_weights_are_scaled_to_one(void **state)
{
	double weight[] = { 1, 2, 5 };

	(void)state;
	blend_weights(weight, 3);
	assert_true(weight[0] == 0.125 && weight[1] == 0.25);
	assert_true(weight[2] == 0.625);
}

/* 1, 4 and 9 times the same: the mean is 14 / 3, weighted by 1/2, 1/4, 1/4 it
   is 1/2 + 1 + 9/4. */
static void
every_number_is(const struct graph *g, double factor)
{
	for (int i = 0; i < g->nnodes; i++)
		for (int p = 0; p < g->nodes[i].nparams; p++) {
			const struct tensor *v = &g->nodes[i].params[p].value;
			const float *x = v->data;

			for (int64_t j = 0; j < shape_count(&v->shape); j++)
				if (x[j] !=
				    (float)(factor * (double)(j % 7 + 1)))
					fail_msg("%s/%s: number %d is %g",
					    g->nodes[i].name,
					    g->nodes[i].params[p].name, (int)j,
					    (double)x[j]);
		}
}

static void
test_every_tensor_is_the_mean(void **state)
{
	static const double even[] = { 1. / 3, 1. / 3, 1. / 3 };
	static const double uneven[] = { 0.5, 0.25, 0.25 };
	const struct graph *from[MODELS];
	struct world w[MODELS];
	struct graph to;

	(void)state;
	make_all(w, from);
	blend(&w[0], &to, from, even, MODELS);
	every_number_is(&to, 14. / 3);
	blend(&w[0], &to, from, uneven, MODELS);
	every_number_is(&to, 3.75);
	every_number_is(from[0], 1);
	end_all(w);
}

/* Sums of floats in double: what is the same in all models stays to the bit,
   what cancels leaves the small one. */
static void
test_sums_are_made_in_double(void **state)
{
	static const double even[] = { 1. / 3, 1. / 3, 1. / 3 };
	const struct graph *from[MODELS], *same[MODELS];
	struct world w[MODELS];
	struct graph to;
	float *x[MODELS];

	(void)state;
	make_all(w, from);
	for (int k = 0; k < MODELS; k++) {
		x[k] = w[k].g.nodes[1].params[0].value.data;
		x[k][0] = k == 0 ? 1e8F : k == 1 ? 3 : -1e8F;
		x[k][1] = 0.1F;
		same[k] = from[0];
	}
	blend(&w[0], &to, from, even, MODELS);
	assert_true(((float *)to.nodes[1].params[0].value.data)[0] == 1);
	assert_true(((float *)to.nodes[1].params[0].value.data)[1] == 0.1F);
	blend(&w[0], &to, same, even, MODELS);
	assert_memory_equal(to.nodes[3].params[0].value.data,
	    from[0]->nodes[3].params[0].value.data, WIDE * sizeof(float));
	end_all(w);
}

static void
test_a_number_that_is_none_is_named(void **state)
{
	static const double even[] = { 0.5, 0.5 };
	const struct graph *from[MODELS];
	struct world w[MODELS];
	struct graph to;

	(void)state;
	make_all(w, from);
	((float *)w[1].g.nodes[3].params[0].value.data)[WIDE - 1] = NAN;
	ok(w, graph_copy(&to, from[0], &w->arena, &w->err));
	assert_int_equal(blend_graphs(&to, from, even, 2, &w->err), -1);
	assert_int_equal(w->err.code, ERR_NUMERIC);
	assert_non_null(strstr(w->err.text, "'d2'"));
	assert_non_null(strstr(w->err.text, "kernel"));
	assert_non_null(strstr(w->err.text, "model 2"));
	end_all(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights_are_scaled_to_one),
		cmocka_unit_test(test_every_tensor_is_the_mean),
		cmocka_unit_test(test_sums_are_made_in_double),
		cmocka_unit_test(test_a_number_that_is_none_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
