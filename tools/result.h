/* Results that are text, written piece by piece: to standard output at once,
   or to a named file that takes its place when it is whole. */
#ifndef NN_RESULT_H
#define NN_RESULT_H

#include "tool.h"

struct result {
	struct tool *t;
	const char *path;
	char *folder, *temp; /* temp NULL: standard output */
	size_t stem;         /* of temp, before what is drawn */
	int fd, named;
};

int result_begin(
    struct result *r, struct tool *t, const char *path, struct err *err);
int result_put(struct result *r, const char *s, size_t n, struct err *err);

/* Puts the file in its place; without it result_drop leaves nothing. */
int result_end(struct result *r, struct err *err);
void result_drop(struct result *r);

#endif
