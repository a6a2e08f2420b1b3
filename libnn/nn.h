/* Build, run, train: the page that the author of a tool reads.

   graph -> nn_resolve -> (nn_init) -> net_build -> net_predict / net_step ->
   net_store -> graph. */
#ifndef NN_NN_H
#define NN_NN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/batch.h"
#include "base/err.h"
#include "base/graph.h"
#include "base/text.h"
#include "real.h"

struct net;
struct backend;

/* Makes every kind, setting and shape of the graph certain: errors name the
   layer.  Tensors present are compared with what the kinds expect; tensors
   missing are appended without data when grow is set, and those of a shape not
   known (rank -1) get theirs, an error otherwise, as
   an unexpected tensor always is.  code: ERR_MODEL for a file, ERR_USAGE for
   operands.  New names and shapes live in g->arena. */
int nn_resolve(struct graph *g, int grow, enum err_code code, struct err *err);

/* Shape of node i's output, without the batch; after nn_resolve. */
int nn_shape(const struct graph *g, int i, struct shape *out, struct err *err);

/* The same for all nodes at once: room for g->nnodes. */
int nn_shapes(const struct graph *g, struct shape *out, struct err *err);

/* Depths of all nodes at once, room for g->nnodes: how many blocks stand
   between a node and the output.  A block is a stretch of the graph that is
   entered and left in one place and holds a kernel: a layer with its norm and
   activation, or all that is between two places where branches have met; the
   layers of the head together are block 0.  The result is how many there are.
   And factor to the power of a depth. */
int nn_depths(const struct graph *g, int *depth);
double nn_decayed(double factor, int depth);

/* The factor from block to block with which the rates of so many blocks span
   that much from the last to the first, but no step is more than most. */
double nn_spread(double span, double most, int blocks);

/* Fills the parameters that have no data, by their kinds' initialisers; the
   numbers live in slabs of g->arena.  override (NULL: none) replaces the
   kinds' own choice for kernels: --init. */
int nn_init(
    struct graph *g, uint64_t seed, const char *override, struct err *err);

/* Where the optimizer's numbers of one parameter are; f32 (real), borrowed
   from the net. */
struct net_slot {
	const char *layer, *param, *slot;
	struct tensor value;
};

/* What a penalty or a rate is applied to is decided by the caller, one row a
   parameter tensor that learns, by name. */
struct net_rule {
	const char *layer, *param;
	double l1, l2, decay, lr_scale;
	int64_t since; /* update before the first that it learnt from: what
	                  counts updates counts from there */
	double anchor; /* adds anchor / 2 sum (w - w0)^2 to the loss, where w0
	                  is what the net was built with */
};

struct net_conf {
	const char *backend;    /* "auto", "ref" or "dnn"; NULL: auto */
	const char *module_dir; /* where the backend modules are, or NULL */
	const char *compute;    /* what products are made of: "f32" (NULL) or
	                           "bf16", an error where it cannot be had */
	int threads;            /* at most so many; 0 = 1 */
	int batch;              /* predicting: most samples at once */
	int train_batch;        /* training: samples a step; 0 = no training */
	int last_batch;         /* of the last step of an epoch; 0 = none */
	int accumulate;         /* training: most batches an update gathers;
	                           0 = 1 */
	struct choice loss;     /* for training and net_loss; name NULL: none */
	struct choice optimizer;    /* for training */
	double clip_norm;           /* 0 = none */
	double clip_value;          /* 0 = none */
	const double *class_weight; /* training: of each class's samples in
	                               the loss and its gradient; NULL: 1 */
	double ema; /* training: decay of averaged weights, 0 = none */
	uint64_t seed;
	const struct net_rule *rules; /* default: 0 0 0 1 0 */
	int nrules;
	int apart; /* no operation joins another: to compare, to look at */
	int whole; /* nothing runs a few samples at a time: the same */

	/* Of what normalises over the batch (batch norm): in training use the
	   stored statistics and leave them, while gamma and beta may learn;
	   or, without training, net_measure instead of predictions. */
	int stored, measure;
};

/* Weights with which every class that has samples counts the same, all / (classes
   count): 1 on average over the samples; 1 for a class without any. */
void nn_balance(const int64_t *count, int64_t n, double *weight);

/* Compiles the graph (resolved, with data in every parameter; frozen flags
   honoured) for the shapes that conf declares and copies the parameters in.
   "auto" takes oneDNN when the work is worth loading it, by formula. */
struct net *net_build(
    const struct graph *g, const struct net_conf *conf, struct err *err);
void net_free(struct net *net);

/* Outputs of the batch (1 <= n <= conf.batch), one tensor an output of the graph,
   borrowed until the next call.  loss (NULL: not wanted): of each sample, n
   numbers, needs a loss and targets. */
int net_predict(struct net *net, const struct batch *batch,
    struct tensor *outputs, const real **loss, struct err *err);

/* The stored statistics of every batch norm, frozen or not, move towards those
   of the batch by the share: with share n / (samples so far, these included)
   they become the mean over all batches, weighted by samples; the first, with
   share 1, forgets what was there.  All other layers are as in predictions.
   For a net with conf.measure; one batch has conf.batch samples, or, at an end,
   conf.last_batch. */
int net_measure(
    struct net *net, const struct batch *batch, double share, struct err *err);

struct step_result {
	double loss;      /* mean over the samples, weighed, penalties
	                             included */
	double grad_norm; /* before clipping */
	int64_t right;    /* samples whose label is the largest output;
	                             -1 when there are no labels */
};

/* One update from one batch of at most train_batch samples.  On ERR_NUMERIC
   (loss or gradient not finite; the text names layer and value) parameters
   and slots are as before. */
struct step_args {
	uint32_t epoch;
	int64_t update; /* number of this update, from 1 */
	double lr;
};
int net_step(struct net *net, const struct batch *batch,
    const struct step_args *args, struct step_result *result, struct err *err);

/* One update from several batches, with conf.accumulate > 1: net_gather adds the
   gradient of a batch to those gathered (result: of this batch, without a
   norm), net_update divides their sum by the number of all their samples and
   goes on as net_step does (result: the norm alone).  That is the update of
   one batch of all the samples, up to rounding, but for what mixes the samples
   of a batch.  After an error nothing is gathered; the statistics of batches
   before it may have moved. */
int net_gather(struct net *net, const struct batch *batch,
    const struct step_args *args, struct step_result *result, struct err *err);
int net_update(struct net *net, const struct step_args *args,
    struct step_result *result, struct err *err);

/* Copies the parameters into the tensors of g (same graph, f32): allocated
   in g->arena where they are not writable slabs of it.  And from it. */
int net_store(const struct net *net, struct graph *g, struct err *err);
int net_load(struct net *net, const struct graph *g, struct err *err);

/* With averaged weights (conf.ema).  net_swap_average: they and the weights
   change places, for predictions by them; before the next step it is called
   again.  net_store_average: as net_store, but what learns comes averaged. */
void net_swap_average(struct net *net);
int net_store_average(const struct net *net, struct graph *g, struct err *err);

/* The optimizer's state, one row a slot, canonical order, with the averaged
   weights as slot "ema" and w0 of what is anchored as "anchor"; values may be read and written in place. */
int net_slots(
    struct net *net, struct net_slot **slots, int *n, struct err *err);

/* The programs as text: one line an operation; with times when profiled. */
void net_print(const struct net *net, struct text *out);

/* Switches timing on: clock returns nanoseconds. */
int net_profile(struct net *net, uint64_t (*clock)(void), struct err *err);

/* For tests and for the plan: operations in the training program that
   compute gradients, bytes of all slabs, name of the backend chosen. */
int net_gradient_ops(const struct net *net);
size_t net_bytes(const struct net *net);
const char *net_backend(const struct net *net);
const char *net_compute(const struct net *net); /* "f32" */
int net_threads(const struct net *net);

#endif
