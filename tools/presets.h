/* Complete models by name: a SPEC with a few numbers left open. */
#ifndef NN_PRESETS_H
#define NN_PRESETS_H

#include "base/arena.h"
#include "base/err.h"

enum { PRESET_KEYS_MAX = 8 };

struct preset {
	const char *name;
	const char *help;
	/* NAME=DEFAULT pairs that the user may set; {NAME} in the text. */
	struct preset_key {
		const char *name, *init, *help;
	} key[PRESET_KEYS_MAX];
	const char *text; /* a SPEC */
};

extern const struct preset presets[]; /* ends with name NULL */

/* "NAME[,key=value]...": the preset and the values of its keys, in order. */
const struct preset *preset_parse(const char *operand,
    const char *values[PRESET_KEYS_MAX], struct arena *arena, struct err *err);

/* The line with {key}, {classes}, {input} and {size} filled in. */
char *preset_fill(const struct preset *p,
    const char *const values[PRESET_KEYS_MAX], const char *line,
    const char *classes, const char *input, const char *size,
    struct arena *arena, struct err *err);

#endif
