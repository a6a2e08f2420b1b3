/* What a format of samples is: one file with one constant, one line in
   sources.def, one in Makefile.inc. */
#ifndef NN_SOURCE_H
#define NN_SOURCE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/tensor.h"
#include "file.h"
#include "store.h"

struct keep;

/* One raw sample: pictures are u8 H W C, everything else f32. */
struct sample {
	struct tensor x; /* data in the buffer or in the source itself */
	struct tensor y; /* dense target (f32), data NULL: none */
};

/* Where read puts a sample; grows as needed, reused for the next one. */
struct sample_buffer {
	void *x, *y;
	size_t x_size, y_size;
	void *scratch;
	size_t scratch_size;
	void *inflate; /* what pictures are inflated with, see pngquick.h */
};

/* An opened operand. */
struct source {
	const struct source_kind *kind;
	const char *name; /* the operand's path, for messages */
	struct file file; /* its bytes; a source that keeps none closes it */
	int may_stream;   /* the reader wants samples as they come */
	int64_t count;    /* samples; -1: a stream that has not ended */
	int64_t nlabels;
	const char *const *labels; /* names in bytewise order; of a stream: as
	                              they come */
	int integer_labels;        /* they were numbers, not names */
	int has_y;
	struct keep *keep;   /* decoded samples (keep.h), or NULL */
	struct arena *arena; /* lives as long as the source */
	void *state;
};

struct source_kind {
	const char *name; /* "idx": forces the format as "idx:FILE" */
	const char *help;
	const struct attr *attrs; /* keys of the operand; NULL: none */
	size_t conf_size;
	int own_file; /* opens "-" and files itself: file is empty */
	int gzip;     /* takes gzipped files */
	int decodes;  /* reading a sample is work worth sharing */
	int by_class; /* a limit takes from the classes in turn */

	/* How surely the first n bytes of a file (of what it holds when it is
	   gzipped; a folder: n = 0, is_dir) are ours: 0 = no, the highest bid
	   opens. */
	int (*bid)(const uint8_t *bytes, size_t n, int is_dir);

	/* Checks everything that can be checked without reading it all. */
	int (*open)(struct source *s, const void *conf, struct err *err);

	/* Reads sample i (streams: the next, i is its number); 1 = a stream's
	   end.  Thread-safe for different buffers unless a stream. */
	int (*read)(struct source *s, int64_t i, struct sample *out,
	    struct sample_buffer *buffer, struct err *err);

	/* Sample i will be read soon: what is in memory may be fetched into
	   the caches.  NULL: nothing to gain. */
	void (*soon)(const struct source *s, int64_t i);

	/* Name of sample i ("t10k.gz:17", "3/0001.png") in the arena. */
	const char *(*name_of)(const struct source *s, int64_t i,
	    struct arena *arena, struct err *err);

	/* Its label's place without reading the sample, -1 = none; NULL: no
	   sample has one. */
	int32_t (*label_of)(const struct source *s, int64_t i);

	/* Of a stream: the next read would not wait.  NULL: never waits. */
	int (*ready)(struct source *s);
	void (*close)(struct source *s);
};

extern const struct source_kind *const source_kinds[]; /* ends with NULL */

/* The kind of that name, or NULL. */
const struct source_kind *source_find(const char *name, size_t n);

/* Frees what read grew. */
void sample_buffer_free(struct sample_buffer *b);

/* Labels of n samples that are numbers 0..65535 (in label): sets the source's
   names and turns label into places. */
int source_integer_labels(
    struct source *s, int32_t *label, int64_t n, struct err *err);

/* The usual name of a sample: "FILE:17", counted from 0. */
const char *source_numbered(
    const struct source *s, int64_t i, struct arena *arena, struct err *err);

#endif
