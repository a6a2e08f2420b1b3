/* A picture to draw on: rectangles, lines, text, other pictures.

   Places are pixels from the upper left corner, y downwards; what lies outside
   is not drawn.  Lines and letters have smooth edges.  The same calls give the
   same pixels. */
#ifndef NN_CANVAS_H
#define NN_CANVAS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct ink {
	uint8_t r, g, b;
};

/* Colours that everyone tells apart (Okabe and Ito), and greys. */
extern const struct ink ink_white, ink_black, ink_text, ink_grey, ink_grid;
extern const struct ink ink_blue, ink_orange, ink_green, ink_red;

/* A share 0..1 of the way from a to b. */
struct ink ink_between(struct ink a, struct ink b, double share);

struct canvas {
	int64_t width, height;
	uint8_t *at; /* height x width x 3, owned */
};

struct box {
	int64_t x, y, width, height;
};

/* White all over. */
int canvas_open(
    struct canvas *c, int64_t width, int64_t height, struct err *err);
void canvas_free(struct canvas *c);

void canvas_fill(struct canvas *c, struct box b, struct ink ink);
void canvas_frame(struct canvas *c, struct box b, struct ink ink);
struct ink canvas_pixel(const struct canvas *c, int64_t x, int64_t y);

/* A line `thick` pixels across with round ends; a point when they meet.  The
   middle of pixel 0, 0 is 0.5, 0.5. */
struct point {
	double x, y;
};
void canvas_line(struct canvas *c, struct point from, struct point to,
    double thick, struct ink ink);

/* Text, `scale` pixels a dot (1, 2, ...); a character that is not printable
   ASCII is one box, whatever its bytes in UTF-8.  It stands right of x, left
   of it or around it; y is the top of its capitals.  Upwards: it is read from
   below upwards, x is the top of its capitals, and y takes the part of x. */
enum align { ALIGN_LEFT, ALIGN_MIDDLE, ALIGN_RIGHT };
struct font {
	int scale;
	enum align align;
	struct ink ink;
	int upwards;
};
void canvas_text(struct canvas *c, int64_t x, int64_t y,
    const struct font *font, const char *s);

/* Pixels that a text takes, and that its capitals are high. */
int64_t text_wide(const char *s, int scale);
int64_t text_high(int scale);

/* The text as wide at most, cut with ".." at its end when it is longer; empty
   when even that is too wide. */
enum { CUT_TEXT = 64 };
const char *text_cut(
    char out[CUT_TEXT], const char *s, int64_t wide, int scale);

/* A picture of bytes (H W C: 1 grey, 3 or more colours) into the box: its
   pixels become squares when they are enlarged, means when they shrink. */
struct bitmap {
	const uint8_t *at;
	int64_t height, width, channels;
};
void canvas_paste(struct canvas *c, struct box b, const struct bitmap *from);

/* As a PNG into the slab *at of *size; *n are its bytes. */
int canvas_png(const struct canvas *c, void **at, size_t *size, size_t *n,
    struct err *err);

#endif
