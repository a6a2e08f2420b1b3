/* What nn-init was asked for, and the untrained model that it comes to. */
#ifndef NN_START_H
#define NN_START_H

#include "fmt.h"
#include "presets.h"
#include "tool.h"

struct start_options {
	struct common common;
	const char *input, *labels, *labels_from, *task, *pre, *pre_from;
	const char *init, *dtype;
	int64_t classes;
	const char *spec, *preset, *layers;
	int list_presets;
};

/* What options, SPEC and preset come to. */
struct start {
	const char **layers; /* words */
	int nlayers;
	const int *lines; /* of a SPEC file; NULL: from elsewhere */
	const char *file;
	struct fmt_model model;
	const char *init; /* of the kernels, or NULL */
	const struct preset *preset;
	const char *values[PRESET_KEYS_MAX];
	struct preset_open open; /* input "": told by a layer */
	int64_t classes;         /* 0: not told */
};

/* Layers, labels and shape of a sample in words (start-words.c). */
int start_words(struct tool *t, const struct start_options *o, struct start *p);

/* The preprocessing, its mean and spread measured if asked for
   (start-pre.c). */
int start_pre(struct tool *t, const struct start_options *o, struct start *p);

/* All of the model but its weights. */
int start_make(struct tool *t, const struct start_options *o, struct start *p);

#endif
