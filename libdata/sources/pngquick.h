/* The commonest PNG pictures without libpng. */
#ifndef NN_PNGQUICK_H
#define NN_PNGQUICK_H

#include <stddef.h>
#include <stdint.h>

#include "source.h"

/* How many rows, columns and channels, alpha among them, lie in b->x. */
struct png_size {
	uint32_t width, height;
	int channels;
};

/* 1: b->x holds the picture of these n bytes, everything verified.  0: leave
   it to libpng, which can do it or say what is wrong. */
int png_quick(const uint8_t *bytes, size_t n, struct png_size *size,
    struct sample_buffer *b);

/* Ends what png_quick began in the buffer. */
void png_quick_end(struct sample_buffer *b);

#endif
