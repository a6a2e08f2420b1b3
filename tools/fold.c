/* Validation that is taken out of the training data: a share of it, or one of
   the parts of a cross-validation. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "run.h"

enum { FOLDS_MAX = 1000 };

/* K/N: part K of N. */
static int
parse(const char *words, int *k, int *n, struct err *err)
{
	const char *slash = strchr(words, '/');
	char first[16] = "";
	long long a = 0, b = 0;

	if (slash != NULL && slash - words < (long)sizeof(first))
		snprintf(
		    first, sizeof(first), "%.*s", (int)(slash - words), words);
	if (slash == NULL || text_to_int(first, &a) < 0 ||
	    text_to_int(slash + 1, &b) < 0 || a < 1 || a > b || b < 2 ||
	    b > FOLDS_MAX)
		return err_set(err, ERR_USAGE,
		    "--fold: '%s' is no part of a whole; write 2/5 for the "
		    "second of five parts (of 2 to %d)",
		    words, FOLDS_MAX);
	*k = (int)a;
	*n = (int)b;
	return 0;
}

const char *
fold_words(struct run *r, struct err *err)
{
	int k, n;

	if (parse(r->o->fold, &k, &n, err) < 0)
		return NULL;
	return arena_printf(&r->t->arena, err, "%d/%d", k, n);
}

int
plan_validates(const struct run_plan *p)
{
	return p->train.val_split > 0 || p->fold != NULL;
}

int
plan_hold(struct run *r, struct err *err)
{
	const struct run_plan *p = &r->plan;
	int k, n;

	if (p->fold == NULL)
		return (p->split != NULL ? data_split_alike : data_split)(
		    r->data, p->train.val_split, &r->val, err);
	if (parse(p->fold, &k, &n, err) < 0)
		return -1;
	return data_fold(r->data, k, n, &r->val, err);
}
