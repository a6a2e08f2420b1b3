/* XXH3-128 as it is compiled for one kind of processor.  Private to the door
   to the hash libraries (base/digest.h). */
#ifndef NN_BASE_DIGEST_XXH3_H
#define NN_BASE_DIGEST_XXH3_H

#include "base/digest.h"

struct xxh3_code {
	void (*whole)(uint8_t out[XXH3_BYTES], const void *data, size_t n);
	void (*begin)(struct xxh3 *x);
	void (*add)(struct xxh3 *x, const void *data, size_t n);
	void (*end)(const struct xxh3 *x, uint8_t out[XXH3_BYTES]);
};

/* For every processor; for those with AVX2, where there is a compiler for it
   (WIDE_XXH3). */
extern const struct xxh3_code digest_xxh3_plain;
extern const struct xxh3_code digest_xxh3_wide;

#endif
