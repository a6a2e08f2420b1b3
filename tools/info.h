/* nn-info's views of a model. */
#ifndef NN_INFO_H
#define NN_INFO_H

#include "base/text.h"
#include "fmt.h"

/* A model that was read and resolved. */
struct info {
	const char *name; /* of the file, for people */
	struct fmt_model m;
};

/* Everything, for a person; all: long lists in full. */
void info_print(const struct info *i, int all, struct text *out);

/* How it was made: one line a step; full: whole digests. */
void info_lineage(const struct info *i, int full, struct text *out);

/* As a SPEC file that nn-init reads back. */
void info_spec(const struct info *i, struct text *out);

/* As one JSON object on one line. */
void info_json(const struct info *i, struct text *out);

/* What differs between two models, a line each; how many lines.  Not
   compared: lineage, and the plan of the last run. */
int info_diff(const struct info *a, const struct info *b, struct text *out);

/* A word for the shell: quoted when it must be. */
void info_quote(struct text *out, const char *s);

#endif
