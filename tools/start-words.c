/* Where the layers of a new model come from: operands, a SPEC file, a preset. */
#include <stdio.h>
#include <string.h>

#include "ends.h"
#include "labels.h"
#include "spec.h"
#include "start.h"

enum { SPEC_BYTES_MAX = 16 << 20, SHOWN = 100 };

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
take_spec(struct tool *t, const char *name, const char *text, struct start *p)
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
	p->lines = f.layer_line;
	p->file = name;
	return 0;
}

static int
read_spec(struct tool *t, const char *path, struct start *p)
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
take_labels(struct tool *t, const struct start_options *o, struct start *p)
{
	int rc = 0;

	if (o->labels_from)
		rc = ends_labels(t, o->labels_from, &p->model);
	else if (o->labels)
		rc = labels_parse(o->labels, &p->model.labels,
		    &p->model.nlabels, &t->arena, &t->err);
	p->classes = o->classes ? o->classes : p->model.nlabels;
	return rc;
}

/* What presets leave open about pictures. */
static void
open_picture(struct preset_open *open, const struct shape *shape)
{
	int64_t height = (shape->dim[0] + 3) / 4;
	int64_t width = shape->rank > 1 ? (shape->dim[1] + 3) / 4 : 1;
	int64_t channels = shape->dim[shape->rank - 1];

	open->normal = channels == 3
	    ? "normalize:0.485+0.456+0.406/0.229+0.224+0.225"
	    : "normalize:0.5/0.25";
	snprintf(open->channels, sizeof(open->channels), "%lld",
	    (long long)channels);
	snprintf(open->quarter, sizeof(open->quarter), "%lldx%lld",
	    (long long)height, (long long)width);
	snprintf(open->quarter_size, sizeof(open->quarter_size), "%lld",
	    (long long)(height * width * 32));
	open->picture[0] = '\0';
	if (shape->rank == 3 && (channels == 1 || channels == 3))
		snprintf(open->picture, sizeof(open->picture),
		    "%s,resize:%lldx%lld,", channels == 1 ? "gray" : "rgb",
		    (long long)shape->dim[0], (long long)shape->dim[1]);
}

/* What the preset leaves open and --input tells. */
static int
open_input(struct tool *t, const struct start_options *o, struct start *p)
{
	const char *input = o->input;
	struct preset_open *open = &p->open;
	struct shape shape;
	char word[SHOWN];

	if (!input)
		return 0;
	if (strncmp(input, "png:", 4) == 0)
		input += 4;
	if (strncmp(input, "seq:", 4) == 0)
		return err_set(&t->err, ERR_USAGE,
		    "--input: sequences are not in this version; give a shape "
		    "such as 28x28x1");
	if (shape_parse(&shape, input) < 0 || shape.rank < 1)
		return err_set(&t->err, ERR_USAGE,
		    "--input: '%s' is not a shape; write 28x28x1 or 784",
		    text_safe(word, sizeof(word), o->input, strlen(o->input)));
	shape_print(open->input, &shape);
	snprintf(open->size, sizeof(open->size), "%lld",
	    (long long)shape_count(&shape));
	open_picture(open, &shape);
	return 0;
}

/* A line of the preset with its open parts, in the place of the line. */
static int
fill(struct tool *t, const struct start_options *o, struct start *p,
    const char **line)
{
	struct preset_open *open = &p->open;

	if (open_input(t, o, p) < 0)
		return -1;
	snprintf(open->classes, sizeof(open->classes), "%lld",
	    (long long)p->classes);
	*line =
	    preset_fill(p->preset, p->values, *line, open, &t->arena, &t->err);
	return *line ? 0 : -1;
}

/* The preset's options stand in the order in which they need each other. */
static int
take_preset(struct tool *t, const struct start_options *o, struct start *p)
{
	const char *text = NULL;
	struct spec_file f;

	p->preset = preset_parse(o->preset, p->values, &t->arena, &t->err);
	if (p->preset)
		text = preset_text(p->preset, &t->arena, &t->err);
	if (!text ||
	    spec_split(&f, text, p->preset->name, &t->arena, &t->err) < 0)
		return -1;
	for (int i = 0; i < f.noptions; i++)
		if (fill(t, o, p, &f.options[i]) < 0 ||
		    take_option(t, f.options[i]) < 0)
			return -1;
	if (take_labels(t, o, p) < 0)
		return -1;
	for (int i = 0; i < f.nlayers; i++)
		if (fill(t, o, p, &f.layers[i]) < 0)
			return -1;
	p->layers = f.layers;
	p->nlayers = f.nlayers;
	return 0;
}

int
start_words(struct tool *t, const struct start_options *o, struct start *p)
{
	if (o->preset)
		return take_preset(t, o, p);
	if (o->spec) {
		if (read_spec(t, o->spec, p) < 0)
			return -1;
	} else {
		p->layers = t->cli.operands;
		p->nlayers = t->cli.noperands;
	}
	if (open_input(t, o, p) < 0)
		return -1;
	return take_labels(t, o, p);
}
