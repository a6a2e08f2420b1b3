/* What stands still in a run is computed once: the samples become what the
   frozen layers make of them, and only the rest of the net runs. */
#ifndef NN_FEATURE_CACHE_H
#define NN_FEATURE_CACHE_H

#include "halves.h"
#include "run.h"

struct features {
	struct arena arena;
	struct halves halves;
	struct net *still;       /* until all is computed */
	struct dataset *data[2]; /* that give them, or NULL */
	const char *backend;     /* what computes them, */
	const char *compute;     /* and in: net_compute */
	void *rows[2];           /* of the training, of the validation data */
	size_t size[2];
	int on_disk[2];
};

/* Decides by the plan, the graph and the shapes, then computes, but for a dry
   run: r->features, NULL where nothing is kept.  Before the net is built. */
int features_open(struct run *r, struct err *err);
void features_close(struct features *f);

/* What it says of the plan: a line, or nothing. */
void features_print(const struct run *r, struct text *out);

#endif
