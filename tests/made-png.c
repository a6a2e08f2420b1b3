/* PNG files of every colour type, depth and order of rows, made byte by byte
   by the specification, with the pixels that they must become. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "made-png.h"

enum { COLOURS = 256, ROW_BYTES = 8 * 40 + 8 };

struct maker {
	const struct made_picture *p;
	uint32_t random;
	int channels; /* in the file */
	uint16_t pixel[4 * MADE_PNG_PIXELS];
	uint8_t colour[4 * COLOURS]; /* of a palette, with alpha */
	int colours;
	uint16_t clear[3];                  /* what tRNS makes transparent */
	uint8_t rows[10 * MADE_PNG_PIXELS]; /* filters among them */
	size_t nrows;
	int filter;
	uint8_t *out;
	size_t n;
};

uint32_t
made_random(uint32_t *state, uint32_t n)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % n;
}

int
made_png_legal(int type, int depth)
{
	switch (type) {
	case 0:
		return 1;
	case 3:
		return depth <= 8;
	case 2:
	case 4:
	case 6:
		return depth >= 8;
	default:
		return 0;
	}
}

int
made_png_channels(const struct made_picture *p)
{
	return p->type == 0 || p->type == 4 ? 1 : 3;
}

static void
put_big(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 24);
	at[1] = (uint8_t)(v >> 16);
	at[2] = (uint8_t)(v >> 8);
	at[3] = (uint8_t)v;
}

void
made_png_mend(uint8_t *at, size_t n)
{
	put_big(at + 8 + n, (uint32_t)crc32(0, at + 4, (uInt)n + 4));
}

static void
put_chunk(struct maker *m, const char *name, const uint8_t *data, size_t n)
{
	uint8_t *at = m->out + m->n;

	assert(m->n + n + 12 <= MADE_PNG_BYTES);
	put_big(at, (uint32_t)n);
	memcpy(at + 4, name, 4);
	memcpy(at + 8, data, n);
	made_png_mend(at, n);
	m->n += n + 12;
}

/* Numbers that do not look random everywhere: filters want neighbours. */
static void
draw(struct maker *m)
{
	const struct made_picture *p = m->p;
	uint32_t most = p->type == 3 ? (uint32_t)m->colours : 1u << p->depth;
	int i, n = p->height * p->width * m->channels;

	for (i = 0; i < n; i++)
		if (i >= m->channels && made_random(&m->random, 3) > 0)
			m->pixel[i] = m->pixel[i - m->channels];
		else
			m->pixel[i] = (uint16_t)made_random(&m->random, most);
	for (i = 0; i < 3; i++)
		m->clear[i] = m->pixel[i % m->channels];
}

static void
draw_colours(struct maker *m)
{
	int i;

	m->colours = 1 << m->p->depth;
	if (m->colours > 200)
		m->colours = 200;
	for (i = 0; i < 4 * COLOURS; i++)
		m->colour[i] = (uint8_t)made_random(&m->random, 256);
}

static void
put_palette(struct maker *m)
{
	uint8_t rgb[3 * COLOURS], alpha[COLOURS];
	int i;

	for (i = 0; i < m->colours; i++) {
		memcpy(rgb + 3 * i, m->colour + 4 * i, 3);
		alpha[i] = m->colour[4 * i + 3];
	}
	if (m->p->type == 3)
		put_chunk(m, "PLTE", rgb, (size_t)m->colours * 3);
	if (m->p->type == 3 && m->p->transparent)
		put_chunk(m, "tRNS", alpha, (size_t)m->colours);
}

static void
put_clear(struct maker *m)
{
	uint8_t data[6];
	int i;

	if (!m->p->transparent || (m->p->type != 0 && m->p->type != 2))
		return;
	for (i = 0; i < m->channels; i++) {
		data[2 * i] = (uint8_t)(m->clear[i] >> 8);
		data[2 * i + 1] = (uint8_t)m->clear[i];
	}
	put_chunk(m, "tRNS", data, (size_t)m->channels * 2);
}

static int
paeth(int a, int b, int c)
{
	int p = a + b - c;
	int pa = abs(p - a), pb = abs(p - b), pc = abs(p - c);

	return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/* Appends the row, with the next filter. */
static void
put_row(struct maker *m, const uint8_t *row, const uint8_t *up, size_t n)
{
	size_t step = (size_t)(m->channels * m->p->depth + 7) / 8, i;
	int a, b, c, guess = 0;

	m->rows[m->nrows++] = (uint8_t)m->filter;
	for (i = 0; i < n; i++) {
		a = i < step ? 0 : row[i - step];
		b = up[i];
		c = i < step ? 0 : up[i - step];
		switch (m->filter) {
		case 0:
			guess = 0;
			break;
		case 1:
			guess = a;
			break;
		case 2:
			guess = b;
			break;
		case 3:
			guess = (a + b) / 2;
			break;
		case 4:
			guess = paeth(a, b, c);
			break;
		}
		m->rows[m->nrows++] = (uint8_t)(row[i] - guess);
	}
	m->filter = (m->filter + 1) % 5;
}

/* Every so many pixels from x0, y0 on. */
static void
put_pass(struct maker *m, int x0, int y0, int dx, int dy)
{
	uint8_t row[2][ROW_BYTES];
	int x, y, c, depth = m->p->depth, now = 0;
	size_t bits;

	if (x0 >= m->p->width)
		return;
	memset(row, 0, sizeof(row));
	for (y = y0; y < m->p->height; y += dy, now = !now) {
		memset(row[now], 0, sizeof(row[now]));
		bits = 0;
		for (x = x0; x < m->p->width; x += dx)
			for (c = 0; c < m->channels; c++) {
				unsigned v = m->pixel[(y * m->p->width + x) *
					m->channels +
				    c];
				int k;

				for (k = depth - 1; k >= 0; k--, bits++)
					if (v >> k & 1)
						row[now][bits / 8] |=
						    (uint8_t)(0x80 >> bits % 8);
			}
		put_row(m, row[now], row[!now], (bits + 7) / 8);
	}
}

static void
put_rows(struct maker *m)
{
	static const int pass[7][4] = { { 0, 0, 8, 8 }, { 4, 0, 8, 8 },
		{ 0, 4, 4, 8 }, { 2, 0, 4, 4 }, { 0, 2, 2, 4 }, { 1, 0, 2, 2 },
		{ 0, 1, 1, 2 } };
	uint8_t data[MADE_PNG_BYTES];
	uLongf n = sizeof(data);
	size_t at, piece;
	int i;

	if (!m->p->interlaced)
		put_pass(m, 0, 0, 1, 1);
	for (i = 0; m->p->interlaced && i < 7; i++)
		put_pass(m, pass[i][0], pass[i][1], pass[i][2], pass[i][3]);
	if (compress(data, &n, m->rows, m->nrows) != Z_OK)
		abort();
	piece = m->p->piece > 0 ? m->p->piece : n;
	for (at = 0; at < n; at += piece)
		put_chunk(
		    m, "IDAT", data + at, n - at < piece ? n - at : piece);
}

/* Colour v of n bits and alpha a of 8 over white. */
static uint8_t
finished(unsigned v, int depth, int alpha)
{
	int most = (1 << depth) - 1;
	int c = ((int)v * 255 + most / 2) / most;

	return (uint8_t)((alpha * c + (255 - alpha) * 255 + 127) / 255);
}

static void
tell(const struct maker *m, uint8_t *want)
{
	const struct made_picture *p = m->p;
	int most = (1 << p->depth) - 1;
	int i, c, n = made_png_channels(p), clear;

	for (i = 0; i < p->height * p->width; i++) {
		const uint16_t *x = m->pixel + i * m->channels;
		int alpha = 255;

		clear = p->transparent && (p->type == 0 || p->type == 2);
		for (c = 0; c < m->channels; c++)
			clear = clear && x[c] == m->clear[c];
		if (clear)
			alpha = 0;
		if (p->type >= 4)
			alpha = (x[n] * 255 + most / 2) / most;
		if (p->type == 3 && p->transparent)
			alpha = m->colour[4 * x[0] + 3];
		for (c = 0; c < n; c++)
			*want++ = p->type == 3
			    ? finished(m->colour[4 * x[0] + c], 8, alpha)
			    : finished(x[c], p->depth, alpha);
	}
}

size_t
made_picture(const struct made_picture *p, uint8_t out[MADE_PNG_BYTES],
    uint8_t want[3 * MADE_PNG_PIXELS])
{
	static const int channels[] = { 1, 0, 3, 1, 2, 0, 4 };
	static struct maker m;
	uint8_t header[13] = { 0 };

	m = (struct maker){ .p = p, .out = out };
	m.random = p->seed * 2654435761u + 1;
	m.channels = channels[p->type];
	assert(p->height * p->width <= MADE_PNG_PIXELS && p->width <= 40);
	draw_colours(&m);
	draw(&m);
	memcpy(out, "\x89PNG\r\n\x1a\n", m.n = 8);
	put_big(header, (uint32_t)p->width);
	put_big(header + 4, (uint32_t)p->height);
	header[8] = (uint8_t)p->depth;
	header[9] = (uint8_t)p->type;
	header[12] = (uint8_t)p->interlaced;
	put_chunk(&m, "IHDR", header, sizeof(header));
	if (p->between != NULL)
		put_chunk(&m, p->between, (const uint8_t *)"Comment\0made", 12);
	put_palette(&m);
	put_clear(&m);
	put_rows(&m);
	put_chunk(&m, "IEND", header, 0);
	tell(&m, want);
	return m.n;
}
