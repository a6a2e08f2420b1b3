/* How a model was made, as a script for sh that makes it again: one pipeline.

   What a file does not hold, data and other models, the script takes from the
   environment by numbers.  A lineage is a stranger's text that somebody is about
   to run: only the tools and options below are printed, never one that names a
   file, and every word is quoted. */
#include <string.h>

#include "info.h"

enum { SHOWN = 200, OPERANDS_MAX = 10000 };

/* What is asked for from outside, by its digest; several operands have one
   together. */
enum kind { DATA, MODEL, FILE_, KINDS };
static const struct {
	const char *name, *what;
} kinds[KINDS] = {
	[DATA] = { "DATA", "data with the digest" },
	[MODEL] = { "MODEL", "a model with the content_id" },
	[FILE_] = { "FILE", "a file with the SHA-256" },
};

struct place {
	enum kind kind;
	const char *digest;
	int first, n;
	struct place *next;
};

struct replay {
	struct text out; /* the pipeline */
	struct place *places;
	int count[KINDS];
	const char *here; /* what the present step reads from descriptor 3 */
	char why[SHOWN];  /* it cannot be done again */
};

/* Tools with the options that their records have: those whose rows say result,
   and what the tools add (tests/check-replay.sh holds both together). */
#define TRAINING \
	"accumulate augment backend batch cache-features class-weight clip " \
	"compute cutmix decay-all dropout ema epochs fold keep l1 l2 " \
	"label-smoothing layer-decay loss lr lr-scale min-lr mixup monitor " \
	"optimizer order patience sampler schedule skip-bad steps strip " \
	"until-epoch val-split warmup weight-decay"
static const struct step {
	const char *tool, *options;
} steps[] = {
	{ "nn-init", "classes init input labels pre preset task" },
	{ "nn-train", TRAINING },
	{ "nn-finetune",
	    TRAINING " adapter-only anchor bn extend-head freeze "
		     "freeze-through gradual input-channels input-size lora "
		     "merge new-head pre recipe reuse-head train unfreeze" },
	{ "nn-eval", "backend compute fit-temperature pass-through skip-bad" },
	{ "nn-merge", "augment average backend ensemble recalibrate" },
	{ "nn-edit",
	    "author citation description drop-ext ext keyword labels license "
	    "pre rename-label title unset url" },
	{ 0 },
};

static int
refuse(struct replay *r, const char *what, const char *why)
{
	char shown[SHOWN];
	struct err text = { 0 };

	err_set(&text, ERR_PARTIAL, "%s %s",
	    text_safe(shown, sizeof(shown), what, strlen(what)), why);
	text_safe(r->why, sizeof(r->why), text.text, strlen(text.text));
	return -1;
}

static int
is_listed(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (; *list; list += strspn(list, " ")) {
		size_t len = strcspn(list, " ");

		if (len == n && memcmp(list, word, n) == 0)
			return 1;
		list += len;
	}
	return 0;
}

static const struct step *
step_of(const struct json *record)
{
	const struct json *tool = json_get(record, "tool");
	const struct step *s = steps;

	if (!tool || tool->type != JSON_IS_TEXT)
		return NULL;
	while (s->tool && strcmp(s->tool, tool->s) != 0)
		s++;
	return s->tool ? s : NULL;
}

static int
is_tool(const struct json *record, const char *name)
{
	const struct step *s = step_of(record);
	return s && strcmp(s->tool, name) == 0;
}

static int
is_digest(const char *s)
{
	return strspn(s, "0123456789abcdef") == FMT_HEX - 1 && !s[FMT_HEX - 1];
}

/* The digest under that key; NULL: there is none. */
static int
take_digest(struct replay *r, const struct json *record, const char *key,
    const char **digest)
{
	const struct json *j = json_get(record, key);

	*digest = j && j->type == JSON_IS_TEXT ? j->s : NULL;
	if (j && (!*digest || !is_digest(*digest)))
		return refuse(r, key, "is no digest");
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
		return refuse(r, key, "is no count");
	*n = (int)j->i;
	return 0;
}

/* Same digest, same place: data that several steps learned from are given
   once. */
static struct place *
find_place(struct replay *r, enum kind kind, const char *digest, int n)
{
	struct place **at = &r->places;

	for (; *at; at = &(*at)->next)
		if ((*at)->kind == kind && (*at)->n == n &&
		    strcmp((*at)->digest, digest) == 0)
			return *at;
	*at = arena_alloc(r->out.arena, sizeof(**at), r->out.err);
	if (!*at)
		return NULL;
	**at = (struct place){ kind, digest, r->count[kind] + 1, n, NULL };
	r->count[kind] += n;
	return *at;
}

/* BEFORE"${DATA_1:?}" for every operand. */
static void
put_places(struct replay *r, const char *before, enum kind kind,
    const char *digest, int n)
{
	const struct place *p = find_place(r, kind, digest, n);

	for (int i = 0; p && i < n; i++)
		text_addf(&r->out, "%s\"${%s_%d:?}\"", before, kinds[kind].name,
		    p->first + i);
}

/* "sha256:HEX" */
static int
put_file(struct replay *r, const char *before, const char *words)
{
	static const char mark[] = "sha256:";
	size_t n = sizeof(mark) - 1;

	if (strncmp(words, mark, n) != 0 || !is_digest(words + n))
		return refuse(r, before, "names no file by its SHA-256");
	put_places(r, before, FILE_, words + n, 1);
	return 0;
}

/* Lines CLASS<TAB>WEIGHT; none of them can end the document. */
static int
put_table(struct replay *r, const char *words)
{
	if (strcmp(words, "balanced") == 0) {
		text_add(&r->out, " --class-weight=balanced");
		return 0;
	}
	for (const char *s = words; *s;) {
		size_t n = strcspn(s, "\n");

		if (!memchr(s, '\t', n) || !s[n])
			return refuse(r, "--class-weight", "is no table");
		s += n + 1;
	}
	text_add(&r->out, " --class-weight=/dev/fd/3");
	r->here = words;
	return 0;
}

static int
put_map(struct replay *r, const char *words)
{
	if (strcmp(words, "name") != 0)
		return put_file(r, " --reuse-head=", words);
	text_add(&r->out, " --reuse-head=name");
	return 0;
}

/* OWNER/NAME=sha256:HEX */
static int
put_ext(struct replay *r, const char *words)
{
	size_t n = strcspn(words, "=");
	struct text t;

	if (!words[n])
		return refuse(r, "--ext", "names no file");
	text_begin(&t, r->out.arena, r->out.err);
	text_add(&t, " --ext=");
	info_quote(&t, arena_text_n(t.arena, words, n, t.err));
	text_add(&t, "=");
	return text_end(&t) ? put_file(r, t.s, words + n + 1) : -1;
}

/* Options whose values stand elsewhere. */
static const struct {
	const char *name;
	int (*put)(struct replay *r, const char *words);
} specials[] = {
	{ "class-weight", put_table },
	{ "ext", put_ext },
	{ "reuse-head", put_map },
	{ 0 },
};

static int
put_word(struct replay *r, const char *name, const char *value)
{
	const char *word =
	    arena_printf(r->out.arena, r->out.err, "--%s=%s", name, value);

	for (int i = 0; specials[i].name; i++)
		if (strcmp(specials[i].name, name) == 0)
			return specials[i].put(r, value);
	if (!word)
		return -1;
	text_add(&r->out, " ");
	info_quote(&r->out, word);
	return 0;
}

static int
put_option(struct replay *r, const char *name, const struct json *value)
{
	if (value->type == JSON_IS_TEXT)
		return put_word(r, name, value->s);
	if (value->type == JSON_IS_BOOL && value->i) {
		text_addf(&r->out, " --%s", name);
		return 0;
	}
	if (value->type != JSON_IS_ARRAY)
		return refuse(r, name, "is an option without a value");
	for (const struct json *j = value->child; j; j = j->next)
		if (j->type != JSON_IS_TEXT || put_word(r, name, j->s) < 0)
			return refuse(r, name, "is an option without a value");
	return 0;
}

/* --recalibrate stands with its data. */
static int
put_options(struct replay *r, const struct step *s, const struct json *record)
{
	const struct json *options = json_get(record, "options");
	const struct json *order = json_get(record, "order");

	if (!options || options->type != JSON_IS_OBJECT)
		return refuse(r, s->tool, "has no options");
	if (json_get(options, "replan"))
		return refuse(r, s->tool,
		    "was stopped and went on with another plan (--replan)");
	for (const struct json *j = options->child; j; j = j->next) {
		if (!is_listed(s->options, j->key))
			return refuse(
			    r, j->key, "is no option that can be given again");
		if (info_in_turn(order, j->key) ||
		    strcmp(j->key, "recalibrate") == 0)
			continue;
		if (put_option(r, j->key, j) < 0)
			return -1;
	}
	for (const struct json *j = order ? order->child : NULL; j;
	     j = j->next) {
		const struct json *value = info_turn(order, j, options);

		if (!value || put_option(r, j->s, value) < 0)
			return refuse(r, "order", "is not that of the options");
	}
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
			return refuse(r, names[i], "is no number");
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
		if (j->type != JSON_IS_TEXT || !is_digest(j->s))
			return refuse(r, "members", "are no digests");
		if (j == members->child && !first)
			text_add(&r->out, " -");
		else
			put_places(r, " ", MODEL, j->s, 1);
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
		    ? refuse(r, "nn-init", "began with a model")
		    : 0;
	if (!parent)
		return refuse(r, "parent", "is missing");
	if (base && first)
		put_places(r, " --adapter=", MODEL, parent, 1);
	else if (base)
		text_add(&r->out, " --adapter=-");
	if (base)
		put_places(r, merges ? " " : " -m ", MODEL, base, 1);
	else if (merges)
		return members && members->type == JSON_IS_ARRAY
		    ? put_members(r, members, first)
		    : refuse(r, "members", "are missing");
	else if (first)
		put_places(r, " -m ", MODEL, parent, 1);
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
		return refuse(r, "data", "are missing");
	if (val)
		put_places(r, " --val=", DATA, val, nval);
	if (data)
		put_places(r,
		    is_tool(record, "nn-merge") ? " --recalibrate=" : " ", DATA,
		    data, n);
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
			return refuse(r, "layers", "are no words");
		text_add(&r->out, " ");
		info_quote(&r->out, j->s);
	}
	return 0;
}

/* One line; behind it what descriptor 3 gives. */
static int
put_step(struct replay *r, const struct json *record, int first)
{
	const struct step *s = step_of(record);

	r->here = NULL;
	if (!s)
		return refuse(r, "tool", "is none that can be run again");
	text_add(&r->out, s->tool);
	if (put_options(r, s, record) < 0 || put_numbers(r, record) < 0 ||
	    put_models(r, record, first) < 0 || put_layers(r, record) < 0 ||
	    put_data(r, record) < 0)
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
	char shown[SHOWN];

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
	for (const struct place *p = r->places; p; p = p->next) {
		text_add(out, "#  ");
		for (int k = 0; k < p->n; k++)
			text_addf(
			    out, " %s_%d", kinds[p->kind].name, p->first + k);
		text_addf(out, ": %s%s\n#     %s\n",
		    p->n > 1 ? "together " : "", kinds[p->kind].what,
		    p->digest);
	}
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
