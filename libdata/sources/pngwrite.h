/* Rows of bytes to a PNG picture in memory. */
#ifndef NN_PNGWRITE_H
#define NN_PNGWRITE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { PNG_ENCODE_MAX = 1 << 20 }; /* rows, columns */

/* H W 1 or H W 3 bytes into the slab *at of *size; *n are its bytes.  The same
   pixels give the same picture, but another version of the library may pack
   them otherwise. */
int png_encode(const uint8_t *pixels, int64_t height, int64_t width,
    int channels, void **at, size_t *size, size_t *n, struct err *err);

#endif
