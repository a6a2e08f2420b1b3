/* PNG files of every colour type, depth and order of rows, made byte by byte
   by the specification, with the pixels that they must become. */
#ifndef NN_MADE_PNG_H
#define NN_MADE_PNG_H

#include <stddef.h>
#include <stdint.h>

enum { MADE_PNG_BYTES = 1 << 16, MADE_PNG_PIXELS = 40 * 40 };

struct made_picture {
	int type, depth; /* of the header */
	int interlaced;
	int height, width;
	int transparent;     /* a tRNS chunk */
	size_t piece;        /* bytes of an IDAT; 0: one for all */
	const char *between; /* name of a chunk of text behind IHDR, or NULL */
	uint32_t seed;       /* of the numbers */
};

/* Is there such a colour type with that depth? */
int made_png_legal(int type, int depth);

/* Each pixel's channels after reading: 1 or 3. */
int made_png_channels(const struct made_picture *p);

/* The file into out; its bytes.  want: the pixels by the rules of
   nndata(5). */
size_t made_picture(const struct made_picture *p, uint8_t out[MADE_PNG_BYTES],
    uint8_t want[3 * MADE_PNG_PIXELS]);

/* The next number, 0 .. n - 1. */
uint32_t made_random(uint32_t *state, uint32_t n);

/* Writes the right checksum behind the chunk at `at` with n bytes of data. */
void made_png_mend(uint8_t *at, size_t n);

#endif
