/* Results that are text, written piece by piece: to standard output at once,
   or to a named file that takes its place when it is whole. */
#ifndef NN_RESULT_H
#define NN_RESULT_H

#include "base/replace.h"
#include "tool.h"

struct result {
	struct tool *t;
	struct replace file; /* path NULL: standard output */
};

/* result_drop is called in any case. */
int result_begin(
    struct result *r, struct tool *t, const char *path, struct err *err);
int result_put(struct result *r, const char *s, size_t n, struct err *err);

/* Puts the file in its place; without it result_drop leaves nothing. */
int result_end(struct result *r, struct err *err);
void result_drop(struct result *r);

#endif
