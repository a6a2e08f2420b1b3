/* nn-init: creates an untrained model from layers in words, a SPEC file or a
   preset. */
#include <string.h>

#include "catalog.h"
#include "data.h"
#include "describe.h"
#include "labels.h"
#include "nn.h"
#include "start.h"

enum { SHOWN = 100 };

static const char *const dtype_words[] = { "f32", NULL };

#define AT(MEMBER) offsetof(struct start_options, MEMBER)

static const struct cli_option options[] = {
	{ CLI_GROUP, .help = "What goes in and out" },
	{ CLI_TEXT, "input", 'i', AT(input), "SHAPE",
	    "shape of a sample: 28x28x1 (height, width, channels) or 784",
	    .result = 1 },
	{ CLI_TEXT, "labels", 0, AT(labels), "LIST",
	    "names of the classes in the order of the outputs: 0,1,2 (,, is a "
	    "comma in a name)",
	    .excludes = "labels-from classes", .result = 1 },
	{ CLI_TEXT, "labels-from", 0, AT(labels_from), "DATA",
	    "take the names of the classes from data",
	    .excludes = "labels classes" },
	{ CLI_INT, "classes", 'c', AT(classes), "N",
	    "number of classes; training data will name them", .min = 1,
	    .max = FMT_LABELS_MAX, .result = 1 },
	{ CLI_TEXT, "task", 0, AT(task), "TASK",
	    "classify, regress or autoencoder (default: classify with labels, "
	    "-c or a softmax at the end, else regress)",
	    .result = 1 },
	{ CLI_TEXT, "pre", 0, AT(pre), "STEP[,STEP]...",
	    "how a file becomes a sample: gray,resize:28x28,scale:1/255",
	    .result = 1, .offers = "step" },
	{ CLI_TEXT, "pre-from", 0, AT(pre_from), "DATA",
	    "measure mean and spread of the samples, channel by channel, and "
	    "end the preprocessing with normalize" },
	{ CLI_LATER, "tokenizer", .help = "text models are still to come" },

	{ CLI_GROUP, .help = "Layers" },
	{ CLI_TEXT, "spec", 'F', AT(spec), "FILE",
	    "read options and layers from FILE (- is standard input)",
	    .excludes = "preset" },
	{ CLI_TEXT, "preset", 0, AT(preset), "NAME[,KEY=VALUE]...",
	    "take a complete model and change its parts", .excludes = "spec",
	    .result = 1, .offers = "preset" },
	{ CLI_FLAG, "list-presets", 0, AT(list_presets), NULL,
	    "list the presets" },
	{ CLI_TEXT, "layers", 0, AT(layers), "NAME",
	    "list layers, losses, optimizers, schedules, initialisers, steps "
	    "of preprocessing, augmentations and formats of data, or the "
	    "settings of one",
	    .optional = "", .offers = "any" },

	{ CLI_GROUP, .help = "Numbers" },
	{ CLI_TEXT, "init", 0, AT(init), "NAME",
	    "initialiser of the kernels (default: that of each layer)",
	    .result = 1, .offers = "initialiser" },
	{ CLI_COMMON, "seed" },
	{ CLI_WORD, "dtype", 0, AT(dtype), NULL, "type of the numbers", "f32",
	    .words = dtype_words },

	{ CLI_GROUP, .help = "Result" },
	{ CLI_COMMON, "output" },
	{ CLI_COMMON, "force" },
	{ CLI_COMMON, "dry-run" },
	{ CLI_COMMON, "no-provenance" },
	{ CLI_COMMON, "quiet" },
	{ CLI_COMMON, "verbose" },
	{ CLI_END },
};

#undef AT

static int
print_text(struct tool *t, const char *path, struct text *text)
{
	if (!text_end(text))
		return -1;
	return tool_write_text(t, path, text->s, text->len, &t->err);
}

static int
list_presets(struct tool *t)
{
	struct text out;

	text_begin(&out, &t->arena, &t->err);
	for (const struct preset *p = presets; p->name; p++) {
		text_addf(&out, "%s\t%s", p->name, p->help);
		for (int k = 0; k < PRESET_KEYS_MAX && p->key[k].name; k++)
			text_addf(&out, "%s%s=%s", k ? ", " : " (",
			    p->key[k].name, p->key[k].init);
		text_add(&out, p->key[0].name ? ")\n" : "\n");
	}
	return print_text(t, t->common->output, &out);
}

/* --layers, --layers=NAME, --layers NAME */
static int
list_layers(struct tool *t, const struct start_options *o)
{
	const char *name = *o->layers ? o->layers
	    : t->cli.noperands        ? t->cli.operands[0]
				      : "";
	struct text out;

	text_begin(&out, &t->arena, &t->err);
	if (!*name)
		catalog_list(&out);
	else if (catalog_show(name, &out, &t->err) < 0)
		return -1;
	return print_text(t, t->common->output, &out);
}

/* Layers come from exactly one place. */
static int
check_sources(struct tool *t, const struct start_options *o)
{
	const char *from = o->spec ? "-F" : o->preset ? "--preset" : NULL;
	char word[SHOWN];

	if (from && t->cli.noperands)
		return err_set(&t->err, ERR_USAGE,
		    "'%s': layers come from %s here; leave one of them out",
		    text_safe(word, sizeof(word), t->cli.operands[0],
			strlen(t->cli.operands[0])),
		    from);
	if (from || t->cli.noperands)
		return 0;
	t->show_usage = 1;
	return err_set(&t->err, ERR_USAGE,
	    "no layers; name some (flatten dense:10:softmax), or give -F FILE "
	    "or --preset=NAME");
}

static int
print_plan(struct tool *t, const struct start *p)
{
	struct text out;

	text_begin(&out, &t->arena, &t->err);
	text_addf(&out, "task: %s\n\n", p->model.graph.task);
	describe_layers(&p->model.graph, &out);
	return print_text(t, "-", &out);
}

/* Names that came from data: the record must do without the data. */
static int
add_labels(struct tool *t, const struct start *p, struct json *record)
{
	struct json *given = record->child;
	struct text list;

	if (!cli_given(&t->cli, "labels-from"))
		return 0;
	while (strcmp(given->key, "options") != 0)
		given = given->next;
	text_begin(&list, &t->arena, &t->err);
	labels_print(p->model.labels, p->model.nlabels, &list);
	if (!text_end(&list))
		return -1;
	return json_put_text(given, "labels", list.s, &t->arena, &t->err);
}

/* So must what was measured. */
static int
add_pre(struct tool *t, const struct start *p, struct json *record)
{
	struct json *given = record->child, *pre;
	char *words;

	if (!cli_given(&t->cli, "pre-from"))
		return 0;
	while (strcmp(given->key, "options") != 0)
		given = given->next;
	words = pre_print(p->model.preprocessing, &t->arena, &t->err);
	if (!words)
		return -1;
	for (pre = given->child; pre; pre = pre->next)
		if (strcmp(pre->key, "pre") == 0) {
			pre->s = words;
			return 0;
		}
	return json_put_text(given, "pre", words, &t->arena, &t->err);
}

/* The record holds the layers as they were given. */
static int
add_lineage(struct tool *t, struct start *p)
{
	struct json *record = lineage_record(t, NULL, &t->err), *list;

	if (!record || add_labels(t, p, record) < 0 ||
	    add_pre(t, p, record) < 0)
		return -1;
	list = json_put_array(record, "layers", &t->arena, &t->err);
	if (!list)
		return -1;
	for (int i = 0; i < p->nlayers; i++)
		if (json_put_text(
			list, NULL, p->layers[i], &t->arena, &t->err) < 0)
			return -1;
	return lineage_add(t, &p->model, record, &t->err);
}

static int
run(struct tool *t, void *opts)
{
	struct start_options *o = opts;
	struct start p = { 0 };

	if (o->list_presets)
		return list_presets(t);
	if (o->layers)
		return list_layers(t, o);
	if (check_sources(t, o) < 0)
		return -1;
	if (!o->common.dry_run &&
	    tool_check_output(t, o->common.output, 1, &t->err) < 0)
		return -1;
	if (start_make(t, o, &p) < 0)
		return -1;
	if (o->common.dry_run)
		return print_plan(t, &p);
	if (nn_init(&p.model.graph, t->seed, p.init, &t->err) < 0 ||
	    add_lineage(t, &p) < 0)
		return -1;
	return tool_write_model(t, o->common.output, &p.model, &t->err);
}

int
main(int argc, char **argv)
{
	static const char *const usage[] = {
		("[-i SHAPE] [--labels=LIST|--labels-from=DATA|-c N] "
		 "[OPTION]... LAYER..."),
		"-F SPEC [OPTION]...",
		"--preset=NAME[,KEY=VALUE]... [OPTION]...",
		"--list-presets",
		"--layers[=NAME]",
		NULL,
	};
	static const char *const notes[] = {
		"A layer is KIND[:VALUE]...[:ACTIVATION][,KEY=VALUE]..., for "
		"example flatten dense:128:relu dropout:0.2 dense:10:softmax.  "
		"Every layer takes name=NAME, from=A[+B...], tag=TAG and out.",
		NULL,
	};
	static const struct cli_tool what = {
		.name = "nn-init",
		.brief = "Creates an untrained model.",
		.usage = usage,
		.options = options,
		.notes = notes,
		.run = run,
		.offers = catalog_offers,
		.operands = "layer",
	};
	struct start_options o = { 0 };

	return tool_main(&what, &o, argc, argv);
}
