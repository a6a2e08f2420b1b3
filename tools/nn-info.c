/* nn-info: what is in a model file. */
#include <string.h>

#include "catalog.h"
#include "data.h"
#include "info.h"
#include "nn.h"
#include "plan.h"
#include "tool.h"

struct options {
	struct common common;
	int json, spec, check, diff, provenance, replay, limits;
};

#define AT(MEMBER) offsetof(struct options, MEMBER)

static const struct cli_option options[] = {
	{ CLI_GROUP, .help = "What to show instead of the table" },
	{ CLI_FLAG, "json", 0, AT(json), NULL, "everything as one JSON object",
	    .excludes = "spec check diff provenance replay" },
	{ CLI_FLAG, "spec", 0, AT(spec), NULL,
	    "options and layers as nn-init -F reads them",
	    .excludes = "check diff provenance replay" },
	{ CLI_FLAG, "provenance", 0, AT(provenance), NULL,
	    "how the model was made, with whole digests",
	    .excludes = "check diff replay" },
	{ CLI_FLAG, "replay", 0, AT(replay), NULL,
	    "a script for sh that makes the model again out of the same data, "
	    "which it takes from the environment",
	    .excludes = "check diff" },
	{ CLI_FLAG, "check", 0, AT(check), NULL,
	    "verify every digest and say what is wrong", .excludes = "diff" },
	{ CLI_FLAG, "diff", 0, AT(diff), NULL,
	    "say what differs between two models; status 1 when they differ" },
	{ CLI_FLAG, "limits", 0, AT(limits), NULL,
	    "what a file may hold at most, with the reasons; reads none",
	    .excludes = "json spec provenance check diff replay" },

	{ CLI_GROUP, .help = "Result" },
	{ CLI_COMMON, "output" },
	{ CLI_COMMON, "spool" },
	{ CLI_COMMON, "quiet" },
	{ CLI_COMMON, "verbose" },
	{ CLI_END },
};

#undef AT

static int
load(struct tool *t, const char *path, struct info *i, struct err *err)
{
	i->name = strcmp(path, "-") == 0 ? "standard input" : path;
	if (tool_look_at_file(t, path, &i->m, err) < 0)
		return -1;
	if (graph_copy(&i->read, &i->m.graph, i->m.graph.arena, err) == 0 &&
	    nn_resolve(&i->m.graph, fmt_is_delta(&i->m), ERR_MODEL, err) == 0)
		return 0;
	fmt_close(&i->m);
	return err_in(err, "%s", i->name);
}

/* What fmt_check found, one line a finding. */
struct findings {
	const struct info *info;
	struct text *out;
	int n;
};

static void
add_finding(void *ctx, const char *where, const char *what)
{
	struct findings *f = ctx;

	f->n++;
	text_addf(f->out, "%s: %s: %s\n", f->info->name, where, what);
}

/* What the file room does not judge: the state of a run. */
static void
check_training(struct findings *f, const struct info *i, struct arena *arena)
{
	struct training training;
	struct err own = { 0 };

	if (training_read(&training, i->m.training, arena, &own) == 0)
		return;
	err_clause(&own, "7.5");
	add_finding(f, "/training", own.text);
}

static int
check(struct info *i, struct text *out, struct err *err)
{
	struct findings f = { i, out, 0 };
	struct fmt_model m = i->m;

	m.graph = i->read;
	if (fmt_check(&m, add_finding, &f, err) < 0)
		return -1;
	check_training(&f, i, out->arena);
	if (f.n)
		return err_set(err, ERR_MODEL,
		    "%s: %d thing%s wrong; take it from a backup or make it "
		    "again",
		    i->name, f.n, f.n == 1 ? " is" : "s are");
	text_addf(out, "%s: ok\n", i->name);
	return 0;
}

static int
show(const struct options *o, struct info *i, struct text *out, struct err *err)
{
	if (o->check)
		return check(i, out, err);
	if (o->json)
		info_json(i, out);
	else if (o->spec)
		info_spec(i, out);
	else if (o->provenance)
		info_lineage(i, 1, out);
	else if (o->replay && info_replay(i, out, err) < 0)
		return err_in(err, "%s", i->name);
	else if (o->replay)
		return 0;
	else
		info_print(i, o->common.verbose, out);
	return err->code ? err_in(err, "%s", i->name) : 0;
}

/* One of several files: what is wrong with it is said, the others follow. */
static void
show_file(struct tool *t, const struct options *o, const char *path,
    struct text *out, enum err_code *worst)
{
	struct info i = { 0 };
	struct err err = { 0 };

	out->err = &err;
	if (load(t, path, &i, &err) == 0) {
		show(o, &i, out, &err);
		fmt_close(&i.m);
	}
	out->err = &t->err;
	if (!err.code)
		return;
	tool_error(t, &err);
	if (!*worst)
		*worst = err.code;
}

static int
show_files(
    struct tool *t, const struct options *o, const char *const *paths, int n)
{
	enum err_code worst = ERR_NONE;
	struct text out;

	text_begin(&out, &t->arena, &t->err);
	for (int i = 0; i < n; i++) {
		if (i && !o->json && !o->check)
			text_add(&out, "\n");
		show_file(t, o, paths[i], &out, &worst);
	}
	if (!text_end(&out) ||
	    tool_write_text(t, o->common.output, out.s, out.len, &t->err) < 0)
		return -1;
	if (worst)
		t->err.code = worst; /* has been said */
	return worst ? -1 : 0;
}

static int
load_whole(struct tool *t, const char *path, struct info *i, struct err *err)
{
	if (load(t, path, i, err) < 0)
		return -1;
	if (fmt_verify(&i->m, FMT_ALL, err) == 0)
		return 0;
	fmt_close(&i->m);
	return -1;
}

static int
diff_files(struct tool *t, const struct options *o, const char *const *paths)
{
	struct info a = { 0 }, b = { 0 };
	struct text out;
	int lines = 0;

	text_begin(&out, &t->arena, &t->err);
	if (load_whole(t, paths[0], &a, &t->err) == 0) {
		if (load_whole(t, paths[1], &b, &t->err) == 0) {
			lines = info_diff(&a, &b, &out);
			fmt_close(&b.m);
		}
		fmt_close(&a.m);
	}
	if (!text_end(&out))
		return -1;
	t->partial = lines > 0;
	if (o->common.quiet)
		return 0;
	return tool_write_text(t, o->common.output, out.s, out.len, &t->err);
}

static void
add_limits(struct text *out, const struct limit *l)
{
	for (; l->name; l++)
		text_addf(out, "%s\t%lld\t%s\t%s\n", l->name,
		    (long long)l->value, l->unit, l->why);
}

/* A table: name, value, unit, reason. */
static int
show_limits(struct tool *t, const struct options *o)
{
	struct text out;

	text_begin(&out, &t->arena, &t->err);
	text_add(&out, "limit\tvalue\tunit\treason\n");
	add_limits(&out, fmt_limits());
	add_limits(&out, data_limits());
	if (!text_end(&out))
		return -1;
	return tool_write_text(t, o->common.output, out.s, out.len, &t->err);
}

static int
check_operands(
    struct tool *t, const struct options *o, const char *const *paths, int n)
{
	if (o->limits && n > 0)
		return err_set(&t->err, ERR_USAGE,
		    "--limits: are the same for every file; give none");
	if (o->diff && n != 2)
		return err_set(&t->err, ERR_USAGE,
		    "--diff: compares two models, but %d %s given", n,
		    n == 1 ? "was" : "were");
	if (o->replay && n > 1)
		return err_set(&t->err, ERR_USAGE,
		    "--replay: a script makes one model, but %d were given", n);
	for (int i = 0; i < n; i++) {
		int dash = strcmp(paths[i], "-") == 0;
		for (int k = 0; k < i && dash; k++)
			if (strcmp(paths[k], "-") == 0)
				return err_set(&t->err, ERR_USAGE,
				    "standard input: is asked for twice");
		if (dash && tool_check_input(t, paths[i], NULL, 0, &t->err) < 0)
			return -1;
	}
	return tool_check_output(t, o->common.output, 0, &t->err);
}

static int
run(struct tool *t, void *opts)
{
	static const char *const standard_input[] = { "-", NULL };
	const struct options *o = opts;
	const char *const *paths = t->cli.operands;
	int n = t->cli.noperands;

	if (n == 0 && !o->diff && !o->limits) {
		paths = standard_input;
		n = 1;
	}
	if (check_operands(t, o, paths, n) < 0)
		return -1;
	if (o->limits)
		return show_limits(t, o);
	return o->diff ? diff_files(t, o, paths) : show_files(t, o, paths, n);
}

int
main(int argc, char **argv)
{
	static const char *const usage[] = {
		"[OPTION]... [MODEL]...",
		"--diff MODEL MODEL",
		"--limits",
		NULL,
	};
	static const char *const notes[] = {
		"Without MODEL the model is read from standard input.",
		NULL,
	};
	static const struct cli_tool what = {
		.name = "nn-info",
		.brief = "Shows what is in a model file.",
		.usage = usage,
		.options = options,
		.notes = notes,
		.run = run,
		.offers = catalog_offers,
	};
	struct options o = { 0 };

	return tool_main(&what, &o, argc, argv);
}
