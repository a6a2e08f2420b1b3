/* What the files of nn-info --replay share: a script that is being printed, and
   what it asks for from outside. */
#ifndef NN_REPLAY_H
#define NN_REPLAY_H

#include "base/json.h"
#include "base/text.h"

enum { REPLAY_SHOWN = 200 };

/* What the script takes from the environment, by its digest; several operands
   have one together. */
enum replay_kind { REPLAY_DATA, REPLAY_MODEL, REPLAY_FILE, REPLAY_KINDS };

struct place {
	enum replay_kind kind;
	const char *digest;
	int first, n;
	struct place *next;
};

struct replay {
	struct text out; /* the pipeline */
	struct place *places;
	int count[REPLAY_KINDS];
	const char *here; /* what the present step reads from descriptor 3 */
	char why[REPLAY_SHOWN]; /* it cannot be done again */
};

/* "WHAT WHY" is why; -1. */
int replay_refuse(struct replay *r, const char *what, const char *why);

int replay_is_digest(const char *s);

/* BEFORE"${DATA_1:?}" for every operand; the same digest is the same place:
   data that several steps learned from are given once. */
void replay_put_places(struct replay *r, const char *before,
    enum replay_kind kind, const char *digest, int n);

/* All places, as comments that say what they are to hold. */
void replay_list_places(const struct replay *r, struct text *out);

/* A tool that can be run again, with its options; NULL: the record is of none. */
struct replay_tool {
	const char *name, *options;
};
const struct replay_tool *replay_tool_of(const struct json *record);

/* The options of a record, in the order that they act in. */
int replay_put_options(struct replay *r, const struct replay_tool *tool,
    const struct json *record);

#endif
