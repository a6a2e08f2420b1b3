/* The commonest PNG pictures without libpng: 8 bits a channel, no palette, no
   interlacing, no transparent colour.

   zlib inflates all rows at once.  Whatever is unusual is left to libpng, and
   so is whatever is wrong: what is taken here has every checksum and every
   length right. */
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "base/hot.h"
#include "sources/gz.h"
#include "sources/pngquick.h"
#include "sources/pngread.h"

enum {
	FRAME = 12, /* bytes of a chunk besides its data */
	HEADER = 13,
	/* zlib is quick while it has room for the longest match. */
	SPARE = 320,
	PIECE_MAX = 1 << 30, /* zlib counts in unsigned int */
};

/* A picture on its way. */
struct quick {
	z_stream *z;
	struct png_size size;
	size_t row;       /* bytes of one, without its filter */
	uint8_t *in;      /* rows as they were inflated, a filter before each */
	int begun, ended; /* IDAT */
};

/* One chunk. */
struct chunk {
	const uint8_t *name, *data;
	size_t n;
};

static uint32_t
big_endian(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static int
is_named(const struct chunk *c, const char *name)
{
	return memcmp(c->name, name, 4) == 0;
}

/* Cuts the next chunk off, its checksum verified: 1, or 0. */
static int
next_chunk(struct chunk *c, const uint8_t **at, size_t *left)
{
	if (*left < FRAME)
		return 0;
	c->n = big_endian(*at);
	if (c->n > *left - FRAME || c->n > PIECE_MAX)
		return 0;
	c->name = *at + 4;
	c->data = *at + 8;
	*at += c->n + FRAME;
	*left -= c->n + FRAME;
	return crc32(0, c->name, (uInt)c->n + 4) == big_endian(c->data + c->n);
}

/* Is it one of those that change no pixel? */
static int
is_passed_over(const struct chunk *c)
{
	static const char names[] = "tEXt"
				    "zTXt"
				    "iTXt"
				    "tIME"
				    "pHYs"
				    "gAMA"
				    "cHRM"
				    "sRGB"
				    "iCCP"
				    "bKGD"
				    "sBIT"
				    "eXIf";
	size_t i;

	for (i = 0; i + 4 < sizeof(names); i += 4)
		if (is_named(c, names + i))
			return 1;
	return 0;
}

/* What the header says, within the limits. */
static int
take_header(struct quick *q, const struct chunk *c)
{
	static const uint8_t channels[] = { 1, 0, 3, 0, 2, 0, 4 };
	const uint8_t *p = c->data;
	struct png_size *s = &q->size;

	if (!is_named(c, "IHDR") || c->n != HEADER || p[8] != 8 || p[9] > 6 ||
	    p[10] != 0 || p[11] != 0 || p[12] != 0)
		return 0;
	s->width = big_endian(p);
	s->height = big_endian(p + 4);
	s->channels = channels[p[9]];
	q->row = (size_t)s->width * (size_t)s->channels;
	return q->row > 0 && s->height > 0 && s->width <= PNG_SIDE_MAX &&
	    s->height <= PNG_SIDE_MAX &&
	    (uint64_t)s->width * s->height <= PNG_PIXELS_MAX;
}

/* The stream of this buffer, as new; NULL without memory. */
static z_stream *
stream_of(struct sample_buffer *b)
{
	z_stream *z = b->inflate;

	if (z != NULL)
		return inflateReset(z) == Z_OK ? z : NULL;
	z = calloc(1, sizeof(*z));
	if (z != NULL && inflateInit(z) == Z_OK) {
		b->inflate = z;
		return z;
	}
	free(z);
	return NULL;
}

/* Room for the rows twice, as they come and as they are; n is what is left of
   the file: nobody gets memory for more than deflate can hold. */
static int
make_room(struct quick *q, size_t n, struct sample_buffer *b)
{
	size_t all = (q->row + 1) * q->size.height;
	struct err err = { 0 };

	if (!gz_plausible(n, all) ||
	    slab_grow(&b->x, &b->x_size, q->row * q->size.height, 0, &err) <
		0 ||
	    slab_grow(&b->y, &b->y_size, all + SPARE + q->row, 0, &err) < 0)
		return 0;
	q->z = stream_of(b);
	if (q->z == NULL)
		return 0;
	q->in = b->y;
	q->z->next_out = q->in;
	q->z->avail_out = (uInt)(all + SPARE);
	return 1;
}

static int
inflate_more(struct quick *q, const struct chunk *c)
{
	int r;

	if (q->ended)
		return 0;
	q->begun = 1;
	q->z->next_in = c->data;
	q->z->avail_in = (uInt)c->n;
	r = inflate(q->z, Z_FINISH);
	q->ended = r == Z_STREAM_END;
	return q->z->avail_in == 0 && (q->ended || r == Z_BUF_ERROR);
}

/* All chunks behind the header: 1 when all rows are there. */
static int
take_chunks(struct quick *q, const uint8_t *at, size_t left)
{
	struct chunk c;

	while (next_chunk(&c, &at, &left)) {
		if (is_named(&c, "IDAT")) {
			if (!inflate_more(q, &c))
				return 0;
		} else if (is_named(&c, "IEND"))
			return c.n == 0 && left == 0 && q->ended &&
			    q->z->total_out == (q->row + 1) * q->size.height;
		else if (!is_passed_over(&c) || (q->begun && !q->ended))
			return 0;
	}
	return 0;
}

HOT static void
add_up(uint8_t *out, const uint8_t *in, const uint8_t *up, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = (uint8_t)(in[i] + up[i]);
}

static void
add_left(uint8_t *out, const uint8_t *in, size_t n, size_t step)
{
	size_t i;

	memcpy(out, in, step);
	for (i = step; i < n; i++)
		out[i] = (uint8_t)(in[i] + out[i - step]);
}

static void
add_mean(
    uint8_t *out, const uint8_t *in, const uint8_t *up, size_t n, size_t step)
{
	size_t i;

	for (i = 0; i < step; i++)
		out[i] = (uint8_t)(in[i] + up[i] / 2);
	for (; i < n; i++)
		out[i] = (uint8_t)(in[i] + (out[i - step] + up[i]) / 2);
}

/* Of left, above and above left, the one that is nearest to left + above -
   above left. */
static int
nearest(int a, int b, int c)
{
	int pa = abs(b - c);
	int pb = abs(a - c);
	int pc = abs(a + b - 2 * c);

	if (pa <= pb && pa <= pc)
		return a;
	return pb <= pc ? b : c;
}

static void
add_nearest(
    uint8_t *out, const uint8_t *in, const uint8_t *up, size_t n, size_t step)
{
	size_t i;

	for (i = 0; i < step; i++)
		out[i] = (uint8_t)(in[i] + up[i]);
	for (; i < n; i++)
		out[i] = (uint8_t)(in[i] +
		    nearest(out[i - step], up[i], up[i - step]));
}

/* Undoes the filters: 0 when there is none like that. */
static int
unfilter(const struct quick *q, uint8_t *out)
{
	size_t n = q->row, step = (size_t)q->size.channels;
	const uint8_t *in = q->in;
	const uint8_t *up = q->in + (n + 1) * q->size.height + SPARE;
	uint32_t i;

	memset(q->in + (n + 1) * q->size.height + SPARE, 0, n);
	for (i = 0; i < q->size.height; i++, in += n + 1) {
		if (in[0] == 0)
			memcpy(out, in + 1, n);
		else if (in[0] == 1)
			add_left(out, in + 1, n, step);
		else if (in[0] == 2)
			add_up(out, in + 1, up, n);
		else if (in[0] == 3)
			add_mean(out, in + 1, up, n, step);
		else if (in[0] == 4)
			add_nearest(out, in + 1, up, n, step);
		else
			return 0;
		up = out;
		out += n;
	}
	return 1;
}

int
png_quick(const uint8_t *bytes, size_t n, struct png_size *size,
    struct sample_buffer *b)
{
	struct quick q = { 0 };
	struct chunk header;

	if (!png_is(bytes, n))
		return 0;
	bytes += PNG_SIGNATURE;
	n -= PNG_SIGNATURE;
	if (!next_chunk(&header, &bytes, &n) || !take_header(&q, &header) ||
	    !make_room(&q, n, b) || !take_chunks(&q, bytes, n) ||
	    !unfilter(&q, b->x))
		return 0;
	*size = q.size;
	return 1;
}

void
png_quick_end(struct sample_buffer *b)
{
	if (b->inflate != NULL)
		inflateEnd(b->inflate);
	free(b->inflate);
	b->inflate = NULL;
}
