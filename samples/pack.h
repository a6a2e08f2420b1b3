/* Pixels into PNG and gzip files whose bytes depend on nothing but them: no
   library whose next version might pack differently. */
#ifndef NN_PACK_H
#define NN_PACK_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Both return 0, or -1 when writing failed. */
int pack_png(
    FILE *f, const uint8_t *pixels, int height, int width, int channels);
int pack_gzip(FILE *f, const uint8_t *bytes, size_t n);

#endif
