/* How a model was made, for a person: one line a step. */
#include <string.h>

#include "info.h"

enum { ID_SHOWN = 12, LAYERS_SHOWN = 20 };

void
info_quote(struct text *out, const char *s)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789@%+=:,./_^-";
	char shown[2] = { 0 };

	if (*s && strspn(s, plain) == strlen(s)) {
		text_add(out, s);
		return;
	}
	text_add(out, "'");
	for (; *s; s++) {
		shown[0] = *s;
		text_add(out, *s == '\'' ? "'\\''" : shown);
	}
	text_add(out, "'");
}

int
info_in_turn(const struct json *order, const char *name)
{
	const struct json *j = order ? order->child : NULL;

	while (j && (j->type != JSON_IS_TEXT || strcmp(j->s, name) != 0))
		j = j->next;
	return j != NULL;
}

const struct json *
info_turn(
    const struct json *order, const struct json *at, const struct json *options)
{
	const struct json *value =
	    at->type == JSON_IS_TEXT ? json_get(options, at->s) : NULL;

	if (!value || value->type != JSON_IS_ARRAY)
		return value;
	value = value->child;
	for (const struct json *j = order->child; value && j != at; j = j->next)
		if (j->type == JSON_IS_TEXT && strcmp(j->s, at->s) == 0)
			value = value->next;
	return value;
}

static void
add_option(struct text *out, const char *name, const struct json *value)
{
	struct text word;

	if (value->type == JSON_IS_ARRAY) {
		for (const struct json *j = value->child; j; j = j->next)
			add_option(out, name, j);
		return;
	}
	text_begin(&word, out->arena, out->err);
	text_addf(&word, "--%s", name);
	if (value->type == JSON_IS_TEXT)
		text_addf(&word, "=%s", value->s);
	if (!text_end(&word))
		return;
	text_add(out, " ");
	info_quote(out, word.s);
}

/* The values of a list that others shared, each in its turn. */
static void
add_ordered(
    struct text *out, const struct json *order, const struct json *options)
{
	for (const struct json *j = order->child; j; j = j->next) {
		const struct json *value = info_turn(order, j, options);

		if (value)
			add_option(out, j->s, value);
	}
}

static const char *
text_of(const struct json *record, const char *key)
{
	const struct json *j = json_get(record, key);
	return j && j->type == JSON_IS_TEXT ? j->s : "";
}

static void
add_layers(struct text *out, const struct json *layers, int full)
{
	int n = 0;

	for (const struct json *j = layers->child; j; j = j->next) {
		if (!full && n++ == LAYERS_SHOWN) {
			text_add(out, " ...");
			return;
		}
		text_add(out, " ");
		if (j->type == JSON_IS_TEXT)
			info_quote(out, j->s);
	}
}

/* The command that makes the step again. */
static void
add_command(struct text *out, const struct json *record, int full)
{
	const struct json *options = json_get(record, "options");
	const struct json *layers = json_get(record, "layers");
	const struct json *seed = json_get(record, "seed");
	const struct json *order = json_get(record, "order");

	info_quote(out, text_of(record, "tool"));
	for (const struct json *j = options ? options->child : NULL; j;
	     j = j->next)
		if (!info_in_turn(order, j->key))
			add_option(out, j->key, j);
	if (order && options)
		add_ordered(out, order, options);
	if (seed && seed->type == JSON_IS_INT && seed->i != 0)
		text_addf(out, " --seed=%lld", (long long)seed->i);
	if (layers && options && !json_get(options, "preset"))
		add_layers(out, layers, full);
}

static void
add_id(struct text *out, const char *what, const char *id, int full)
{
	if (*id)
		text_addf(
		    out, "     %s %.*s\n", what, full ? FMT_HEX : ID_SHOWN, id);
}

/* The models that were made one; the first is the one "from" which. */
static void
add_others(struct text *out, const struct json *members, int full)
{
	const struct json *j = members ? members->child : NULL;

	for (j = j ? j->next : NULL; j; j = j->next)
		if (j->type == JSON_IS_TEXT)
			add_id(out, "with", j->s, full);
}

void
info_lineage(const struct info *i, int full, struct text *out)
{
	int step = 0;

	if (!i->m.lineage)
		return;
	for (const struct json *r = i->m.lineage->child; r; r = r->next) {
		const struct json *metrics = json_get(r, "metrics");
		text_addf(out, "  %d  ", ++step);
		add_command(out, r, full);
		text_add(out, "\n");
		if (metrics && metrics->child) {
			text_add(out, "     ");
			info_members(out, metrics);
			text_add(out, "\n");
		}
		add_id(out, "data", text_of(r, "data"), full);
		add_id(out, "val", text_of(r, "val"), full);
		add_id(out, "from", text_of(r, "parent"), full);
		add_id(out, "base", text_of(r, "base"), full);
		add_others(out, json_get(r, "members"), full);
	}
}
