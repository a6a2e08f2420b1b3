/* What nn-train and nn-finetune share: their options, and the run that both
   make of them. */
#ifndef NN_RUN_H
#define NN_RUN_H

#include "cli.h"
#include "droprate.h"
#include "phases.h"
#include "rates.h"
#include "session.h"

struct train_options {
	struct common common;
	struct train_plan plan;
	int64_t until_epoch;
	double max_time; /* seconds; 0: none */
	int resume, replan;
	int64_t lr_find; /* steps; 0: train */
	const char *order, *sampler, *optimizer, *schedule, *loss, *clip;
	const char *augment, *contact_sheet;
	const char *report_dir;   /* NULL: no pictures */
	const char *class_weight; /* balanced, or a file */
	double label_smoothing, mixup, cutmix;
	struct cli_list lr_scale; /* SEL=FACTOR */
	struct cli_list dropout;  /* SEL=P */
	struct cli_list val;
	const char *fold; /* K/N */
	const char *checkpoint, *checkpoint_every;
	int64_t keep_checkpoints; /* 0: only the latest */
	int strip;
	int64_t skip_bad;
	int strict_labels;
	const char *backend;
	int profile;

	/* nn-finetune's. */
	struct cli_list freeze;   /* --freeze, --train, --freeze-through */
	struct cli_list unfreeze; /* WHEN:SEL */
	int64_t gradual;          /* epochs a block; 0: not */
	const char *recipe;
	int list_recipes;
	const char *new_head; /* layers, "" = one like the old one */
	int extend_head;
	const char *reuse_head; /* "name", or a file of names */
	int64_t input_channels; /* 0: as they are */
	const char *input_size; /* "32x32" */
	const char *pre;        /* words that replace the chain */
	const char *bn;         /* one of bn_words; NULL: by layer */
	const char *anchor;     /* L2SP:LAMBDA[,head=BETA] */
	struct cli_list lora;   /* SEL[,KEY=VALUE]... */
	int merge, adapter_only;
};

extern const char *const order_words[], *const sampler_words[],
					    *const backend_words[];

/* How often a checkpoint is written; all 0: only when stopped. */
struct every {
	double seconds;
	int64_t steps, epochs;
};

struct base;
struct freeze_proof;
struct features;
struct head_map;

/* A run from its options to its result. */
struct run {
	struct tool *t;
	struct train_options *o;
	struct session s;
	int fresh; /* nn-finetune: optimizer and schedule */
	struct run_plan plan;
	struct train_position at;
	struct every every;
	const char *model;      /* -m */
	const char *result;     /* -o */
	const char *checkpoint; /* NULL: none */
	int own_checkpoint;     /* FILE.unfinished: removed at the end */
	int resumed;            /* the model came from an unfinished file */

	struct augment *augment; /* of the plan; NULL: none */
	struct rates rates;      /* of the plan */
	struct thaws thaws;      /* of the plan and the graph */
	int entered;             /* how many phases this process has entered */
	double *class_weight;    /* of the plan; NULL: none */
	const char *weight_text; /* of the file of --class-weight, once read */
	struct dataset *data, *val;
	struct feed *feed, *val_feed;
	struct features *features; /* feature-cache.h; NULL: none are kept */
	struct net *net;
	struct net_slot *slots;
	int nslots;
	struct json *record; /* lineage, without metrics yet */
	struct freeze_proof *proof;
	struct state *best; /* NULL: none yet */
	int64_t history0;   /* rows of history before this process */
	struct history *history;

	/* nn-finetune's. */
	struct shape input_size;    /* wanted height and width */
	const struct head_map *map; /* of --reuse-head */
	int head_layer;             /* whose rows were changed */
	int64_t head_fresh;         /* how many of them begin anew */
	struct base *base;          /* of --adapter-only (base.h) */

	uint64_t began, saved; /* clock */
	int64_t saved_update, saved_epoch;
	int out_of_time;
	int64_t samples; /* seen by this process */
};

/* What nn-finetune does to the graph between reading it and running it. */
struct surgery {
	/* Before any model is read: is what the options say possible? */
	int (*check)(struct run *r, struct err *err);
	/* With the model read: what it takes. */
	int (*input)(struct run *r, struct err *err);
	/* With the data opened. */
	int (*operate)(struct run *r, struct err *err);
};

/* The whole of either tool; nn-train has no surgery. */
int run_all(struct run *r, struct tool *t, struct train_options *o,
    const struct surgery *surgery);

/* The steps of it, in order.  run_check: before any model is read (run-open.c);
   run_read: the model; run_open: the data, and the surgery; run_settle: the
   plan; run_prepare: the net (run-build.c). */
int run_check(struct run *r, const struct surgery *surgery, struct err *err);
int run_read(struct run *r, struct err *err);
int run_open(struct run *r, const struct surgery *surgery, struct err *err);
int run_settle(struct run *r, struct err *err);
int run_prepare(struct run *r, struct err *err);

/* Instead of training: tries rates (lrfind.c). */
int run_find(struct run *r, struct err *err);

/* The plan (runplan.c).  plan_check: what the options say by themselves is
   checked before any model is read.  plan_make: the plan of a new run, or the
   recorded one, which options may not contradict without --replan. */
int plan_check(struct run *r, struct err *err);
int plan_make(struct run *r, struct err *err);
int plan_augment(
    struct run *r, struct run_plan *p, const char *words, struct err *err);
int plan_apply(struct run *r, struct run_plan *p, struct err *err);
int plan_resume(struct run *r, struct err *err); /* replan.c */

/* Does the plan make sense (planfit.c)?  plan_watch: of a new run, and what it
   watches; plan_fits: of any. */
int plan_watch(struct run *r, struct run_plan *p, struct err *err);
int plan_fits(struct run *r, const struct run_plan *p, struct err *err);

/* Validation out of the training data (fold.c): --fold checked and spelt out;
   does the plan want any; takes it. */
const char *fold_words(struct run *r, struct err *err);
int plan_validates(const struct run_plan *p);
int plan_hold(struct run *r, struct err *err);
char *surgery_words(struct run *r, struct err *err);

/* What the run that is resumed does to its result, whether it is asked for again
   or not (replan.c). */
void surgery_recall(struct run *r);

/* What normalises over the batch (norms.c).  norms_check: can it be as the plan
   says?  norms_measure: statistics of the data, for --bn=recalibrate.
   norms_state: what it does with them in this run, NULL for other layers.
   norms_stored: is the tensor a statistic that only stays for this run? */
int norms_check(struct run *r, struct err *err);
int norms_measure(struct run *r, struct err *err);
const char *norms_state(const struct run *r, const struct node *node);
int norms_stored(const struct run *r, const struct node *node, int param);
int norms_all_stored(const struct run *r); /* --bn=frozen */
void norms_warn(const struct run *r);      /* of small batches */

/* What the bytes of a run depend on beside its plan; batches an epoch. */
const char *run_numerics(struct run *r, struct err *err);
int64_t run_batches(const struct run *r);

/* The net of the present phase, with its feeds (run-build.c), and none of them
   again. */
int run_build(struct run *r, struct err *err);
void run_close_net(struct run *r);

/* The first phase, or that of a resumed run, with the optimizer's state of the
   model; the next one, with that of the net (run-phase.c). */
int run_phase_first(struct run *r, struct err *err);
int run_phase_next(struct run *r, struct err *err);
/* The seed of numbers that a surgery draws. */
uint64_t run_seed(const struct run *r);

/* Threads: those given, else the recorded ones of a resumed run. */
int run_threads(const struct run *r);

/* What is odd about the data, said once (notes.c): about samples, once they
   were digested; about classes and validation, once they were split. */
void note_data(struct run *r);
int note_classes(struct run *r, struct err *err);
void note_shared(struct run *r);

/* What people see (show.c, show-plan.c, show-tensors.c). */
int show_plan(struct run *r, struct err *err);
void show_step(struct run *r, const struct train_report *report);
int show_epoch(
    struct run *r, const struct train_report *report, struct err *err);
int show_phase(struct run *r, int kept, struct err *err); /* slots that go on */
int64_t show_learning(const struct graph *g, int64_t *numbers); /* tensors */
void show_phases(const struct run *r, struct text *t); /* of the plan */
void show_status(struct run *r, const struct train_report *report);
void show_verified(struct run *r, int verified);
int show_end(struct run *r, int verified, struct err *err);
void show_tensors(struct run *r);
int show_profile(struct run *r, struct err *err);
int show_sheet(struct run *r, struct err *err); /* --contact-sheet */

#endif
