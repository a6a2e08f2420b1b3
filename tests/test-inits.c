/* Every initialiser: moments, bounds, structure, and the same numbers from
   the same key. */
#include "parts.h"

#include "init.h"

/* A kernel large enough for its moments to be near those promised. */
enum { ROWS = 300, COLS = 200, COUNT = ROWS * COLS };

static const struct shape kernel = { 2, { ROWS, COLS } };
static float w[COUNT], again[COUNT];

static void
fill(float *to, const char *operand, const struct shape *shape,
    const char *purpose)
{
	struct arena arena = { 0 };
	const struct init *init;
	char name[32];
	double in = (double)shape->dim[0], out = (double)shape->dim[1];

	snprintf(
	    name, sizeof(name), "%.*s", (int)strcspn(operand, ",:"), operand);
	init = init_find(name);
	if (init == NULL)
		fail_msg("no initialiser %s", name);
	init->fill(open_conf(operand, init->attrs, init->conf_size, &arena), to,
	    shape, in, out, rng_key(7, purpose));
	arena_free(&arena);
}

struct moments {
	double mean, deviation, low, high;
};

static struct moments
moments_of(const float *x, int n)
{
	struct moments m = { 0, 0, INFINITY, -INFINITY };
	int i;

	for (i = 0; i < n; i++) {
		m.mean += (double)x[i] / n;
		m.low = fmin(m.low, (double)x[i]);
		m.high = fmax(m.high, (double)x[i]);
	}
	for (i = 0; i < n; i++)
		m.deviation += pow((double)x[i] - m.mean, 2) / n;
	m.deviation = sqrt(m.deviation);
	return m;
}

/* bound: no number is farther from zero; 0: any.  Cutting a normal at two
   deviations leaves 0.8796 of its deviation; Keras widens it first. */
static const struct {
	const char *operand;
	double mean, deviation, bound;
} promised[] = {
	{ "zeros", 0, 0, 0 },
	{ "ones", 1, 0, 1 },
	{ "constant:0.25", 0.25, 0, 0.25 },
	{ "random_normal", 0, 0.05, 0 },
	{ "random_normal:2,mean=1", 1, 2, 0 },
	{ "random_uniform", 0, 0.1 / 3.4641016151377544, 0.05 },
	{ "random_uniform:0:3", 1.5, 3 / 3.4641016151377544, 3 },
	{ "truncated_normal", 0, 0.05 * 0.8796256610342398, 0.1 },
	{ "glorot_uniform", 0, 0.063245553203367583, 0.10954451150103323 },
	{ "glorot_normal", 0, 0.063245553203367583, 0.14380102 },
	{ "he_uniform", 0, 0.081649658092772609, 0.14142135623730951 },
	{ "he_normal", 0, 0.081649658092772609, 0.18564632 },
	{ "lecun_uniform", 0, 0.057735026918962574, 0.1 },
	{ "lecun_normal", 0, 0.057735026918962574, 0.13127178 },
	{ "variance_scaling:3:fan_out:uniform", 0, 0.12247448713915891,
	    0.21213203435596426 },
	{ "variance_scaling,distribution=untruncated_normal", 0,
	    0.057735026918962574, 0 },
};

static void
test_moments_are_those_promised(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(promised) / sizeof(*promised); i++) {
		double deviation = promised[i].deviation;
		double bound = promised[i].bound > 0 ? promised[i].bound : 1e9;
		struct moments m;

		fill(w, promised[i].operand, &kernel, "moments");
		m = moments_of(w, COUNT);
		if (fabs(m.mean - promised[i].mean) > 0.02 * deviation + 1e-9 ||
		    fabs(m.deviation - deviation) > 0.02 * deviation + 1e-9)
			fail_msg("%s: mean %g deviation %g",
			    promised[i].operand, m.mean, m.deviation);
		if (m.low < -bound * 1.000001 || m.high > bound * 1.000001)
			fail_msg(
			    "%s: %g..%g", promised[i].operand, m.low, m.high);
	}
}

static void
test_the_same_key_gives_the_same_numbers(void **state)
{
	int i;

	(void)state;
	for (i = 0; inits[i] != NULL; i++) {
		struct shape small = { 2, { 20, 30 } };
		struct moments m;
		int drawn;

		fill(w, inits[i]->name, &small, "one");
		fill(again, inits[i]->name, &small, "one");
		assert_memory_equal(w, again, 600 * sizeof(float));
		m = moments_of(w, 600);
		drawn =
		    m.low < m.high && strcmp(inits[i]->name, "identity") != 0;
		fill(again, inits[i]->name, &small, "another");
		if (drawn && memcmp(w, again, 600 * sizeof(float)) == 0)
			fail_msg("%s forgets its key", inits[i]->name);
	}
}

/* Element i depends on i alone: a longer tensor begins like a shorter. */
static void
test_a_longer_tensor_begins_alike(void **state)
{
	static const char *const names[] = { "random_uniform", "random_normal",
		"truncated_normal" };
	struct shape small = { 2, { 7, 3 } };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		fill(w, names[i], &kernel, "one");
		fill(again, names[i], &small, "one");
		assert_memory_equal(w, again, 21 * sizeof(float));
	}
}

static double
product(const float *a, const float *b, int n, int stride)
{
	double sum = 0;
	int i;

	for (i = 0; i < n; i++)
		sum += (double)a[i * stride] * (double)b[i * stride];
	return sum;
}

/* Tall: columns are orthonormal; wide: rows. */
static void
check_orthogonal(int rows, int cols)
{
	struct shape shape = { 2, { rows, cols } };
	int n = rows >= cols ? cols : rows, a, b;
	int step = rows >= cols ? 1 : cols, stride = rows >= cols ? cols : 1;
	int size = rows >= cols ? rows : cols;

	fill(w, "orthogonal:2", &shape, "turn");
	for (a = 0; a < n; a++)
		for (b = 0; b <= a; b++)
			assert_true(fabs(product(w + a * step, w + b * step,
					     size, stride) -
					(a == b ? 4 : 0)) < 1e-5);
}

static void
test_orthogonal_is_orthogonal(void **state)
{
	(void)state;
	check_orthogonal(40, 30);
	check_orthogonal(30, 40);
	check_orthogonal(30, 30);
	check_orthogonal(1, 5);
	check_orthogonal(5, 1);
}

static void
test_identity_lets_through(void **state)
{
	struct shape wide = { 2, { 3, 4 } };
	struct shape conv = { 4, { 3, 3, 2, 2 } };
	int i;

	(void)state;
	fill(w, "identity:2", &wide, "");
	for (i = 0; i < 12; i++)
		assert_true(w[i] == (float)(i % 4 == i / 4 ? 2 : 0));
	fill(w, "identity", &conv, "");
	for (i = 0; i < 36; i++)
		assert_true(w[i] == (float)(i == 16 || i == 19));
}

static void
test_settings_go_round_and_bad_ones_are_named(void **state)
{
	int i;

	(void)state;
	for (i = 0; inits[i] != NULL; i++) {
		const struct init *p = inits[i];

		assert_ptr_equal(init_find(p->name), p);
		assert_true(strlen(p->help) > 0);
		check_round_trip(p->name, p->attrs, p->conf_size, p->name);
		check_refusals(p->name, p->attrs, p->conf_size);
	}
	assert_null(init_find("no such initialiser"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moments_are_those_promised),
		cmocka_unit_test(test_the_same_key_gives_the_same_numbers),
		cmocka_unit_test(test_a_longer_tensor_begins_alike),
		cmocka_unit_test(test_orthogonal_is_orthogonal),
		cmocka_unit_test(test_identity_lets_through),
		cmocka_unit_test(test_settings_go_round_and_bad_ones_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
