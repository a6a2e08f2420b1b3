/* Any text as a SPEC, with a selector and a list of labels in its first lines:
   refused with a reason, or printed and read back to the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "labels.h"
#include "nn.h"
#include "select.h"
#include "spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(int right)
{
	if (!right)
		abort();
}

/* Layers to a resolved graph: 1, or 0 with a reason. */
static int
build(struct graph *g, const char *const *layers, int n, struct arena *arena)
{
	struct err err = { 0 };

	graph_begin(g, arena);
	if (spec_append(g, layers, n, -1, NULL, &err) == 0 &&
	    nn_resolve(g, 1, ERR_USAGE, &err) == 0)
		return 1;
	must(err.code == ERR_USAGE && err.text[0] != '\0');
	return 0;
}

static void
try_layers(struct graph *g, struct arena *arena)
{
	struct graph again;
	struct err err = { 0 };
	const char **first, **second;
	int nfirst, nsecond;

	must(spec_print(g, 1, &first, &nfirst, arena, &err) == 0);
	must(nfirst <= g->nnodes && build(&again, first, nfirst, arena));
	must(again.nnodes == g->nnodes && again.noutputs == g->noutputs);
	must(spec_print(&again, 1, &second, &nsecond, arena, &err) == 0);
	must(nfirst == nsecond);
	for (int i = 0; i < nfirst; i++)
		must(strcmp(first[i], second[i]) == 0);
}

static void
try_selector(struct graph *g, const char *list, struct arena *arena)
{
	struct selection s;
	struct err err = { 0 };

	if (select_parse(&s, g, list, arena, &err) == 0)
		select_freeze(&s, g, 1);
	else
		must(err.code == ERR_USAGE && err.text[0] != '\0');
}

static void
try_labels(const char *list, struct arena *arena)
{
	const char **labels;
	struct err err = { 0 };
	struct text out;
	int64_t n;

	if (labels_parse(list, &labels, &n, arena, &err) < 0) {
		must(err.code == ERR_USAGE);
		return;
	}
	text_begin(&out, arena, &err);
	labels_print(labels, n, &out);
	must(text_end(&out) && strcmp(out.s, list) == 0);
}

/* The first line of *text, which goes on behind it. */
static char *
take_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n');

	if (end) {
		*end = '\0';
		*text = end + 1;
	} else {
		*text = line + strlen(line);
	}
	return line;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct spec_file f;
	struct graph g;
	char *text = arena_text_n(&arena, (const char *)data, n, &err);
	char *selector, *labels;

	must(text != NULL);
	selector = take_line(&text);
	labels = take_line(&text);
	try_labels(labels, &arena);
	if (spec_split(&f, text, "fuzz", &arena, &err) < 0) {
		must(err.code == ERR_USAGE);
	} else if (build(&g, f.layers, f.nlayers, &arena)) {
		try_layers(&g, &arena);
		try_selector(&g, selector, &arena);
	}
	arena_free(&arena);
	return 0;
}
