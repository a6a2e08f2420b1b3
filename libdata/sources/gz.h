/* Gzipped bytes: never more than was declared. */
#ifndef NN_GZ_H
#define NN_GZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

int gz_is(const uint8_t *bytes, size_t n);

/* The first bytes inside, at most size: how many; -1 when not gzip. */
long gz_head(const uint8_t *bytes, size_t n, uint8_t *out, size_t size);

/* The whole of a one-member file that holds exactly size bytes; its checksum
   and length agree and nothing follows. */
int gz_inflate(
    const uint8_t *bytes, size_t n, uint8_t *out, size_t size, struct err *err);

/* Could n gzipped bytes hold size?  Deflate packs at most 1032 to one. */
int gz_plausible(size_t n, uint64_t size);

#endif
