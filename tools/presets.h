/* Complete models by name: a SPEC with a few numbers left open. */
#ifndef NN_PRESETS_H
#define NN_PRESETS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

enum { PRESET_KEYS_MAX = 8 };

struct preset {
	const char *name;
	const char *help;
	/* NAME=DEFAULT pairs that the user may set; {NAME} in the text. */
	struct preset_key {
		const char *name, *init, *help;
	} key[PRESET_KEYS_MAX];
	const char *text; /* a SPEC, or NULL: */
	void (*write)(struct text *t, int size);
	int size;
};

void preset_resnet(struct text *t, int blocks); /* of each stage */
void preset_mobilenet(struct text *t, int unused);
void preset_convnext(struct text *t, int unused);

extern const struct preset presets[]; /* ends with name NULL */

/* "NAME[,key=value]...": the preset and the values of its keys, in order. */
const struct preset *preset_parse(const char *operand,
    const char *values[PRESET_KEYS_MAX], struct arena *arena, struct err *err);

/* What a preset takes from elsewhere. */
struct preset_open {
	char classes[24];      /* {classes} */
	char input[256];       /* {input}: shape of a sample */
	char size[24];         /* {size}: numbers in it */
	char picture[64];      /* {picture}: steps that make any picture one of
	                         that shape, a comma behind; or nothing */
	const char *normal;    /* {normal}: a step for photographs */
	char channels[24];     /* {channels} */
	char quarter[64];      /* {quarter}: height and width over 4: 7x7 */
	char quarter_size[24]; /* {quarter_size}: the product of both */
};

/* The preset's SPEC with its parts still open. */
const char *preset_text(
    const struct preset *p, struct arena *arena, struct err *err);

/* The line with {key} and the open parts filled in. */
char *preset_fill(const struct preset *p,
    const char *const values[PRESET_KEYS_MAX], const char *line,
    const struct preset_open *open, struct arena *arena, struct err *err);

#endif
