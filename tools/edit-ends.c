/* nn-edit: names of classes and preprocessing. */
#include <string.h>

#include "edit.h"
#include "ends.h"
#include "labels.h"
#include "nn.h"

enum { SAFE = 100 };

/* How many classes the outputs tell apart: one is a yes or no. */
static int
count_classes(struct edit *e, int64_t *n, struct err *err)
{
	const struct graph *g = &e->resolved;
	struct shape y;

	if (g->task == NULL || strcmp(g->task, "classify") != 0)
		return err_set(err, ERR_USAGE,
		    "%s: has no classes, its task is %s", e->name,
		    g->task != NULL ? g->task : "not told");
	if (nn_shape(g, g->outputs[0], &y, err) < 0)
		return -1;
	*n = y.rank != 1 ? 0 : y.dim[0] == 1 ? 2 : y.dim[0];
	return 0;
}

static int
check_count(struct edit *e, struct err *err)
{
	int64_t n = 0;

	if (count_classes(e, &n, err) < 0)
		return -1;
	return n == e->m.nlabels
	    ? 0
	    : err_set(err, ERR_USAGE,
		  "--labels: %lld names, but %s tells %lld classes apart",
		  (long long)e->m.nlabels, e->name, (long long)n);
}

/* OLD=NEW: the first = behind a label of the model.  The label's place. */
static int64_t
find_old(const struct fmt_model *m, const char *pair, const char **now)
{
	for (const char *at = strchr(pair, '='); at != NULL;
	     at = strchr(at + 1, '=')) {
		size_t n = (size_t)(at - pair);

		*now = at + 1;
		for (int64_t i = 0; i < m->nlabels; i++)
			if (strlen(m->labels[i]) == n &&
			    memcmp(m->labels[i], pair, n) == 0)
				return i;
	}
	return -1;
}

static int
refuse_pair(
    const struct edit *e, const char *pair, const char *why, struct err *err)
{
	char shown[SAFE];

	return err_set(err, ERR_USAGE, "--rename-label: '%s': %s",
	    text_safe(shown, sizeof(shown), pair, strlen(pair)),
	    why != NULL            ? why
		: e->m.nlabels > 0 ? "is no OLD=NEW with a class of the model; "
				     "nn-info -v lists them"
				   : "the model names no classes");
}

/* Pairs act on the old names at once, so that two can change places. */
static int
rename_some(struct edit *e, const char **to, struct err *err)
{
	const struct cli_list *l = &e->o->rename;
	const struct fmt_model *m = &e->m;

	for (int i = 0; i < l->n; i++) {
		const char *pair = l->at[i].value, *now;
		int64_t at = find_old(m, pair, &now);

		if (at < 0)
			return refuse_pair(e, pair, NULL, err);
		if (*now == '\0')
			return refuse_pair(
			    e, pair, "the new name is empty", err);
		if (to[at] != m->labels[at])
			return refuse_pair(
			    e, pair, "that class is renamed twice", err);
		if (strcmp(m->labels[at], now) == 0)
			return refuse_pair(
			    e, pair, "has no effect, the names are alike", err);
		to[at] = now;
	}
	return 0;
}

/* --labels, in words as they are read back, so that a name that is there twice
   is found. */
static int
parse_again(struct edit *e, const char **labels, int64_t n, struct err *err)
{
	struct text list;
	const char **checked;

	text_begin(&list, &e->t->arena, err);
	labels_print(labels, n, &list);
	return text_end(&list) == NULL
	    ? -1
	    : labels_parse(list.s, &checked, &n, &e->t->arena, err);
}

static int
take_renamed(struct edit *e, struct err *err)
{
	size_t n = (size_t)e->m.nlabels;
	const char **to = arena_array(&e->t->arena, n + 1, sizeof(*to), err);

	if (to == NULL)
		return -1;
	memcpy(to, e->m.labels, n * sizeof(*to));
	if (rename_some(e, to, err) < 0)
		return -1;
	if (parse_again(e, to, e->m.nlabels, err) < 0)
		return err_in(err, "--rename-label");
	e->m.labels = to;
	return 0;
}

static int
take_labels(struct edit *e, struct err *err)
{
	struct tool *t = e->t;
	int rc;

	if (e->o->rename.n > 0)
		return take_renamed(e, err);
	rc = e->o->labels_from != NULL
	    ? ends_labels(t, e->o->labels_from, &e->m)
	    : labels_parse(
		  e->o->labels, &e->m.labels, &e->m.nlabels, &t->arena, err);
	return rc < 0 ? -1 : check_count(e, err);
}

static char *
labels_words(struct edit *e, struct err *err)
{
	struct text t;

	text_begin(&t, &e->t->arena, err);
	labels_print(e->m.labels, e->m.nlabels, &t);
	return text_end(&t);
}

/* Says what it was and is; alike: the option has no effect. */
static int
compare(struct edit *e, const char *what, const char *option, const char *was,
    const char *now, struct err *err)
{
	if (was == NULL || now == NULL)
		return -1;
	if (strcmp(was, now) == 0)
		return edit_no_effect(e, option, err);
	edit_say(e, what, *was != '\0' ? was : NULL, *now != '\0' ? now : NULL);
	return 0;
}

int
edit_labels(struct edit *e, struct err *err)
{
	const char *option = e->o->rename.n > 0 ? "rename-label"
	    : e->o->labels_from != NULL         ? "labels-from"
	    : e->o->labels != NULL              ? "labels"
						: NULL;
	char *was;

	if (option == NULL && !edit_unset(e, "labels"))
		return 0;
	was = labels_words(e, err);
	if (option == NULL) {
		option = "unset";
		e->m.nlabels = 0;
	} else if (take_labels(e, err) < 0)
		return -1;
	return compare(e, "labels", option, was, labels_words(e, err), err);
}

/* What the data looked like behind the old chain is of no use any more. */
static int
forget_data(struct edit *e, struct err *err)
{
	const struct json *old = e->m.training;
	struct json *training = json_put_object(NULL, NULL, &e->t->arena, err);

	if (old == NULL)
		return 0;
	for (const struct json *j = old->child; training != NULL && j != NULL;
	     j = j->next)
		if (strcmp(j->key, "mean") != 0 &&
		    strcmp(j->key, "spread") != 0 &&
		    json_put_copy(training, j, &e->t->arena, err) < 0)
			return -1;
	e->m.training = training;
	return training != NULL ? 0 : -1;
}

int
edit_pre(struct edit *e, struct err *err)
{
	struct arena *arena = &e->t->arena;
	const char *words = e->o->pre;
	struct fmt_model now = { .graph = e->resolved };
	char *was;

	if (words == NULL && !edit_unset(e, "preprocessing"))
		return 0;
	was = pre_print(e->m.preprocessing, arena, err);
	if (words != NULL && ends_pre(e->t, words, &now) == NULL)
		return err_in(err, "--pre");
	e->m.preprocessing = now.preprocessing;
	if (compare(e, "preprocessing", words != NULL ? "pre" : "unset", was,
		pre_print(e->m.preprocessing, arena, err), err) < 0)
		return -1;
	return forget_data(e, err);
}
