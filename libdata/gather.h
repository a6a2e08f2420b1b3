/* Samples gathered into batches: by the caller, by a worker beside it, or by a
   pool that the caller waits for. */
#ifndef NN_GATHER_H
#define NN_GATHER_H

#include "augment.h"
#include "mix.h"
#include "sampler.h"
#include "set.h"

struct pool;
struct worker;

enum {
	ROW = 8,             /* batches a turn of the worker makes, at most */
	ROW_SAMPLES = 512,   /* and samples, */
	ROW_BYTES = 1 << 20, /* and bytes of them */
	HAND_SAMPLES = 2,    /* that one of the pool takes at a time */
};

/* What each of those who read samples needs for itself. */
struct hand {
	struct sample_buffer buffer;
	struct pre_work *pre;
	void *row; /* of a sample that is only looked at */
	size_t row_size;
};

/* One batch. */
struct slot {
	int n;
	float *x, *y;
	int32_t *label;
	uint64_t *id;
	uint8_t *done; /* by the pool; NULL: there is none */
	struct err err;
	int nbad;
	struct bad *bad;    /* room for a batch */
	struct arena arena; /* texts of bad */
};

struct batches {
	struct feed feed; /* first: what the caller sees */
	struct dataset *d;
	struct feed_conf conf;
	uint32_t *order;         /* NULL: as they stand, or as they are drawn */
	struct sampler *sampler; /* NULL: every sample once */
	const uint64_t *draw;    /* of the epoch */
	int64_t at;              /* first sample of the next batch */
	uint32_t epoch;
	struct augmenter augmenter; /* what NULL: none */
	struct mixer mixer;         /* what.how MIX_NONE: none */
	struct pool *pool;
	struct worker *worker;
	int pending; /* the worker fills row[next] */
	int next;
	int width;  /* batches a row has room for */
	int filled; /* of the row that was filled last */
	const struct slot *at_slot, *end_slot; /* still to be delivered */
	struct slot row[2][ROW];
	struct hand *hand; /* of the caller or worker, then of the pool */
	int nhands;
	struct arena arena;
};

/* The end of the samples, or what went wrong: nothing comes after it. */
int slot_is_last(const struct slot *s);

/* The feed's functions (batch.c). */
int batches_begin(
    struct feed *feed, uint32_t epoch, int64_t at, struct err *err);
int batches_next(struct feed *feed, struct batch *out, struct err *err);

/* Fills row[next]; arg is a struct batches. */
void batches_fill(void *arg);

#endif
