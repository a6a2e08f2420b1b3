/* A picture seen through a window that may reach beyond its edges. */
#ifndef NN_STEPS_WINDOW_H
#define NN_STEPS_WINDOW_H

#include "step.h"

enum window_fill { FILL_LOW, FILL_HIGH, FILL_EDGE };

/* Pixel y x of out is pixel y + top, x + left of the picture; beyond it the
   low or the high end of the range, or the pixel at the edge. */
void window_copy(const struct picture *in, int64_t top, int64_t left,
    enum window_fill fill, const struct shape *out_shape, float *out);

/* "HEIGHTxWIDTH" of a step's settings. */
int window_check(const struct shape *size, enum err_code code, struct err *err);

#endif
