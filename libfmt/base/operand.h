/* The grammar of operands: NAME[:PLACE]...[,KEY=VALUE]...

   "conv:32:3x3:relu,pad=same", "sgd,momentum=0.9,nesterov", "scale:1/255",
   "idx:FILE,labels=FILE,limit=100".  A KEY without "=VALUE" means true; ",,"
   is a literal comma; a list splits at commas whose next word is not a known
   key of the term before. */
#ifndef NN_BASE_OPERAND_H
#define NN_BASE_OPERAND_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

enum { OPERAND_PLACES_MAX = 16 };

struct operand {
	const char *name;
	int nplaces;
	const char *place[OPERAND_PLACES_MAX];
	struct settings keys; /* all WORDs, to be parsed by a table */
};

/* Takes a whole term apart; ERR_USAGE on bad grammar. */
int operand_parse(
    struct operand *o, const char *text, struct arena *arena, struct err *err);

/* Places and keys to the settings of a table (rows with place 1, 2...), as
   WORDs: not yet range-checked (attr_fill does that).  Places the table has
   no row for are left over: their number from *used on. */
int operand_settings(const struct operand *o, const struct attr *table,
    struct settings *out, int *used, struct arena *arena, struct err *err);

/* Splits "a:1,k=v,b,c:2" at the commas that begin a new term.  "k=v" belongs
   to the term before it, "c:2" never; a bare "b" does when key(ctx, name of
   the term, word) says that word is one of its keys. */
int operand_split(const char *list,
    int (*key)(void *ctx, const char *term, const char *word), void *ctx,
    const char ***terms, int *n, struct arena *arena, struct err *err);

#endif
