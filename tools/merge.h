/* nn-merge: what its parts share. */
#ifndef NN_MERGE_H
#define NN_MERGE_H

#include "session.h"

enum {
	MEMBERS_MAX = 1000,          /* models */
	MEMBERS_LAYERS_MAX = 100000, /* layers of all of them */
};

struct merge_options {
	struct common common;
	const char *average; /* weights, "" = all alike; NULL: not asked for */
	struct cli_list recalibrate; /* data */
	const char *augment;         /* while measuring */
	const char *ensemble;        /* what is averaged; NULL: not asked for */
	const char *backend;
};

struct merge_mode;

struct merge {
	struct tool *t;
	struct merge_options *o;
	const struct merge_mode *mode;
	int n;
	struct session *member;  /* the operands, in order */
	double *weight;          /* --average: of each, their sum 1 */
	struct dataset *data;    /* --recalibrate, or NULL */
	struct augment *augment; /* and how it is changed, or NULL */
	const char *augment_words;
	int adapters;          /* --adapter: how many are merged */
	struct session result; /* what is written: the model, and what the
	                           first member says about its data */
	struct json *record;   /* lineage */
};

/* One way of making one model out of several: an option. */
struct merge_mode {
	const char *option;
	int least, most; /* how many models it wants */

	/* What can be said before a model is read; NULL: nothing. */
	int (*check)(struct merge *m, struct err *err);
	/* Do the members go together?  Then m->result as far as --dry-run
	   wants to see it: all but what takes work. */
	int (*open)(struct merge *m, struct err *err);
	/* How it is made, for --dry-run. */
	void (*show)(const struct merge *m, struct text *out);
	/* The work; NULL: there is none. */
	int (*make)(struct merge *m, struct err *err);
};
extern const struct merge_mode merge_average, merge_ensemble, merge_adapter;

/* The members (merge-members.c): read one after the other, each checked as any
   model is. */
int members_read(struct merge *m, struct err *err);
int members_unchanged(struct merge *m, struct err *err);
void members_close(struct merge *m);

/* Do all take the same samples to the same answers: task, input, preprocessing,
   labels, output?  And have they the same layers?  ERR_DATA names the first
   difference. */
int members_same_ends(const struct merge *m, struct err *err);
int members_same_layers(const struct merge *m, struct err *err);

/* Have all the same under /ext, and the same optional features? */
int members_same_ext(const struct merge *m);

/* m->result: what goes on from the first, but for its graph; the state of the
   optimizer and the history do not, and of /about what all say alike. */
int members_result(struct merge *m, struct err *err);

/* --recalibrate (merge-recalibrate.c): checked before a model is read; its data
   opened for m->result; shown; done, after the record was begun.  Without the
   option they do nothing. */
int recalibrate_check(struct merge *m, struct err *err);
int recalibrate_open(struct merge *m, struct err *err);
void recalibrate_show(const struct merge *m, struct text *out);
int recalibrate_make(struct merge *m, struct err *err);

#endif
