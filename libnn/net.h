/* What a net is made of.  Private to libnn and its tests. */
#ifndef NN_NET_H
#define NN_NET_H

#include "loss.h"
#include "nn.h"
#include "optim.h"
#include "program.h"

enum {
	NET_SIZES_MAX = 2,   /* batch sizes that one thing is compiled for */
	NET_UPDATES_MAX = 1, /* entries in the list of updates */
};

/* A tensor of the graph in the slabs of the net. */
struct net_param {
	int node, index; /* of the graph's node and of its param */
	int learns;
	struct net_rule rule;
	struct val value, grad;
};

/* Neighbours that the optimizer treats alike: one operation. */
struct span {
	double l1, l2, decay, lr_scale, anchor;
	int64_t since;
	struct val value, grad, slot[OPTIM_SLOTS_MAX];
	struct val average; /* where the update has an ema */
	struct val origin;  /* where one of its spans has an anchor */
};

/* A program with the values that the net itself reads and writes. */
struct compiled {
	struct program p;
	struct val *in[GRAPH_ENDS_MAX];  /* bound to the batch */
	struct val *out[GRAPH_ENDS_MAX]; /* outputs; training: the one that
	                                    the loss looks at */
	struct val *loss;                /* of each sample, or NULL */
	int fused;                       /* training: out[0] are logits */
};

/* One entry in the list of updates: forward, backward, update. */
struct net_update {
	int output; /* which of the graph's outputs */
	const struct loss *loss;
	void *loss_conf;
	const struct optim *optim;
	void *optim_conf;
	int slots; /* which it uses: a bit mask */
	double clip_norm, clip_value;
	double ema;                   /* decay of averaged weights; 0: none */
	int anchored;                 /* does one of the spans have an anchor */
	struct val grads;             /* all of them, one after another */
	struct val gathered;          /* those of earlier batches, or no data */
	int64_t samples;              /* in gathered */
	struct compiled *gathered_by; /* the last one that added to it */
	int nspans;
	struct span *spans;
	int nprograms;
	struct compiled programs[NET_SIZES_MAX];
};

struct net {
	struct arena arena;
	struct graph graph; /* a copy; the numbers are in the slabs */
	uint64_t seed;
	int threads;
	enum compute compute;
	int apart;           /* operations do not join */
	int whole;           /* no chunks */
	int stored, measure; /* net_conf's */
	int nparams;
	struct net_param *params; /* canonical order: nodes, then tensors */
	int nupdates;
	struct net_update updates[NET_UPDATES_MAX];
	int npredict;
	struct compiled predict[NET_SIZES_MAX]; /* ascending sizes */
	const struct loss *loss;                /* of predictions, or NULL */
	void *loss_conf;
	real *stage[GRAPH_ENDS_MAX]; /* inputs that could not be bound */
	real *stage_target;
	int64_t target_width;
	real *class_weight, *stage_weight; /* NULL: none */
	void *slabs[SLAB_N];
	size_t sizes[SLAB_N];
	uint64_t version, loaded;      /* of the parameters: struct step */
	const struct backend *backend; /* asked before ref, or NULL */
	void *backend_handle, *ref_handle;
	struct net_slot *slot_list;
	int nlanes; /* chunk.h */
	struct lane *lanes;
};

/* Places of the parameters, their gradients and slots: learning ones first,
   those with equal rules side by side. */
int net_place_params(
    struct net *net, const struct net_conf *conf, struct err *err);

/* The graph as programs for batches of n. */
int compile_train(struct net *net, struct net_update *u, int64_t n,
    struct compiled *c, struct err *err);
int compile_predict(
    struct net *net, int64_t n, struct compiled *c, struct err *err);

/* The operations of one update: penalties join the loss; norm and optimizer
   come after the gradients. */
void update_penalties(struct build *b, struct net_update *u);
void update_append(struct build *b, struct net_update *u);

/* Slabs for all programs, which are planned; what these share gets its
   addresses. */
int net_allocate(struct net *net, struct err *err);
void net_place_shared(struct net *net);

/* Buffers for what the caller's batch does not offer in the form needed:
   partial batches, other alignment, several inputs, one-hot targets. */
int net_stage(struct net *net, struct err *err);

/* Weights of classes: taken from conf after net_stage, and those of a batch's
   samples bound to a step (weigh.c). */
int net_weigh_classes(
    struct net *net, const struct net_conf *conf, struct err *err);
void net_weigh(struct net *net, const struct batch *b, struct step *step);

/* Calls visit for every program; stops at an error. */
int net_each(struct net *net,
    int (*visit)(struct net *net, struct compiled *c, struct err *err),
    struct err *err);

/* Which backend the work is worth, loaded; NULL in *backend: ref does all. */
int backend_choose(const struct net_conf *conf, enum compute compute,
    double step_flops, double batch_flops, const struct backend **backend,
    struct err *err);
int backend_compute(const char *name, enum compute *compute, struct err *err);

/* Threads and numbers of the program's operations, and the layouts of its
   pictures; then it can be planned. */
int backend_arrange(struct net *net, struct program *p, struct err *err);

/* Plans every operation of a program: the backend first, ref for the rest. */
int backend_plan_op(
    const struct net *net, void *handle, struct op *op, struct err *err);
int backend_plan(struct net *net, struct program *p, struct err *err);

/* After a loss or gradient that is not finite: runs the step again, looking
   at every value, and says where it began.  Always -1. */
int net_explain(
    struct net *net, struct compiled *c, struct step *step, struct err *err);

#endif
