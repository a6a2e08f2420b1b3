/* Phases of unfreezing: from the words of options to the plan. */
#include "phases.h"

#include <string.h>

#include "base/text.h"
#include "phase.h"
#include "recipes.h"
#include "run.h"

enum { PATIENCE = 2 }; /* of phases that end at a plateau */

/* The recipe asked for, or the one for a new head of which nothing else is
   said; NULL: none. */
static const struct recipe *
recipe_of(const struct run *r)
{
	const struct train_options *o = r->o;
	struct err quiet = { 0 };

	if (o->recipe != NULL)
		return recipe_find(o->recipe, &quiet);
	if (o->freeze.n > 0 || o->unfreeze.n > 0 || o->gradual > 0)
		return NULL;
	if (o->lora.n > 0)
		return &recipes[RECIPE_ADAPTERS];
	return o->new_head != NULL ? &recipes[RECIPE_HEAD] : NULL;
}

int
phases_asked(const struct run *r)
{
	return r->o->unfreeze.n > 0 || r->o->gradual > 0 ||
	    recipe_of(r) != NULL;
}

/* WHEN:SEL into a phase; what is selected is looked at later. */
static int
parse_unfreeze(struct train_phase *phase, const char *words,
    struct arena *arena, struct err *err)
{
	size_t n = strcspn(words, ":");
	char *when = arena_text_n(arena, words, n, err);
	long long epoch;

	if (when == NULL)
		return -1;
	*phase = (struct train_phase){ .lr = 1 };
	if (strcmp(when, "plateau") == 0)
		phase->epoch = TRAIN_PLATEAU;
	else if (text_to_int(when, &epoch) == 0 && epoch >= 0)
		phase->epoch = epoch;
	else
		return err_set(err, ERR_USAGE,
		    "--unfreeze: '%s' does not begin with an epoch or "
		    "'plateau' and a colon, as 3:last:2 does",
		    words);
	if (words[n] == '\0' || words[n + 1] == '\0')
		return err_set(err, ERR_USAGE,
		    "--unfreeze: '%s' does not say which layers; write "
		    "WHEN:SELECTOR",
		    words);
	phase->select = words + n + 1;
	return 0;
}

int
phases_check(struct run *r, struct err *err)
{
	const struct cli_list *l = &r->o->unfreeze;
	struct train_phase phase;

	for (int i = 0; i < l->n; i++)
		if (parse_unfreeze(&phase, l->at[i].value, &r->t->arena, err) <
		    0)
			return -1;
	return r->o->recipe != NULL && recipe_find(r->o->recipe, err) == NULL
	    ? -1
	    : 0;
}

static int
count_blocks(struct run *r, struct err *err)
{
	const struct graph *g = &r->s.model.graph;
	int *depth =
	    arena_array(&r->t->arena, (size_t)g->nnodes, sizeof(*depth), err);

	return depth == NULL ? -1 : nn_depths(g, depth);
}

/* Updates of an epoch, before samples are kept for validation. */
static int64_t
updates(const struct run *r, const struct run_plan *p)
{
	double n = (double)data_count(r->data) * (1 - p->train.val_split);
	int64_t each = p->train.batch * p->train.accumulate;

	return n > (double)each ? ((int64_t)n + each - 1) / each : 1;
}

/* Another optimizer has a rate and a decay of its own. */
static int
default_optimizer(struct run *r, struct run_plan *p,
    const struct recipe *recipe, struct err *err)
{
	if (recipe->optimizer == NULL || r->o->optimizer != NULL)
		return 0;
	p->train.lr = recipe->lr;
	p->train.weight_decay = recipe->weight_decay;
	return choice_parse(&p->train.optimizer, CHOICE_OPTIMIZER,
	    recipe->optimizer, &r->t->arena, err);
}

static int
default_loss(struct run *r, struct run_plan *p, const struct recipe *recipe,
    struct err *err)
{
	char number[32], *words;

	if (!(recipe->smoothing > 0) || strcmp(p->train.loss.name, "ce") != 0)
		return 0;
	text_number(number, recipe->smoothing);
	words =
	    arena_printf(&r->t->arena, err, "ce,label_smoothing=%s", number);
	return words == NULL ? -1
			     : session_loss(&r->s, words, &p->train.loss, err);
}

static int
default_augment(struct run *r, struct run_plan *p, const struct recipe *recipe,
    struct err *err)
{
	const char *words = recipe_augment(&r->s.x);

	return recipe->augment && words != NULL && r->o->augment == NULL &&
		r->s.target == TARGET_LABEL
	    ? plan_augment(r, p, words, err)
	    : 0;
}

/* What the recipe says of the rates. */
static int
default_rates(struct run *r, struct run_plan *p, const struct recipe *recipe,
    struct err *err)
{
	int blocks = count_blocks(r, err);

	if (blocks < 0)
		return -1;
	p->train.layer_decay = recipe_decay(recipe, blocks);
	return recipe->schedule == NULL
	    ? 0
	    : choice_parse(&p->train.schedule, CHOICE_SCHEDULE,
		  recipe->schedule, &r->t->arena, err);
}

int
phases_defaults(struct run *r, struct run_plan *p, struct err *err)
{
	static const struct recipe gradual = { .span = 100, .gradual = 1 };
	const struct recipe *recipe = recipe_of(r);

	if (recipe == NULL && r->o->gradual > 0)
		recipe = &gradual;
	if (recipe == NULL)
		return 0;
	if (default_rates(r, p, recipe, err) < 0 ||
	    default_optimizer(r, p, recipe, err) < 0 ||
	    default_loss(r, p, recipe, err) < 0)
		return -1;
	return default_augment(r, p, recipe, err);
}

/* With the options in: how long it takes. */
static void
default_length(const struct run *r, struct run_plan *p)
{
	const struct recipe *recipe = recipe_of(r);

	if (recipe != NULL && !cli_given(&r->t->cli, "epochs") &&
	    !cli_given(&r->t->cli, "until-epoch") && p->train.steps == 0)
		p->train.epochs = recipe_epochs(recipe, updates(r, p));
}

/* Room for n phases, all of the full rate. */
static struct train_phase *
room(struct run *r, struct run_plan *p, int64_t n, struct err *err)
{
	struct train_phase *phases;

	if (n > TRAIN_PHASES_MAX) {
		err_set(
		    err, ERR_USAGE, "%lld phases are too many", (long long)n);
		return NULL;
	}
	phases = arena_array(&r->t->arena, (size_t)n + 1, sizeof(*phases), err);
	for (int64_t i = 0; phases != NULL && i < n; i++)
		phases[i].lr = 1;
	p->train.phases = phases;
	return phases;
}

/* What learns from the beginning is the first phase, named or not. */
static int
plan_unfreeze(struct run *r, struct run_plan *p, struct err *err)
{
	const struct cli_list *l = &r->o->unfreeze;
	struct train_phase *phases = room(r, p, l->n + 1, err), first;
	int n = 0;

	if (phases == NULL ||
	    parse_unfreeze(&first, l->at[0].value, &r->t->arena, err) < 0)
		return -1;
	if (first.epoch != 0)
		phases[n++] = (struct train_phase){ 0, 1, 0, 0, "" };
	for (int i = 0; i < l->n; i++, n++) {
		if (parse_unfreeze(
			&phases[n], l->at[i].value, &r->t->arena, err) < 0)
			return -1;
		if (phases[n].epoch == TRAIN_PLATEAU && p->train.patience == 0)
			p->train.patience = PATIENCE;
	}
	p->train.nphases = n;
	return 0;
}

/* One block more in each phase; more where the run is too short for that. */
static int
plan_gradual(struct run *r, struct run_plan *p, int64_t every, struct err *err)
{
	int64_t blocks = count_blocks(r, err), n;
	struct train_phase *phases;

	if (blocks < 0)
		return -1;
	n = (p->train.epochs + every - 1) / every;
	n = n > blocks ? blocks : n < 1 ? 1 : n;
	if ((phases = room(r, p, n, err)) == NULL)
		return -1;
	for (int64_t i = 0; i < n; i++) {
		phases[i].epoch = i * every;
		phases[i].select = arena_printf(&r->t->arena, err,
		    "blocks:%lld",
		    (long long)(1 + i * (blocks - 1) / (n > 1 ? n - 1 : 1)));
		if (phases[i].select == NULL)
			return -1;
	}
	p->train.nphases = (int)n;
	return 0;
}

/* The default recipe leaves out what a short run has no time for; one that was
   asked for does not. */
static int
out_of_reach(const struct run *r, const struct run_plan *p,
    const struct recipe *recipe, int phase)
{
	return r->o->recipe == NULL && phase > 0 && p->train.steps == 0 &&
	    recipe_begin(recipe, phase, p->train.epochs) >= p->train.epochs;
}

static int
plan_recipe(struct run *r, struct run_plan *p, const struct recipe *recipe,
    struct err *err)
{
	struct train_phase *phases = room(r, p, RECIPE_PHASES, err);
	int n;

	if (phases == NULL)
		return -1;
	for (n = 0; n < RECIPE_PHASES && recipe->phase[n].select != NULL &&
	     !out_of_reach(r, p, recipe, n);
	     n++)
		phases[n] = (struct train_phase){
			recipe_begin(recipe, n, p->train.epochs),
			recipe->phase[n].lr,
			recipe->phase[n].restart,
			recipe->phase[n].plain,
			recipe->phase[n].select,
		};
	p->train.nphases = n;
	if (n == 1 && recipe->phase[1].select != NULL)
		tool_note(r->t,
		    "only the new head learns in so few epochs; more of them, "
		    "or --train=all, train every layer");
	return 0;
}

static int
plan_by(struct run *r, struct run_plan *p, const char **option, struct err *err)
{
	const struct recipe *recipe = recipe_of(r);

	if (recipe == NULL && r->o->unfreeze.n > 0) {
		*option = "--unfreeze";
		return plan_unfreeze(r, p, err);
	}
	*option = recipe == NULL ? "--gradual" : "--recipe";
	if (recipe != NULL && !recipe->gradual)
		return plan_recipe(r, p, recipe, err);
	return plan_gradual(
	    r, p, recipe != NULL ? recipe->gradual : r->o->gradual, err);
}

/* A plateau is told, and gone back from, by validation. */
static int
check_plateaus(struct run *r, const struct run_plan *p, struct err *err)
{
	for (int i = 0; i < p->train.nphases; i++) {
		if (p->train.phases[i].epoch != TRAIN_PLATEAU)
			continue;
		if (r->o->val.n == 0 && !plan_validates(p))
			return err_set(err, ERR_USAGE,
			    "a plateau is told by validation; give --val or "
			    "--val-split");
		if (cli_given(&r->t->cli, "keep") &&
		    strcmp(p->train.keep, "best") != 0)
			return err_set(err, ERR_USAGE,
			    "a plateau goes back to the best epoch, which "
			    "--keep=%s does not keep",
			    p->train.keep);
	}
	return 0;
}

int
phases_plan(struct run *r, struct run_plan *p, struct err *err)
{
	const struct train_position start = { 0 };
	const char *option = NULL;

	if (!phases_asked(r))
		return 0;
	default_length(r, p);
	if (plan_by(r, p, &option, err) < 0 || check_plateaus(r, p, err) < 0 ||
	    phase_check(&p->train, &start, err) < 0)
		return err_in(err, "%s", option != NULL ? option : "phases");
	return 0;
}
