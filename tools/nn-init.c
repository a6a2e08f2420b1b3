/* nn-init: creates an untrained model from layers in words, a SPEC file or a
   preset. */
#include <stdio.h>
#include <string.h>

#include "catalog.h"
#include "data.h"
#include "describe.h"
#include "init.h"
#include "labels.h"
#include "nn.h"
#include "presets.h"
#include "spec.h"
#include "tool.h"

enum { SPEC_BYTES_MAX = 16 << 20, SHOWN = 100 };

struct options {
	struct common common;
	const char *input, *labels, *labels_from, *task, *pre, *init, *dtype;
	int64_t classes;
	const char *spec, *preset, *layers;
	int list_presets;
};

static const char *const dtype_words[] = { "f32", NULL };

#define AT(MEMBER) offsetof(struct options, MEMBER)

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
	    .result = 1 },
	{ CLI_LATER, "pre-from",
	    .help = "give the mean and spread as --pre=normalize:MEAN/STD" },
	{ CLI_LATER, "tokenizer", .help = "text models are still to come" },

	{ CLI_GROUP, .help = "Layers" },
	{ CLI_TEXT, "spec", 'F', AT(spec), "FILE",
	    "read options and layers from FILE (- is standard input)",
	    .excludes = "preset" },
	{ CLI_TEXT, "preset", 0, AT(preset), "NAME[,KEY=VALUE]...",
	    "take a complete model and change its parts", .excludes = "spec",
	    .result = 1 },
	{ CLI_FLAG, "list-presets", 0, AT(list_presets), NULL,
	    "list the presets" },
	{ CLI_TEXT, "layers", 0, AT(layers), "NAME",
	    "list layers, losses, optimizers, schedules and initialisers, or "
	    "the settings of one",
	    .optional = "" },

	{ CLI_GROUP, .help = "Numbers" },
	{ CLI_TEXT, "init", 0, AT(init), "NAME",
	    "initialiser of the kernels (default: that of each layer)",
	    .result = 1 },
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

/* What options, SPEC and preset come to. */
struct plan {
	const char **layers; /* words */
	int nlayers;
	struct fmt_model model;
	const struct preset *preset;
	const char *values[PRESET_KEYS_MAX];
	int64_t classes;        /* 0: not told */
	char input[SHAPE_TEXT]; /* "": told by a layer */
	int64_t size;           /* numbers in a sample */
};

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
list_layers(struct tool *t, const struct options *o)
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
check_sources(struct tool *t, const struct options *o)
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

/* Takes an option line of a SPEC or preset, unless the command line said it
   already; -c and --labels-from stand for --labels. */
static int
take_option(struct tool *t, const char *line)
{
	static const char *const allowed[] = { "input", "labels", "classes",
		"task", "pre", "init", "dtype", NULL };
	const struct cli *c = &t->cli;
	size_t n = strcspn(line + 2, "=");
	int i = 0;

	while (allowed[i] &&
	    (strlen(allowed[i]) != n || memcmp(allowed[i], line + 2, n) != 0))
		i++;
	if (!allowed[i])
		return err_set(&t->err, ERR_USAGE,
		    "%.*s: is no option of a SPEC; those are --input --labels "
		    "--classes --task --pre --init --dtype",
		    (int)(n + 2 < SHOWN ? n + 2 : SHOWN), line);
	if ((i == 1 || i == 2) &&
	    (cli_given(c, "labels") || cli_given(c, "labels-from") ||
		cli_given(c, "classes")))
		return 0;
	return cli_add(&t->cli, line, &t->err);
}

static int
take_spec(struct tool *t, const char *name, const char *text, struct plan *p)
{
	struct spec_file f;

	if (spec_split(&f, text, name, &t->arena, &t->err) < 0)
		return -1;
	for (int i = 0; i < f.noptions; i++)
		if (take_option(t, f.options[i]) < 0)
			return err_in(&t->err, "%s:%d", name, f.option_line[i]);
	if (f.nlayers == 0)
		return err_set(&t->err, ERR_USAGE, "%s: has no layers", name);
	p->layers = f.layers;
	p->nlayers = f.nlayers;
	return 0;
}

static int
read_spec(struct tool *t, const char *path, struct plan *p)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	size_t n;
	char *text = tool_read_text(t, path, SPEC_BYTES_MAX, &n, &t->err);

	if (!text)
		return -1;
	if (strlen(text) != n)
		return err_set(&t->err, ERR_USAGE,
		    "%s: is not text (it holds a zero byte)", name);
	return take_spec(t, name, text, p);
}

static int
take_words(struct tool *t, const struct options *o, struct plan *p)
{
	if (o->spec)
		return read_spec(t, o->spec, p);
	if (o->preset) {
		p->preset =
		    preset_parse(o->preset, p->values, &t->arena, &t->err);
		return p->preset
		    ? take_spec(t, p->preset->name, p->preset->text, p)
		    : -1;
	}
	p->layers = t->cli.operands;
	p->nlayers = t->cli.noperands;
	return 0;
}

static int
parse_input(struct tool *t, const struct options *o, struct plan *p)
{
	struct shape shape;
	char word[SHOWN];

	if (!o->input)
		return 0;
	if (strncmp(o->input, "seq:", 4) == 0)
		return err_set(&t->err, ERR_USAGE,
		    "--input: sequences are not in this version; give a shape "
		    "such as 28x28x1");
	if (shape_parse(&shape, o->input) < 0 || shape.rank < 1)
		return err_set(&t->err, ERR_USAGE,
		    "--input: '%s' is not a shape; write 28x28x1 or 784",
		    text_safe(word, sizeof(word), o->input, strlen(o->input)));
	shape_print(p->input, &shape);
	p->size = shape_count(&shape);
	return 0;
}

/* Names of the classes from data: folders, or what the format knows. */
static int
labels_from(struct tool *t, const char *operand, struct plan *p)
{
	struct data_want want = { .target = TARGET_LABEL, .tmpdir = t->tmpdir };
	struct dataset *d = data_open(&operand, 1, &want, &t->err);
	const char *const *labels, **copy;
	int64_t n;

	if (!d)
		return -1;
	n = data_labels(d, &labels);
	copy =
	    arena_array(&t->arena, (size_t)(n ? n : 1), sizeof(*copy), &t->err);
	for (int64_t i = 0; copy && i < n; i++)
		copy[i] = arena_text(&t->arena, labels[i], &t->err);
	data_free(d);
	if (t->err.code)
		return -1;
	if (n == 0)
		return err_set(&t->err, ERR_DATA,
		    "%s: names no classes; give --labels", operand);
	p->model.labels = copy;
	p->model.nlabels = n;
	return 0;
}

static int
take_labels(struct tool *t, const struct options *o, struct plan *p)
{
	int rc = 0;

	if (o->labels_from)
		rc = labels_from(t, o->labels_from, p);
	else if (o->labels)
		rc = labels_parse(o->labels, &p->model.labels,
		    &p->model.nlabels, &t->arena, &t->err);
	p->classes = o->classes ? o->classes : p->model.nlabels;
	return rc;
}

/* The open numbers of a preset. */
static int
fill_preset(struct tool *t, struct plan *p)
{
	char classes[24], size[24];

	if (!p->preset)
		return 0;
	snprintf(classes, sizeof(classes), "%lld", (long long)p->classes);
	snprintf(size, sizeof(size), "%lld", (long long)p->size);
	for (int i = 0; i < p->nlayers; i++) {
		p->layers[i] = preset_fill(p->preset, p->values, p->layers[i],
		    classes, p->input, size, &t->arena, &t->err);
		if (!p->layers[i])
			return -1;
	}
	return 0;
}

static int
build_graph(struct tool *t, struct plan *p)
{
	struct graph *g = &p->model.graph;
	const char *input;
	int from = -1;

	graph_begin(g, &t->arena);
	if (*p->input) {
		if (strncmp(p->layers[0], "input:", 6) == 0)
			return err_set(&t->err, ERR_USAGE,
			    "layer '%s': --input gives the shape already; "
			    "leave one of them out",
			    p->layers[0]);
		input = arena_printf(&t->arena, &t->err, "input:%s", p->input);
		if (!input || spec_append(g, &input, 1, -1, &t->err) < 0)
			return -1;
		g->noutputs = 0;
		from = 0;
	}
	if (spec_append(g, p->layers, p->nlayers, from, &t->err) < 0)
		return -1;
	return nn_resolve(g, 1, ERR_USAGE, &t->err);
}

static int
ends_in_softmax(const struct graph *g)
{
	return strcmp(g->nodes[g->outputs[0]].kind, "softmax") == 0;
}

static int
take_task(struct tool *t, const struct options *o, struct plan *p)
{
	static const char *const tasks[] = { "classify", "regress",
		"autoencoder", NULL };
	static const char *const later[] = { "multilabel", "gan", "lm", NULL };
	const char *near;
	char word[SHOWN];

	if (!o->task) {
		p->model.graph.task =
		    p->classes || ends_in_softmax(&p->model.graph) ? tasks[0]
								   : tasks[1];
		return 0;
	}
	for (int i = 0; tasks[i]; i++)
		if (strcmp(tasks[i], o->task) == 0) {
			p->model.graph.task = tasks[i];
			return 0;
		}
	for (int i = 0; later[i]; i++)
		if (strcmp(later[i], o->task) == 0)
			return err_set(&t->err, ERR_USAGE,
			    "--task: %s is not in this version; there is "
			    "classify, regress and autoencoder",
			    later[i]);
	near = text_nearest(o->task, tasks);
	return err_set(&t->err, ERR_USAGE,
	    "--task: '%s' is not one%s%s; there is classify, regress and "
	    "autoencoder",
	    text_safe(word, sizeof(word), o->task, strlen(o->task)),
	    near ? "; did you mean " : "", near ? near : "");
}

/* A sample of one class is one row of outputs, as wide as there are names. */
static int
check_classes(struct tool *t, struct plan *p)
{
	const struct graph *g = &p->model.graph;
	struct shape y;
	char text[SHAPE_TEXT];
	const char *name = g->nodes[g->outputs[0]].name;

	if (strcmp(g->task, "classify") != 0) {
		if (p->classes)
			return err_set(&t->err, ERR_USAGE,
			    "--task=%s has no classes; leave out --labels and "
			    "-c",
			    g->task);
		return 0;
	}
	if (nn_shape(g, g->outputs[0], &y, &t->err) < 0)
		return -1;
	if (y.rank != 1)
		return err_set(&t->err, ERR_USAGE,
		    "layer '%s': its output is %s, but classes need one row; "
		    "put flatten before the last dense",
		    name, shape_print(text, &y));
	if (p->classes && y.dim[0] != p->classes)
		return err_set(&t->err, ERR_USAGE,
		    "layer '%s': has %lld outputs, but there are %lld "
		    "classes; make the last dense as wide",
		    name, (long long)y.dim[0], (long long)p->classes);
	return 0;
}

static int
check_autoencoder(struct tool *t, const struct plan *p)
{
	const struct graph *g = &p->model.graph;
	struct shape x, y;
	char xs[SHAPE_TEXT], ys[SHAPE_TEXT];

	if (strcmp(g->task, "autoencoder") != 0)
		return 0;
	if (nn_shape(g, g->inputs[0], &x, &t->err) < 0 ||
	    nn_shape(g, g->outputs[0], &y, &t->err) < 0)
		return -1;
	if (shape_equal(&x, &y))
		return 0;
	return err_set(&t->err, ERR_USAGE,
	    "layer '%s': an autoencoder gives back its input (%s), but the "
	    "output is %s; end with dense and reshape:%s",
	    g->nodes[g->outputs[0]].name, shape_print(xs, &x),
	    shape_print(ys, &y), xs);
}

static int
take_pre(struct tool *t, const struct options *o, struct plan *p)
{
	const struct graph *g = &p->model.graph;
	struct shape sample;

	if (!o->pre)
		return 0;
	p->model.preprocessing = pre_parse(o->pre, &t->arena, &t->err);
	if (!p->model.preprocessing)
		return err_in(&t->err, "--pre");
	if (nn_shape(g, g->inputs[0], &sample, &t->err) < 0)
		return -1;
	if (!pre_open(
		p->model.preprocessing, &sample, &t->arena, ERR_USAGE, &t->err))
		return err_in(&t->err, "--pre");
	return 0;
}

static int
check_init(struct tool *t, const char *name)
{
	const char *names[256], *near;
	char word[SHOWN];
	int n = 0;

	if (!name || init_find(name))
		return 0;
	while (inits[n] && n < 255) {
		names[n] = inits[n]->name;
		n++;
	}
	names[n] = NULL;
	near = text_nearest(name, names);
	text_safe(word, sizeof(word), name, strlen(name));
	if (near)
		return err_set(&t->err, ERR_USAGE,
		    "--init: '%s' is not one; did you mean '%s'?", word, near);
	return err_set(&t->err, ERR_USAGE,
	    "--init: '%s' is not one; --layers lists them", word);
}

static int
make_plan(struct tool *t, const struct options *o, struct plan *p)
{
	if (take_words(t, o, p) < 0 || check_init(t, o->init) < 0 ||
	    parse_input(t, o, p) < 0 || take_labels(t, o, p) < 0 ||
	    fill_preset(t, p) < 0 || build_graph(t, p) < 0 ||
	    take_task(t, o, p) < 0 || check_classes(t, p) < 0 ||
	    check_autoencoder(t, p) < 0 || take_pre(t, o, p) < 0)
		return -1;
	if (!spec_tagged(&p->model.graph))
		return graph_tag_head(&p->model.graph, &t->err);
	return 0;
}

static int
print_plan(struct tool *t, const struct plan *p)
{
	struct text out;

	text_begin(&out, &t->arena, &t->err);
	text_addf(&out, "task: %s\n\n", p->model.graph.task);
	describe_layers(&p->model.graph, &out);
	return print_text(t, "-", &out);
}

/* Names that came from data: the record must do without the data. */
static int
add_labels(struct tool *t, const struct plan *p, struct json *record)
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

/* The record holds the layers as they were given. */
static int
add_lineage(struct tool *t, struct plan *p)
{
	struct json *record = lineage_record(t, NULL, &t->err), *list;

	if (!record || add_labels(t, p, record) < 0)
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
	struct options *o = opts;
	struct plan p = { 0 };

	if (o->list_presets)
		return list_presets(t);
	if (o->layers)
		return list_layers(t, o);
	if (check_sources(t, o) < 0)
		return -1;
	if (!o->common.dry_run &&
	    tool_check_output(t, o->common.output, 1, &t->err) < 0)
		return -1;
	if (make_plan(t, o, &p) < 0)
		return -1;
	if (o->common.dry_run)
		return print_plan(t, &p);
	if (nn_init(&p.model.graph, t->seed, o->init, &t->err) < 0 ||
	    add_lineage(t, &p) < 0)
		return -1;
	return tool_write_model(t, o->common.output, &p.model, &t->err);
}

int
main(int argc, char **argv)
{
	static const char *const usage[] = {
		"[-i SHAPE] [--labels=LIST|--labels-from=DATA|-c N] "
		"[OPTION]... LAYER...",
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
	};
	struct options o = { 0 };

	return tool_main(&what, &o, argc, argv);
}
