/* A flat list of operations over planned memory: append, fuse, plan, print,
   run, profile.  Private to libnn and its tests. */
#ifndef NN_PROGRAM_H
#define NN_PROGRAM_H

#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "kind.h"
#include "op.h"

enum { PLACE = 64 }; /* bytes every place in a slab is aligned to */

struct program {
	const char *name; /* "train" */
	int64_t n;        /* samples in its batch */
	struct arena *arena;
	int nops, ops_room;
	struct op **ops;
	int nvals, vals_room;
	struct val **vals;
	enum phase phase;  /* what is being appended to */
	int threads;       /* by the work in it */
	int end[PHASE_N];  /* ops of a phase end here, after program_seal */
	size_t value_size; /* bytes of the value slab, after program_plan */
	uint64_t *ns;      /* time of each operation, when profiled */
	int64_t runs;      /* how often it ran since */
	uint64_t (*clock)(void);
};

/* The operations behind OP_CHUNKS, as one of its threads runs them; NULL for
   any other. */
struct program *chunk_inside(const struct op *op);

/* What build_* functions append to, and whose layer is speaking. */
struct build {
	struct program *program;
	struct arena *arena;
	const struct layer *layer;
	struct err *err;
	int failed;
};

struct op *program_op(struct program *p, enum op_what what, struct err *err);
struct val *program_val(struct program *p, const struct shape *shape,
    const char *name, struct err *err);

/* Joins what can be one operation, where nobody else reads what is between: a
   sum and an activation go into the operation before them, an activation's
   derivative into the one before or behind it (op.h says how). */
void program_fuse(struct program *p);

/* Folds normalisations by parameters into the products before them, when
   nobody else reads these; constant_only: only by such as no update of the
   net changes. */
int program_fold(struct program *p, int constant_only, struct err *err);

/* Drops operations whose results nobody reads. */
void program_prune(struct program *p);

/* Puts pictures into blocks of channels where the backend gains from it, and
   turns them where such stretches begin and end.  Before program_plan. */
int program_arrange(struct program *p, const struct backend *backend,
    void *handle, struct err *err);

/* Who lives when, and where in the value slab: no two values that live at
   the same time share a byte, except in-place results. */
int program_plan(struct program *p, struct err *err);

/* Gives every value its address: slabs by enum slab_name. */
void program_place(struct program *p, void *const slabs[SLAB_N]);

/* Binds a value of SLAB_BOUND, and its aliases, to a buffer. */
void program_bind(struct program *p, struct val *v, real *data);

/* Runs one phase: 0, or -1 when an operation failed.  Of PHASE_PREPARE only
   what reads parameters that have changed since it ran. */
int program_run(struct program *p, enum phase phase, struct step *step);

void program_release(struct program *p);
void program_print(const struct program *p, struct text *out);
int program_profile(
    struct program *p, uint64_t (*clock)(void), struct err *err);
double program_flops(const struct program *p);

/* For passes: readers of every value; no more NULLs among the operations. */
void program_count_readers(struct program *p);
void program_close_gaps(struct program *p);

/* May out0 of the operation take the place of in0? */
int op_in_place(const struct op *op);

/* Opens the layers of a graph for batches of n, in order; room for nnodes. */
int layers_open(const struct graph *g, int64_t n, struct layer *layers,
    struct arena *arena, enum err_code code, struct err *err);

#endif
