/* What slides over the height and width of pictures, from a layer's settings:
   kernel, stride, dilation and padding as Keras counts them. */
#ifndef NN_LAYERS_WINDOW_H
#define NN_LAYERS_WINDOW_H

#include "kind.h"

/* Of every number in these settings: the limits of their rows. */
enum { WINDOW_MAX = 1 << 16 };

/* The help of a setting `pad`. */
#define WINDOW_PAD_HELP \
	"same (output = input / stride, rounded up; an odd zero more below " \
	"and right), valid (none), or zeros: N all around, HEIGHT+WIDTH, " \
	"TOP+BOTTOM+LEFT+RIGHT (PyTorch's padding=1 is pad=1)"

/* Settings as rows give them.  Shapes are "3" (both ways) or "3x2" (height,
   width); NULL is 1; a stride of 0 is the window's size, as pools want it. */
struct window_said {
	const struct shape *size, *stride, *dilation;
	const char *pad; /* "same", "valid", "1", "1+2", "1+1+2+2" */
};

/* Height and width that the window covers, dilation included. */
int64_t window_extent(const struct window *w, int way);

/* Fills w for the first input, which must be of height x width x channels,
   and y with the height and width of the result: 0, or -1 said with
   shape_refuse.  To be called by shape(). */
int window_open(struct layer *l, const struct window_said *said,
    struct window *w, int64_t y[2], struct err *err);

/* The other way, for transposed convolutions: w slides over the result, whose
   height and width go to y, and gives the input.  extra: further rows and
   columns of the result (output_padding), less than the stride; -1: as many
   as make "same" input * stride and "valid" the least that holds all. */
int window_open_back(struct layer *l, const struct window_said *said,
    const int64_t extra[2], struct window *w, int64_t y[2], struct err *err);

#endif
