/* The pictures of --report-dir: which file shows what, in a folder that is
   looked at before the work and made when there is something to put there. */
#ifndef NN_PICTURES_H
#define NN_PICTURES_H

#include "canvas.h"
#include "data.h"
#include "metric.h"
#include "tool.h"
#include "worst.h"

/* The folder of the option, without slashes at its end, and the files that
   will go there (names, NULL after the last): can they be written?  It may be
   missing when its own folder is there. */
const char *pictures_check(
    struct tool *t, const char *dir, const char *const *names, struct err *err);

/* A file into the folder, at once or not at all. */
int pictures_put(struct tool *t, const char *dir, const char *name,
    const void *bytes, size_t n, struct err *err);
int pictures_canvas(struct tool *t, const char *dir, const char *name,
    const struct canvas *c, struct err *err);

/* Says which of the files (NULL after the last) are not drawn, and which of them
   are there from an earlier report: "no confusion.png: there is no validation". */
void pictures_without(
    struct tool *t, const char *dir, const char *const *names, const char *why);

/* curves.png: a model's history, row i being epoch first + i. */
struct history;
struct curves {
	const struct history *history;
	int64_t first;
	int64_t begun; /* first epoch of this run; 0: no mark */
	int64_t best;  /* epoch; 0: no mark */
};
int pictures_curves(struct tool *t, const char *dir,
    const struct curves *curves, struct err *err);

/* confusion.png, mistakes.png and calibration.png: what a classifier with these labels said of
   the data.  What cannot be drawn is left out, and said. */
struct scored {
	struct tool *t;
	const char *dir;
	const struct metric *metric;
	const struct worst *worst;
	struct dataset *data;
	const char *const *labels;
};
int pictures_score(const struct scored *s, struct err *err);
extern const char *const pictures_of_score[]; /* NULL after the last */

#endif
