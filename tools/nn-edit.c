/* nn-edit: changes what a model says of itself, and not one of its numbers. */
#include <string.h>

#include "catalog.h"
#include "edit.h"
#include "labels.h"
#include "nn.h"
#include "plan.h"

enum { SAFE = 100 };

#define AT(MEMBER) offsetof(struct edit_options, MEMBER)

static const struct cli_option options[] = {
	{ CLI_GROUP, .help = "Streams" },
	{ CLI_COMMON, "model" },
	{ CLI_COMMON, "output" },
	{ CLI_COMMON, "force" },
	{ CLI_COMMON, "dry-run" },
	{ CLI_COMMON, "no-provenance" },
	{ CLI_COMMON, "spool" },

	{ CLI_GROUP, .help = "What goes in and out" },
	{ CLI_TEXT, "labels", 0, AT(labels), "LIST",
	    "names of the classes in the order of the outputs: 0,1,2 (,, is a "
	    "comma in a name)",
	    .excludes = "labels-from rename-label", .result = 1 },
	{ CLI_TEXT, "labels-from", 0, AT(labels_from), "DATA",
	    "take the names of the classes from data",
	    .excludes = "labels rename-label" },
	{ CLI_LIST, "rename-label", 0, AT(rename), "OLD=NEW",
	    "another name for a class; may be given often",
	    .excludes = "labels labels-from", .result = 1 },
	{ CLI_TEXT, "pre", 0, AT(pre), "LIST",
	    "replace the preprocessing chain", .result = 1, .offers = "step" },

	{ CLI_GROUP, .help = "What people are told" },
	{ CLI_TEXT, "title", 0, AT(title), "TEXT", "the name of the model",
	    .result = 1 },
	{ CLI_TEXT, "description", 0, AT(description), "TEXT",
	    "what it is for, what it learned from, where it fails",
	    .result = 1 },
	{ CLI_LIST, "author", 0, AT(author), "NAME",
	    "who made it, in place of the authors it has; may be given often",
	    .result = 1 },
	{ CLI_TEXT, "license", 0, AT(license), "EXPR",
	    "the terms of its use as a license expression of SPDX: MIT, "
	    "Apache-2.0 OR MIT, LicenseRef-Mine",
	    .result = 1 },
	{ CLI_TEXT, "citation", 0, AT(citation), "TEXT",
	    "how it wants to be cited", .result = 1 },
	{ CLI_TEXT, "url", 0, AT(url), "URL", "where more is to be found",
	    .result = 1 },
	{ CLI_LIST, "keyword", 0, AT(keyword), "WORD",
	    "what it may be found by, in place of those it has; may be given "
	    "often",
	    .result = 1 },

	{ CLI_GROUP, .help = "Anything else" },
	{ CLI_LIST, "ext", 0, AT(ext), "OWNER/NAME=FILE",
	    "keep the bytes of FILE under /ext; OWNER is a domain name "
	    "backwards; may be given often" },
	{ CLI_LIST, "drop-ext", 0, AT(drop_ext), "OWNER",
	    "take away all that OWNER keeps there; may be given often",
	    .result = 1 },
	{ CLI_LIST, "unset", 0, AT(unset), "NAME",
	    "take away title, description, authors, license, citation, url, "
	    "keywords or all of them (about); labels; preprocessing; may be "
	    "given often",
	    .result = 1 },

	{ CLI_GROUP, .help = "Messages" },
	{ CLI_COMMON, "quiet" },
	{ CLI_COMMON, "verbose" },
	{ CLI_END },
};

#undef AT

static const char *const ends[] = { "labels", "labels-from", "rename-label",
	"pre", NULL };
static const char *const others[] = { "title", "description", "author",
	"license", "citation", "url", "keyword", "ext", "drop-ext", "unset",
	NULL };

int
edit_unset(const struct edit *e, const char *name)
{
	const struct cli_list *l = &e->o->unset;

	for (int i = 0; i < l->n; i++)
		if (strcmp(l->at[i].value, name) == 0)
			return 1;
	return 0;
}

static void
add_shown(struct text *out, const char *s)
{
	char shown[SAFE];

	text_add(out,
	    s != NULL ? text_safe(shown, sizeof(shown), s, strlen(s)) : "none");
}

void
edit_say(struct edit *e, const char *what, const char *from, const char *to)
{
	text_addf(&e->said, "%s: ", what);
	add_shown(&e->said, from);
	text_add(&e->said, " | ");
	add_shown(&e->said, to);
	text_add(&e->said, "\n");
}

int
edit_no_effect(const struct edit *e, const char *option, struct err *err)
{
	return err_set(err, ERR_USAGE,
	    "--%s: has no effect, %s is like that already", option, e->name);
}

static int
is_given(const struct edit *e, const char *const *names)
{
	for (; *names != NULL; names++)
		if (cli_given(&e->t->cli, *names))
			return 1;
	return 0;
}

static int
check_unset(const struct edit *e, struct err *err)
{
	static const char *const more[] = { "about", "labels", "preprocessing",
		NULL };
	const char *names[FMT_ABOUT_FIELDS + 4], *near;
	const struct cli_list *l = &e->o->unset;
	char shown[SAFE];
	int n = 0;

	while (n < FMT_ABOUT_FIELDS) {
		names[n] = fmt_about_fields[n].name;
		n++;
	}
	for (int i = 0; i < 4; i++)
		names[n + i] = more[i];
	for (int i = 0; i < l->n; i++) {
		const char *word = l->at[i].value;

		for (n = 0; names[n] != NULL && strcmp(names[n], word) != 0;)
			n++;
		if (names[n] != NULL)
			continue;
		near = text_nearest(word, names);
		return err_set(err, ERR_USAGE,
		    "--unset: '%s' is nothing that a model says of itself%s%s",
		    text_safe(shown, sizeof(shown), word, strlen(word)),
		    near != NULL ? "; did you mean " : "",
		    near != NULL ? near : "");
	}
	return 0;
}

/* A chain or names are given and taken away at once. */
static int
check_both(const struct edit *e, struct err *err)
{
	if (e->o->pre != NULL && edit_unset(e, "preprocessing"))
		return err_set(err, ERR_USAGE,
		    "--pre and --unset exclude each other; give one of them");
	if (edit_unset(e, "labels") &&
	    (e->o->labels != NULL || e->o->labels_from != NULL ||
		e->o->rename.n > 0))
		return err_set(err, ERR_USAGE,
		    "labels and --unset exclude each other; give one of them");
	return 0;
}

/* Can they be read, and at most one of all from standard input? */
static int
check_inputs(const struct edit *e, struct err *err)
{
	const struct cli_list *l = &e->o->ext;
	const char **all =
	    arena_array(&e->t->arena, (size_t)l->n + 1, sizeof(*all), err);
	int n = 0;

	if (all == NULL)
		return -1;
	if (e->o->labels_from != NULL)
		all[n++] = e->o->labels_from;
	for (int i = 0; i < l->n; i++) {
		const char *file = strchr(l->at[i].value, '=');

		if (file != NULL)
			all[n++] = file + 1;
	}
	return tool_check_input(e->t, e->o->common.model, all, n, err);
}

/* All that is checked before the model is read. */
static int
check_all(struct edit *e, struct err *err)
{
	struct tool *t = e->t;
	const struct common *c = t->common;

	if (t->cli.noperands > 0)
		return err_set(err, ERR_USAGE,
		    "'%s': there are no operands; -m names the model",
		    t->cli.operands[0]);
	if (!is_given(e, ends) && !is_given(e, others)) {
		t->show_usage = 1;
		return err_set(err, ERR_USAGE,
		    "nothing to change; say what, for example --title=TEXT");
	}
	if (check_unset(e, err) < 0 || check_both(e, err) < 0 ||
	    edit_about_check(e, err) < 0 || check_inputs(e, err) < 0 ||
	    (!c->dry_run && tool_check_output(t, c->output, 1, err) < 0))
		return -1;
	return edit_ext_check(e, err);
}

/* What a run that is not over yet goes on with stays. */
static int
check_unfinished(struct edit *e, struct err *err)
{
	struct training training;

	if (training_read(&training, e->m.training, &e->t->arena, err) < 0)
		return err_in(err, "%s", e->name);
	return !training_unfinished(&training)
	    ? 0
	    : err_set(err, ERR_USAGE,
		  "%s: is an unfinished run, which goes on with its labels and "
		  "its preprocessing; nn-train --resume finishes it",
		  e->name);
}

/* Kinds of layers and their settings matter to labels and preprocessing alone;
   a model of a later version can be told about as well. */
static int
read_model(struct edit *e, struct err *err)
{
	const char *path = e->o->common.model;

	e->name = strcmp(path, "-") == 0 ? "standard input" : path;
	if (tool_read_file(e->t, path, &e->m, err) < 0)
		return -1;
	if (!is_given(e, ends) && !edit_unset(e, "labels") &&
	    !edit_unset(e, "preprocessing"))
		return 0;
	if (graph_copy(&e->resolved, &e->m.graph, &e->t->arena, err) < 0)
		return -1;
	if (nn_resolve(&e->resolved, fmt_is_delta(&e->m), ERR_MODEL, err) < 0)
		return err_in(err, "%s", e->name);
	return check_unfinished(e, err);
}

/* Names that came from data: the record must do without the data. */
static int
record_labels(struct edit *e, struct json *record, struct err *err)
{
	struct text list;

	if (e->o->labels_from == NULL)
		return 0;
	text_begin(&list, &e->t->arena, err);
	labels_print(e->m.labels, e->m.nlabels, &list);
	if (text_end(&list) == NULL)
		return -1;
	return lineage_option(e->t, record, "labels", list.s, err);
}

static int
write_model(struct edit *e, struct err *err)
{
	struct tool *t = e->t;
	struct json *record = lineage_record(t, &e->m, err);

	if (record == NULL || record_labels(e, record, err) < 0 ||
	    edit_ext_record(e, record, err) < 0 ||
	    lineage_add(t, &e->m, record, err) < 0)
		return -1;
	return tool_write_model(t, t->common->output, &e->m, err);
}

static int
edit_all(struct edit *e, struct err *err)
{
	const struct common *c = e->t->common;

	text_begin(&e->said, &e->t->arena, err);
	if (check_all(e, err) < 0 || read_model(e, err) < 0 ||
	    edit_about(e, err) < 0 || edit_labels(e, err) < 0 ||
	    edit_pre(e, err) < 0 || edit_ext(e, err) < 0 ||
	    text_end(&e->said) == NULL)
		return -1;
	if (c->dry_run)
		return tool_print(e->t, e->said.s, e->said.len, err);
	if (c->verbose)
		tool_line(e->t, "%.*s", (int)e->said.len - 1, e->said.s);
	return write_model(e, err);
}

static int
edit(struct tool *t, void *o)
{
	struct edit e = { .t = t, .o = o };
	int status = edit_all(&e, &t->err);

	fmt_close(&e.m);
	return status;
}

static const char *const usage[] = {
	"[-m MODEL] [-o MODEL] OPTION...",
	NULL,
};

static const struct cli_tool what = {
	.name = "nn-edit",
	.brief = "change what a model says of itself, and none of its numbers",
	.usage = usage,
	.options = options,
	.run = edit,
	.offers = catalog_offers,
};

int
main(int argc, char **argv)
{
	struct edit_options o = { 0 };

	return tool_main(&what, &o, argc, argv);
}
