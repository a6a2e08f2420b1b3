/* Epochs, evaluation, patience, checkpoints by callback: training as a plan
   and a position, both plain data that a file can hold.

   The same plan, position, parameters, optimizer state and data give the same
   continuation, byte for byte. */
#ifndef NN_TRAIN_H
#define NN_TRAIN_H

#include <stdint.h>

#include "base/attr.h"
#include "base/batch.h"
#include "base/err.h"
#include "nn.h"

/* A part of a run in which the same tensors learn.  Between two of them the
   caller makes a net anew, of a graph with other frozen flags. */
struct train_phase {
	int64_t epoch;      /* of the run, from 0, with which it begins;
	                  TRAIN_PLATEAU: when the phase before it has had
	                  plan->patience epochs that were not the best */
	double lr;          /* factor of the rate */
	int restart;        /* the schedule begins anew, for as long as no other
	                  phase restarts it */
	int plain;          /* for the caller: samples are not augmented */
	const char *select; /* what learns too from here on: for the caller */
};

enum { TRAIN_PLATEAU = -1, TRAIN_PHASES_MAX = 1000 };

/* What was asked for.  The table serves the command line and the file. */
struct train_plan {
	int64_t epochs; /* of this run */
	int64_t steps;  /* updates of this run; 0: by epochs */
	int64_t batch;
	int64_t accumulate; /* batches of an update; 0: 1 */
	double lr;          /* 0: the optimizer's default */
	int64_t seed;
	const char *monitor; /* val_loss val_acc loss acc */
	int64_t patience;    /* epochs without improvement; 0 = none */
	const char *keep;    /* best last ema; best: on_best is called */
	double l1, l2, weight_decay;
	int decay_all;
	double clip_norm, clip_value;
	double ema; /* decay of averaged weights; 0: none */
	double val_split;
	const char *warmup; /* "5%", "100", "0" updates */
	double min_lr;
	const char *compute;        /* f32 bf16: struct net_conf */
	const char *cache_features; /* auto always never: what stands still is
	                               computed once (halves.h) */
	double layer_decay; /* for the caller's rules: struct net_rule */
	/* Not in the table; operands of their own grammar. */
	struct choice optimizer, schedule, loss;
	int nphases; /* 0: one, of all the run; the first begins at epoch 0 */
	const struct train_phase *phases;
};

extern const struct attr train_plan_attrs[];

/* How far it came.  Everything a resumed run needs besides parameters and
   optimizer slots. */
struct train_position {
	int64_t first_epoch;    /* epoch counter when this run began */
	int64_t epoch;          /* counter now; orders samples */
	int64_t batch_at;       /* batches of this epoch that are done */
	int64_t update;         /* updates of this run that are done */
	int64_t optimizer_step; /* updates of this optimizer state */
	double sum_loss;        /* running sums of this epoch */
	int64_t sum_n, sum_right;
	double best;                    /* monitored, of best_epoch */
	int64_t best_epoch, bad_epochs; /* best_epoch from 1; 0: none yet */
	int64_t phase;                  /* which, from 0 */
	int64_t phase_update;           /* updates of this run before it */
	int done;
};

extern const struct attr train_position_attrs[];

/* One row of history, an epoch. */
struct train_epoch {
	int64_t epoch;            /* number, from 1, over all runs */
	double loss, acc;         /* acc NAN: no labels */
	double val_loss, val_acc; /* NAN: no validation */
	double lr;
	int improved; /* the monitored value is the best so far */
};

/* What a step or an epoch tells the caller. */
struct train_report {
	const struct train_plan *plan;
	const struct train_position *at;
	int64_t batches;                 /* an epoch has so many */
	double loss, acc;                /* running, of this epoch */
	const struct train_epoch *epoch; /* set at the end of an epoch */
};

enum train_end {
	TRAIN_DONE,
	TRAIN_STOPPED,
	TRAIN_PATIENCE,
	TRAIN_PHASE, /* at->phase is the next one, which has not begun */
	TRAIN_FAILED
};

struct train_calls {
	void *ctx;
	/* After every update; nonzero: stop here, between two updates. */
	int (*on_step)(void *ctx, const struct train_report *r);
	/* After every epoch (with its row); -1 with err: give up. */
	int (*on_epoch)(
	    void *ctx, const struct train_report *r, struct err *err);
	/* The monitored value is the best so far: keep what net_store gives. */
	int (*on_best)(
	    void *ctx, const struct train_report *r, struct err *err);
};

/* Runs the plan from the position to the end of its phase.  val may be NULL. */
enum train_end train_run(struct net *net, const struct train_plan *plan,
    struct train_position *at, struct feed *data, struct feed *val,
    const struct train_calls *calls, struct err *err);

/* The rate of an update (from 0) of a run without phases, for plots. */
int train_rate(const struct train_plan *plan, int64_t update, int64_t total,
    int64_t per_epoch, double *lr, struct err *err);

/* Epochs, of so many batches, of the phase that the run is in, or to the run's
   end where a plateau may end it before.  How many are done does not matter:
   who goes on decides as who began. */
int64_t train_phase_epochs(const struct train_plan *plan,
    const struct train_position *at, int64_t batches);

/* Sums over a feed: mean loss and share of right answers (NAN: none). */
struct score {
	int64_t n, right;
	double loss;
};
int train_score(
    struct net *net, struct feed *data, struct score *score, struct err *err);

#endif
