/* Any text as a selector of a graph that has something of everything: refused
   with a reason, or a selection that freezes and thaws. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

static void
graph_make(struct graph *g, struct arena *arena)
{
	static const char *const layers[] = { "input:8x8x3",
		"conv2d:4:3x3,name=enc/c1", "batch_norm,name=enc/bn",
		"relu,name=enc/relu", "conv2d:4:3x3,pad=same,name=enc/deep/c2",
		"add,from=enc/relu+enc/deep/c2", "flatten", "dropout:0.5",
		"dense:10,tag=head", "softmax,tag=head" };
	struct err err = { 0 };

	graph_begin(g, arena);
	must(spec_append(g, layers, sizeof(layers) / sizeof(layers[0]), -1,
		 NULL, &err) == 0 &&
	    nn_resolve(g, 1, ERR_USAGE, &err) == 0);
}

static int
count(const struct selection *s, const struct graph *g)
{
	int i, n = 0;

	for (i = 0; i < g->nnodes; i++)
		n += select_has(s, i, -1) != 0;
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct arena forever;
	static struct graph g;
	struct arena arena = { 0 };
	struct selection s;
	struct err err = { 0 };
	const char *list = arena_text_n(&arena, (const char *)data, n, &err);

	if (g.nnodes == 0)
		graph_make(&g, &forever);
	must(list != NULL);
	if (select_parse(&s, &g, list, &arena, &err) == 0) {
		must(s.nnodes == g.nnodes && count(&s, &g) <= g.nnodes);
		select_freeze(&s, &g, 1);
		select_thaw(&s, &g);
	} else
		must(err.code == ERR_USAGE && err.text[0] != '\0');
	arena_free(&arena);
	return 0;
}
