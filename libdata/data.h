/* Files into batches: the page that the author of a tool reads.

   Operands name data ("idx:FILE,labels=FILE", "DIR", "csv:FILE,label=COL",
   "npy:X.npy,y=Y.npy", "list:FILE", "png:-", or a plain path, recognised by
   content).  A sample travels: bytes of the file -> source (one raw sample,
   u8 or f32) -> preprocessing chain -> its row of the batch.  One chain, stored
   in the model, serves training, evaluation and prediction. */
#ifndef NN_DATA_H
#define NN_DATA_H

#include <stdint.h>

#include "base/arena.h"
#include "base/batch.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/json.h"
#include "base/limit.h"
#include "base/tensor.h"

/* The preprocessing chain. */
struct pre;

/* From the words of --pre ("gray,resize:28x28,scale:1/255"): as the document
   that a model file holds.  An empty string is an empty chain. */
struct json *pre_parse(const char *list, struct arena *arena, struct err *err);

/* The document (NULL: empty chain) made ready for samples of any raw shape to
   become `sample` (f32): steps known, settings legal.  code: ERR_MODEL. */
struct pre *pre_open(const struct json *document, const struct shape *sample,
    struct arena *arena, enum err_code code, struct err *err);

/* Could the chain make the sample out of some picture?  No: code, with what
   it makes instead. */
int pre_check(const struct pre *pre, enum err_code code, struct err *err);

/* The ends of the range in which the chain leaves bytes, the mean of all
   channels; -1: it takes no bytes of the sample's shape. */
int pre_range(const struct pre *pre, double *low, double *high);

/* The chain for a model whose input has changed: with other channels, gray or
   rgb where they were, or first, for one or three, neither for other numbers;
   sizes that steps name grow or shrink with the input's. */
struct pre_input {
	int64_t height, width, channels;
};
struct json *pre_adapt(const struct json *document, const struct pre_input *was,
    const struct pre_input *now, struct arena *arena, struct err *err);

/* The document as the words of --pre. */
char *pre_print(
    const struct json *document, struct arena *arena, struct err *err);

/* What the steps and the formats are, for help, in the registry's order: the
   name, a sentence and the settings; NULL after the last. */
struct attr;
const char *pre_step_name(int i, const char **help, const struct attr **attrs);
const char *data_source_name(
    int i, const char **help, const struct attr **attrs);

/* Random changes to pictures while training (augment.h), from the words of
   --augment ("hflip,crop:pad4"), and as those words with all that is not the
   default.  "" and "none" change nothing. */
struct augment;
struct augment *augment_parse(
    const char *list, struct arena *arena, enum err_code code, struct err *err);
char *augment_print(
    const struct augment *a, struct arena *arena, struct err *err);
const char *augment_name(int i, const char **help, const struct attr **attrs);

/* Every limit of a data file with its reason; a table that a row without a name
   ends. */
const struct limit *data_limits(void);

enum target { TARGET_NONE, TARGET_LABEL, TARGET_VALUE, TARGET_SELF };

/* What the reader of the data wants of it. */
struct data_want {
	enum target target;    /* class; numbers; the input itself */
	const struct pre *pre; /* NULL: raw samples only (nn-init
	                              --labels-from) */
	struct shape y;        /* TARGET_VALUE: shape of a target */
	int64_t nlabels;       /* the model's classes; 0: take the data's */
	const char *const *labels;
	int more_labels;   /* classes that the model does not know join
	                              its own, behind them, bytewise order */
	int strict_labels; /* a class without samples is an error */
	int64_t skip_bad;  /* so many unreadable samples are skipped
	                              with a note; 0: the first is an error */
	int keep_bad;      /* operands that cannot be opened count
	                              as one unreadable sample each */
	int again;         /* samples are read more than once: decoded
	                              pictures are kept (keep.h) */
	int threads;       /* that read the samples when all are read
	                              at once; 0: one */
};

/* Before any work is done: are the operands well formed, their files there
   and of a known format?  Reads no data and touches no pipe. */
int data_check(const char *const *operands, int n, struct err *err);

/* Opened operands, concatenated.  want's pointers are borrowed and must live
   as long as the dataset. */
struct dataset;
struct dataset *data_open(const char *const *operands, int n,
    const struct data_want *want, struct err *err);
void data_free(struct dataset *d);

int64_t data_count(const struct dataset *d); /* -1: a stream before its end */

/* The dataset's classes: those wanted, or the names found in the data, bytewise
   order; 0 when it has none. */
int64_t data_labels(const struct dataset *d, const char *const **names);

/* How many samples each of the classes of data_labels has; how many classes
   have any.  Not of a stream. */
int64_t data_tally(const struct dataset *d, int64_t *count);

/* The i-th thing to tell the user once, such as "no samples of class 7";
   NULL after the last. */
const char *data_notice(const struct dataset *d, int i);

/* Mean and spread of all numbers after preprocessing, over at most limit
   samples that lie evenly in the data; both NAN for a stream. */
int data_stats(struct dataset *d, int64_t limit, double *mean, double *spread,
    struct err *err);

/* Mean and spread of every channel of the sample (one when it is no picture of
   several) over all samples; room for DATA_CHANNELS numbers. */
enum { DATA_CHANNELS = 64 };
int data_channels(struct dataset *d, int *n, double mean[DATA_CHANNELS],
    double spread[DATA_CHANNELS], struct err *err);

/* Mean and spread of one batch. */
void batch_stats(const struct batch *b, double *mean, double *spread);

/* Shape and type of the first raw sample, for messages and --labels-from. */
int data_raw_shape(struct dataset *d, struct shape *shape, struct err *err);

/* SHA-256 over (label, SHA-256 of the raw sample) in order: the identity that
   --resume compares.  Reads everything once; so does data_split. */
int data_digest(struct dataset *d, uint8_t out[SHA256_BYTES], struct err *err);

/* Once data_digest, data_split or data_fold was called: of n samples, how many have the content of
   another before them, and how many share it with one of another label. */
struct repeats {
	int64_t n, again, contradicting;
};
void data_repeats(const struct dataset *d, struct repeats *r);

/* Once data_digest was called: of n pictures, how many have other proportions than
   the model's input, and how many of these the chain stretches. */
struct proportions {
	int64_t n, other, stretched;
};
void data_proportions(const struct dataset *d, struct proportions *p);

/* How many samples of b have the content of one of a. */
int64_t data_shared(const struct dataset *a, const struct dataset *b);

/* Splits by hash of content, class by class: val gets that share of the samples,
   of every class its share within one sample or two, d keeps the rest.  Samples
   of a class with the same content stay together.  Stable under renaming and
   order.  0 < share < 1. */
int data_split(
    struct dataset *d, double share, struct dataset **val, struct err *err);

/* The same by the hash alone, whatever the classes: about that share.  How runs
   were split that format 0.1 holds, which go on as they began. */
int data_split_alike(
    struct dataset *d, double share, struct dataset **val, struct err *err);

/* The same as data_split for part k = 1..n of n: the parts are disjoint and cover everything;
   the sizes of two differ by at most one, and so do their shares of every
   class. */
int data_fold(
    struct dataset *d, int k, int n, struct dataset **val, struct err *err);

/* From now on a feed gives these rows for the samples: row i, numbers of the
   shape, is sample id i.  They are borrowed.  Classes alone are their targets. */
int data_rows(struct dataset *d, const struct shape *shape, const float *rows,
    struct err *err);

/* From now on they are themselves again. */
void data_rows_end(struct dataset *d);

/* The same samples in the same order, sources and all, through another chain;
   of labelled data, not of a stream. */
struct dataset *data_through(
    struct dataset *d, const struct pre *pre, struct err *err);

/* Where sample id came from: file name, or "FILE:index"; true label or NULL;
   the reason when it could not be read (then it counts in no batch).  Good
   until the next call. */
struct sample_info {
	const char *name;
	const char *label;
	const char *error;
};
int data_info(
    struct dataset *d, uint64_t id, struct sample_info *info, struct err *err);

/* A contact sheet: samples that lie evenly in the data, a row each: as it is,
   then as augment changes it in epoch, epoch + 1...  A PNG into the slab *at
   of *size; *n are its bytes. */
struct sheet_conf {
	const struct augment *augment;
	uint64_t seed;
	uint32_t epoch;
};
int data_sheet(struct dataset *d, const struct sheet_conf *conf, void **at,
    size_t *size, size_t *n, struct err *err);

/* The beginning of an NPY file of float32, in C order; the numbers follow. */
enum { DATA_NPY_HEAD = 256 };
void data_npy_head(const struct shape *shape, char out[DATA_NPY_HEAD]);

/* Samples mixed with others of their batch: MIX_UP number by number, MIX_CUT by
   a rectangle of the other picture.  The share of each is drawn from
   Beta(alpha, alpha).  Batches then have both: y, the shares of the classes
   (width numbers: one a class, or 1: the second of two), and label, the class
   of the larger share. */
enum mix { MIX_NONE, MIX_UP, MIX_CUT };
struct mix_conf {
	enum mix how;
	double alpha;
	int64_t width;
};

struct feed_conf {
	int batch;
	int shuffle;  /* 0: the given order */
	int balanced; /* classes come evenly, each with its share of the
	                              epoch: samples may come again or not
	                              at all; needs shuffle and labels */
	uint64_t seed;
	int lazy;     /* a batch closes when no input is ready */
	int keep_bad; /* unreadable samples are left out, noted in
	                              data_info, and the feed goes on */
	int threads;  /* that may read: pictures are decoded by so many,
	                              and the program waits; anything else by
	                              one beside the program; 0: by the caller */

	/* Changes to each sample, drawn by (seed, epoch, id), or NULL.
	   Borrowed.  Samples that are no pictures: ERR_USAGE. */
	const struct augment *augment;

	/* Of labelled samples, after they were changed. */
	struct mix_conf mix;
};

/* A feed of batches.  Owned by the caller, freed before the dataset. */
struct feed *data_feed(
    struct dataset *d, const struct feed_conf *conf, struct err *err);
void data_feed_free(struct feed *f);

/* Ids that were skipped or left out so far, and the first such message. */
int64_t data_bad(const struct dataset *d, const char **first);

#endif
