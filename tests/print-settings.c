/* Prints schemas/settings.schema.json: what everything with settings may be set
   to, out of the tables of the code. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "data.h"
#include "kind.h"
#include "loss.h"
#include "optim.h"
#include "schedule.h"
#include "train.h"

static struct arena arena;
static struct err err;
static struct text out;
static int in_steps; /* where lists of numbers are arrays */

static void
add_string(const char *s)
{
	struct json j = { .type = JSON_IS_TEXT, .s = s };

	text_add(&out, json_print(&j, &arena, &err));
}

static void
add_limits(const struct attr *row)
{
	char low[32], high[32];

	text_addf(&out, ",\"minimum\":%s,\"maximum\":%s",
	    text_number(low, row->min), text_number(high, row->max));
}

static void
add_words(const char *const *words)
{
	int i;

	text_add(&out, "\"enum\":[");
	for (i = 0; words[i] != NULL; i++) {
		text_add(&out, i > 0 ? "," : "");
		add_string(words[i]);
	}
	text_add(&out, "]");
}

/* The type that a row asks for. */
static void
add_type(const struct attr *row)
{
	switch (row->type) {
	case ATTR_INT:
		text_add(&out, "\"type\":\"integer\"");
		add_limits(row);
		break;
	case ATTR_REAL:
		text_add(&out, "\"type\":\"number\"");
		add_limits(row);
		break;
	case ATTR_BOOL:
		text_add(&out, "\"type\":\"boolean\"");
		break;
	case ATTR_WORD:
		if (row->words != NULL)
			add_words(row->words);
		else if (in_steps)
			text_add(&out,
			    "\"type\":\"array\",\"minItems\":1,"
			    "\"items\":{\"type\":\"number\"}");
		else
			text_add(&out, "\"type\":\"string\"");
		break;
	case ATTR_SHAPE:
		text_add(&out,
		    "\"type\":\"array\",\"minItems\":1,\"maxItems\":8,"
		    "\"items\":{\"type\":\"integer\"");
		add_limits(row);
		text_add(&out, "}");
		break;
	case ATTR_END:
		break;
	}
}

/* An object of the rows of a table; more: a member that it has besides, and its
   schema. */
static void
add_object(const struct attr *table, const char *more, const char *schema)
{
	static const struct attr none[] = { { 0 } };
	const struct attr *row;
	const char *comma = "";

	table = table != NULL ? table : none;
	text_add(&out, "{\"type\":\"object\",\"properties\":{");
	if (more != NULL) {
		text_addf(&out, "\n\"%s\":%s", more, schema);
		comma = ",";
	}
	for (row = table; row->type != ATTR_END; row++, comma = ",") {
		text_addf(
		    &out, "%s\n\"%s\":{\"description\":", comma, row->name);
		add_string(row->help != NULL ? row->help : "");
		text_add(&out, ",");
		add_type(row);
		text_add(&out, "}");
	}
	text_add(&out, "},\"required\":[");
	comma = "";
	if (more != NULL) {
		text_addf(&out, "\"%s\"", more);
		comma = ",";
	}
	for (row = table; row->type != ATTR_END; row++)
		if (row->init == NULL) {
			text_addf(&out, "%s\"%s\"", comma, row->name);
			comma = ",";
		}
	text_add(&out, "],\"additionalProperties\":false}");
}

/* {"KEY":NAME,"settings":{...}}, one of several. */
static void
add_choice(const char *key, const char *name, const char *help,
    const struct attr *table, int first)
{
	text_addf(&out, "%s\n{\"description\":", first ? "" : ",");
	add_string(help);
	text_addf(&out,
	    ",\"properties\":{\"%s\":{\"const\":\"%s\"},"
	    "\"settings\":",
	    key, name);
	add_object(table, NULL, NULL);
	text_add(&out, "}}");
}

static void
add_kinds(void)
{
	int i;

	text_add(&out,
	    "\"architecture\":{\"properties\":{\"layers\":{\"items\":"
	    "{\"anyOf\":[");
	for (i = 0; kinds[i] != NULL; i++)
		add_choice("kind", kinds[i]->name, kinds[i]->help,
		    kinds[i]->attrs, i == 0);
	text_add(&out, "]}}}}");
}

static void
add_steps(void)
{
	const char *name, *help;
	const struct attr *attrs;
	int i;

	in_steps = 1;
	text_add(&out,
	    "\"preprocessing\":{\"properties\":{\"steps\":{\"items\":"
	    "{\"anyOf\":[");
	for (i = 0; (name = pre_step_name(i, &help, &attrs)) != NULL; i++) {
		text_add(&out, i > 0 ? ",\n" : "\n");
		add_object(attrs, "step",
		    arena_printf(&arena, &err, "{\"const\":\"%s\"}", name));
	}
	in_steps = 0;
	text_add(&out, "]}}}}");
}

static void
add_losses(void)
{
	int i;

	text_add(&out, "\"loss\":{\"anyOf\":[");
	for (i = 0; losses[i] != NULL; i++)
		add_choice("name", losses[i]->name, losses[i]->help,
		    losses[i]->attrs, i == 0);
	text_add(&out, "]}");
}

static void
add_schedules(void)
{
	int i;

	text_add(&out, "\"schedule\":{\"anyOf\":[");
	for (i = 0; schedules[i] != NULL; i++)
		add_choice("name", schedules[i]->name, schedules[i]->help,
		    schedules[i]->attrs, i == 0);
	text_add(&out, "]}");
}

/* In a plan by name; beside the state as the settings alone. */
static void
add_optimizers(void)
{
	int i;

	text_add(&out, "\"planned\":{\"anyOf\":[");
	for (i = 0; optims[i] != NULL; i++)
		add_choice("name", optims[i]->name, optims[i]->help,
		    optims[i]->attrs, i == 0);
	text_add(&out, "]},\n\"optimizer\":{\"anyOf\":[");
	for (i = 0; optims[i] != NULL; i++) {
		text_add(&out, i > 0 ? ",\n" : "\n");
		add_object(optims[i]->attrs, "version", "{\"const\":1}");
	}
	text_add(&out, "]}");
}

static void
add_training(void)
{
	text_add(&out, "\"plan\":");
	add_object(train_plan_attrs, NULL, NULL);
	text_add(&out, ",\n\"position\":");
	add_object(train_position_attrs, NULL, NULL);
	text_add(&out,
	    ",\n\"training\":{\"properties\":{"
	    "\n\"loss\":{\"$ref\":\"#/$defs/loss\"},"
	    "\n\"best\":{\"$ref\":\"#/$defs/position\"},"
	    "\n\"position\":{\"$ref\":\"#/$defs/position\"},"
	    "\n\"plan\":{\"properties\":{"
	    "\n\"loss\":{\"$ref\":\"#/$defs/loss\"},"
	    "\n\"optimizer\":{\"$ref\":\"#/$defs/planned\"},"
	    "\n\"schedule\":{\"$ref\":\"#/$defs/schedule\"},"
	    "\n\"settings\":{\"$ref\":\"#/$defs/plan\"}}}}}");
}

int
main(void)
{
	static void (*const parts[])(void) = { add_kinds, add_steps, add_losses,
		add_optimizers, add_schedules, add_training };
	size_t i;

	text_begin(&out, &arena, &err);
	text_add(&out,
	    "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\n"
	    "\"title\":\"settings\",\n\"description\":\"What everything with "
	    "settings may be set to, printed from the tables of the code: a "
	    "document keeps to its own schema and to the definition of its "
	    "name here.  What is not required has a default.\",\n\"$defs\":{");
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		text_add(&out, i > 0 ? ",\n" : "\n");
		parts[i]();
	}
	text_add(&out, "}}\n");
	if (text_end(&out) == NULL || err.code != ERR_NONE) {
		fprintf(stderr, "print-settings: %s\n", err.text);
		return 1;
	}
	fputs(text_end(&out), stdout);
	arena_free(&arena);
	return 0;
}
