/* What there is, out of the registries themselves. */
#include <assert.h>
#include <string.h>

#include "augment.h"
#include "catalog.h"
#include "init.h"
#include "kind.h"
#include "loss.h"
#include "optim.h"
#include "presets.h"
#include "recipes.h"
#include "schedule.h"
#include "select.h"
#include "source.h"
#include "step.h"
#include "table.h"

enum { NAMES = 512, SHOWN = 100 };

/* One thing of any registry. */
struct entry {
	const char *what; /* "layer" */
	const char *name, *alias, *help;
	const struct attr *attrs;
	const struct kind *kind; /* of layers: the rest of it */
};

struct entries {
	int n;
	struct entry at[NAMES];
};

static void
add(struct entries *all, const char *what, const char *name, const char *help,
    const struct attr *attrs, const struct kind *kind)
{
	assert(all->n < NAMES);
	all->at[all->n++] = (struct entry){ what, name,
		kind ? kind->alias : NULL, help, attrs, kind };
}

static void
collect(struct entries *all)
{
	all->n = 0;
	for (int i = 0; kinds[i]; i++)
		add(all, "layer", kinds[i]->name, kinds[i]->help,
		    kinds[i]->attrs, kinds[i]);
	for (int i = 0; losses[i]; i++)
		add(all, "loss", losses[i]->name, losses[i]->help,
		    losses[i]->attrs, NULL);
	for (int i = 0; optims[i]; i++)
		add(all, "optimizer", optims[i]->name, optims[i]->help,
		    optims[i]->attrs, NULL);
	for (int i = 0; schedules[i]; i++)
		add(all, "schedule", schedules[i]->name, schedules[i]->help,
		    schedules[i]->attrs, NULL);
	for (int i = 0; inits[i]; i++)
		add(all, "initialiser", inits[i]->name, inits[i]->help,
		    inits[i]->attrs, NULL);
	for (int i = 0; step_kinds[i]; i++)
		add(all, "step", step_kinds[i]->name, step_kinds[i]->help,
		    step_kinds[i]->attrs, NULL);
	for (int i = 0; augment_kinds[i]; i++) {
		add(all, "augmentation", augment_kinds[i]->name,
		    augment_kinds[i]->help, augment_kinds[i]->attrs, NULL);
		all->at[all->n - 1].alias = augment_kinds[i]->alias;
	}
	for (int i = 0; source_kinds[i]; i++)
		add(all, "format", source_kinds[i]->name, source_kinds[i]->help,
		    source_kinds[i]->attrs, NULL);
}

static void
offer(struct text *out, const char *name, const char *behind)
{
	text_addf(out, "%s%s%s", out->len > 0 ? " " : "", name, behind);
}

void
catalog_offers(const char *what, struct text *out)
{
	struct entries all;

	if (strcmp(what, "preset") == 0)
		for (int i = 0; presets[i].name; i++)
			offer(out, presets[i].name, "");
	if (strcmp(what, "recipe") == 0)
		recipes_offers(out);
	if (strcmp(what, "selector") == 0)
		select_offers(out);
	collect(&all);
	for (int i = 0; i < all.n; i++)
		if (strcmp(what, all.at[i].what) == 0 ||
		    strcmp(what, "any") == 0)
			offer(out, all.at[i].name, "");
}

static const char *
heading(const char *what)
{
	static const char *const names[][2] = { { "layer", "Layers" },
		{ "loss", "Losses (nn-train --loss)" },
		{ "optimizer", "Optimizers (nn-train --optimizer)" },
		{ "schedule", "Schedules (nn-train --schedule)" },
		{ "initialiser", "Initialisers (nn-init --init)" },
		{ "step", "Steps of preprocessing (nn-init --pre)" },
		{ "augmentation", "Augmentations (nn-train --augment)" },
		{ "format", "Formats of data (FORMAT:PATH)" } };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i][0], what) == 0)
			return names[i][1];
	return what;
}

/* The entries from i on that are of one registry; returns how many. */
static int
print_group(const struct entries *all, int i, struct text *out)
{
	const char *what = all->at[i].what;
	struct table t;
	int n = 0;

	text_addf(out, "%s%s:\n", i ? "\n" : "", heading(what));
	table_begin(&t, "lll", out->arena, out->err);
	for (; i + n < all->n && all->at[i + n].what == what; n++) {
		const struct entry *e = &all->at[i + n];
		const char *alias = e->alias;
		table_cell(&t, " ");
		table_cell(&t, "%s%s%s", e->name, alias ? ", " : "",
		    alias ? alias : "");
		table_cell(&t, "%s", e->help);
	}
	table_print(&t, out);
	return n;
}

void
catalog_list(struct text *out)
{
	struct entries all;

	collect(&all);
	for (int i = 0; i < all.n;)
		i += print_group(&all, i, out);
}

static void
print_settings(const struct entry *e, struct text *out)
{
	struct table t;

	if (!e->attrs || e->attrs->type == ATTR_END) {
		text_add(out, "  no settings\n");
		return;
	}
	table_begin(&t, "lll", out->arena, out->err);
	for (const struct attr *a = e->attrs; a->type != ATTR_END; a++) {
		char *s = attr_describe(a, out->arena, out->err);
		if (!s)
			return;
		table_cell(&t, " ");
		table_cell(&t, "%s", s);
		table_cell(&t, "%s", a->help ? a->help : "");
	}
	table_print(&t, out);
}

static void
print_kind(const struct kind *k, struct text *out)
{
	text_addf(out, "  for example: %s\n", k->example);
	if (k->param[0])
		text_add(out, "  tensors:");
	for (int p = 0; p < NODE_PARAMS_MAX && k->param[p]; p++)
		text_addf(out, " %s%s", k->param[p],
		    k->role[p] == ROLE_STATISTIC ? " (statistic)" : "");
	text_addf(out, "%s  in files since format %s\n",
	    k->param[0] ? "\n" : "", k->since);
}

static int
has_name(const struct entry *e, const char *name)
{
	return strcmp(e->name, name) == 0 ||
	    (e->alias && strcmp(e->alias, name) == 0);
}

static int
unknown(const struct entries *all, const char *name, struct err *err)
{
	const char *names[NAMES + 1], *near;
	char word[SHOWN];

	for (int i = 0; i < all->n; i++)
		names[i] = all->at[i].name;
	names[all->n] = NULL;
	near = text_nearest(name, names);
	text_safe(word, sizeof(word), name, strlen(name));
	if (near)
		return err_set(err, ERR_USAGE,
		    "--layers: '%s' is not known; did you mean '%s'?", word,
		    near);
	return err_set(err, ERR_USAGE,
	    "--layers: '%s' is not known; --layers alone lists everything",
	    word);
}

int
catalog_show(const char *name, struct text *out, struct err *err)
{
	struct entries all;
	int found = 0;

	collect(&all);
	for (int i = 0; i < all.n; i++) {
		const struct entry *e = &all.at[i];
		if (!has_name(e, name))
			continue;
		text_addf(out, "%s%s (%s): %s\n", found++ ? "\n" : "", e->name,
		    e->what, e->help);
		print_settings(e, out);
		if (e->kind)
			print_kind(e->kind, out);
	}
	return found ? 0 : unknown(&all, name, err);
}
