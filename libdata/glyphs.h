/* The letters of pictures: five dots wide, nine high. */
#ifndef NN_GLYPHS_H
#define NN_GLYPHS_H

enum {
	GLYPH_WIDTH = 5,
	GLYPH_HEIGHT = 9, /* of them above the line: */
	GLYPH_ABOVE = 7,
	GLYPH_NONE = 127, /* a box, for what is not printable ASCII */
};

/* Is there a dot?  Outside there is none. */
int glyph_dot(unsigned char c, int x, int y);

#endif
