/* A training run from options to result: what nn-train and nn-finetune do.

   Everything that can be wrong is looked at before the work begins, and what
   was done is never lost: a run that is stopped leaves its checkpoint, one
   that fails leaves every file as it was. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frozen.h"
#include "state.h"

enum { SCORE_BATCH = 256 };

static const char *
processor(void)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512f"))
		return "x86_64 avx512";
	if (__builtin_cpu_supports("avx2"))
		return "x86_64 avx2";
	return "x86_64";
#elif defined(__aarch64__)
	return "aarch64";
#else
	return "other";
#endif
}

const char *
run_numerics(struct run *r, struct err *err)
{
	return arena_printf(&r->t->arena, err, "%s %s %s", PACKAGE_VERSION,
	    net_backend(r->net), processor());
}

int64_t
run_batches(const struct run *r)
{
	int64_t b = r->plan.train.batch;

	return (data_count(r->data) + b - 1) / b;
}

/* Names of the checkpoint and of the result, and whether they can be. */
static int
check_files(struct run *r, struct err *err)
{
	struct train_options *o = r->o;

	r->result = o->common.output;
	r->checkpoint = o->checkpoint;
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
	if (o->common.dry_run)
		return 0;
	if (tool_check_output(r->t, r->result, 1, err) < 0)
		return -1;
	if (r->checkpoint != NULL && fmt_save_check(r->checkpoint, err) < 0)
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
static int
check_all(struct run *r, struct err *err)
{
	struct tool *t = r->t;

	if (t->cli.noperands == 0)
		return err_set(err, ERR_USAGE,
		    "no data; give files or folders to train on");
	if (check_files(r, err) < 0 || plan_check(r, err) < 0 ||
	    find_model(r, err) < 0)
		return -1;
	if (session_check(&r->s, t, t->cli.operands, t->cli.noperands, err) < 0)
		return -1;
	for (int i = 0; i < r->o->val.n; i++) {
		struct session val;

		if (session_check(&val, t, &r->o->val.at[i].value, 1, err) < 0)
			return -1;
	}
	r->s.skip_bad = r->o->skip_bad;
	r->s.strict_labels = r->o->strict_labels;
	return 0;
}

static int
read_model(struct run *r, struct err *err)
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
	r->at.first_epoch = r->at.epoch = k->epoch;
	r->at.optimizer_step = r->s.model.optimizer_step;
	if (r->resumed)
		r->at = k->at;
	return 0;
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

/* Opens the training data, lets nn-finetune operate, opens validation. */
static int
open_data(struct run *r, surgery_fn surgery, struct err *err)
{
	struct tool *t = r->t;
	int fresh = !r->resumed && r->o->new_head != NULL;
	const char **val;

	if (session_pre(&r->s, r->resumed ? NULL : r->o->pre, err) < 0 ||
	    session_data(&r->s, t->cli.operands, t->cli.noperands, fresh,
		&r->data, err) < 0)
		return -1;
	if (data_count(r->data) < 0)
		return err_set(err, ERR_USAGE,
		    "%s: a stream cannot be trained on; save it to files",
		    operand_name(r));
	if (surgery != NULL && !r->resumed && surgery(r, err) < 0)
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
	return session_data(&r->s, val, r->o->val.n, 0, &r->val, err);
}

static int
check_counts(struct run *r, struct err *err)
{
	if (data_count(r->data) == 0)
		return err_set(err, ERR_DATA, "%s: no samples to train on",
		    operand_name(r));
	if (r->val != NULL && data_count(r->val) == 0)
		return err_set(err, ERR_DATA,
		    "%s: no samples to validate on; give more data or a "
		    "larger --val-split",
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

/* The record of the interrupted run, out of the lineage again. */
static struct json *
record_take_back(struct run *r, struct err *err)
{
	const struct json *all = r->s.model.lineage, *j;
	struct json *rest, *copy, **link;

	if (all == NULL || all->child == NULL) {
		err_set(err, ERR_MODEL,
		    "%s: lineage: the record of the run is missing", r->s.name);
		return NULL;
	}
	if ((rest = json_put_array(NULL, NULL, &r->t->arena, err)) == NULL)
		return NULL;
	link = &rest->child;
	for (j = all->child;; j = j->next) {
		copy = arena_alloc(&r->t->arena, sizeof(*copy), err);
		if (copy == NULL)
			return NULL;
		*copy = *j;
		copy->next = NULL;
		if (j->next == NULL)
			break;
		rest->last = *link = copy;
		link = &copy->next;
	}
	r->s.model.lineage = rest->child != NULL ? rest : NULL;
	return copy;
}

/* The plan, and the lineage record of this run or the interrupted one. */
static int
settle(struct run *r, struct err *err)
{
	uint8_t digest[SHA256_BYTES];

	if (plan_make(r, err) < 0 || digest_data(r, digest, err) < 0)
		return -1;
	if (r->plan.train.val_split > 0 &&
	    data_split(r->data, r->plan.train.val_split, &r->val, err) < 0)
		return -1;
	if (check_counts(r, err) < 0)
		return -1;
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
		    lineage_data(r->t, r->record, digest, err) < 0)
			return -1;
	}
	return 0;
}

/* Penalties go to kernels; biases and scales only with --decay-all. */
static int
make_rules(struct run *r, struct net_conf *conf, struct err *err)
{
	const struct train_plan *p = &r->plan.train;
	const struct graph *g = &r->s.model.graph;
	struct net_rule *rule;
	int n = 0;

	for (int i = 0; i < g->nnodes; i++)
		n += g->nodes[i].nparams;
	rule = arena_array(&r->t->arena, (size_t)n + 1, sizeof(*rule), err);
	if (rule == NULL)
		return -1;
	conf->rules = rule;
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++) {
			const struct param *q = &g->nodes[i].params[k];
			int on = p->decay_all || q->value.shape.rank > 1;

			if (tensor_is_frozen(&g->nodes[i], k) ||
			    q->role != ROLE_PARAMETER)
				continue;
			rule[conf->nrules++] = (struct net_rule){
				g->nodes[i].name,
				q->name,
				on ? p->l1 : 0,
				on ? p->l2 : 0,
				on ? p->weight_decay : 0,
				1,
			};
		}
	if (conf->nrules == 0)
		return err_set(err, ERR_USAGE,
		    "%s: every tensor is frozen, nothing is left to train; "
		    "nn-finetune --train=SEL thaws layers",
		    r->s.name);
	return 0;
}

/* Threads: those given, else the recorded ones of a resumed run. */
static int
run_threads(const struct run *r)
{
	if (r->resumed && !r->t->threads_given && r->s.training.threads > 0)
		return (int)r->s.training.threads;
	return r->t->threads;
}

static int
build(struct run *r, struct err *err)
{
	const struct train_plan *p = &r->plan.train;
	struct net_conf conf = {
		.backend = r->o->backend,
		.module_dir = r->t->module_dir,
		.threads = run_threads(r),
		.batch = r->val != NULL ? SCORE_BATCH : 1,
		.train_batch = (int)p->batch,
		.last_batch = (int)(data_count(r->data) % p->batch),
		.loss = p->loss,
		.optimizer = p->optimizer,
		.clip_norm = p->clip_norm,
		.clip_value = p->clip_value,
		.seed = (uint64_t)p->seed,
	};

	if (make_rules(r, &conf, err) < 0)
		return -1;
	r->net = net_build(&r->s.model.graph, &conf, err);
	if (r->net == NULL || net_slots(r->net, &r->slots, &r->nslots, err) < 0)
		return -1;
	return r->o->profile ? net_profile(r->net, tool_clock, err) : 0;
}

/* Optimizer state: the model's, unless the optimizer is another one. */
static int
load_slots(struct run *r, struct err *err)
{
	struct fmt_model *m = &r->s.model;
	const char *now = r->plan.train.optimizer.name;
	int fitted;

	if (r->fresh && !r->resumed) {
		r->at.optimizer_step = 0;
		return 0;
	}
	if (m->optimizer.name != NULL && strcmp(m->optimizer.name, now) != 0) {
		tool_note(r->t, "%s: trained with %s; %s starts fresh",
		    r->s.name, m->optimizer.name, now);
		r->at.optimizer_step = 0;
		return 0;
	}
	fitted = slots_load(r, m->slots, m->nslots);
	if (fitted == 0 && r->nslots > 0)
		r->at.optimizer_step = 0;
	if (r->resumed && fitted != r->nslots)
		return err_set(err, ERR_MODEL,
		    "%s: optimizer: state of %d tensors is missing", r->s.name,
		    r->nslots - fitted);
	if (fitted > 0 && fitted < r->nslots)
		tool_note(r->t,
		    "%s: optimizer state of %d of %d tensors starts fresh",
		    r->s.name, r->nslots - fitted, r->nslots);
	return 0;
}

static int
open_feeds(struct run *r, struct err *err)
{
	struct feed_conf conf = {
		.batch = (int)r->plan.train.batch,
		.shuffle = strcmp(r->plan.order, "shuffle") == 0,
		.seed = (uint64_t)r->plan.train.seed,
		.threads = 1,
	};

	if ((r->feed = data_feed(r->data, &conf, err)) == NULL)
		return -1;
	if (r->val == NULL)
		return 0;
	conf.batch = SCORE_BATCH;
	conf.shuffle = 0;
	return (r->val_feed = data_feed(r->val, &conf, err)) ? 0 : -1;
}

/* What the data look like, against what the model was trained on. */
static int
look_at_data(struct run *r, struct err *err)
{
	struct training *k = &r->s.training;
	double mean, spread;

	if (r->resumed)
		return 0;
	if (data_stats(r->data, SCORE_BATCH, &mean, &spread, err) < 0)
		return -1;
	if (k->measured && r->o->pre == NULL) {
		session_compare(&r->s, mean, spread, operand_name(r));
		return 0;
	}
	k->measured = 1;
	k->mean = mean;
	k->spread = spread;
	return 0;
}

static int
prepare(struct run *r, struct err *err)
{
	const struct training *k = &r->s.training;
	const char *now;

	if ((r->history = arena_alloc(
		 &r->t->arena, sizeof(*r->history), err)) == NULL ||
	    history_load(r->history, &r->s.model, err) < 0 ||
	    look_at_data(r, err) < 0 || build(r, err) < 0)
		return -1;
	r->proof = freeze_proof_take(&r->s.model.graph, &r->t->arena, err);
	if (r->proof == NULL || load_slots(r, err) < 0 ||
	    open_feeds(r, err) < 0)
		return -1;
	if (!r->resumed)
		return 0;
	if ((now = run_numerics(r, err)) == NULL)
		return -1;
	if (k->numerics != NULL &&
	    (strcmp(now, k->numerics) != 0 ||
		net_threads(r->net) != k->threads))
		tool_note(r->t,
		    "begun with %s and %lld threads, going on with %s and "
		    "%d: the bytes of the result may differ",
		    k->numerics, (long long)k->threads, now,
		    net_threads(r->net));
	return state_restore(r, &r->best, err);
}

static double
seconds_since(uint64_t then)
{
	return (double)(tool_clock() - then) * 1e-9;
}

static int
checkpoint_due(const struct run *r)
{
	const struct every *e = &r->every;

	if (e->steps > 0 && r->at.update - r->saved_update >= e->steps)
		return 1;
	if (e->epochs > 0 && r->at.epoch - r->saved_epoch >= e->epochs)
		return 1;
	return e->seconds > 0 && seconds_since(r->saved) >= e->seconds;
}

static int
checkpoint_now(struct run *r, struct err *err)
{
	if (checkpoint_write(r, err) < 0)
		return err_in(err, "checkpoint");
	r->saved = tool_clock();
	r->saved_update = r->at.update;
	r->saved_epoch = r->at.epoch;
	return 0;
}

static int
on_step(void *ctx, const struct train_report *report)
{
	struct run *r = ctx;

	r->samples += r->plan.train.batch;
	show_step(r, report);
	if (tool_line_wanted())
		show_status(r, report);
	if (tool_snapshot_wanted()) {
		if (r->checkpoint == NULL)
			tool_warn(r->t,
			    "no snapshot: give --checkpoint=FILE or -o FILE");
		else if (checkpoint_now(r, &r->t->err) < 0)
			return 1;
	}
	if (checkpoint_due(r) && checkpoint_now(r, &r->t->err) < 0)
		return 1;
	r->out_of_time =
	    r->o->max_time > 0 && seconds_since(r->began) >= r->o->max_time;
	return r->out_of_time || tool_stopped();
}

static int
on_epoch(void *ctx, const struct train_report *report, struct err *err)
{
	struct run *r = ctx;

	r->last = *report->epoch;
	if (history_add(r->history, report->epoch, err) < 0)
		return -1;
	if (show_epoch(r, report, err) < 0)
		return -1;
	return checkpoint_due(r) ? checkpoint_now(r, err) : 0;
}

static int
on_best(void *ctx, const struct train_report *report, struct err *err)
{
	struct run *r = ctx;

	(void)report;
	if (strcmp(r->plan.train.keep, "best") != 0)
		return 0;
	return state_take(r, &r->best, err);
}

/* Stopped between two updates: keep what was done and say how to go on. */
static int
stopped(struct run *r, struct err *err)
{
	const char *why = r->out_of_time ? "the time is up" : "stopped";
	long long epoch = (long long)r->at.epoch + 1;
	long long batch = (long long)r->at.batch_at;

	if (r->checkpoint == NULL)
		tool_warn(r->t,
		    "%s in epoch %lld after %lld batches; nothing is kept, "
		    "for there is no --checkpoint=FILE",
		    why, epoch, batch);
	else if (checkpoint_now(r, err) < 0)
		return -1;
	else
		tool_warn(r->t,
		    "%s in epoch %lld after %lld batches; kept in %s; the "
		    "same command with --resume goes on",
		    why, epoch, batch, r->checkpoint);
	if (tool_stopped())
		tool_raise(r->t);
	return err_set(err, ERR_BUDGET, "--max-time: the plan is not complete");
}

static int
record_metrics(struct run *r, struct err *err)
{
	const struct {
		const char *name;
		double value;
	} row[] = {
		{ "loss", r->last.loss },
		{ "acc", r->last.acc },
		{ "val_loss", r->last.val_loss },
		{ "val_acc", r->last.val_acc },
	};

	if (r->last.epoch == 0 || r->record == NULL)
		return 0;
	for (int i = 0; i < 4; i++)
		if (!number_is_none(row[i].value) &&
		    lineage_metric(
			r->t, r->record, row[i].name, row[i].value, err) < 0)
			return -1;
	return 0;
}

static int
finish(struct run *r, struct err *err)
{
	int verified;

	r->at.done = 1;
	if (net_store(r->net, &r->s.model.graph, err) < 0 ||
	    (verified = freeze_proof_check(r->proof, &r->s.model.graph, err)) <
		0 ||
	    record_metrics(r, err) < 0)
		return -1;
	if (r->checkpoint != NULL && !r->own_checkpoint &&
	    checkpoint_now(r, err) < 0)
		return -1;
	if (result_write(r, err) < 0 || show_end(r, verified, err) < 0)
		return -1;
	if (r->own_checkpoint && unlink(r->checkpoint) < 0 && errno != ENOENT)
		return err_errno(err, "%s", r->checkpoint);
	return r->o->profile ? show_profile(r, err) : 0;
}

/* Where the last good state is, when numbers have gone bad. */
static int
failed(struct run *r, struct err *err)
{
	size_t n = strlen(err->text);

	if (err->code == ERR_NUMERIC && r->checkpoint != NULL &&
	    access(r->checkpoint, F_OK) == 0)
		snprintf(err->text + n, sizeof(err->text) - n,
		    "; the last good state is in %s", r->checkpoint);
	return -1;
}

static int
train(struct run *r, struct err *err)
{
	const struct train_calls calls = { r, on_step, on_epoch, on_best };
	enum train_end end = TRAIN_DONE;

	r->began = r->saved = tool_clock();
	r->saved_update = r->at.update;
	r->saved_epoch = r->at.epoch;
	tool_catch();
	if (!r->at.done && r->plan.train.epochs + r->plan.train.steps > 0)
		end = train_run(r->net, &r->plan.train, &r->at, r->feed,
		    r->val_feed, &calls, err);
	else
		tool_note(r->t, "the plan is complete already");
	tool_progress_clear(r->t);
	if (end == TRAIN_FAILED || err->code != ERR_NONE)
		return failed(r, err);
	if (end == TRAIN_STOPPED)
		return stopped(r, err);
	return finish(r, err);
}

static void
run_free(struct run *r)
{
	state_free(r->best);
	if (r->history != NULL)
		history_free(r->history);
	data_feed_free(r->feed);
	data_feed_free(r->val_feed);
	net_free(r->net);
	data_free(r->data);
	data_free(r->val);
	session_close(&r->s);
}

static int
run_steps(struct run *r, surgery_fn surgery, struct err *err)
{
	if (check_all(r, err) < 0 || read_model(r, err) < 0 ||
	    open_data(r, surgery, err) < 0 || settle(r, err) < 0 ||
	    prepare(r, err) < 0)
		return -1;
	if (r->o->common.dry_run)
		return show_plan(r, err);
	return train(r, err);
}

int
run_all(
    struct run *r, struct tool *t, struct train_options *o, surgery_fn surgery)
{
	int status;

	r->t = t;
	r->o = o;
	status = run_steps(r, surgery, &t->err);
	run_free(r);
	return status;
}
