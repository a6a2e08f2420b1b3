/* How a model was made, as a script for sh that makes it again: one pipeline.

   What a file does not hold, data and other models, the script takes from the
   environment by numbers.  A lineage is a stranger's text that somebody is about
   to run: only the tools and options of replay-options.c are printed, never one
   that names a file, and every word is quoted. */
#include <string.h>

#include "info.h"
#include "replay.h"

enum { OPERANDS_MAX = 10000 };

static int
is_tool(const struct json *record, const char *name)
{
	const struct replay_tool *s = replay_tool_of(record);
	return s && strcmp(s->name, name) == 0;
}

/* The digest under that key; NULL: there is none. */
static int
take_digest(struct replay *r, const struct json *record, const char *key,
    const char **digest)
{
	const struct json *j = json_get(record, key);

	*digest = j && j->type == JSON_IS_TEXT ? j->s : NULL;
	if (j && (!*digest || !replay_is_digest(*digest)))
		return replay_refuse(r, key, "is no digest");
	return 0;
}

static int
take_count(struct replay *r, const struct json *record, const char *key, int *n)
{
	const struct json *j = json_get(record, key);

	*n = 1;
	if (!j)
		return 0;
	if (j->type != JSON_IS_INT || j->i < 1 || j->i > OPERANDS_MAX)
		return replay_refuse(r, key, "is no count");
	*n = (int)j->i;
	return 0;
}

/* The seed even when it is that of the model: it would go on from another. */
static int
put_numbers(struct replay *r, const struct json *record)
{
	static const char *const names[] = { "seed", "threads", NULL };

	for (int i = 0; names[i]; i++) {
		const struct json *j = json_get(record, names[i]);

		if (!j)
			continue;
		if (j->type != JSON_IS_INT || j->i < 0)
			return replay_refuse(r, names[i], "is no number");
		if (j->i > 0 || !is_tool(record, "nn-init"))
			text_addf(
			    &r->out, " --%s=%lld", names[i], (long long)j->i);
	}
	return 0;
}

/* Of several models the first is the one that comes through the pipe. */
static int
put_members(struct replay *r, const struct json *members, int first)
{
	for (const struct json *j = members->child; j; j = j->next) {
		if (j->type != JSON_IS_TEXT || !replay_is_digest(j->s))
			return replay_refuse(r, "members", "are no digests");
		if (j == members->child && !first)
			text_add(&r->out, " -");
		else
			replay_put_places(r, " ", REPLAY_MODEL, j->s, 1);
	}
	return 0;
}

/* With a base what comes through the pipe is its adapter. */
static int
put_models(struct replay *r, const struct json *record, int first)
{
	const struct json *members = json_get(record, "members");
	int merges = is_tool(record, "nn-merge");
	const char *base, *parent;

	if (take_digest(r, record, "base", &base) < 0 ||
	    take_digest(r, record, "parent", &parent) < 0)
		return -1;
	if (is_tool(record, "nn-init"))
		return base || parent
		    ? replay_refuse(r, "nn-init", "began with a model")
		    : 0;
	if (!parent)
		return replay_refuse(r, "parent", "is missing");
	if (base && first)
		replay_put_places(r, " --adapter=", REPLAY_MODEL, parent, 1);
	else if (base)
		text_add(&r->out, " --adapter=-");
	if (base)
		replay_put_places(
		    r, merges ? " " : " -m ", REPLAY_MODEL, base, 1);
	else if (merges)
		return members && members->type == JSON_IS_ARRAY
		    ? put_members(r, members, first)
		    : replay_refuse(r, "members", "are missing");
	else if (first)
		replay_put_places(r, " -m ", REPLAY_MODEL, parent, 1);
	return 0;
}

static int
put_data(struct replay *r, const struct json *record)
{
	const char *data, *val;
	int n, nval,
	    wants = !is_tool(record, "nn-init") &&
	    !is_tool(record, "nn-edit") && !is_tool(record, "nn-merge");

	if (take_digest(r, record, "data", &data) < 0 ||
	    take_digest(r, record, "val", &val) < 0 ||
	    take_count(r, record, "operands", &n) < 0 ||
	    take_count(r, record, "val_operands", &nval) < 0)
		return -1;
	if (wants && !data)
		return replay_refuse(r, "data", "are missing");
	if (val)
		replay_put_places(r, " --val=", REPLAY_DATA, val, nval);
	if (data)
		replay_put_places(r,
		    is_tool(record, "nn-merge") ? " --recalibrate=" : " ",
		    REPLAY_DATA, data, n);
	return 0;
}

static int
put_layers(struct replay *r, const struct json *record)
{
	const struct json *options = json_get(record, "options");
	const struct json *layers = json_get(record, "layers");

	if (!is_tool(record, "nn-init") || json_get(options, "preset"))
		return 0;
	for (const struct json *j = layers ? layers->child : NULL; j;
	     j = j->next) {
		if (j->type != JSON_IS_TEXT || *j->s == '-')
			return replay_refuse(r, "layers", "are no words");
		text_add(&r->out, " ");
		info_quote(&r->out, j->s);
	}
	return 0;
}

/* One line; behind it what descriptor 3 gives. */
static int
put_step(struct replay *r, const struct json *record, int first)
{
	const struct replay_tool *s = replay_tool_of(record);

	r->here = NULL;
	if (!s)
		return replay_refuse(
		    r, "tool", "is none that can be run again");
	text_add(&r->out, s->name);
	if (replay_put_options(r, s, record) < 0 ||
	    put_numbers(r, record) < 0 || put_models(r, record, first) < 0 ||
	    put_layers(r, record) < 0 || put_data(r, record) < 0)
		return -1;
	if (r->here)
		text_add(&r->out, " 3<<'END'");
	text_add(&r->out, record->next ? " |\n" : "\n");
	if (r->here)
		text_addf(&r->out, "%sEND\n", r->here);
	return 0;
}

/* What the bytes depended on, in a comment in front of the step. */
static void
put_comment(struct replay *r, const struct json *record, int number)
{
	const struct json *version = json_get(record, "version");
	const struct json *numerics = json_get(record, "numerics");
	const struct json *elsewhere = json_get(record, "elsewhere");
	int old = !numerics && json_get(record, "seed") &&
	    !is_tool(record, "nn-init");
	char shown[REPLAY_SHOWN];

	if (!numerics)
		numerics = version;
	text_addf(&r->out, "# %d: with ", number);
	if (numerics && numerics->type == JSON_IS_TEXT)
		text_add(&r->out,
		    text_safe(shown, sizeof(shown), numerics->s,
			strlen(numerics->s)));
	for (const struct json *j = elsewhere ? elsewhere->child : NULL; j;
	     j = j->next)
		if (j->type == JSON_IS_TEXT)
			text_addf(&r->out, ", stopped and gone on with %s",
			    text_safe(
				shown, sizeof(shown), j->s, strlen(j->s)));
	if (old)
		text_add(
		    &r->out, ", which did not write down threads and --val");
	text_add(
	    &r->out, elsewhere || old ? ": may come out otherwise\n" : "\n");
}

/* The first step from which all can be done again: behind the last that cannot,
   and not in front of one that began anew. */
static const struct json *
find_start(const struct info *i, struct replay *why, struct text *out)
{
	const struct json *start = i->m.lineage->child;

	for (const struct json *j = start; j; j = j->next) {
		struct replay r = { 0 };

		text_begin(&r.out, out->arena, out->err);
		if (put_step(&r, j, 0) < 0) {
			start = j->next;
			*why = r;
		} else if (is_tool(j, "nn-init")) {
			start = j;
		}
	}
	return start;
}

static void
put_head(const struct info *i, const struct replay *r, const struct replay *why,
    int skipped, struct text *out)
{
	text_addf(out,
	    "#!/bin/sh\n# Makes the model with the content_id\n#   %s\n",
	    i->m.content_id);
	if (skipped)
		text_addf(out,
		    "# from step %d on, for an earlier one cannot be done "
		    "again:\n#   %s\n",
		    skipped + 1, *why->why ? why->why : "it began anew");
	if (info_unfinished(&i->m))
		text_add(out,
		    "# whose last run is not finished: here it is, and so the "
		    "result is another\n");
	if (r->places)
		text_add(out, "# out of what the environment says:\n");
	replay_list_places(r, out);
}

int
info_replay(const struct info *i, struct text *out, struct err *err)
{
	struct replay r = { 0 }, why = { 0 };
	const struct json *start, *j;
	int skipped = 0, n;

	if (!i->m.lineage)
		return err_set(
		    err, ERR_PARTIAL, "how it was made is not written in it");
	start = find_start(i, &why, out);
	if (!start)
		return err_set(err, ERR_PARTIAL,
		    "its last step cannot be done again: %s", why.why);
	for (j = i->m.lineage->child; j != start; j = j->next)
		skipped++;
	text_begin(&r.out, out->arena, err);
	for (n = skipped; j; j = j->next) {
		put_comment(&r, j, ++n);
		if (put_step(&r, j, j == start) < 0)
			return err_set(err, ERR_BUG, "replay: %s", r.why);
	}
	if (!text_end(&r.out))
		return -1;
	put_head(i, &r, &why, skipped, out);
	text_add_n(out, r.out.s, r.out.len);
	return 0;
}
