/* --report-dir of a run: pictures of what it did. */
#include "pictures.h"
#include "run-report.h"
#include "state.h"

static const char *const files[] = { "curves.png", NULL };

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
	int64_t last = r->last.epoch > 0 ? r->last.epoch : r->at.epoch;
	struct curves c = { .history = r->history,
		.first = last - r->history->rows + 1,
		.begun = r->at.first_epoch + 1,
		.best = r->val != NULL ? r->at.best_epoch : 0 };

	if (r->history->rows == 0) {
		pictures_without(r->t, "curves.png",
		    "no epoch ended, and the model has no history");
		return 0;
	}
	if (c.first < 1)
		c.first = 1;
	return pictures_curves(r->t, r->o->report_dir, &c, err);
}

int
run_report(struct run *r, struct err *err)
{
	if (r->o->report_dir == NULL)
		return 0;
	return draw_curves(r, err);
}
