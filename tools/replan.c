/* The plan of a run that is resumed: the recorded one, which options may repeat
   but not contradict. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "anchor.h"
#include "base/text.h"

/* name: of the option, or of the plan's row behind it. */
static int
contradicts(
    const char *name, const char *asked, const char *recorded, struct err *err)
{
	char option[64];

	snprintf(option, sizeof(option), "%s", name);
	for (char *c = option; *c != '\0'; c++)
		*c = *c == '_' ? '-' : *c;
	return err_set(err, ERR_USAGE,
	    "--%s: %s contradicts the plan that is resumed (%s); leave it "
	    "out, or give --replan",
	    option, asked, recorded);
}

static int
compare_tables(struct run *r, const struct run_plan *asked,
    const struct run_plan *recorded, struct err *err)
{
	struct arena *arena = &r->t->arena;
	struct settings a, b;

	if (attr_list(train_plan_attrs, &asked->train, 0, &a, arena, err) < 0 ||
	    attr_list(train_plan_attrs, &recorded->train, 0, &b, arena, err) <
		0)
		return -1;
	for (int i = 0; i < a.n && i < b.n; i++) {
		char *x = setting_print(&a.at[i], arena, err);
		char *y = setting_print(&b.at[i], arena, err);

		if (x == NULL || y == NULL)
			return -1;
		if (strcmp(x, y) != 0)
			return contradicts(a.at[i].name, x, y, err);
	}
	return 0;
}

static int
compare_choices(struct run *r, const struct run_plan *asked,
    const struct run_plan *recorded, struct err *err)
{
	const struct {
		const char *name;
		const struct choice *asked, *recorded;
	} row[] = {
		{ "optimizer", &asked->train.optimizer,
		    &recorded->train.optimizer },
		{ "schedule", &asked->train.schedule,
		    &recorded->train.schedule },
		{ "loss", &asked->train.loss, &recorded->train.loss },
	};

	for (int i = 0; i < 3; i++) {
		char *x = choice_print(row[i].asked, &r->t->arena, err);
		char *y = choice_print(row[i].recorded, &r->t->arena, err);

		if (x == NULL || y == NULL)
			return -1;
		if (strcmp(x, y) != 0)
			return contradicts(row[i].name, x, y, err);
	}
	return 0;
}

/* " --OPTION=VALUE", with a blank between two. */
static void
add_words(struct text *t, const char *option, const char *value)
{
	text_addf(t, "%s--%s%s%s", t->len > 0 ? " " : "", option,
	    *value != '\0' ? "=" : "", value);
}

/* nn-finetune's options as words, to be compared when it is resumed. */
char *
surgery_words(struct run *r, struct err *err)
{
	static const char *const before[] = { "new-head", "extend-head",
		"reuse-head", NULL };
	static const char *const after[] = { "gradual", "recipe",
		"input-channels", "input-size", "pre", "merge", "adapter-only",
		NULL };
	const struct cli *c = &r->t->cli;
	const struct cli_list *freeze = &r->o->freeze;
	const struct cli_list *thaw = &r->o->unfreeze;
	const struct cli_list *lora = &r->o->lora;
	struct text t;

	text_begin(&t, &r->t->arena, err);
	for (int i = 0; before[i] != NULL; i++)
		if (cli_given(c, before[i]))
			add_words(&t, before[i], cli_value(c, before[i]));
	for (int i = 0; i < lora->n; i++)
		add_words(&t, lora->at[i].option, lora->at[i].value);
	for (int i = 0; i < freeze->n; i++)
		add_words(&t, freeze->at[i].option, freeze->at[i].value);
	for (int i = 0; i < thaw->n; i++)
		add_words(&t, thaw->at[i].option, thaw->at[i].value);
	for (int i = 0; after[i] != NULL; i++)
		if (cli_given(c, after[i]))
			add_words(&t, after[i], cli_value(c, after[i]));
	return text_end(&t);
}

/* Is that one of the words? */
static int
has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (; words != NULL && *words != '\0'; words += *words == ' ') {
		size_t k = strcspn(words, " ");

		if (k == n && memcmp(words, word, n) == 0)
			return 1;
		words += k;
	}
	return 0;
}

void
surgery_recall(struct run *r)
{
	const char *words = r->s.training.plan.surgery;

	if (!r->resumed)
		return;
	r->o->merge |= has_word(words, "--merge");
	r->o->adapter_only |= has_word(words, "--adapter-only");
}

static int
compare_surgery(struct run *r, const struct run_plan *recorded, struct err *err)
{
	char *words;

	if (!r->fresh)
		return 0;
	if ((words = surgery_words(r, err)) == NULL)
		return -1;
	if (*words != '\0' &&
	    (recorded->surgery == NULL ||
		strcmp(words, recorded->surgery) != 0))
		return err_set(err, ERR_USAGE,
		    "%s: contradicts the run that is resumed (%s); leave it "
		    "out, or begin anew without --resume",
		    words,
		    recorded->surgery != NULL ? recorded->surgery : "none");
	return 0;
}

/* What the plan holds as words, and the word for nothing. */
static const struct {
	const char *option;
	size_t offset;
	const char *none;
} word_rows[] = {
	{ "order", offsetof(struct run_plan, order), "" },
	{ "sampler", offsetof(struct run_plan, sampler), "uniform" },
	{ "class-weight", offsetof(struct run_plan, class_weight), "none" },
	{ "fold", offsetof(struct run_plan, fold), "none" },
	{ "augment", offsetof(struct run_plan, augment), "none" },
	{ "lr-scale", offsetof(struct run_plan, lr_scale), "none" },
	{ "dropout", offsetof(struct run_plan, dropout), "none" },
	{ "anchor", offsetof(struct run_plan, anchor), "none" },
	{ 0 },
};

static int
compare_words(const struct run_plan *asked, const struct run_plan *recorded,
    struct err *err)
{
	for (int i = 0; word_rows[i].option != NULL; i++) {
		size_t at = word_rows[i].offset;
		const char *a =
		    *(const char *const *)((const char *)asked + at);
		const char *b =
		    *(const char *const *)((const char *)recorded + at);

		a = a != NULL ? a : word_rows[i].none;
		b = b != NULL ? b : word_rows[i].none;
		if (strcmp(a, b) != 0)
			return contradicts(word_rows[i].option, a, b, err);
	}
	return 0;
}

static int
compare_numbers(const struct run_plan *asked, const struct run_plan *recorded,
    struct err *err)
{
	const struct {
		const char *option;
		double asked, recorded;
	} row[] = {
		{ "mixup", asked->mixup, recorded->mixup },
		{ "cutmix", asked->cutmix, recorded->cutmix },
		{ "skip-bad", (double)asked->skip_bad,
		    (double)recorded->skip_bad },
	};
	char a[32], b[32];

	for (int i = 0; i < 3; i++)
		if (strcmp(text_number(a, row[i].asked),
			text_number(b, row[i].recorded)) != 0)
			return contradicts(row[i].option, a, b, err);
	return 0;
}

/* Statistics that were not measured before the first step never will be. */
static int
compare_norms(struct run *r, const struct run_plan *recorded, struct err *err)
{
	const char *now = r->plan.bn != NULL ? r->plan.bn : "none";
	const char *before = recorded->bn != NULL ? recorded->bn : "none";

	if (strcmp(now, before) == 0)
		return 0;
	if (strcmp(now, "recalibrate") == 0)
		return err_set(err, ERR_USAGE,
		    "--bn: statistics are measured before the first step; "
		    "begin anew without --resume");
	return r->o->replan ? 0 : contradicts("bn", now, before, err);
}

/* Where the weights were is not known any more. */
static int
compare_anchor(struct run *r, const struct run_plan *recorded, struct err *err)
{
	if (recorded->anchor != NULL &&
	    anchor_words(recorded->anchor, &r->t->arena, err) == NULL) {
		err_blame(err, ERR_MODEL);
		return err_in(err, "%s: training: plan", r->s.name);
	}
	if (r->o->replan && r->plan.anchor != NULL && recorded->anchor == NULL)
		return err_set(err, ERR_USAGE,
		    "--anchor: holds weights where a run begins; begin anew "
		    "without --resume");
	return 0;
}

int
plan_resume(struct run *r, struct err *err)
{
	const struct run_plan *recorded = &r->s.training.plan;
	int has_val = recorded->val != NULL || plan_validates(recorded);

	r->plan = *recorded;
	if (recorded->augment != NULL &&
	    plan_augment(r, &r->plan, recorded->augment, err) < 0) {
		err_blame(err, ERR_MODEL);
		return err_in(err, "%s: training: plan", r->s.name);
	}
	if (compare_surgery(r, recorded, err) < 0 ||
	    plan_apply(r, &r->plan, err) < 0 ||
	    compare_norms(r, recorded, err) < 0 ||
	    compare_anchor(r, recorded, err) < 0)
		return -1;
	if (r->plan.train.val_split != recorded->train.val_split)
		r->plan.split = NULL;
	if (r->o->replan)
		return plan_fits(r, &r->plan, err);
	if (r->o->val.n > 0 && !has_val)
		return contradicts("val", "validation", "none", err);
	if (r->o->val.n == 0 && recorded->val != NULL)
		return err_set(err, ERR_USAGE,
		    "--val: the run that is resumed has one; give it again");
	if (compare_words(&r->plan, recorded, err) < 0)
		return -1;
	if (compare_numbers(&r->plan, recorded, err) < 0)
		return -1;
	if (compare_tables(r, &r->plan, recorded, err) < 0 ||
	    compare_choices(r, &r->plan, recorded, err) < 0)
		return -1;
	return 0;
}
