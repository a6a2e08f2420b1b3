/* Labels travel by name: the sources' names against the model's. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "set.h"

enum { SAFE = 120, SHOWN = 8 };

static int
all_integers(int64_t n, const char *const *labels)
{
	long long v;
	int64_t i;

	for (i = 0; i < n; i++)
		if (text_to_int(labels[i], &v) < 0)
			return 0;
	return 1;
}

/* Without a model: all names there are. */
static int
unite(struct dataset *d, struct err *err)
{
	struct opened *o = d->o;
	struct label_set set = { 0 };
	const char **names = NULL;
	int64_t k;
	int i, failed = 0;

	for (i = 0; i < o->n && !failed; i++)
		for (k = 0; k < o->source[i]->nlabels && !failed; k++)
			failed = label_add(&set, o->source[i]->labels[k],
				     strlen(o->source[i]->labels[k]), err) < 0;
	if (!failed)
		failed = label_sort(&set, NULL, 0, &names, &o->arena, err) < 0;
	o->labels = names;
	o->nlabels = failed ? 0 : set.names.n;
	label_free(&set);
	return failed ? -1 : 0;
}

struct sorted {
	const char *name;
	int32_t place;
};

/* The dataset's labels in bytewise order, with their places. */
static struct sorted *
sort_labels(const struct opened *o, struct arena *arena, struct err *err)
{
	struct sorted *s =
	    arena_array(arena, (size_t)o->nlabels + 1, sizeof(*s), err);
	int64_t i;

	for (i = 0; s != NULL && i < o->nlabels; i++)
		s[i] = (struct sorted){ o->labels[i], (int32_t)i };
	if (s != NULL)
		qsort(s, (size_t)o->nlabels, sizeof(*s), text_order);
	return s;
}

static int32_t
place_of(const char *name, const struct sorted *s, int64_t n)
{
	const struct sorted *found =
	    bsearch(&name, s, (size_t)n, sizeof(*s), text_order);

	return found == NULL ? -1 : found->place;
}

/* The names of the sources that are not among the known. */
static int
collect_new(const struct opened *o, const struct sorted *known, int indices,
    struct label_set *set, struct err *err)
{
	for (int i = 0; i < o->n; i++) {
		const struct source *s = o->source[i];

		if (s->integer_labels && indices)
			continue;
		for (int64_t k = 0; k < s->nlabels; k++)
			if (place_of(s->labels[k], known, o->nlabels) < 0 &&
			    label_add(set, s->labels[k], strlen(s->labels[k]),
				err) < 0)
				return -1;
	}
	return 0;
}

/* The new names in bytewise order behind the model's. */
static int
join_labels(struct opened *o, const struct label_set *set, struct err *err)
{
	const char **names, **all = NULL;
	int64_t n = o->nlabels + set->names.n;

	if (label_sort(set, NULL, 0, &names, &o->arena, err) == 0)
		all = arena_array(&o->arena, (size_t)n, sizeof(*all), err);
	if (all == NULL)
		return -1;
	memcpy(all, o->labels, (size_t)o->nlabels * sizeof(*all));
	memcpy(all + o->nlabels, names, (size_t)set->names.n * sizeof(*all));
	o->labels = all;
	o->nlabels = n;
	return 0;
}

static int
extend(struct dataset *d, int indices, struct err *err)
{
	struct opened *o = d->o;
	struct arena work = { 0 };
	struct label_set set = { 0 };
	struct sorted *known = sort_labels(o, &work, err);
	int failed = known == NULL ||
	    collect_new(o, known, indices, &set, err) < 0 ||
	    join_labels(o, &set, err) < 0;

	label_free(&set);
	arena_free(&work);
	return failed ? -1 : 0;
}

/* Numbers are indices unless every label of the model is one. */
static int
map_source(struct opened *o, int i, const struct sorted *sorted, int indices,
    struct err *err)
{
	const struct source *s = o->source[i];
	int32_t *map =
	    arena_array(&o->arena, (size_t)s->nlabels + 1, sizeof(*map), err);
	long long v;
	int64_t k;

	if (map == NULL)
		return -1;
	for (k = 0; k < s->nlabels; k++) {
		map[k] = -1;
		if (!s->integer_labels || !indices)
			map[k] = place_of(s->labels[k], sorted, o->nlabels);
		else if (text_to_int(s->labels[k], &v) == 0 && v < o->nlabels)
			map[k] = (int32_t)v;
	}
	o->map[i] = map;
	return 0;
}

int
set_labels(struct dataset *d, struct err *err)
{
	struct opened *o = d->o;
	struct arena work = { 0 };
	struct sorted *sorted;
	int i, indices, failed = 0;

	if (d->want.nlabels > 0) {
		o->nlabels = d->want.nlabels;
		o->labels = d->want.labels;
	} else if (unite(d, err) < 0)
		return -1;
	indices = d->want.nlabels > 0 && !all_integers(o->nlabels, o->labels);
	if (d->want.nlabels > 0 && d->want.more_labels &&
	    extend(d, indices, err) < 0)
		return -1;
	sorted = sort_labels(o, &work, err);
	for (i = 0; sorted != NULL && i < o->n && !failed; i++)
		failed = map_source(o, i, sorted, indices, err);
	arena_free(&work);
	return sorted == NULL || failed ? -1 : 0;
}

/* The model's classes, a few of them. */
static char *
show_labels(const struct opened *o, struct arena *arena, struct err *err)
{
	char safe[SAFE];
	struct text t;
	int64_t i;

	text_begin(&t, arena, err);
	for (i = 0; i < o->nlabels && i < SHOWN; i++)
		text_addf(&t, "%s%s", i > 0 ? " " : "",
		    text_safe(safe, sizeof(safe), o->labels[i],
			strlen(o->labels[i])));
	if (o->nlabels > SHOWN)
		text_add(&t, " ...");
	return text_end(&t);
}

static int
refuse_unknown(const struct opened *o, const struct item *item, struct err *err)
{
	struct source *s = o->source[item->source];
	struct arena work = { 0 };
	struct err quiet = { 0 };
	char safe[SAFE];
	const char *name = s->labels[s->kind->label_of(s, item->at)];
	const char *known = show_labels(o, &work, &quiet);

	err_set(err, ERR_DATA,
	    "%s: class \"%s\" is not among the model's %lld (%s)", s->name,
	    text_safe(safe, sizeof(safe), name, strlen(name)),
	    (long long)o->nlabels, known != NULL ? known : "");
	arena_free(&work);
	return -1;
}

static int
refuse_unlabelled(
    const struct opened *o, const struct item *item, struct err *err)
{
	struct source *s = o->source[item->source];
	struct arena work = { 0 };
	struct err quiet = { 0 };
	const char *name = s->kind->name_of(s, item->at, &work, &quiet);
	char safe[SAFE];

	if (name == NULL)
		name = s->name;
	err_set(err, ERR_DATA,
	    "%s: has no label; labels are the folders of pictures, labels=FILE "
	    "of IDX, label=COLUMN of a table, y=FILE of NPY",
	    text_safe(safe, sizeof(safe), name, strlen(name)));
	arena_free(&work);
	return -1;
}

static int
note_missing(struct dataset *d, const char *seen, struct err *err)
{
	const struct opened *o = d->o;
	int64_t i, missing = 0;
	struct text t;
	char safe[SAFE];

	text_begin(&t, &d->arena, err);
	for (i = 0; i < o->nlabels; i++) {
		if (seen[i])
			continue;
		if (missing++ < SHOWN)
			text_addf(&t, " %s",
			    text_safe(safe, sizeof(safe), o->labels[i],
				strlen(o->labels[i])));
	}
	if (missing == 0)
		return 0;
	if (text_end(&t) == NULL)
		return -1;
	if (d->want.strict_labels)
		return err_set(err, ERR_DATA,
		    "no samples of %lld of %lld classes:%s%s",
		    (long long)missing, (long long)o->nlabels, t.s,
		    missing > SHOWN ? " ..." : "");
	return set_notice(d, err, "no samples of %lld of %lld classes:%s%s",
	    (long long)missing, (long long)o->nlabels, t.s,
	    missing > SHOWN ? " ..." : "");
}

int
set_check_labels(struct dataset *d, struct err *err)
{
	const struct opened *o = d->o;
	struct arena work = { 0 };
	const struct item *item = d->items;
	const struct source *s;
	char *seen;
	int failed = 0;
	int64_t i;

	if (d->want.target != TARGET_LABEL)
		return 0;
	seen = arena_alloc(&work, (size_t)o->nlabels + 1, err);
	if (seen == NULL)
		return -1;
	for (i = 0; i < d->n && !failed; i++, item++) {
		s = o->source[item->source];
		if (item->label >= 0)
			seen[item->label] = 1;
		else if (s->kind->label_of == NULL ||
		    s->kind->label_of(s, item->at) < 0)
			failed = refuse_unlabelled(o, item, err);
		else
			failed = refuse_unknown(o, item, err);
	}
	if (!failed && d->n > 0)
		failed = note_missing(d, seen, err);
	arena_free(&work);
	return failed;
}
