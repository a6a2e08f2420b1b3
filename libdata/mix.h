/* Samples of a batch mixed with each other, and their targets with them. */
#ifndef NN_MIX_H
#define NN_MIX_H

#include "base/rng.h"
#include "data.h"

struct mixer {
	struct mix_conf what;
	struct shape sample;
	struct rng_key share, shift, box;
	int64_t numbers; /* of a sample */
	float *x;        /* room for a batch: as it was */
	int32_t *label;
};

/* Buffers in the arena for batches of `batch` samples. */
int mixer_begin(struct mixer *m, const struct mix_conf *what,
    const struct shape *sample, int batch, uint64_t seed, struct arena *arena,
    struct err *err);

/* n samples of the batch number `at` of an epoch, their classes and numbers:
   x is mixed in place, y becomes the shares of the classes, label the class of
   the larger share. */
struct mix_batch {
	int n;
	uint32_t epoch;
	int64_t at;
	const uint64_t *id;
	float *x, *y;
	int32_t *label;
};
void mixer_run(struct mixer *m, const struct mix_batch *b);

/* A number of Beta(alpha, alpha) for a sample of an epoch. */
double mix_share(
    struct rng_key key, uint32_t epoch, uint64_t sample, double alpha);

#endif
