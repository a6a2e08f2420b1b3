/* The plan of a run: options over what the model remembers; and, when a run is
   resumed, the recorded plan, which options may repeat but not contradict. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "anchor.h"
#include "weights.h"

const char *const order_words[] = { "shuffle", "sequential", NULL };
const char *const sampler_words[] = { "uniform", "balanced", NULL };
const char *const backend_words[] = { "auto", "ref", "dnn", NULL };

static int
parse_clip(struct train_plan *p, const char *words, struct err *err)
{
	double v;

	if (words == NULL)
		return 0;
	if (strncmp(words, "norm:", 5) == 0 &&
	    text_to_real(words + 5, &v) == 0 && v > 0) {
		p->clip_norm = v;
		return 0;
	}
	if (strncmp(words, "value:", 6) == 0 &&
	    text_to_real(words + 6, &v) == 0 && v > 0) {
		p->clip_value = v;
		return 0;
	}
	return err_set(err, ERR_USAGE,
	    "--clip: '%s' is neither norm:N nor value:V with a positive "
	    "number",
	    words);
}

static int
parse_every(struct every *e, const char *words, struct err *err)
{
	static const char *const units[] = { "s", "steps", "epochs", NULL };
	char number[32];
	size_t n;
	long long v;
	int unit;

	if (words == NULL)
		return 0;
	n = strspn(words, "0123456789");
	for (unit = 0; units[unit] != NULL; unit++)
		if (strcmp(words + n, units[unit]) == 0)
			break;
	if (words[n] == '\0')
		unit = 2;
	snprintf(number, sizeof(number), "%.*s", (int)n, words);
	if (units[unit] == NULL || text_to_int(number, &v) < 0 || v < 1)
		return err_set(err, ERR_USAGE,
		    "--checkpoint-every: '%s' is not a number of epochs, "
		    "steps or seconds; write 2epochs, 500steps or 600s",
		    words);
	e->seconds = unit == 0 ? (double)v : 0;
	e->steps = unit == 1 ? v : 0;
	e->epochs = unit == 2 ? v : 0;
	return 0;
}

/* --loss with --label-smoothing as one of its settings. */
static const char *
loss_words(struct run *r, const char *before, struct err *err)
{
	struct arena *arena = &r->t->arena;
	const char *words = r->o->loss != NULL ? r->o->loss : before;
	char number[32];

	if (!cli_given(&r->t->cli, "label-smoothing"))
		return words;
	if (words == NULL || strcmp(words, "auto") == 0)
		words = "ce";
	if (strncmp(words, "ce", 2) != 0 ||
	    (words[2] != '\0' && words[2] != ',')) {
		err_set(err, ERR_USAGE,
		    "--label-smoothing: has no effect with the loss %s; it "
		    "belongs to ce",
		    words);
		return NULL;
	}
	text_number(number, r->o->label_smoothing);
	return arena_printf(arena, err, "ce,label_smoothing=%s", number);
}

/* The words into the plan: as they are when nothing is left out. */
int
plan_augment(
    struct run *r, struct run_plan *p, const char *words, struct err *err)
{
	struct arena *arena = &r->t->arena;

	r->augment = augment_parse(words, arena, ERR_USAGE, err);
	if (r->augment == NULL)
		return err_in(err, "--augment");
	p->augment = augment_print(r->augment, arena, err);
	if (p->augment == NULL)
		return -1;
	if (strcmp(p->augment, "none") == 0) {
		r->augment = NULL;
		p->augment = NULL;
	}
	return 0;
}

/* Parses what can be parsed without a model, and throws it away. */
int
plan_check(struct run *r, struct err *err)
{
	struct train_options *o = r->o;
	struct arena *arena = &r->t->arena;
	struct train_plan scratch = { 0 };
	struct run_plan nothing;
	struct choice c;
	const char *loss;

	if (o->optimizer != NULL &&
	    choice_parse(&c, CHOICE_OPTIMIZER, o->optimizer, arena, err) < 0)
		return err_in(err, "--optimizer");
	if (o->schedule != NULL &&
	    choice_parse(&c, CHOICE_SCHEDULE, o->schedule, arena, err) < 0)
		return err_in(err, "--schedule");
	loss = loss_words(r, NULL, err);
	if (err->code != ERR_NONE)
		return -1;
	if (loss != NULL && strcmp(loss, "auto") != 0 &&
	    choice_parse(&c, CHOICE_LOSS, loss, arena, err) < 0)
		return err_in(err, "--loss");
	if (o->augment != NULL &&
	    plan_augment(r, &nothing, o->augment, err) < 0)
		return -1;
	if (scoped_words(&o->lr_scale, &lr_scale_range, arena, err) == NULL ||
	    scoped_words(&o->dropout, &dropout_range, arena, err) == NULL ||
	    (o->anchor != NULL &&
		anchor_words(o->anchor, arena, err) == NULL) ||
	    parse_clip(&scratch, o->clip, err) < 0 ||
	    parse_every(&r->every, o->checkpoint_every, err) < 0 ||
	    (o->fold != NULL && fold_words(r, err) == NULL) ||
	    weights_check(r, err) < 0 || phases_check(r, err) < 0)
		return -1;
	if (o->keep_checkpoints > 0 && o->checkpoint_every == NULL)
		r->every.epochs = 1;
	if (o->checkpoint_every != NULL && r->checkpoint == NULL)
		return err_set(err, ERR_USAGE,
		    "--checkpoint-every: has no effect without a place; give "
		    "--checkpoint=FILE or -o FILE");
	return 0;
}

/* What a new run does when nobody says otherwise. */
static int
plan_default(struct run *r, struct run_plan *p, struct err *err)
{
	struct arena *arena = &r->t->arena;
	const struct training *k = &r->s.training;
	const struct choice *own = &r->s.model.optimizer;
	char *words = NULL;

	attr_defaults(train_plan_attrs, &p->train);
	if (!r->fresh && own->name != NULL &&
	    (words = choice_print(own, arena, err)) == NULL)
		return -1;
	if (choice_parse(&p->train.optimizer, CHOICE_OPTIMIZER,
		words != NULL ? words : "adam", arena, err) < 0) {
		err_blame(err, ERR_MODEL);
		return err_in(err, "%s: optimizer", r->s.name);
	}
	if (choice_parse(&p->train.schedule, CHOICE_SCHEDULE, "constant", arena,
		err) < 0)
		return -1;
	p->train.lr = words != NULL && k->lr > 0
	    ? k->lr
	    : choice_rate(&p->train.optimizer);
	p->order = "shuffle";
	p->train.seed = k->seed;
	words = NULL;
	if (k->loss.name != NULL &&
	    (words = choice_print(&k->loss, arena, err)) == NULL)
		return -1;
	return session_loss(&r->s, words, &p->train.loss, err);
}

/* The rows of the plan's table that were given as options. */
static int
apply_table(struct run *r, struct run_plan *p, struct err *err)
{
	for (const struct attr *a = train_plan_attrs; a->type != ATTR_END;
	     a++) {
		char name[64];
		const char *value;

		snprintf(name, sizeof(name), "%s", a->name);
		for (char *c = name; *c != '\0'; c++)
			*c = *c == '_' ? '-' : *c;
		if (strcmp(name, "seed") == 0 ||
		    (value = cli_value(&r->t->cli, name)) == NULL)
			continue;
		if (attr_parse(train_plan_attrs, &p->train, a->name,
			*value == '\0' ? "true" : value, &r->t->arena,
			ERR_USAGE, err) < 0)
			return err_in(err, "--%s", name);
	}
	return 0;
}

static int
apply_choices(struct run *r, struct run_plan *p, struct err *err)
{
	struct train_options *o = r->o;
	struct arena *arena = &r->t->arena;
	const char *before = p->train.optimizer.name, *words;

	if (o->optimizer != NULL) {
		if (choice_parse(&p->train.optimizer, CHOICE_OPTIMIZER,
			o->optimizer, arena, err) < 0)
			return err_in(err, "--optimizer");
		if (strcmp(before, p->train.optimizer.name) != 0 &&
		    !cli_given(&r->t->cli, "lr"))
			p->train.lr = choice_rate(&p->train.optimizer);
	}
	if (o->schedule != NULL &&
	    choice_parse(&p->train.schedule, CHOICE_SCHEDULE, o->schedule,
		arena, err) < 0)
		return err_in(err, "--schedule");
	words = loss_words(r, NULL, err);
	if (err->code != ERR_NONE)
		return -1;
	if (words != NULL)
		return session_loss(&r->s, words, &p->train.loss, err);
	return 0;
}

static int
apply_scoped(struct run *r, struct run_plan *p, struct err *err)
{
	const struct train_options *o = r->o;
	struct arena *arena = &r->t->arena;

	if (o->lr_scale.n > 0 &&
	    (p->lr_scale = scoped_words(
		 &o->lr_scale, &lr_scale_range, arena, err)) == NULL)
		return -1;
	if (o->dropout.n > 0 &&
	    (p->dropout = scoped_words(
		 &o->dropout, &dropout_range, arena, err)) == NULL)
		return -1;
	return 0;
}

int
plan_apply(struct run *r, struct run_plan *p, struct err *err)
{
	struct train_options *o = r->o;

	if (apply_choices(r, p, err) < 0 || apply_table(r, p, err) < 0 ||
	    parse_clip(&p->train, o->clip, err) < 0)
		return -1;
	if (o->order != NULL)
		p->order = o->order;
	if (o->bn != NULL)
		p->bn = o->bn;
	if (o->sampler != NULL)
		p->sampler =
		    strcmp(o->sampler, "uniform") == 0 ? NULL : o->sampler;
	if (cli_given(&r->t->cli, "mixup"))
		p->mixup = o->mixup;
	if (cli_given(&r->t->cli, "cutmix"))
		p->cutmix = o->cutmix;
	if (o->fold != NULL && (p->fold = fold_words(r, err)) == NULL)
		return -1;
	if (o->class_weight != NULL &&
	    weights_plan(r, &p->class_weight, err) < 0)
		return -1;
	if (o->anchor != NULL &&
	    (p->anchor = anchor_words(o->anchor, &r->t->arena, err)) == NULL)
		return -1;
	p->skip_bad = r->s.skip_bad;
	if (o->augment != NULL && plan_augment(r, p, o->augment, err) < 0)
		return -1;
	if (apply_scoped(r, p, err) < 0)
		return -1;
	if (r->t->seed_given &&
	    !(r->resumed && strcmp(r->t->common->seed, "random") == 0))
		p->train.seed = (int64_t)r->t->seed;
	if (o->until_epoch > 0)
		p->train.epochs = o->until_epoch > r->at.first_epoch
		    ? o->until_epoch - r->at.first_epoch
		    : 0;
	return 0;
}

int
plan_make(struct run *r, struct err *err)
{
	if (r->resumed)
		return plan_resume(r, err);
	if (plan_default(r, &r->plan, err) < 0 ||
	    phases_defaults(r, &r->plan, err) < 0 ||
	    plan_apply(r, &r->plan, err) < 0 ||
	    plan_fits(r, &r->plan, err) < 0 ||
	    plan_watch(r, &r->plan, err) < 0 ||
	    phases_plan(r, &r->plan, err) < 0)
		return -1;
	if (r->fresh)
		return (r->plan.surgery = surgery_words(r, err)) ? 0 : -1;
	return 0;
}
