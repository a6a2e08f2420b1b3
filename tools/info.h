/* nn-info's views of a model. */
#ifndef NN_INFO_H
#define NN_INFO_H

#include "base/text.h"
#include "fmt.h"

/* A model that was read and resolved. */
struct info {
	const char *name; /* of the file, for people */
	struct fmt_model m;
	struct graph read; /* as it stands in the file, nothing filled in */
};

/* Everything, for a person; all: long lists in full. */
void info_print(const struct info *i, int all, struct text *out);

/* How it was made: one line a step; full: whole digests. */
void info_lineage(const struct info *i, int full, struct text *out);

/* The same as a script for sh that makes it again (info-replay.c); ERR_PARTIAL
   says why there is none. */
int info_replay(const struct info *i, struct text *out, struct err *err);

/* Options that act in the order in which they were given: is that one of them?
   And the value of the one at that place in the order. */
int info_in_turn(const struct json *order, const char *name);
const struct json *info_turn(const struct json *order, const struct json *at,
    const struct json *options);

/* "a 1, b 2": a document's plain members, but its version. */
void info_members(struct text *out, const struct json *object);

/* Is it a run that was stopped before its end? */
int info_unfinished(const struct fmt_model *m);

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
