/* The arithmetic in double against numbers recorded from PyTorch and Keras:
   every loss, twenty steps of the optimizers. */
#include "golden.h"

#include "loss.h"
#include "optim.h"

/* What was recorded, and how near it must be: Keras computes some numbers in
   float32 whatever it is given. */
static const struct {
	const char *file;
	double tolerance;
} files[] = { { "pytorch.txt", 1e-9 }, { "keras.txt", 2e-6 } };

enum { SAMPLES = 3, WIDTH = 4, COUNT = 5, STEPS = 20 };

static void
name_of(char name[32], const char *operand)
{
	snprintf(name, 32, "%.*s", (int)strcspn(operand, ",:"), operand);
}

struct lost {
	real value[SAMPLES], slope[SAMPLES * WIDTH];
};

/* A line "loss OPERAND FORM FUSED": the loss, run. */
static void
run_loss(char **rest, struct lost *lost)
{
	struct arena arena = { 0 };
	const char *operand = golden_word(rest), *form = golden_word(rest);
	int fused = golden_int(rest), i;
	real z[SAMPLES * WIDTH], target[SAMPLES * WIDTH];
	int32_t label[SAMPLES];
	struct loss_args a = { .n = SAMPLES,
		.width = WIDTH,
		.z = z,
		.fused = fused,
		.scale = 1,
		.loss = lost->value,
		.grad = lost->slope };
	const struct loss *l;
	char name[32];

	name_of(name, operand);
	l = loss_find(name);
	for (i = 0; i < SAMPLES * WIDTH; i++) {
		z[i] = (real)golden(SALT_Z, i);
		z[i] = fused ? 3 * z[i] : (real)0.5 + (real)0.4 * z[i];
		target[i] = (real)(0.5 + 0.5 * golden(SALT_TARGET, i));
	}
	for (i = 0; i < SAMPLES; i++)
		label[i] = i % WIDTH;
	if (strcmp(form, "labels") == 0)
		a.label = label;
	else
		a.target = target;
	l->run(open_conf(operand, l->attrs, l->conf_size, &arena), &a);
	arena_free(&arena);
}

static void
test_losses(void **state)
{
	struct lost lost;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		double tolerance = files[i].tolerance;
		const char *word;
		struct golden g;
		char *rest;
		int n = 0;

		golden_open(&g, files[i].file);
		while ((word = golden_next(&g, &rest)) != NULL) {
			if (strcmp(word, "loss") == 0) {
				run_loss(&rest, &lost);
				n++;
			} else if (strcmp(word, "value") == 0) {
				golden_compare(&g, "loss", &rest, lost.value,
				    SAMPLES, tolerance);
			} else if (strcmp(word, "slope") == 0) {
				golden_compare(&g, "slope", &rest, lost.slope,
				    SAMPLES * WIDTH, tolerance);
			}
		}
		assert_true(n >= 11);
	}
}

/* An optimizer on its way. */
struct walk {
	struct arena arena;
	const struct optim *optim;
	void *conf;
	real w[COUNT], g[COUNT], slot[OPTIM_SLOTS_MAX][COUNT];
	struct optim_args a;
};

/* A line "optim OPERAND RATE DECAY". */
static void
begin_walk(struct walk *t, char **rest)
{
	const char *operand = golden_word(rest);
	char name[32];
	int i;

	memset(t, 0, sizeof(*t));
	name_of(name, operand);
	t->optim = optim_find(name);
	t->conf =
	    open_conf(operand, t->optim->attrs, t->optim->conf_size, &t->arena);
	for (i = 0; i < OPTIM_SLOTS_MAX; i++)
		t->a.slot[i] = t->slot[i];
	for (i = 0; i < COUNT; i++)
		t->w[i] = (real)golden(SALT_W, i);
	t->a.n = COUNT;
	t->a.w = t->w;
	t->a.g = t->g;
	t->a.g_scale = 1;
	t->a.lr = golden_real(rest);
	t->a.decay = golden_real(rest);
}

static void
walk(struct walk *t)
{
	int i;

	for (i = 0; i < COUNT; i++)
		t->g[i] = (real)golden(SALT_G + (uint32_t)t->a.update, i);
	t->a.update++;
	t->optim->update(t->conf, &t->a);
}

static void
test_optimizers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct walk t = { 0 };
		const char *word;
		struct golden g;
		char *rest;
		int n = 0, steps = 0;

		golden_open(&g, files[i].file);
		while ((word = golden_next(&g, &rest)) != NULL) {
			if (strcmp(word, "optim") == 0) {
				arena_free(&t.arena);
				begin_walk(&t, &rest);
				n++;
			} else if (strcmp(word, "w") == 0) {
				walk(&t);
				golden_compare(&g, t.optim->name, &rest, t.w,
				    COUNT, files[i].tolerance);
				steps++;
			}
		}
		arena_free(&t.arena);
		assert_true(n >= 10);
		assert_int_equal(steps, n * STEPS);
	}
}

/* Negative control: another epsilon is another walk. */
static void
test_another_epsilon_is_noticed(void **state)
{
	char first[] = "optim adam 0.05 0", *rest;
	char second[] = "optim adam,epsilon=1e-5 0.05 0";
	struct walk ours, other;

	(void)state;
	strtok_r(first, " ", &rest);
	begin_walk(&ours, &rest);
	strtok_r(second, " ", &rest);
	begin_walk(&other, &rest);
	walk(&ours);
	walk(&other);
	assert_true(distance((double)ours.w[0], (double)other.w[0]) > 2e-6);
	arena_free(&ours.arena);
	arena_free(&other.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_losses),
		cmocka_unit_test(test_optimizers),
		cmocka_unit_test(test_another_epsilon_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
