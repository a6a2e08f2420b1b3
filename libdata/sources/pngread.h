/* A PNG picture in memory to rows of bytes. */
#ifndef NN_PNGREAD_H
#define NN_PNGREAD_H

#include <stddef.h>
#include <stdint.h>

#include "bounds.h"
#include "source.h"

enum { PNG_SIGNATURE = 8 };

int png_is(const uint8_t *bytes, size_t n);

/* What other kind of picture begins like that ("JPEG"), NULL: none known. */
const char *png_other(const uint8_t *bytes, size_t n);

/* 8 bits a channel, H W 1 or H W 3: palette to colours, 1, 2, 4 bits to 8 by
   scaling, 16 to 8 by rounding, transparency over white; gamma, colour
   profiles and text are ignored, but every checksum must hold.  The picture
   lands in b->x.  *used (NULL: nothing may follow) becomes its bytes. */
int png_decode(const uint8_t *bytes, size_t n, size_t *used, struct sample *out,
    struct sample_buffer *b, struct err *err);

/* The same by libpng alone, for comparison. */
int png_decode_slow(const uint8_t *bytes, size_t n, size_t *used,
    struct sample *out, struct sample_buffer *b, struct err *err);

/* Reads and decodes one file, its path relative to the folder dir; the error
   does not say which. */
int png_read_at(int dir, const char *path, struct sample *out,
    struct sample_buffer *b, struct err *err);

/* The same of any path; the error names it. */
int png_read_file(const char *path, struct sample *out, struct sample_buffer *b,
    struct err *err);

#endif
