/* --report-dir of a run: pictures of what it did. */
#include <string.h>

#include "pictures.h"
#include "run-report.h"
#include "state.h"

static const char *const files[] = { "curves.png", "confusion.png",
	"mistakes.png", "calibration.png", NULL };

int
run_report_check(struct run *r, struct err *err)
{
	const char **dir = &r->o->report_dir;

	if (*dir == NULL)
		return 0;
	return (*dir = pictures_check(r->t, *dir, files, err)) ? 0 : -1;
}

/* The last row of the history is the last epoch that ended. */
static int
draw_curves(struct run *r, struct err *err)
{
	static const char *const curves[] = { "curves.png", NULL };
	int64_t last = r->at.epoch;
	struct curves c = { .history = r->history,
		.first = last - r->history->rows + 1,
		.begun = r->at.first_epoch + 1,
		.best = r->val != NULL ? r->at.best_epoch : 0 };

	if (r->history->rows == 0) {
		pictures_without(r->t, r->o->report_dir, curves,
		    "no epoch ended, and none is recorded");
		return 0;
	}
	if (c.first < 1)
		c.first = 1;
	return pictures_curves(r->t, r->o->report_dir, &c, err);
}

static int
score(struct run *r, struct metric *m, struct worst *w, struct err *err)
{
	struct feed *f = r->val_feed;
	struct tensor out[GRAPH_ENDS_MAX];
	struct batch b;

	if (f->begin(f, 0, 0, err) < 0)
		return -1;
	for (;;) {
		if (f->next(f, &b, err) < 0)
			return -1;
		if (b.n == 0)
			return 0;
		if (net_predict(r->net, &b, out, NULL, err) < 0)
			return -1;
		metric_add(m, out[0].data, b.label, NULL, b.n);
		worst_add(w, out[0].data, m->width, b.label, b.id, b.n);
	}
}

/* The weights of the result: the best ones that are kept, or the averages,
   which change places with the others for as long. */
static int
score_result(struct run *r, struct metric *m, struct worst *w, struct err *err)
{
	int status;

	if (strcmp(r->plan.train.keep, "best") == 0 && r->best != NULL)
		return net_load(r->net, &r->best->graph, err) < 0
		    ? -1
		    : score(r, m, w, err);
	net_swap_average(r->net);
	status = score(r, m, w, err);
	net_swap_average(r->net);
	return status;
}

static int
draw_score(struct run *r, struct err *err)
{
	struct metric m;
	struct worst w = { 0 };
	const struct scored s = { r->t, r->o->report_dir, &m, &w, r->val,
		r->s.model.labels };

	if (r->s.target != TARGET_LABEL || r->val == NULL) {
		pictures_without(r->t, r->o->report_dir, pictures_of_score,
		    r->val == NULL ? "there is no validation (--val)"
				   : "the model's task is not to classify");
		return 0;
	}
	if (metric_begin(&m, r->s.y.dim[0], 1, &r->t->arena, err) < 0 ||
	    score_result(r, &m, &w, err) < 0)
		return -1;
	return pictures_score(&s, err);
}

int
run_report(struct run *r, struct err *err)
{
	if (r->o->report_dir == NULL)
		return 0;
	return draw_curves(r, err) < 0 || draw_score(r, err) < 0 ? -1 : 0;
}
