/* The terms of selectors, each one row of a table. */
#ifndef NN_SELECT_TERMS_H
#define NN_SELECT_TERMS_H

#include "select.h"

/* A term at work: marks what it matches, says how much that is. */
struct term {
	const struct graph *g;
	const char *argument; /* behind ':' */
	struct arena *arena;
	struct selection *s;
	char set; /* 1: select, 0: take away (^) */
	int hits;
};

/* What a name of each kind could have been, for the hint. */
enum names { OF_LAYERS, OF_KINDS, OF_PARAMS, OF_TAGS };

/* One kind of term; the last row, without a name, is the glob. */
struct term_row {
	const char *name;
	int takes; /* an argument behind ':' */
	int (*run)(struct term *t, struct err *err);
	enum names names;
};
extern const struct term_row term_rows[];

#endif
