/* Every kind of layer in double against numbers recorded from PyTorch and
   Keras: forward, gradients, and the statistics that a batch norm keeps. */
#include "bench.h"
#include "golden.h"

/* What was recorded, how many cases, and how near they must be: Keras, asked
   first, computed some numbers in float32 whatever it was given.  What neither
   has is recorded by its formula. */
static const struct {
	const char *file;
	int least;
	double tolerance;
} files[] = { { "pytorch.txt", 19, 1e-9 }, { "keras.txt", 19, 2e-6 },
	{ "pictures-pytorch.txt", 35, 1e-9 },
	{ "pictures-keras.txt", 38, 1e-9 }, { "temperature.txt", 3, 1e-9 },
	{ "rescaling.txt", 2, 1e-9 }, { "average.txt", 3, 1e-9 } };

static void
fill(struct val *v, uint32_t salt, double factor, double plus)
{
	int64_t i;

	for (i = 0; i < val_count(v); i++)
		v->data[i] = (real)(factor * golden(salt, i) + plus);
}

/* Activations with kinks far out see numbers from beyond them. */
static double
factor_of(const struct kind *k)
{
	static const char *const far[] = { "relu6", "hard_sigmoid",
		"hard_swish", NULL };
	int i;

	for (i = 0; far[i] != NULL; i++)
		if (strcmp(k->name, far[i]) == 0)
			return 8;
	return 2;
}

static void
fill_layer(struct bench *t)
{
	struct layer *l = &t->l;
	int i, k = 0;

	for (i = 0; i < l->nx; i++)
		fill(l->x[i], SALT_X + (uint32_t)i, factor_of(l->kind), 0);
	for (i = 0; i < NODE_PARAMS_MAX && l->kind->param[i] != NULL; i++) {
		int positive =
		    strcmp(l->kind->param[i], "moving_variance") == 0;

		if (l->param[i] == NULL ||
		    (l->training && l->kind->role[i] == ROLE_STATISTIC))
			continue;
		fill(l->param[i], SALT_PARAM + (uint32_t)k++, 1,
		    positive ? 1.25 : 0);
	}
	fill(l->dy, SALT_DY, 1, 0);
}

/* "2x3x2x4+2x4" into n shapes; one stands for all. */
static void
read_shapes(char *text, struct shape *x, int n)
{
	char *rest, *word = strtok_r(text, "+", &rest);
	int i;

	for (i = 0; i < n; i++) {
		if (word != NULL)
			assert_int_equal(shape_parse(&x[i], word), 0);
		else
			x[i] = x[i - 1];
		word = strtok_r(NULL, "+", &rest);
	}
}

/* A line "kind OPERAND SHAPES N" or "frozen ...": the layer, run. */
static void
begin_kind(struct bench *t, int training, char **rest)
{
	const char *operand = golden_word(rest);
	struct shape x[NODE_INPUTS_MAX];
	char text[512];
	int n;

	snprintf(text, sizeof(text), "%s", golden_word(rest));
	n = golden_int(rest);
	assert_in_range(n, 1, NODE_INPUTS_MAX);
	read_shapes(text, x, n);
	begin(t, operand, x, n);
	compile(t, training);
	fill_layer(t);
	assert_int_equal(program_run(&t->p, PHASE_FORWARD, &t->step), 0);
	assert_int_equal(program_run(&t->p, PHASE_BACKWARD, &t->step), 0);
}

static struct val *
param_of(struct bench *t, const char *name, struct val *const of[])
{
	int i;

	for (i = 0; i < NODE_PARAMS_MAX && t->l.kind->param[i] != NULL; i++)
		if (strcmp(t->l.kind->param[i], name) == 0)
			return of[i];
	fail_msg("%s has no %s", t->l.kind->name, name);
	return NULL;
}

/* Lines of a kind: "y ...", "dx N ...", "grad NAME ...". */
static void
compare_kind(struct golden *g, struct bench *t, const char *word, char **rest,
    double tolerance)
{
	struct val *v = t->l.y;

	if (strcmp(word, "dx") == 0)
		v = t->l.dx[golden_int(rest)];
	else if (strcmp(word, "grad") == 0)
		v = param_of(t, golden_word(rest), t->l.grad);
	golden_compare(
	    g, t->l.kind->name, rest, v->data, val_count(v), tolerance);
}

static int
check_kinds(const char *file, double tolerance)
{
	struct golden g;
	struct bench t;
	const char *word;
	char *rest;
	int n = 0, frozen;

	golden_open(&g, file);
	while ((word = golden_next(&g, &rest)) != NULL) {
		frozen = strcmp(word, "frozen") == 0;
		if (frozen || strcmp(word, "kind") == 0) {
			if (n++ > 0)
				end(&t);
			begin_kind(&t, !frozen, &rest);
		} else if (strcmp(word, "y") == 0 || strcmp(word, "dx") == 0 ||
		    strcmp(word, "grad") == 0) {
			compare_kind(&g, &t, word, &rest, tolerance);
		}
	}
	if (n > 0)
		end(&t);
	return n;
}

static void
test_kinds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		assert_true(check_kinds(files[i].file, files[i].tolerance) >=
		    files[i].least);
}

static int
is_recorded(const char *name, const char *file)
{
	size_t length = strlen(name);
	const char *word, *operand;
	struct golden g;
	char *rest;
	int found = 0;

	golden_open(&g, file);
	while ((word = golden_next(&g, &rest)) != NULL) {
		if (strcmp(word, "kind") != 0)
			continue;
		operand = golden_word(&rest);
		found |= strncmp(operand, name, length) == 0 &&
		    strchr(":,", operand[length]) != NULL;
	}
	return found;
}

static void
test_every_kind_is_recorded(void **state)
{
	size_t i, k;
	int found;

	(void)state;
	for (i = 0; kinds[i] != NULL; i++) {
		found = kinds[i]->max_inputs == 0;
		for (k = 0; k < sizeof(files) / sizeof(*files); k++)
			found |= is_recorded(kinds[i]->name, files[k].file);
		if (!found)
			fail_msg(
			    "no numbers are recorded for %s", kinds[i]->name);
	}
}

/* A line "moves OPERAND SHAPE STEPS": so many batches through the layer,
   its statistics then. */
static void
begin_moves(struct bench *t, char **rest)
{
	const char *operand = golden_word(rest);
	struct shape x;
	int n, i;

	assert_int_equal(shape_parse(&x, golden_word(rest)), 0);
	n = golden_int(rest);
	begin(t, operand, &x, 1);
	compile(t, 1);
	fill(param_of(t, "moving_mean", t->l.param), 0, 0, 0);
	fill(param_of(t, "moving_variance", t->l.param), 0, 0, 1);
	for (i = 0; i < n; i++) {
		fill(t->l.x[0], SALT_IMAGE + (uint32_t)i, 3, 0.5);
		assert_int_equal(
		    program_run(&t->p, PHASE_FORWARD, &t->step), 0);
		assert_int_equal(program_run(&t->p, PHASE_KEEP, &t->step), 0);
	}
}

static int
check_moves(const char *file, double tolerance)
{
	const char *word;
	struct golden g;
	struct bench t;
	struct val *v;
	char *rest;
	int n = 0;

	golden_open(&g, file);
	while ((word = golden_next(&g, &rest)) != NULL) {
		if (strcmp(word, "moves") == 0) {
			begin_moves(&t, &rest);
		} else if (strncmp(word, "moving_", 7) == 0) {
			v = param_of(&t, word, t.l.param);
			golden_compare(
			    &g, word, &rest, v->data, val_count(v), tolerance);
			n++;
		}
	}
	if (n > 0)
		end(&t);
	return n;
}

static void
test_statistics_after_many_steps(void **state)
{
	(void)state;
	assert_int_equal(check_moves("pictures-pytorch.txt", 1e-9), 2);
	assert_int_equal(check_moves("pictures-keras.txt", 1e-9), 2);
}

/* Negative control: biased variances are not PyTorch's. */
static void
test_the_other_variance_is_noticed(void **state)
{
	char line[2][64] = {
		"moves batch_norm,momentum=0.9,unbiased 4x3x3x2 50",
		"moves batch_norm,momentum=0.9 4x3x3x2 50",
	};
	struct bench t;
	double v[2];
	char *rest;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		strtok_r(line[i], " ", &rest);
		begin_moves(&t, &rest);
		v[i] =
		    (double)param_of(&t, "moving_variance", t.l.param)->data[0];
		end(&t);
	}
	assert_true(distance(v[0], v[1]) > 1e-3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_every_kind_is_recorded),
		cmocka_unit_test(test_statistics_after_many_steps),
		cmocka_unit_test(test_the_other_variance_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
