/* A plan against the model, the data and itself: what makes no sense together is
   refused, with what to do. */
#include <string.h>

#include "run.h"

/* What is watched, and kept, depends on whether there is validation. */
int
plan_watch(struct run *r, struct run_plan *p, struct err *err)
{
	int has_val = r->o->val.n > 0 || plan_validates(p);

	if (!cli_given(&r->t->cli, "monitor"))
		p->train.monitor = has_val ? "val_loss" : "loss";
	if (!cli_given(&r->t->cli, "keep"))
		p->train.keep = p->train.ema > 0 ? "ema"
		    : has_val                    ? "best"
						 : "last";
	if ((p->train.ema > 0) != (strcmp(p->train.keep, "ema") == 0))
		return err_set(err, ERR_USAGE,
		    "--keep: averaged weights are kept by --keep=ema, and made "
		    "by --ema=DECAY; give both or neither");
	if (!has_val && strncmp(p->train.monitor, "val_", 4) == 0)
		return err_set(err, ERR_USAGE,
		    "--monitor: there is no validation to watch; give --val, "
		    "--val-split or --fold");
	if (p->train.decay_all && !(p->train.l1 > 0) && !(p->train.l2 > 0) &&
	    !(p->train.weight_decay > 0))
		return err_set(err, ERR_USAGE,
		    "--decay-all: has no effect without a penalty; give "
		    "--weight-decay, --l1 or --l2");
	if (p->train.min_lr > 0 &&
	    strcmp(p->train.schedule.name, "constant") == 0)
		return err_set(err, ERR_USAGE,
		    "--min-lr: has no effect with a constant schedule; give "
		    "--schedule");
	return 0;
}

/* Mixing takes two samples, and cutting pictures. */
static int
mix_fits(struct run *r, const struct run_plan *p, struct err *err)
{
	const char *option = p->mixup > 0 ? "mixup" : "cutmix";

	if (!(p->mixup > 0) && !(p->cutmix > 0))
		return 0;
	if (p->mixup > 0 && p->cutmix > 0)
		return err_set(err, ERR_USAGE,
		    "--mixup: samples are mixed by --cutmix already; give one "
		    "of them");
	if (p->train.batch < 2)
		return err_set(err, ERR_USAGE,
		    "--%s: mixes the samples of a batch, and a batch of one "
		    "has "
		    "nothing to mix; give -b 2 or more",
		    option);
	if (p->cutmix > 0 && r->s.x.rank != 3)
		return err_set(err, ERR_USAGE,
		    "--cutmix: cuts pieces out of pictures, and the model's "
		    "input is none; --mixup mixes any samples");
	return 0;
}

/* Does the plan make sense for this model, whoever it comes from? */
int
plan_fits(struct run *r, const struct run_plan *p, struct err *err)
{
	static const char *const by_class[] = { "sampler", "class-weight",
		"mixup", "cutmix", NULL };

	if (session_classifies(&r->s, by_class, err) < 0)
		return -1;
	if (p->sampler != NULL && strcmp(p->order, "sequential") == 0)
		return err_set(err, ERR_USAGE,
		    "--sampler: %s draws the samples in an order of its own; "
		    "leave out --order=sequential",
		    p->sampler);
	if (p->fold != NULL && p->train.val_split > 0)
		return err_set(err, ERR_USAGE,
		    "--fold: part %s validates already; leave out --val-split",
		    p->fold);
	if (p->sampler != NULL && p->class_weight != NULL &&
	    strcmp(p->class_weight, "balanced") == 0)
		return err_set(err, ERR_USAGE,
		    "--class-weight: --sampler=balanced makes the classes even "
		    "already; give one of them");
	return mix_fits(r, p, err);
}
