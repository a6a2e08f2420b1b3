/* Every sample of a dataset looked at once, by several threads; what they find
   is taken in the order of the samples. */
#ifndef NN_SCAN_H
#define NN_SCAN_H

#include "gather.h"

/* What a look leaves: a hash, and the height and width of a picture. */
enum { SCAN_BYTES = SHA256_BYTES + 2 * 4, SCAN_BLOCK = 1024 };

struct scan {
	/* Looks at one sample and leaves in out what there is to say. */
	int (*look)(struct dataset *d, const struct item *item, struct hand *h,
	    uint8_t out[SCAN_BYTES], struct err *err);

	/* Takes it; with an error in err when look failed, which it may clear.
	   Ends the scan when it returns -1. */
	int (*take)(void *arg, int64_t i, const uint8_t out[SCAN_BYTES],
	    struct err *err);
	void *arg;
};

/* Items from .. to - 1. */
int set_scan(struct dataset *d, int64_t from, int64_t to,
    const struct scan *how, struct err *err);

/* The content of every sample, noted while all are scanned (repeats.c); the
   first eight bytes of the hash are enough. */
int prints_begin(struct dataset *d, struct err *err);
void prints_add(struct dataset *d, uint64_t hash, int32_t label);
void prints_end(struct dataset *d);

/* The size of a picture that set_hash left, H W 1; rank 0: it was none. */
void scan_picture(const uint8_t found[SCAN_BYTES], struct shape *size);

/* Counts its proportions against the model's input (proportions.c). */
void proportions_add(struct dataset *d, const uint8_t found[SCAN_BYTES]);

/* A look: the hash of the raw sample, and its size (split.c). */
int set_hash(struct dataset *d, const struct item *item, struct hand *h,
    uint8_t out[SCAN_BYTES], struct err *err);

/* Where eight bytes of the hash put a sample; which eight, so that split= of an
   operand, the validation share of a run and its parts are not the same
   question. */
enum hash_use { HASH_OPERAND = 0, HASH_VALIDATION = 8, HASH_FOLD = 16 };
uint64_t hash_place(const uint8_t hash[SCAN_BYTES], enum hash_use use);

#endif
