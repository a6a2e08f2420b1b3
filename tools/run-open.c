/* The first half of a run: its files, its model, its data, its plan; all that
   can be wrong is found here, in the order in which it costs nothing. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "base/replace.h"
#include "run-report.h"
#include "weights.h"

/* Names of the checkpoint and of the result, and whether they can be. */
static int
check_files(struct run *r, struct err *err)
{
	struct train_options *o = r->o;

	r->result = o->common.output;
	r->checkpoint = o->checkpoint;
	if (o->lr_find > 0)
		r->result = "-";
	if (r->checkpoint == NULL && strcmp(r->result, "-") != 0) {
		r->own_checkpoint = 1;
		r->checkpoint =
		    arena_printf(&r->t->arena, err, "%s.unfinished", r->result);
		if (r->checkpoint == NULL)
			return -1;
	}
	if (r->checkpoint != NULL && strcmp(r->checkpoint, "-") == 0)
		return err_set(err, ERR_USAGE,
		    "--checkpoint: standard output is for the result; give a "
		    "file");
	if (r->checkpoint != NULL && strcmp(r->checkpoint, r->result) == 0)
		return err_set(err, ERR_USAGE,
		    "--checkpoint: %s is the result as well; give another "
		    "file",
		    r->checkpoint);
	if (o->contact_sheet != NULL && strcmp(o->contact_sheet, "-") == 0)
		return err_set(err, ERR_USAGE,
		    "--contact-sheet: standard output is for the result; give "
		    "a file");
	if (o->contact_sheet != NULL &&
	    replace_check(o->contact_sheet, err) < 0)
		return err_in(err, "--contact-sheet");
	if (run_report_check(r, err) < 0)
		return -1;
	if (o->common.dry_run)
		return 0;
	if (tool_check_output(r->t, r->result, o->lr_find == 0, err) < 0)
		return -1;
	if (r->checkpoint != NULL && replace_check(r->checkpoint, err) < 0)
		return -1;
	return 0;
}

/* With --resume a checkpoint that exists is the model. */
static int
find_model(struct run *r, struct err *err)
{
	struct train_options *o = r->o;

	if (!o->resume || r->checkpoint == NULL)
		return 0;
	if (access(r->checkpoint, F_OK) == 0) {
		o->common.model = r->checkpoint;
		return 0;
	}
	if (errno != ENOENT)
		return err_errno(err, "%s", r->checkpoint);
	tool_detail(r->t, "%s: no checkpoint yet; starting from %s",
	    r->checkpoint, o->common.model);
	return 0;
}

/* All that is checked before a model is read. */
int
run_check(struct run *r, const struct surgery *surgery, struct err *err)
{
	struct tool *t = r->t;

	if (t->cli.noperands == 0)
		return err_set(err, ERR_USAGE,
		    "no data; give files or folders to train on");
	r->model = r->o->common.model;
	if (surgery != NULL && surgery->check(r, err) < 0)
		return -1;
	if (check_files(r, err) < 0 || plan_check(r, err) < 0 ||
	    find_model(r, err) < 0)
		return -1;
	if (session_check(&r->s, t, t->cli.operands, t->cli.noperands, err) < 0)
		return -1;
	/* A checkpoint has the adapter in it. */
	if (r->o->common.model != r->model)
		r->s.adapter = NULL;
	for (int i = 0; i < r->o->val.n; i++) {
		struct session val;

		if (session_check(&val, t, &r->o->val.at[i].value, 1, err) < 0)
			return -1;
	}
	r->s.again = 1;
	r->s.skip_bad = r->o->skip_bad;
	r->s.strict_labels = r->o->strict_labels;
	return 0;
}

int
run_read(struct run *r, struct err *err)
{
	const struct training *k = &r->s.training;
	int unfinished;

	if (session_read(&r->s, err) < 0)
		return -1;
	unfinished = training_unfinished(k);
	r->resumed = r->o->resume && k->has_position;
	if (unfinished && !r->o->resume)
		return err_set(err, ERR_USAGE,
		    "%s: is an unfinished run; finish it with --resume",
		    r->s.name);
	if (r->o->resume && !k->has_position && r->checkpoint == NULL)
		return err_set(err, ERR_USAGE,
		    "--resume: %s is no unfinished run and there is no "
		    "checkpoint; give --checkpoint=FILE or -o FILE",
		    r->s.name);
	surgery_recall(r);
	r->at.first_epoch = r->at.epoch = k->epoch;
	r->at.optimizer_step = r->s.model.optimizer_step;
	if (r->resumed)
		r->at = k->at;
	/* The data are opened before the plan is made. */
	if (r->resumed && r->o->skip_bad == 0)
		r->s.skip_bad = k->plan.skip_bad;
	return base_keep(r, err);
}

static const char *
operand_name(const struct run *r)
{
	return r->t->cli.operands[0];
}

static int
compare_digest(struct run *r, const char *what, const char *now,
    const char *recorded, struct err *err)
{
	if (!r->resumed || (recorded != NULL && strcmp(now, recorded) == 0))
		return 0;
	return err_set(err, ERR_DATA,
	    "%s: the %s data are not those of the run that is resumed "
	    "(digest %.12s, recorded %.12s); give the same data, or begin "
	    "anew without --resume",
	    operand_name(r), what, now, recorded != NULL ? recorded : "none");
}

static int
digest_data(struct run *r, uint8_t digest[SHA256_BYTES], struct err *err)
{
	const struct run_plan *recorded = &r->s.training.plan;
	uint8_t bytes[SHA256_BYTES];

	if (session_digest(&r->s, r->data, &r->plan.data, digest, err) < 0 ||
	    compare_digest(r, "training", r->plan.data, recorded->data, err) <
		0)
		return -1;
	if (r->val == NULL)
		return 0;
	if (session_digest(&r->s, r->val, &r->plan.val, bytes, err) < 0)
		return -1;
	return compare_digest(r, "validation", r->plan.val, recorded->val, err);
}

/* Whose classes the training data are to have. */
static enum classes
whose_classes(const struct run *r)
{
	if (r->resumed)
		return CLASSES_MODEL;
	if (r->o->extend_head)
		return CLASSES_BOTH;
	return r->o->new_head != NULL || r->o->reuse_head != NULL
	    ? CLASSES_DATA
	    : CLASSES_MODEL;
}

/* Opens the training data, lets nn-finetune operate, opens validation. */
int
run_open(struct run *r, const struct surgery *surgery, struct err *err)
{
	struct tool *t = r->t;
	const char **val;

	if (surgery != NULL && !r->resumed && surgery->input(r, err) < 0)
		return -1;
	if (session_pre(&r->s, r->resumed ? NULL : r->o->pre, err) < 0 ||
	    session_data(&r->s, t->cli.operands, t->cli.noperands,
		whose_classes(r), &r->data, err) < 0)
		return -1;
	if (data_count(r->data) < 0)
		return err_set(err, ERR_USAGE,
		    "%s: a stream cannot be trained on; save it to files",
		    operand_name(r));
	if (surgery != NULL && !r->resumed && surgery->operate(r, err) < 0)
		return -1;
	if (session_labels(&r->s, r->data, err) < 0)
		return err_in(err, "%s", operand_name(r));
	if (r->o->val.n == 0)
		return 0;
	val = arena_array(&t->arena, (size_t)r->o->val.n, sizeof(*val), err);
	if (val == NULL)
		return -1;
	for (int i = 0; i < r->o->val.n; i++)
		val[i] = r->o->val.at[i].value;
	return session_data(
	    &r->s, val, r->o->val.n, CLASSES_MODEL, &r->val, err);
}

static int
check_counts(struct run *r, struct err *err)
{
	if (data_count(r->data) == 0)
		return err_set(err, ERR_DATA, "%s: no samples to train on",
		    operand_name(r));
	if (r->val != NULL && data_count(r->val) == 0)
		return err_set(err, ERR_DATA,
		    "%s: no samples to validate on; give more data",
		    operand_name(r));
	if (r->resumed && !r->o->replan &&
	    r->s.training.data_batches != run_batches(r))
		return err_set(err, ERR_DATA,
		    "%s: %lld batches an epoch, but the run that is resumed "
		    "has %lld",
		    operand_name(r), (long long)run_batches(r),
		    (long long)r->s.training.data_batches);
	return 0;
}

static int
is_of_run(const struct json *record)
{
	const struct json *tool = json_get(record, "tool");

	return tool != NULL && tool->type == JSON_IS_TEXT &&
	    (strcmp(tool->s, "nn-train") == 0 ||
		strcmp(tool->s, "nn-finetune") == 0);
}

/* The record of the interrupted run, out of the lineage again: the last of a
   run.  What was done to the checkpoint since then stays. */
static struct json *
record_take_back(struct run *r, struct err *err)
{
	const struct json *all = r->s.model.lineage, *own = NULL, *j;
	struct json *copy, *rest;

	for (j = all != NULL ? all->child : NULL; j != NULL; j = j->next)
		if (is_of_run(j))
			own = j;
	if (own == NULL) {
		err_set(err, ERR_MODEL,
		    "%s: lineage: the record of the run is missing", r->s.name);
		return NULL;
	}
	if ((copy = arena_alloc(&r->t->arena, sizeof(*copy), err)) == NULL ||
	    (rest = json_put_array(NULL, NULL, &r->t->arena, err)) == NULL)
		return NULL;
	*copy = *own;
	copy->next = NULL;
	for (j = all->child; j != NULL; j = j->next)
		if (j != own && json_put_copy(rest, j, &r->t->arena, err) < 0)
			return NULL;
	r->s.model.lineage = rest->child != NULL ? rest : NULL;
	return copy;
}

/* The validation data, and what a plan that was changed half-way leaves to be
   said. */
static int
record_rest(struct run *r, struct err *err)
{
	struct arena *arena = &r->t->arena;

	if (r->o->val.n > 0 &&
	    json_put_text(r->record, "val", r->plan.val, arena, err) < 0)
		return -1;
	if (r->o->val.n > 1 &&
	    json_put_int(r->record, "val_operands", r->o->val.n, arena, err) <
		0)
		return -1;
	if (r->s.adapter != NULL &&
	    lineage_base(r->t, r->record, &r->s.base, err) < 0)
		return -1;
	return r->resumed ? lineage_option(r->t, r->record, "replan", NULL, err)
			  : 0;
}

/* The weights of classes as the plan has them: no path. */
static int
record_weights(struct run *r, struct err *err)
{
	if (r->o->class_weight == NULL || r->plan.class_weight == NULL)
		return 0;
	return lineage_option(
	    r->t, r->record, "class-weight", r->plan.class_weight, err);
}

/* The plan, and the lineage record of this run or the interrupted one. */
int
run_settle(struct run *r, struct err *err)
{
	uint8_t digest[SHA256_BYTES];

	if (plan_make(r, err) < 0 || phases_survey(r, err) < 0)
		return -1;
	/* In a run that is resumed the layers have their rates already. */
	if ((!r->resumed || r->o->replan) && droprate_set(r, err) < 0)
		return -1;
	if (norms_check(r, err) < 0 || rates_make(r, err) < 0)
		return -1;
	if (r->o->contact_sheet != NULL && r->augment == NULL)
		return err_set(err, ERR_USAGE,
		    "--contact-sheet: has no effect without --augment");
	if (digest_data(r, digest, err) < 0)
		return -1;
	if (!r->resumed)
		note_data(r);
	if (plan_validates(&r->plan) && plan_hold(r, err) < 0)
		return err_in(err, "%s", operand_name(r));
	if (check_counts(r, err) < 0 || weights_open(r, err) < 0)
		return -1;
	if (!r->resumed && note_classes(r, err) < 0)
		return -1;
	if (!r->resumed && r->val != NULL)
		note_shared(r);
	if (r->resumed && r->s.training.recorded &&
	    (r->record = record_take_back(r, err)) == NULL)
		return -1;
	if (r->record == NULL || r->o->replan) {
		if (r->record != NULL &&
		    fmt_lineage_add(&r->s.model, r->record, &r->t->arena, err) <
			0)
			return -1;
		r->t->seed = (uint64_t)r->plan.train.seed;
		r->record = lineage_record(r->t, &r->s.model, err);
		if (r->record == NULL ||
		    lineage_data(r->t, r->record, digest, r->t->cli.noperands,
			err) < 0 ||
		    record_weights(r, err) < 0 || record_rest(r, err) < 0)
			return -1;
	}
	return 0;
}
