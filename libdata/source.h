/* What a format of samples is: one file with one constant, one line in
   sources.def, one in Makefile.inc. */
#ifndef NN_SOURCE_H
#define NN_SOURCE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/operand.h"
#include "base/tensor.h"

/* One raw sample: pictures are u8 H W C, everything else f32. */
struct sample {
	struct tensor x; /* data points into the buffer given */
	int64_t label;   /* index into the source's labels; -1: none */
	struct tensor y; /* dense target (f32), data NULL: none */
};

/* Where read puts a sample; grows as needed, reused for the next one. */
struct sample_buffer {
	void *x, *y;
	size_t x_size, y_size;
	void *scratch;
	size_t scratch_size;
};

/* An opened operand. */
struct source {
	const struct source_kind *kind;
	const char *name; /* the operand's path, for messages */
	int64_t count;    /* samples; -1: a stream */
	int64_t nlabels;
	const char **labels; /* names in bytewise order */
	struct arena *arena;
	void *state;
};

struct source_kind {
	const char *name; /* "idx": forces the format as "idx:FILE" */
	const char *help;
	const struct attr *attrs; /* keys of the operand */
	size_t conf_size;

	/* How surely the first n bytes of a file (or a folder: n = 0, is_dir)
	   are ours: 0 = no, the highest bid opens. */
	int (*bid)(const uint8_t *bytes, size_t n, int is_dir);

	/* Checks everything that can be checked without reading it all. */
	int (*open)(struct source *s, const void *conf, struct err *err);

	/* Upper bound of the bytes of a raw sample is found by reading: buffer
	   grows as needed.  Reads sample i (streams: the next); 1 = a stream's
	   end.  Thread-safe for different buffers. */
	int (*read)(struct source *s, int64_t i, struct sample *out,
	    struct sample_buffer *buffer, struct err *err);

	/* Name of sample i ("t10k.gz:17", "3/0001.png"), and its label index
	   without reading the sample: -1 = none. */
	const char *(*name_of)(const struct source *s, int64_t i,
	    struct arena *arena, struct err *err);
	int64_t (*label_of)(const struct source *s, int64_t i);
	void (*close)(struct source *s);
};

extern const struct source_kind *const source_kinds[];

#endif
