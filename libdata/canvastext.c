/* Text on a picture: the dots of the letters, joined by lines, so that large
   letters are smooth. */
#include <stdio.h>
#include <string.h>

#include "canvas.h"
#include "glyphs.h"

enum { ADVANCE = GLYPH_WIDTH + 1 }; /* dots from letter to letter */

/* The first byte of a character; the others take no room. */
static int
is_first(char c)
{
	return ((unsigned char)c & 0xC0) != 0x80;
}

static int64_t
characters(const char *s)
{
	int64_t n = 0;

	for (; *s != '\0'; s++)
		n += is_first(*s);
	return n;
}

int64_t
text_wide(const char *s, int scale)
{
	int64_t n = characters(s);

	return n > 0 ? (n * ADVANCE - 1) * scale : 0;
}

int64_t
text_high(int scale)
{
	return (int64_t)GLYPH_ABOVE * scale;
}

const char *
text_cut(char out[CUT_TEXT], const char *s, int64_t wide, int scale)
{
	static const char dots[] = "..";
	size_t n = 0, kept = 0;

	if (text_wide(s, scale) <= wide && strlen(s) < CUT_TEXT)
		return s;
	for (; n < CUT_TEXT - sizeof(dots) && s[n] != '\0'; n++) {
		memcpy(out, s, n + 1);
		out[n + 1] = '\0';
		if (text_wide(out, scale) + text_wide(dots, scale) + scale >
		    wide)
			break;
		if (is_first(s[n + 1]))
			kept = n + 1;
	}
	snprintf(out + kept, CUT_TEXT - kept, "%s", kept > 0 ? dots : "");
	return out;
}

/* A text under way: where dot 0, 0 of the letter is. */
struct pen {
	struct canvas *c;
	const struct font *font;
	double x, y;
};

static struct point
dot_at(const struct pen *p, int x, int y)
{
	double s = p->font->scale;
	double along = ((double)x + 0.5) * s, down = ((double)y + 0.5) * s;

	if (p->font->upwards)
		return (struct point){ p->x + down, p->y - along };
	return (struct point){ p->x + along, p->y + down };
}

static void
join(const struct pen *p, int x, int y, int dx, int dy)
{
	double thick = p->font->scale;

	canvas_line(p->c, dot_at(p, x, y), dot_at(p, x + dx, y + dy), thick,
	    p->font->ink);
}

/* A dot is joined to those beside and below it; slantwise only where no other
   dot leads there. */
static void
draw_dot(const struct pen *p, unsigned char c, int x, int y)
{
	int right = glyph_dot(c, x + 1, y), below = glyph_dot(c, x, y + 1);
	int left = glyph_dot(c, x - 1, y);

	if (right)
		join(p, x, y, 1, 0);
	if (below)
		join(p, x, y, 0, 1);
	if (!right && !below && glyph_dot(c, x + 1, y + 1))
		join(p, x, y, 1, 1);
	if (!left && !below && glyph_dot(c, x - 1, y + 1))
		join(p, x, y, -1, 1);
	if (!right && !below)
		join(p, x, y, 0, 0);
}

static void
draw_letter(const struct pen *p, unsigned char c)
{
	for (int y = 0; y < GLYPH_HEIGHT; y++)
		for (int x = 0; x < GLYPH_WIDTH; x++)
			if (glyph_dot(c, x, y))
				draw_dot(p, c, x, y);
}

void
canvas_text(struct canvas *c, int64_t x, int64_t y, const struct font *font,
    const char *s)
{
	struct pen p = { c, font, (double)x, (double)y };
	int64_t wide = text_wide(s, font->scale), back = 0;

	if (font->align == ALIGN_RIGHT)
		back = wide;
	else if (font->align == ALIGN_MIDDLE)
		back = wide / 2;
	if (font->upwards)
		p.y += (double)back;
	else
		p.x -= (double)back;
	for (; *s != '\0'; s++) {
		if (!is_first(*s))
			continue;
		draw_letter(&p, (unsigned char)*s);
		if (font->upwards)
			p.y -= (double)(ADVANCE * font->scale);
		else
			p.x += (double)(ADVANCE * font->scale);
	}
}
