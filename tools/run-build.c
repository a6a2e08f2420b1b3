/* A run made ready: the net with its penalties, the optimizer's state, the
   feeds, and what the numbers depend on. */
#include "config.h"

#include <string.h>

#include "anchor.h"
#include "feature-cache.h"
#include "frozen.h"
#include "state.h"

enum { SCORE_BATCH = 256 };

const char *
run_numerics(struct run *r, struct err *err)
{
	return tool_numerics(r->t, net_backend(r->net), err);
}

int64_t
run_batches(const struct run *r)
{
	int64_t b = r->plan.train.batch;

	return (data_count(r->data) + b - 1) / b;
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
				r->rates.factor[i][k],
				r->thaws.since[i][k],
				0,
			};
		}
	if (conf->nrules == 0)
		return err_set(err, ERR_USAGE,
		    "%s: every tensor is frozen, nothing is left to train; "
		    "nn-finetune --train=SEL thaws layers",
		    r->s.name);
	return anchor_rules(r, rule, conf->nrules, err);
}

uint64_t
run_seed(const struct run *r)
{
	return r->t->seed_given ? r->t->seed : (uint64_t)r->s.training.seed;
}

/* Threads: those given, else the recorded ones of a resumed run. */
int
run_threads(const struct run *r)
{
	if (r->resumed && !r->t->threads_given && r->s.training.threads > 0)
		return (int)r->s.training.threads;
	return r->t->threads;
}

static int
open_net(struct run *r, struct err *err)
{
	const struct train_plan *p = &r->plan.train;
	struct net_conf conf = {
		.backend = r->o->backend,
		.module_dir = r->t->module_dir,
		.compute = p->compute,
		.threads = run_threads(r),
		.batch = r->val != NULL ? SCORE_BATCH : 1,
		.train_batch = (int)p->batch,
		.accumulate = (int)p->accumulate,
		.last_batch = (int)(data_count(r->data) % p->batch),
		.loss = p->loss,
		.optimizer = p->optimizer,
		.clip_norm = p->clip_norm,
		.clip_value = p->clip_value,
		.ema = p->ema,
		.class_weight = r->class_weight,
		.seed = (uint64_t)p->seed,
		.stored = norms_all_stored(r),
	};

	if (make_rules(r, &conf, err) < 0)
		return -1;
	tool_yield_processors();
	if (features_open(r, err) < 0)
		return -1;
	r->net = net_build(
	    r->features != NULL ? &r->features->halves.rest : &r->s.model.graph,
	    &conf, err);
	if (r->net == NULL || net_slots(r->net, &r->slots, &r->nslots, err) < 0)
		return -1;
	return r->o->profile ? net_profile(r->net, tool_clock, err) : 0;
}

static struct mix_conf
mix_conf(const struct run *r)
{
	const struct run_plan *p = &r->plan;
	struct mix_conf mix = { .width = r->s.y.dim[0] };

	if (p->mixup > 0) {
		mix.how = MIX_UP;
		mix.alpha = p->mixup;
	} else if (p->cutmix > 0) {
		mix.how = MIX_CUT;
		mix.alpha = p->cutmix;
	}
	return mix;
}

static int
open_feeds(struct run *r, struct err *err)
{
	struct feed_conf conf = {
		.batch = (int)r->plan.train.batch,
		.shuffle = strcmp(r->plan.order, "shuffle") == 0,
		.balanced = r->plan.sampler != NULL,
		.seed = (uint64_t)r->plan.train.seed,
		.threads = run_threads(r),
		.augment = phases_plain(r) ? NULL : r->augment,
		.mix = mix_conf(r),
	};

	if ((r->feed = data_feed(r->data, &conf, err)) == NULL)
		return r->augment != NULL && err->code == ERR_USAGE
		    ? err_in(err, "--augment")
		    : -1;
	if (r->val == NULL)
		return 0;
	conf.batch = SCORE_BATCH;
	conf.shuffle = 0;
	conf.balanced = 0;
	conf.augment = NULL;
	conf.mix.how = MIX_NONE;
	return (r->val_feed = data_feed(r->val, &conf, err)) ? 0 : -1;
}

int
run_build(struct run *r, struct err *err)
{
	return open_net(r, err) < 0 ? -1 : open_feeds(r, err);
}

void
run_close_net(struct run *r)
{
	data_feed_free(r->feed);
	data_feed_free(r->val_feed);
	net_free(r->net);
	features_close(r->features);
	r->feed = r->val_feed = NULL;
	r->net = NULL;
	r->features = NULL;
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
		session_compare(&r->s, mean, spread, r->t->cli.operands[0]);
		return 0;
	}
	k->measured = 1;
	k->mean = mean;
	k->spread = spread;
	return 0;
}

/* The record says so when a run did not go on as it had begun. */
static int
record_numerics(struct run *r, const char *now, struct err *err)
{
	const char *words = arena_printf(
	    &r->t->arena, err, "%s, %d threads", now, net_threads(r->net));
	const struct json *list = json_get(r->record, "elsewhere");
	struct json *to = NULL;

	if (words == NULL)
		return -1;
	for (struct json *j = r->record->child; list != NULL; j = j->next)
		if (j == list) {
			to = j;
			break;
		}
	if (to == NULL)
		to = json_put_array(r->record, "elsewhere", &r->t->arena, err);
	return to == NULL ? -1
			  : json_put_text(to, NULL, words, &r->t->arena, err);
}

/* Where the numbers come from may have changed since a run was begun. */
static int
compare_numerics(struct run *r, struct err *err)
{
	const struct training *k = &r->s.training;
	const char *now = run_numerics(r, err);

	if (now == NULL)
		return -1;
	if (k->numerics == NULL ||
	    (strcmp(now, k->numerics) == 0 &&
		net_threads(r->net) == k->threads))
		return 0;
	tool_note(r->t,
	    "begun with %s and %lld threads, going on with %s and "
	    "%d: the bytes of the result may differ",
	    k->numerics, (long long)k->threads, now, net_threads(r->net));
	return r->record != NULL ? record_numerics(r, now, err) : 0;
}

/* Of a run that begins, with its first net. */
static int
begin_numerics(struct run *r, struct err *err)
{
	if (json_get(r->record, "numerics") != NULL)
		return 0;
	return lineage_arithmetic(
	    r->t, r->record, net_backend(r->net), net_threads(r->net), err);
}

int
run_prepare(struct run *r, struct err *err)
{
	if ((r->history = arena_alloc(
		 &r->t->arena, sizeof(*r->history), err)) == NULL ||
	    history_load(r->history, &r->s.model, err) < 0 ||
	    look_at_data(r, err) < 0 || norms_measure(r, err) < 0)
		return -1;
	norms_warn(r);
	if ((r->resumed && state_restore(r, &r->best, err) < 0) ||
	    run_phase_first(r, err) < 0)
		return -1;
	if (session_unchanged(&r->s, err) < 0)
		return -1;
	fmt_unload(&r->s.model);
	if (r->resumed && compare_numerics(r, err) < 0)
		return -1;
	return r->record != NULL ? begin_numerics(r, err) : 0;
}
