/* Layers and wires: named nodes in topological order, lookup, surgery.

   A graph is plain data: kinds are names, settings are lists, tensors are
   borrowed.  It knows no arithmetic and no file; libfmt reads and writes it,
   libnn compiles it, tools cut, append and freeze it before any memory
   exists.  All of it lives in the arena that was given to graph_begin. */
#ifndef NN_BASE_GRAPH_H
#define NN_BASE_GRAPH_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/tensor.h"

enum {
	NODE_INPUTS_MAX = 32,
	NODE_PARAMS_MAX = 8,
	GRAPH_NODES_MAX = 10000,
	GRAPH_ENDS_MAX = 32,  /* inputs or outputs of a graph */
	NAME_MAX_BYTES = 100, /* of one component of a path */
	PATH_MAX_BYTES = 400, /* of a layer path */
};

enum role { ROLE_PARAMETER, ROLE_STATISTIC };

struct param {
	const char *name; /* "kernel", as in Keras */
	enum role role;
	int frozen;          /* this tensor does not learn */
	struct tensor value; /* data NULL: not initialised yet */
};

struct node {
	const char *name; /* layer path, "enc/dense_1" */
	const char *kind;
	int64_t kind_version; /* 0: 1, the first */
	struct settings settings;
	int ninputs;
	int inputs[NODE_INPUTS_MAX]; /* indices of earlier nodes */
	const char *tag;             /* NULL, or "head" */
	int frozen;                  /* the layer is in its inference form */
	int nparams;
	struct param params[NODE_PARAMS_MAX];
};

struct graph {
	struct arena *arena;
	const char *task; /* "classify", "regress", "autoencoder"... */
	int nnodes, room;
	struct node *nodes;   /* topological: inputs have smaller indices */
	int nplaces, *places; /* of names, by hash: index of a node + 1 */
	int ninputs, inputs[GRAPH_ENDS_MAX]; /* nodes of kind "input" */
	int noutputs, outputs[GRAPH_ENDS_MAX];
};

void graph_begin(struct graph *g, struct arena *arena);

/* Is it a layer path: components of [A-Za-z0-9_.-]{1,100}, none beginning
   with '.', joined by '/'? */
int graph_name_ok(const char *name);

/* Appends a node (name NULL: KIND_N).  The node's inputs are to be set by
   the caller: indices of earlier nodes.  NULL on a bad or double name, or
   too many.  The pointer is good until the next append. */
struct node *graph_append(struct graph *g, const char *name, const char *kind,
    enum err_code code, struct err *err);

/* Index of the node of that name, or -1. */
int graph_find(const struct graph *g, const char *name);

/* For surgery: finds names anew among the nodes that are there now. */
int graph_index(struct graph *g, struct err *err);

/* Adds a tensor without data to a node; name is borrowed. */
struct param *node_param(struct node *node, const char *name, enum role role,
    enum dtype dtype, const struct shape *shape, struct err *err);
const struct param *node_param_find(const struct node *node, const char *name);

/* Checks what every graph promises: inputs before their readers, names
   single and legal, ends in range, at least one input and one output. */
int graph_check(const struct graph *g, enum err_code code, struct err *err);

/* A deep copy of everything but the numbers, which stay borrowed. */
int graph_copy(struct graph *to, const struct graph *from, struct arena *arena,
    struct err *err);

/* Surgery: drops every node tagged with tag and the outputs among them.  The
   nodes they read from, deduplicated, in the order of reading, are returned
   in stubs (room for GRAPH_ENDS_MAX); the number of stubs is the result, -1 on
   error: nothing is tagged so, or a layer that stays reads from one that
   goes. */
int graph_cut(struct graph *g, const char *tag, int stubs[], struct err *err);

/* Surgery: a new node between node `at` and its first input, with the same
   tag; at and all after it move on by one.  The result is the new node's
   index, which is at, or -1. */
int graph_insert(struct graph *g, int at, const char *kind, struct err *err);

/* Marks the head: for each output, its last layer with parameters and
   everything after it gets tag "head".  After nn_resolve, which brings the
   parameters. */
int graph_tag_head(struct graph *g, struct err *err);

int node_in_head(const struct node *node); /* is it tagged so? */

/* How many numbers the tensors of all layers hold. */
int64_t graph_param_count(const struct graph *g);

#endif
