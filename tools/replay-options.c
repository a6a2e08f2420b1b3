/* The tools that nn-info --replay prints, and their options: only these, and
   every word is quoted. */
#include "replay.h"

#include <string.h>

#include "info.h"

/* Tools with the options that their records have: those whose rows say result,
   and what the tools add (tests/check-replay.sh holds both together). */
#define TRAINING \
	"accumulate augment backend batch cache-features class-weight clip " \
	"compute cutmix decay-all dropout ema epochs fold keep l1 l2 " \
	"label-smoothing layer-decay loss lr lr-scale min-lr mixup monitor " \
	"optimizer order patience sampler schedule skip-bad steps strip " \
	"until-epoch val-split warmup weight-decay"
static const struct replay_tool tools[] = {
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

const struct replay_tool *
replay_tool_of(const struct json *record)
{
	const struct json *tool = json_get(record, "tool");
	const struct replay_tool *s = tools;

	if (!tool || tool->type != JSON_IS_TEXT)
		return NULL;
	while (s->name && strcmp(s->name, tool->s) != 0)
		s++;
	return s->name ? s : NULL;
}

/* "sha256:HEX" */
static int
put_file(struct replay *r, const char *before, const char *words)
{
	static const char mark[] = "sha256:";
	size_t n = sizeof(mark) - 1;

	if (strncmp(words, mark, n) != 0 || !replay_is_digest(words + n))
		return replay_refuse(r, before, "names no file by its SHA-256");
	replay_put_places(r, before, REPLAY_FILE, words + n, 1);
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
			return replay_refuse(
			    r, "--class-weight", "is no table");
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
		return replay_refuse(r, "--ext", "names no file");
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
		return replay_refuse(r, name, "is an option without a value");
	for (const struct json *j = value->child; j; j = j->next)
		if (j->type != JSON_IS_TEXT || put_word(r, name, j->s) < 0)
			return replay_refuse(
			    r, name, "is an option without a value");
	return 0;
}

/* --recalibrate stands with its data. */
int
replay_put_options(
    struct replay *r, const struct replay_tool *s, const struct json *record)
{
	const struct json *options = json_get(record, "options");
	const struct json *order = json_get(record, "order");

	if (!options || options->type != JSON_IS_OBJECT)
		return replay_refuse(r, s->name, "has no options");
	if (json_get(options, "replan"))
		return replay_refuse(r, s->name,
		    "was stopped and went on with another plan (--replan)");
	for (const struct json *j = options->child; j; j = j->next) {
		if (!is_listed(s->options, j->key))
			return replay_refuse(
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
			return replay_refuse(
			    r, "order", "is not that of the options");
	}
	return 0;
}
