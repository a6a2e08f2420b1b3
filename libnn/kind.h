/* What a kind of layer is, and how kinds append operations to programs.

   A kind is one file with one constant, one line in kinds.def and one in
   Makefile.inc.  Kinds do no arithmetic: told their settings and shapes, they
   append operations.  Their examples are what help prints and tests run. */
#ifndef NN_KIND_H
#define NN_KIND_H

#include "base/attr.h"
#include "base/graph.h"
#include "op.h"

enum { KIND_SAVED_MAX = 4 };

struct build;

/* A node while it is compiled. */
struct layer {
	const struct node *node;
	const struct kind *kind;
	void *conf;   /* settings, filled by the kind's table */
	int training; /* 0: inference form (predicting, frozen, or bound to
	                 stored statistics, then with gradients) */

	/* shape(): from the shapes of x to those of y and the parameters,
	   all with the batch in front; parameters as in Keras.  A kind
	   without inputs finds the batch in x_shape[0].dim[0]. */
	int nx;
	struct shape x_shape[NODE_INPUTS_MAX];
	struct shape y_shape;
	struct shape param_shape[NODE_PARAMS_MAX]; /* rank -1: has none */
	const char *param_init[NODE_PARAMS_MAX];   /* "glorot_uniform" */

	/* forward(): reads x and param, sets y.  backward(): reads dy, sets
	   grad where it is not NULL and dx[i] where want[i]. */
	struct val *x[NODE_INPUTS_MAX], *y;
	struct val *param[NODE_PARAMS_MAX];
	struct val *grad[NODE_PARAMS_MAX]; /* NULL: frozen or none */
	int stays[NODE_PARAMS_MAX];        /* a statistic that is frozen */
	struct val *dy, *dx[NODE_INPUTS_MAX];
	int want[NODE_INPUTS_MAX];
	struct val *saved[KIND_SAVED_MAX]; /* from forward to backward */
};

struct kind {
	const char *name;  /* identity in files, for ever */
	const char *alias; /* short name in operands, or NULL */
	const char *help;
	const char *since; /* format version that brought it: "0.1" */
	int version;       /* of what it means, in files; 0: 1, the first */
	size_t conf_size;
	const struct attr *attrs; /* NULL: no settings */
	int min_inputs, max_inputs;
	const char *param[NODE_PARAMS_MAX]; /* names, NULL-terminated */
	enum role role[NODE_PARAMS_MAX];
	const struct elt *elt; /* set: an activation */
	int mixes_samples; /* training: a result depends on the whole batch */
	int draws;         /* training: and on random numbers */
	int (*shape)(struct layer *l, struct err *err);
	int (*forward)(struct layer *l, struct build *b);
	int (*backward)(struct layer *l, struct build *b);
	const char *example;    /* an operand, "dense:3" */
	struct shape example_x; /* input shape for it, batch in front */
	int example_inputs;     /* how many such inputs; 0 = 1 */
};

extern const struct kind *const kinds[]; /* NULL-terminated, kinds.def */

/* By name or alias; NULL when unknown. */
const struct kind *kind_find(const char *name);

/* Fills l (arena: for conf) from a node: kind, settings, shapes.  x_shape and
   nx are set by the caller.  ERR_MODEL by default: "layer 'a': ...". */
int layer_open(struct layer *l, const struct node *node, struct arena *arena,
    enum err_code code, struct err *err);

/* Helpers for shape(): "wants inputs of the same shape" and the like. */
int shape_refuse(struct layer *l, struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int shape_alike(
    struct layer *l, struct err *err); /* all inputs: else refused */

/* What backward() may append to.  Sticky: after an error they return NULL and
   forward/backward return build_status(b). */
struct val *build_val(
    struct build *b, const struct shape *shape, const char *suffix);
struct val *build_alias(
    struct build *b, struct val *v, const struct shape *shape);
struct op *build_op(struct build *b, enum op_what what);
/* Adds an operand; an op or a value that is NULL (after an error) is ignored. */
void build_in(struct op *op, struct val *v);
void build_out(struct op *op, struct val *v);
/* The same; the place, or 0 when there is none: for op->bias, op->dgamma. */
int build_optional(struct op *op, struct val *v);
int build_result(struct op *op, struct val *v);
int build_status(const struct build *b);
struct arena *build_arena(struct build *b);

/* "PURPOSE/LAYER": the name of a random stream of the layer. */
const char *build_stream(struct build *b, const char *purpose);

/* What the layer draws random numbers for: "dropout/drop_1". */
const char *build_purpose(struct build *b, const char *what);

/* Shorthands, each appends one operation and returns its new output (or the
   one given as out, where there is such an argument and it is not NULL). */
struct val *build_matmul(struct build *b, struct val *a, int trans_a,
    struct val *w, int trans_b, struct val *bias, const struct shape *shape,
    struct val *out);
struct val *build_rowsum(struct build *b, struct val *v, struct val *out);
struct val *build_eltwise(
    struct build *b, const struct elt *elt, const void *conf, struct val *x);
struct val *build_eltwise_back(struct build *b, const struct elt *elt,
    const void *conf, struct val *dy, struct val *xy);

#endif
