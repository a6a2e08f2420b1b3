/* One counter-based generator, Philox4x32-10 (Salmon et al. 2011).

   value = f(seed, purpose, epoch, sample, element): no hidden state, so the
   order of use does not matter and a resumed run draws the same numbers.
   A purpose is a name: "shuffle", "init/dense_1/kernel", "dropout/drop_1". */
#ifndef NN_BASE_RNG_H
#define NN_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng_key {
	uint32_t k[2];
};

/* The raw function: ten rounds; Random123's vectors are its tests. */
void philox4x32(
    uint32_t out[4], const uint32_t counter[4], const uint32_t key[2]);

struct rng_key rng_key(uint64_t seed, const char *purpose);

/* Four words for the block-th group of four elements of a sample. */
void rng_block(uint32_t out[4], struct rng_key key, uint32_t epoch,
    uint64_t sample, uint32_t block);

/* The words of n blocks from `first` on, behind each other: many at once. */
void rng_words(uint32_t *out, size_t n, struct rng_key key, uint32_t epoch,
    uint64_t sample, uint32_t first);

/* One value: element i = word i % 4 of block i / 4. */
uint32_t rng_u32(
    struct rng_key key, uint32_t epoch, uint64_t sample, uint32_t element);

/* Word to [0, 1) with 24 bits; two words to a standard normal. */
float rng_unit(uint32_t word);
double rng_normal(uint32_t a, uint32_t b);

/* 0..n-1 in an order that depends on (key, epoch) alone. */
void rng_permute(
    struct rng_key key, uint32_t epoch, uint32_t *order, uint32_t n);

#endif
