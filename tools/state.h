/* The state of a run as a model file holds it: weights, optimizer state, the
   best so far, history, and the documents about them. */
#ifndef NN_STATE_H
#define NN_STATE_H

#include "run.h"

/* What the best weights and their optimizer state are called in a file:
   /alternate/best and /alternate/best.SLOT. */
#define STATE_BEST "best"
#define STATE_BEST_SLOT "best."

/* A copy of all that learns, with the position it belongs to. */
struct state {
	struct arena arena;
	struct graph graph;      /* weights in slabs of arena */
	struct fmt_named *slots; /* copies too */
	int nslots;
	struct train_position at;
	int entered; /* the net it was taken from: r->entered */
};

/* Takes a copy of the net's state; *state NULL: made the first time. */
int state_take(struct run *r, struct state **state, struct err *err);

/* The best state as an unfinished file holds it, back into *state. */
int state_restore(struct run *r, struct state **state, struct err *err);
void state_free(struct state *state);

/* Optimizer state into the net's slots, or only slots of that name (NULL: all):
   how many fitted.  A copy of it, which outlives the net. */
int slots_load(
    struct run *r, const struct fmt_named *from, int n, const char *only);
int slots_copy(struct run *r, struct fmt_named **slots, int *n,
    struct arena *arena, struct err *err);

/* The state "since" of a tensor: the optimizer's updates before its first, when
   there were any; a row of a file, and back into r->thaws. */
#define STATE_SINCE "since"
void since_load(struct run *r, const struct fmt_named *from, int n);

/* What is held by --anchor: only unfinished runs need it. */
#define STATE_ANCHOR "anchor"

/* History: rows by metric. */
struct history {
	int64_t rows, room;
	int nmetrics;
	const char **name;
	double **value;
	struct arena arena;
};
int history_load(struct history *h, const struct fmt_model *m, struct err *err);
int history_add(
    struct history *h, const struct train_epoch *row, struct err *err);
double history_value(const struct history *h, const char *name,
    int64_t row); /* not a number: not taken */
void history_free(struct history *h);

/* The position whose weights are the result: the best one, where that is to be
   kept. */
const struct train_position *state_kept(const struct run *r);

/* Writes the unfinished or finished state to the checkpoint. */
int checkpoint_write(struct run *r, struct err *err);
int checkpoint_write_to(struct run *r, const char *path, struct err *err);

/* The finished result, of the best state when that is to be kept, to -o. */
int result_write(struct run *r, struct err *err);

#endif
