/* The inside of a dataset: sources behind each other, and which of their
   samples take part. */
#ifndef NN_SET_H
#define NN_SET_H

#include "data.h"
#include "pre.h"
#include "source.h"

/* One sample that takes part. */
struct item {
	int32_t source;
	int32_t label; /* place among the dataset's labels, -1 = none */
	int64_t at;    /* number in its source */
};

/* What a dataset and those split off it share. */
struct opened {
	struct arena arena;
	int refs;
	int n;
	struct source **source;
	int32_t **map; /* source's label -> dataset's label, -1 = unknown */
	int64_t nlabels;
	const char *const *labels;
};

/* A sample that could not be read. */
struct bad {
	uint64_t id;
	const char *why;
};

/* Content and label of a sample. */
struct print {
	uint64_t hash;
	int32_t label;
};

struct dataset {
	struct opened *o;
	struct data_want want;
	int64_t n; /* items; -1: a stream */
	struct item *items;
	size_t items_size;

	/* A stream: where it is, how many samples each source gave. */
	int stream_source;
	int64_t stream_at;
	int64_t *stream_from; /* first id of each source */
	int64_t stream_read;

	const float *rows; /* data_rows: what the samples are, or NULL */
	const struct pre *own_pre; /* while they are those: the chain's */

	struct arena arena; /* notices, notes on bad samples */
	int nnotices;
	const char **notices;
	int64_t nbad, room_bad;
	struct bad *bad;
	const char *first_bad;
	int64_t nprints; /* of all samples, sorted; 0: not taken yet */
	struct print *prints;
	struct proportions proportions;
	struct arena info; /* what data_info gave lately */
	unsigned ninfo;    /* how often it was asked */
};

/* What the words of an operand say besides its format. */
struct part {
	int64_t limit;   /* 0 = none */
	double from, to; /* share of the samples by hash; all: 0, 1 */
};

/* open.c: opens the source that an operand names. */
struct source *source_open(const char *operand, const struct data_want *want,
    struct part *part, struct arena *arena, struct err *err);

/* split.c: keeps those of items from..d->n whose share of the hash lies in the part,
   then at most its limit. */
int set_select(
    struct dataset *d, int64_t from, const struct part *part, struct err *err);

/* labels.c: unites or maps the sources' labels; gives notices. */
int set_labels(struct dataset *d, struct err *err);
int set_check_labels(struct dataset *d, struct err *err);

/* A dataset of the same sources with room for as many items. */
struct dataset *set_sibling(struct dataset *d, struct err *err);

/* Is reading a sample work worth sharing? */
int set_decodes(const struct dataset *d);

int set_notice(struct dataset *d, struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Notes that sample id could not be read. */
int set_bad(struct dataset *d, uint64_t id, const char *why, struct err *err);

/* Reads an item and makes it ready; the error names the sample; 1 = the end
   of a stream. */
int set_read(struct dataset *d, const struct item *item, struct sample *raw,
    struct sample_buffer *b, struct pre_work *w, float *row, struct err *err);

#endif
