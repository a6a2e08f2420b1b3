/* Layers as words: operands and SPEC files to a graph, and back.

     KIND[:PLACE]...[:ACTIVATION][,KEY=VALUE]...
     dense:128:relu   dropout:0.2   add,from=a+b,name=sum   input:28x28x1

   Keys of every layer: name=NAME, from=A[+B...], tag=TAG, out (a further
   output).  "dense:128:relu" is two layers, the second named NAME_relu. */
#ifndef NN_SPEC_H
#define NN_SPEC_H

#include "base/arena.h"
#include "base/err.h"
#include "base/graph.h"

/* Appends layers to g.  from: the node before the first one, -1: none.  The
   last one becomes an output; those that say out, further ones behind it.
   *at (NULL: nobody asks) becomes the number of the word in hand. */
int spec_append(struct graph *g, const char *const *layers, int n, int from,
    int *at, struct err *err);

/* A SPEC file: option lines (--NAME=VALUE), then one layer a line, '#' begins
   a comment.  name is for messages. */
struct spec_file {
	int noptions, nlayers;
	const char **options, **layers;
	int *option_line, *layer_line;
};
int spec_split(struct spec_file *f, const char *text, const char *name,
    struct arena *arena, struct err *err);

/* The graph as the layers of a SPEC file, one word a layer: reading them back
   gives the same graph.  Settings at their defaults and names that would be
   given anyway are left out.  tagged: tags are told. */
int spec_print(const struct graph *g, int tagged, const char ***layers, int *n,
    struct arena *arena, struct err *err);

/* One layer's kind with its changed settings: "dense:128,bias=false". */
char *spec_print_kind(
    const struct node *node, struct arena *arena, struct err *err);

/* Did the layers say tag= anywhere? */
int spec_tagged(const struct graph *g);

/* Kinds that may follow in the same word (dense:128:relu). */
int spec_is_activation(const char *kind);

#endif
