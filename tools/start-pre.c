/* The preprocessing of a new model: what it must come to, and mean and spread
   measured from data. */
#include <string.h>

#include "ends.h"
#include "start.h"

enum { DIGITS = 6 };

static int
normalizes(const struct json *document)
{
	const struct json *step, *name;

	for (step = document->child; step; step = step->next)
		if ((name = json_get(step, "step")) &&
		    strcmp(name->s, "normalize") == 0)
			return 1;
	return 0;
}

/* "normalize:MEAN[+MEAN]/STD[+STD]", six digits each. */
static int
put_normalize(struct text *out, int n, const double *mean, const double *spread,
    struct err *err)
{
	for (int i = 0; i < n; i++) {
		if (!(spread[i] > 0))
			return err_set(err, ERR_DATA,
			    "channel %d is %.*g everywhere: nothing to "
			    "normalize by",
			    i + 1, DIGITS, mean[i]);
		text_addf(
		    out, "%s%.*g", i ? "+" : "normalize:", DIGITS, mean[i]);
	}
	for (int i = 0; i < n; i++)
		text_addf(out, "%s%.*g", i ? "+" : "/", DIGITS, spread[i]);
	return 0;
}

static int
measure(struct tool *t, const char *operand, const struct pre *pre,
    struct text *words)
{
	struct data_want want = {
		.target = TARGET_NONE, .pre = pre, .threads = t->threads
	};
	double mean[DATA_CHANNELS], spread[DATA_CHANNELS];
	struct dataset *d = data_open(&operand, 1, &want, &t->err);
	int n,
	    failed = !d || data_channels(d, &n, mean, spread, &t->err) < 0 ||
	    put_normalize(words, n, mean, spread, &t->err) < 0;

	data_free(d);
	return failed ? -1 : 0;
}

int
start_pre(struct tool *t, const struct start_options *o, struct start *p)
{
	const char *words = o->pre ? o->pre : "";
	struct pre *pre;
	struct text all;

	if (!o->pre && !o->pre_from)
		return 0;
	if (!(pre = ends_pre(t, words, &p->model)))
		return err_in(&t->err, "--pre");
	if (!o->pre_from)
		return 0;
	if (normalizes(p->model.preprocessing))
		return err_set(&t->err, ERR_USAGE,
		    "--pre-from: --pre has normalize already; leave one of "
		    "them out");
	text_begin(&all, &t->arena, &t->err);
	text_addf(&all, "%s%s", words, *words ? "," : "");
	if (measure(t, o->pre_from, pre, &all) < 0 || !text_end(&all) ||
	    !ends_pre(t, all.s, &p->model))
		return err_in(&t->err, "--pre-from");
	tool_note(t, "preprocessing: %s", all.s);
	return 0;
}
