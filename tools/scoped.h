/* Options that give a number to some layers: SEL=NUMBER, given often. */
#ifndef NN_SCOPED_H
#define NN_SCOPED_H

#include "cli.h"

struct scoped_item {
	const char *sel;
	double value;
};

struct scoped {
	int n;
	struct scoped_item *at;
};

/* Which numbers an option takes. */
struct scoped_range {
	const char *option; /* "lr-scale" */
	double min, max;
	const char *zero; /* what to do instead of 0, or NULL */
};

/* The options given as one text: SEL=NUMBER in order, a space between, the
   numbers spelt out; "" when none was given.  ERR_USAGE: no selector, or a
   number out of range.  Selectors are not looked at. */
char *scoped_words(const struct cli_list *given,
    const struct scoped_range *range, struct arena *arena, struct err *err);

/* The same text as selectors and numbers, checked again; NULL: none. */
int scoped_parse(struct scoped *s, const char *words,
    const struct scoped_range *range, struct arena *arena, struct err *err);

#endif
