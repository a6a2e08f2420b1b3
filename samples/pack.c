/* Pixels into PNG and gzip files whose bytes depend on nothing but them.

   Deflate with its fixed codes and no other repetition than that of the byte
   before: drawn strokes on an even ground need no more. */
#include <stdlib.h>
#include <string.h>

#include "pack.h"

/* Bytes that grow, bits that are packed into them; sticky when memory ends. */
struct out {
	uint8_t *at;
	size_t n, room;
	uint32_t bits;
	int nbits;
	int failed;
};

static void
put(struct out *o, uint8_t v)
{
	size_t room = o->room > 0 ? 2 * o->room : 1024;
	uint8_t *more;

	if (o->n == o->room) {
		more = o->failed ? NULL : realloc(o->at, room);
		if (more == NULL) {
			o->failed = 1;
			return;
		}
		o->at = more;
		o->room = room;
	}
	o->at[o->n++] = v;
}

static void
put_big(struct out *o, uint32_t v)
{
	put(o, (uint8_t)(v >> 24));
	put(o, (uint8_t)(v >> 16));
	put(o, (uint8_t)(v >> 8));
	put(o, (uint8_t)v);
}

static void
put_little(struct out *o, uint32_t v)
{
	put(o, (uint8_t)v);
	put(o, (uint8_t)(v >> 8));
	put(o, (uint8_t)(v >> 16));
	put(o, (uint8_t)(v >> 24));
}

static void
put_bits(struct out *o, uint32_t v, int n)
{
	o->bits |= v << o->nbits;
	for (o->nbits += n; o->nbits >= 8; o->nbits -= 8) {
		put(o, (uint8_t)o->bits);
		o->bits >>= 8;
	}
}

/* Codes go out with their highest bit first. */
static void
put_code(struct out *o, uint32_t code, int n)
{
	while (n-- > 0)
		put_bits(o, code >> n & 1, 1);
}

static void
put_symbol(struct out *o, int v)
{
	if (v < 144)
		put_code(o, 0x30 + (uint32_t)v, 8);
	else if (v < 256)
		put_code(o, 0x190 + (uint32_t)(v - 144), 9);
	else if (v < 280)
		put_code(o, (uint32_t)(v - 256), 7);
	else
		put_code(o, 0xc0 + (uint32_t)(v - 280), 8);
}

enum { RUN_MIN = 3, RUN_MAX = 258, LENGTHS = 29 };

/* The byte before, n times more. */
static void
put_run(struct out *o, int n)
{
	static const struct {
		int from, bits;
	} length[LENGTHS] = { { 3, 0 }, { 4, 0 }, { 5, 0 }, { 6, 0 }, { 7, 0 },
		{ 8, 0 }, { 9, 0 }, { 10, 0 }, { 11, 1 }, { 13, 1 }, { 15, 1 },
		{ 17, 1 }, { 19, 2 }, { 23, 2 }, { 27, 2 }, { 31, 2 },
		{ 35, 3 }, { 43, 3 }, { 51, 3 }, { 59, 3 }, { 67, 4 },
		{ 83, 4 }, { 99, 4 }, { 115, 4 }, { 131, 5 }, { 163, 5 },
		{ 195, 5 }, { 227, 5 }, { 258, 0 } };
	int i = LENGTHS - 1;

	while (length[i].from > n)
		i--;
	put_symbol(o, 257 + i);
	put_bits(o, (uint32_t)(n - length[i].from), length[i].bits);
	put_code(o, 0, 5); /* distance 1 */
}

static void
put_deflated(struct out *o, const uint8_t *x, size_t n)
{
	size_t i = 0, run;

	put_bits(o, 1, 1); /* the last block */
	put_bits(o, 1, 2); /* fixed codes */
	while (i < n) {
		for (run = 0; i > 0 && i + run < n && run < RUN_MAX &&
		     x[i + run] == x[i - 1];
		     run++)
			;
		if (run >= RUN_MIN) {
			put_run(o, (int)run);
			i += run;
		} else
			put_symbol(o, x[i++]);
	}
	put_symbol(o, 256);
	put_bits(o, 0, (8 - o->nbits) % 8);
}

static uint32_t
crc(const uint8_t *x, size_t n)
{
	uint32_t c = UINT32_MAX;
	size_t i;
	int k;

	for (i = 0; i < n; i++) {
		c ^= x[i];
		for (k = 0; k < 8; k++)
			c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
	}
	return ~c;
}

static uint32_t
adler(const uint8_t *x, size_t n)
{
	uint32_t a = 1, b = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		a = (a + x[i]) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

static int
flush(struct out *o, FILE *f)
{
	int failed = o->failed || fwrite(o->at, 1, o->n, f) != o->n;

	free(o->at);
	return failed ? -1 : 0;
}

int
pack_gzip(FILE *f, const uint8_t *bytes, size_t n)
{
	static const uint8_t head[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255 };
	struct out o = { 0 };
	size_t i;

	for (i = 0; i < sizeof(head); i++)
		put(&o, head[i]);
	put_deflated(&o, bytes, n);
	put_little(&o, crc(bytes, n));
	put_little(&o, (uint32_t)n);
	return flush(&o, f);
}

static void
put_chunk(struct out *o, const char *name, const struct out *data)
{
	size_t from = o->n + 4, i;

	put_big(o, (uint32_t)data->n);
	for (i = 0; i < 4; i++)
		put(o, (uint8_t)name[i]);
	for (i = 0; i < data->n; i++)
		put(o, data->at[i]);
	if (!o->failed)
		put_big(o, crc(o->at + from, o->n - from));
}

static void
put_header(struct out *o, int height, int width, int channels)
{
	struct out h = { 0 };

	put_big(&h, (uint32_t)width);
	put_big(&h, (uint32_t)height);
	put(&h, 8);
	put(&h, channels == 3 ? 2 : 0);
	put(&h, 0);
	put(&h, 0);
	put(&h, 0);
	put_chunk(o, "IHDR", &h);
	o->failed |= h.failed;
	free(h.at);
}

static void
put_pixels(struct out *o, const uint8_t *x, int height, int width)
{
	struct out rows = { 0 }, data = { 0 };
	int y, k;

	for (y = 0; y < height; y++) {
		put(&rows, 0); /* no filter */
		for (k = 0; k < width; k++)
			put(&rows, x[y * width + k]);
	}
	put(&data, 0x78);
	put(&data, 0x01);
	if (!rows.failed) {
		put_deflated(&data, rows.at, rows.n);
		put_big(&data, adler(rows.at, rows.n));
	}
	put_chunk(o, "IDAT", &data);
	o->failed |= rows.failed | data.failed;
	free(rows.at);
	free(data.at);
}

int
pack_png(FILE *f, const uint8_t *pixels, int height, int width, int channels)
{
	static const uint8_t signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n',
		0x1a, '\n' };
	struct out o = { 0 }, none = { 0 };
	size_t i;

	for (i = 0; i < sizeof(signature); i++)
		put(&o, signature[i]);
	put_header(&o, height, width, channels);
	put_pixels(&o, pixels, height, width * channels);
	put_chunk(&o, "IEND", &none);
	return flush(&o, f);
}
