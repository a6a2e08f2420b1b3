/* Every optimizer: 20 steps against its formula written out plainly, with
   every setting, penalties, decay and clipping; and what all must do. */
#include "parts.h"

#include "optim.h"

enum { N = 5, STEPS = 20 };

/* One parameter on its way, all in double. */
struct walk {
	double w, slot[OPTIM_SLOTS_MAX];
};

/* What a formula is told besides its settings; g is the pulled gradient
   without decay. */
struct pace {
	double g, lr, decay, t;
};

static void
plain_sgd(struct walk *p, struct pace s)
{
	p->w -= s.lr * (s.g + s.decay * p->w);
}

static void
rolling_sgd(struct walk *p, struct pace s)
{
	double *u = &p->slot[0];

	*u = 0.9 * *u - s.lr * (s.g + s.decay * p->w);
	p->w += *u;
}

static void
nesterov_sgd(struct walk *p, struct pace s)
{
	double g = s.g + s.decay * p->w, *u = &p->slot[0];

	*u = 0.9 * *u - s.lr * g;
	p->w += 0.9 * *u - s.lr * g;
}

static void
any_adam(struct walk *p, struct pace s, double b1, double b2, double eps,
    int corrected)
{
	double *m = &p->slot[0], *v = &p->slot[1];
	double fix1 = 1 - pow(b1, s.t), fix2 = 1 - pow(b2, s.t);

	*m = b1 * *m + (1 - b1) * s.g;
	*v = b2 * *v + (1 - b2) * s.g * s.g;
	if (corrected)
		p->w -= s.lr * (*m / fix1) / (sqrt(*v / fix2) + eps);
	else
		p->w -= s.lr * sqrt(fix2) / fix1 * *m / (sqrt(*v) + eps);
}

static void
keras_adam(struct walk *p, struct pace s)
{
	s.g += s.decay * p->w;
	any_adam(p, s, 0.9, 0.999, 1e-7, 0);
}

static void
slow_adam(struct walk *p, struct pace s)
{
	s.g += s.decay * p->w;
	any_adam(p, s, 0.5, 0.9, 0.1, 0);
}

static void
torch_adam(struct walk *p, struct pace s)
{
	s.g += s.decay * p->w;
	any_adam(p, s, 0.9, 0.999, 0.01, 1);
}

static void
decoupled_adam(struct walk *p, struct pace s)
{
	p->w -= s.lr * s.decay * p->w;
	any_adam(p, s, 0.9, 0.999, 1e-7, 0);
}

static void
any_rmsprop(struct walk *p, struct pace s, double rho, double momentum,
    int centered, double inner, double outer)
{
	double g = s.g + s.decay * p->w, *v = p->slot, spread;

	v[0] = rho * v[0] + (1 - rho) * g * g;
	v[2] = rho * v[2] + (1 - rho) * g;
	spread = v[0] - (centered ? v[2] * v[2] : 0);
	v[1] = momentum * v[1] + s.lr * g / (sqrt(spread + inner) + outer);
	p->w -= v[1];
}

static void
plain_rmsprop(struct walk *p, struct pace s)
{
	any_rmsprop(p, s, 0.9, 0, 0, 1e-7, 0);
}

static void
rolling_rmsprop(struct walk *p, struct pace s)
{
	any_rmsprop(p, s, 0.8, 0.5, 0, 1e-7, 0);
}

static void
centered_rmsprop(struct walk *p, struct pace s)
{
	any_rmsprop(p, s, 0.9, 0, 1, 1e-3, 0);
}

static void
full_rmsprop(struct walk *p, struct pace s)
{
	any_rmsprop(p, s, 0.9, 0.5, 1, 0, 1e-2);
}

static const struct {
	const char *operand;
	void (*step)(struct walk *p, struct pace s);
} formulas[] = {
	{ "sgd", plain_sgd },
	{ "sgd,momentum=0.9", rolling_sgd },
	{ "sgd,momentum=0.9,nesterov", nesterov_sgd },
	{ "adam", keras_adam },
	{ "adam,beta1=0.5,beta2=0.9,epsilon=0.1", slow_adam },
	{ "adam,epsilon=0.01,corrected_epsilon", torch_adam },
	{ "adamw", decoupled_adam },
	{ "rmsprop", plain_rmsprop },
	{ "rmsprop,rho=0.8,momentum=0.5", rolling_rmsprop },
	{ "rmsprop,centered,epsilon=1e-3", centered_rmsprop },
	{ "rmsprop,centered,momentum=0.5,outer_epsilon,epsilon=1e-2",
	    full_rmsprop },
};

/* Penalties and clipping; the first row is a step without any. */
static const struct {
	double g_scale, l1, l2, decay;
} pulls[] = { { 1, 0, 0, 0 }, { 0.3, 0, 0, 0 }, { 1, 0.01, 0, 0 },
	{ 1, 0, 0.02, 0 }, { 0.7, 0.03, 0.01, 0.05 } };

struct trial {
	const struct optim *optim;
	void *conf;
	real w[N], g[N], slot[OPTIM_SLOTS_MAX][N];
	struct optim_args a;
};

static const struct optim *
optim_of(const char *operand)
{
	char name[32];
	const struct optim *o;

	snprintf(
	    name, sizeof(name), "%.*s", (int)strcspn(operand, ",:"), operand);
	o = optim_find(name);
	if (o == NULL)
		fail_msg("no optimizer %s", name);
	return o;
}

/* Slots that the settings do not use are not there at all. */
static void
begin(struct trial *t, const char *operand, struct arena *arena)
{
	int i, used;

	*t = (struct trial){ .optim = optim_of(operand) };
	t->conf =
	    open_conf(operand, t->optim->attrs, t->optim->conf_size, arena);
	used = t->optim->slots_used(t->conf);
	for (i = 0; i < OPTIM_SLOTS_MAX; i++)
		if (used >> i & 1)
			t->a.slot[i] = t->slot[i];
	for (i = 0; i < N; i++)
		t->w[i] = number("w", i);
	t->w[N - 1] = 0;
	t->a.n = N;
	t->a.w = t->w;
	t->a.g = t->g;
	t->a.lr = 0.05;
	t->a.g_scale = 1;
}

static void
step(struct trial *t, int64_t update)
{
	int i;

	for (i = 0; i < N; i++)
		t->g[i] = number("g", update * N + i);
	t->a.update = update;
	t->optim->update(t->conf, &t->a);
}

static double
sign(double x)
{
	return (double)(x > 0) - (double)(x < 0);
}

static void
check_formula(size_t f, size_t k, struct arena *arena)
{
	struct walk walks[N] = { 0 };
	struct trial t;
	int i, at;

	begin(&t, formulas[f].operand, arena);
	t.a.g_scale = pulls[k].g_scale;
	t.a.l1 = pulls[k].l1;
	t.a.l2 = pulls[k].l2;
	t.a.decay = pulls[k].decay;
	for (i = 0; i < N; i++)
		walks[i].w = (double)t.w[i];
	for (at = 1; at <= STEPS; at++) {
		step(&t, at);
		for (i = 0; i < N; i++) {
			double w = walks[i].w;
			double g = (double)t.g[i] * pulls[k].g_scale +
			    pulls[k].l1 * sign(w) + 2 * pulls[k].l2 * w;

			formulas[f].step(&walks[i],
			    (struct pace){ g, 0.05, pulls[k].decay, at });
			if (distance(walks[i].w, (double)t.w[i]) > 1e-9)
				fail_msg("%s, pull %d, step %d: %.12g, not "
					 "%.12g",
				    formulas[f].operand, (int)k, at,
				    (double)t.w[i], walks[i].w);
		}
	}
}

static void
test_twenty_steps_are_those_of_the_formula(void **state)
{
	struct arena arena = { 0 };
	size_t f, k;

	(void)state;
	for (f = 0; f < sizeof(formulas) / sizeof(*formulas); f++)
		for (k = 0; k < sizeof(pulls) / sizeof(*pulls); k++)
			check_formula(f, k, &arena);
	arena_free(&arena);
}

/* Negative control: the formula with another rate is another walk. */
static void
test_another_rate_is_noticed(void **state)
{
	struct arena arena = { 0 };
	struct walk walk = { 0 };
	struct trial t;

	(void)state;
	begin(&t, "adam", &arena);
	walk.w = (double)t.w[0];
	step(&t, 1);
	keras_adam(&walk, (struct pace){ (double)t.g[0], 0.0501, 0, 1 });
	assert_true(distance(walk.w, (double)t.w[0]) > 1e-6);
	arena_free(&arena);
}

/* Half a squared distance from 3: everyone must come nearer. */
static void
test_every_optimizer_goes_downhill(void **state)
{
	struct arena arena = { 0 };
	struct trial t;
	int i, k, at;

	(void)state;
	for (i = 0; optims[i] != NULL; i++) {
		begin(&t, optims[i]->name, &arena);
		for (at = 1; at <= STEPS; at++) {
			for (k = 0; k < N; k++)
				t.g[k] = t.w[k] - 3;
			t.a.update = at;
			t.optim->update(t.conf, &t.a);
		}
		for (k = 0; k < N - 1; k++)
			assert_true(fabs((double)t.w[k] - 3) <
			    fabs((double)number("w", k) - 3) - 0.1);
	}
	arena_free(&arena);
}

static void
test_no_gradient_moves_nothing(void **state)
{
	struct arena arena = { 0 };
	struct trial t;
	int i, k;

	(void)state;
	for (i = 0; optims[i] != NULL; i++) {
		begin(&t, optims[i]->name, &arena);
		t.a.update = 1;
		t.optim->update(t.conf, &t.a);
		for (k = 0; k < N - 1; k++)
			assert_true(t.w[k] == number("w", k));
	}
	arena_free(&arena);
}

static void
test_only_named_slots_are_used(void **state)
{
	struct arena arena = { 0 };
	struct trial t;
	size_t f;
	int i, used;

	(void)state;
	for (f = 0; f < sizeof(formulas) / sizeof(*formulas); f++) {
		begin(&t, formulas[f].operand, &arena);
		used = t.optim->slots_used(t.conf);
		for (i = 0; i < OPTIM_SLOTS_MAX; i++)
			if (used >> i & 1)
				assert_non_null(t.optim->slot[i]);
	}
	arena_free(&arena);
}

static void
test_settings_go_round_and_bad_ones_are_named(void **state)
{
	int i;

	(void)state;
	for (i = 0; optims[i] != NULL; i++) {
		const struct optim *o = optims[i];

		assert_ptr_equal(optim_find(o->name), o);
		assert_true(strlen(o->help) > 0);
		assert_true(o->default_lr > 0);
		check_round_trip(o->name, o->attrs, o->conf_size, o->name);
		check_refusals(o->name, o->attrs, o->conf_size);
	}
	assert_null(optim_find("no such optimizer"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_twenty_steps_are_those_of_the_formula),
		cmocka_unit_test(test_another_rate_is_noticed),
		cmocka_unit_test(test_every_optimizer_goes_downhill),
		cmocka_unit_test(test_no_gradient_moves_nothing),
		cmocka_unit_test(test_only_named_slots_are_used),
		cmocka_unit_test(test_settings_go_round_and_bad_ones_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
