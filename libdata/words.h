/* An operand taken apart: [TYPE:]PATH[,KEY=VALUE]... */
#ifndef NN_WORDS_H
#define NN_WORDS_H

#include "set.h"

enum { WORDS_KEYS_MAX = 16 };

struct words {
	const struct source_kind *kind; /* NULL: by content */
	char *path;
	int nkeys;
	struct setting key[WORDS_KEYS_MAX];
};

/* A path that exists as it is written is a path, whatever signs it has. */
int words_take(
    struct words *w, const char *operand, struct arena *arena, struct err *err);

/* Which part of the samples the common keys ask for; own becomes the keys
   that are left for the format. */
int words_part(const struct words *w, struct part *part, struct settings *own,
    struct arena *arena, struct err *err);

/* Did a mistyped key stay in the path, so that no file was found?  Then err
   says that instead. */
void words_suggest(const struct words *w, struct err *err);

#endif
