/* nn-predict: what its parts share. */
#ifndef NN_PREDICT_H
#define NN_PREDICT_H

#include "mean.h"
#include "result.h"
#include "rows.h"
#include "session.h"
#include "views.h"

struct predict_options {
	struct common common;
	const char *form, *truth, *files, *embed, *tta, *backend, *compute;
	int64_t k;
	int wide, all, logits, no_header, keep_rows, null;
	double threshold;
};

struct predict {
	struct tool *t;
	struct predict_options *o;
	struct session s;
	const char **operands;
	int noperands;
	struct dataset *data;
	struct feed *feed;
	struct net *net;
	struct shape y;      /* of what the net gives for a sample */
	struct views *views; /* NULL: samples as they are */
	struct mean mean;
	struct rows rows;
	struct result result;
	int64_t next; /* number of the sample that comes next */
};

/* predict-rows.c: all samples through the net, a row each, to the result. */
int predict_rows(struct predict *p, struct err *err);

#endif
