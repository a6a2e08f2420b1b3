/* Every loss: its gradient against central differences in all its forms, its
   value against the formula written out, its settings. */
#include "parts.h"

#include "loss.h"

enum { N = 3, WIDTH = 4 };

/* The forms a loss can be asked in. */
struct form {
	const char *text;
	int labels, fused;
};
static const struct form forms[] = {
	{ "dense targets", 0, 0 },
	{ "class indices", 1, 0 },
	{ "dense targets from logits", 0, 1 },
	{ "class indices from logits", 1, 1 },
};

/* Settings besides the defaults; a new loss is checked with its defaults. */
static const char *const variants[] = { "ce,label_smoothing=0.1",
	"bce,label_smoothing=0.2", "huber:0.3", NULL };

struct trial {
	struct loss_args a;
	real z[N * WIDTH], target[N * WIDTH], loss[N], grad[N * WIDTH];
	real weight[N];
	int32_t label[N];
};

static int
has_form(const struct loss *l, const struct form *f)
{
	return (!f->labels || l->takes_labels) &&
	    (!f->fused || l->fuses != NULL);
}

/* Outputs are shares where the loss wants shares, logits when fused. */
static void
prepare(
    struct trial *t, const struct loss *l, const struct form *f, int64_t width)
{
	int64_t i;

	*t = (struct trial){ .a = { .n = N,
				 .width = width,
				 .fused = f->fused,
				 .scale = REAL_C(0.5) } };
	for (i = 0; i < N * width; i++) {
		real x = number(l->name, i), y = number("target", i);

		t->z[i] = f->fused ? 3 * x : REAL_C(0.5) + REAL_C(0.4) * x;
		t->target[i] = REAL_C(0.5) + REAL_C(0.5) * y;
	}
	for (i = 0; i < N; i++) {
		t->label[i] = (int32_t)(i % (width == 1 ? 2 : width));
		t->weight[i] = (real)i + REAL_C(0.25);
	}
	t->a.z = t->z;
	t->a.loss = t->loss;
	t->a.label = f->labels ? t->label : NULL;
	t->a.target = f->labels ? NULL : t->target;
}

static double
sum_of(struct trial *t, const struct loss *l, const void *conf)
{
	double sum = 0;
	int i;

	t->a.grad = NULL;
	loss_run(l, conf, &t->a);
	for (i = 0; i < N; i++)
		sum += (double)t->loss[i];
	return sum;
}

/* The largest distance of a gradient from its central difference. */
static double
worst_of(struct trial *t, const struct loss *l, const void *conf)
{
	const real h = REAL_C(1e-6);
	double worst = 0;
	int64_t i;

	t->a.grad = t->grad;
	loss_run(l, conf, &t->a);
	for (i = 0; i < N * t->a.width; i++) {
		real z = t->z[i];
		double up, down, slope;

		t->z[i] = z + h;
		up = sum_of(t, l, conf);
		t->z[i] = z - h;
		down = sum_of(t, l, conf);
		t->z[i] = z;
		slope = (up - down) / (2 * (double)h) * (double)t->a.scale;
		worst = fmax(worst, distance(slope, (double)t->grad[i]));
	}
	return worst;
}

static void
check_gradient(const struct loss *l, const char *operand)
{
	struct arena arena = { 0 };
	void *conf = open_conf(operand, l->attrs, l->conf_size, &arena);
	struct trial t;
	double worst;
	size_t i;
	int64_t width;

	for (i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		for (width = 1; width <= WIDTH; width += WIDTH - 1) {
			if (!has_form(l, &forms[i]))
				continue;
			/* One share of one is certain whatever it is. */
			if (width == 1 && strcmp(l->name, "ce") == 0)
				continue;
			prepare(&t, l, &forms[i], width);
			worst = worst_of(&t, l, conf);
			t.a.weight = t.weight;
			worst = fmax(worst, worst_of(&t, l, conf));
			if (worst > 1e-6)
				fail_msg("%s with %s, width %d: gradient is "
					 "off by %g",
				    operand, forms[i].text, (int)width, worst);
		}
	}
	arena_free(&arena);
}

static void
test_every_gradient_is_the_slope_of_its_loss(void **state)
{
	int i;

	(void)state;
	for (i = 0; losses[i] != NULL; i++)
		check_gradient(losses[i], losses[i]->name);
	for (i = 0; variants[i] != NULL; i++) {
		char name[16];

		snprintf(name, sizeof(name), "%.*s",
		    (int)strcspn(variants[i], ",:"), variants[i]);
		check_gradient(loss_find(name), variants[i]);
	}
}

/* Negative control: mean squared error with half its slope. */
static void
wrong_run(const void *conf, const struct loss_args *a)
{
	int64_t i;

	loss_find("mse")->run(conf, a);
	for (i = 0; a->grad != NULL && i < a->n * a->width; i++)
		a->grad[i] /= 2;
}

static void
test_a_wrong_gradient_is_noticed(void **state)
{
	const struct loss wrong = { .name = "wrong", .run = wrong_run };
	struct trial t;

	(void)state;
	prepare(&t, &wrong, &forms[0], WIDTH);
	assert_true(worst_of(&t, &wrong, NULL) > 0.1);
}

static void
test_fused_and_plain_agree(void **state)
{
	struct trial fused, plain;
	struct arena arena = { 0 };
	const struct loss *ce = loss_find("ce");
	void *conf = open_conf("ce", ce->attrs, ce->conf_size, &arena);
	int64_t i, k;

	(void)state;
	prepare(&fused, ce, &forms[3], WIDTH);
	prepare(&plain, ce, &forms[1], WIDTH);
	for (i = 0; i < N; i++) {
		real sum = 0;

		for (k = 0; k < WIDTH; k++)
			sum += (real)exp((double)fused.z[i * WIDTH + k]);
		for (k = 0; k < WIDTH; k++)
			plain.z[i * WIDTH + k] =
			    (real)exp((double)fused.z[i * WIDTH + k]) / sum;
	}
	assert_true(distance(sum_of(&fused, ce, conf),
			sum_of(&plain, ce, conf)) < 1e-12);
	arena_free(&arena);
}

static void
test_a_class_index_is_a_one_hot_row(void **state)
{
	struct arena arena = { 0 };
	struct trial t;
	int i, k;
	size_t f;

	(void)state;
	for (i = 0; losses[i] != NULL; i++) {
		const struct loss *l = losses[i];
		void *conf = open_conf(l->name, l->attrs, l->conf_size, &arena);

		for (f = 1; f < 4 && l->takes_labels; f += 2) {
			double by_label;

			if (!has_form(l, &forms[f]))
				continue;
			prepare(&t, l, &forms[f], WIDTH);
			by_label = sum_of(&t, l, conf);
			for (k = 0; k < N * WIDTH; k++)
				t.target[k] =
				    (real)(t.label[k / WIDTH] == k % WIDTH);
			t.a.label = NULL;
			t.a.target = t.target;
			assert_true(
			    distance(by_label, sum_of(&t, l, conf)) < 1e-12);
		}
	}
	arena_free(&arena);
}

/* Logits that no probability can hold. */
static void
test_hopeless_logits_have_finite_losses(void **state)
{
	static const real far[] = { 0, REAL_C(2000.), REAL_C(-3000.), 5 };
	struct arena arena = { 0 };
	struct trial t;
	int i, k;

	(void)state;
	for (i = 0; losses[i] != NULL; i++) {
		const struct loss *l = losses[i];
		void *conf = open_conf(l->name, l->attrs, l->conf_size, &arena);

		if (l->fuses == NULL)
			continue;
		prepare(&t, l, &forms[2], WIDTH);
		for (k = 0; k < N * WIDTH; k++)
			t.z[k] = far[k % WIDTH];
		t.a.grad = t.grad;
		l->run(conf, &t.a);
		for (k = 0; k < N; k++)
			assert_true(isfinite(t.loss[k]) && t.loss[k] > 100);
		for (k = 0; k < N * WIDTH; k++)
			assert_true(isfinite(t.grad[k]));
	}
	arena_free(&arena);
}

/* One sample, z = (0.2, 0.9), target (1, 0.5), by hand. */
static void
test_values_are_those_of_the_formulas(void **state)
{
	static const struct {
		const char *operand;
		double loss;
	} rows[] = {
		{ "mse", (0.8 * 0.8 + 0.4 * 0.4) / 2 },
		{ "mae", (0.8 + 0.4) / 2 },
		{ "huber:0.5", (0.5 * (0.8 - 0.25) + 0.08) / 2 },
		{ "bce", 1.40670536 },
		{ "ce", 1.80508344 },
	};
	real z[] = { REAL_C(0.2), REAL_C(0.9) };
	real target[] = { 1, REAL_C(0.5) }, loss;
	const real weight = REAL_C(2.5);
	struct loss_args a = { .n = 1,
		.width = 2,
		.z = z,
		.target = target,
		.scale = 1,
		.loss = &loss };
	struct arena arena = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char name[16];
		const struct loss *l;

		snprintf(name, sizeof(name), "%.*s",
		    (int)strcspn(rows[i].operand, ",:"), rows[i].operand);
		l = loss_find(name);
		l->run(
		    open_conf(rows[i].operand, l->attrs, l->conf_size, &arena),
		    &a);
		if (distance((double)loss, rows[i].loss) > 1e-7)
			fail_msg("%s: %.9g, not %.9g", rows[i].operand,
			    (double)loss, rows[i].loss);
		a.weight = &weight;
		loss_run(l,
		    open_conf(rows[i].operand, l->attrs, l->conf_size, &arena),
		    &a);
		assert_true(distance((double)loss, 2.5 * rows[i].loss) < 1e-7);
		a.weight = NULL;
	}
	arena_free(&arena);
}

static void
test_settings_go_round_and_bad_ones_are_named(void **state)
{
	int i;

	(void)state;
	for (i = 0; losses[i] != NULL; i++) {
		const struct loss *l = losses[i];

		assert_ptr_equal(loss_find(l->name), l);
		assert_true(strlen(l->help) > 0);
		check_round_trip(l->name, l->attrs, l->conf_size, l->name);
		check_refusals(l->name, l->attrs, l->conf_size);
	}
	assert_null(loss_find("no such loss"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_gradient_is_the_slope_of_its_loss),
		cmocka_unit_test(test_a_wrong_gradient_is_noticed),
		cmocka_unit_test(test_fused_and_plain_agree),
		cmocka_unit_test(test_a_class_index_is_a_one_hot_row),
		cmocka_unit_test(test_hopeless_logits_have_finite_losses),
		cmocka_unit_test(test_values_are_those_of_the_formulas),
		cmocka_unit_test(test_settings_go_round_and_bad_ones_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
